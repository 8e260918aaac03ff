//! What changed inside the model: likeness of neighbours and of the whole picture, step by step and by category.

use maud::{Markup, html};
use parallax_wire::{MeasureValue, Measures, RegimeKind};
use parallax_words::visible;

use super::bars::{self, Bar, Chart, Row, Series};
use super::decisions::as_table;
use super::lines::{self, Plot, Point};
use super::view::{View, count, name, number, stored_sentence};
use crate::Error;

/// Measures that are drawn, by the beginning of their name, with the id of their words.
const DRAWN: [(&str, &str); 2] = [("knn-overlap@", "knn"), ("cka-linear-debiased", "cka")];

/// The whole section, one part a suite.
pub(crate) fn inside(view: &View) -> Result<Markup, Error> {
    let regime = match view.audit.regime.kind {
        RegimeKind::SameBasis => "regime-same-basis",
        RegimeKind::DifferentBasis => "regime-different-basis",
        RegimeKind::Undetermined => "regime-undetermined",
    };
    Ok(html! {
        @if !view.audit.measures.is_empty() {
            section id="inside" {
                h2 { (view.text("report-inside")?) }
                p { (view.text("report-inside-meaning")?) }
                p.note { (view.text(regime)?) " " (stored_sentence(&view.audit.regime.reason)) }
                @for (position, measures) in view.audit.measures.iter().enumerate() {
                    h3 { (view.suite_title(&measures.suite)) }
                    @for (prefix, word) in DRAWN {
                        (steps(view, position, measures, prefix, word)?)
                    }
                    (by_category(view, position, measures)?)
                }
            }
        }
    })
}

fn find<'a>(measures: &'a [MeasureValue], prefix: &str) -> Option<&'a MeasureValue> {
    measures.iter().find(|measure| measure.name.starts_with(prefix))
}

fn steps(view: &View, position: usize, measures: &Measures, prefix: &str, word: &str) -> Result<Markup, Error> {
    let mut points = Vec::new();
    let mut reasons = Vec::new();
    for tap in &measures.taps {
        let Some(measure) = find(&tap.measures, prefix) else {
            continue;
        };
        let step = if tap.nominal_tap == tap.operative_tap {
            tap.nominal_tap.to_string()
        } else {
            format!("{}/{}", tap.nominal_tap, tap.operative_tap)
        };
        reasons.push(measure.undefined.clone());
        points.push(Point {
            step,
            value: measure.value,
            interval: measure.interval,
            rounding: measure.rounding,
            floor: measure.floor,
            chance: measure.chance,
        });
    }
    if points.is_empty() {
        return Ok(html! {});
    }
    let neighbours = find(&measures.taps[0].measures, prefix).map_or(0, neighbours_of);
    let title = view.say(&format!("plot-{word}-title"), [("k", count(neighbours))])?;
    let plot = Plot {
        id: format!("suite-{position}-{word}"),
        description: view.say(&format!("plot-{word}-description"), [("n", count(measures.n))])?,
        title,
        ends: (view.text(&format!("plot-{word}-axis"))?, view.text("plot-steps-axis")?),
        points,
    };
    let present = |pick: &dyn Fn(&Point) -> bool| plot.points.iter().any(pick);
    let mut entries = vec![("deployed", view.text("series-deployed-interval")?)];
    if present(&|point| point.rounding.is_some()) {
        entries.push(("rounding", view.text("series-rounding")?));
    }
    if present(&|point| point.floor.is_some()) {
        entries.push(("floor", view.text("series-floor")?));
    }
    if present(&|point| point.chance.is_some()) {
        entries.push(("chance", view.text("series-chance")?));
    }
    Ok(html! {
        figure {
            figcaption { (plot.title) }
            (lines::legend(&entries))
            (lines::svg(&plot))
            p.note { (view.text(&format!("plot-{word}-how"))?) }
            (steps_table(view, &plot, &reasons)?)
        }
    })
}

fn steps_table(view: &View, plot: &Plot, reasons: &[Option<String>]) -> Result<Markup, Error> {
    let cell = |value: Option<f64>| value.map_or_else(|| view.text("report-not-measured"), |value| Ok(number(value)));
    Ok(html! {
        details {
            summary { (view.text("report-as-table")?) }
            div.scroll { table.numbers {
                thead { tr {
                    th scope="col" { (view.text("word-tap")?) }
                    th scope="col" { (view.text("series-deployed")?) }
                    th scope="col" { (view.text("report-number-interval")?) }
                    th scope="col" { (view.text("series-rounding")?) }
                    th scope="col" { (view.text("series-floor")?) }
                    th scope="col" { (view.text("series-chance")?) }
                } }
                tbody { @for (point, reason) in plot.points.iter().zip(reasons) { tr {
                    th scope="row" { (point.step) }
                    td { @match (point.value, reason) {
                        (None, Some(reason)) => (visible(reason)),
                        (value, _) => (cell(value)?),
                    } }
                    td { @match point.interval {
                        Some((low, high)) => { (number(low)) " – " (number(high)) }
                        None => (view.text("report-not-measured")?),
                    } }
                    td { (cell(point.rounding)?) }
                    td { (cell(point.floor)?) }
                    td { (cell(point.chance)?) }
                } } }
            } }
        }
    })
}

/// The number after `@` in the name of a measure; 0 where there is none.
fn neighbours_of(measure: &MeasureValue) -> u64 {
    measure.name.split_once('@').and_then(|(_, k)| k.parse().ok()).unwrap_or(0)
}

/// Neighbours kept by category at the last step.
fn by_category(view: &View, position: usize, measures: &Measures) -> Result<Markup, Error> {
    let last = measures.taps.iter().rev().find_map(|tap| find(&tap.measures, DRAWN[0].0));
    let Some(measure) = last.filter(|measure| !measure.by_category.is_empty()) else {
        return Ok(html! {});
    };
    let neighbours = neighbours_of(measure);
    let bar = |series, share: f64| -> Result<Bar, Error> {
        let kept = (share * neighbours as f64 * 10.0).round() / 10.0;
        let text = view
            .say("report-kept-neighbours", [("kept", parallax_wire::Param::Number(kept)), ("k", count(neighbours))])?;
        Ok(Bar { series, value: share, text })
    };
    let mut all = Vec::new();
    for (series, value) in
        [(Series::Deployed, measure.value), (Series::Rounding, measure.rounding), (Series::Floor, measure.floor)]
    {
        if let Some(value) = value {
            all.push(bar(series, value)?);
        }
    }
    let mut rows = vec![Row { label: view.text("report-all-categories")?, bars: all }];
    let mut categories: Vec<(&String, f64)> =
        measure.by_category.iter().filter_map(|(category, share)| share.map(|share| (category, share))).collect();
    categories.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(b.0)));
    for (category, share) in categories {
        let label = view.say("report-category", [("category", name(&view.label(Some(&measures.suite), category)))])?;
        rows.push(Row { label, bars: vec![bar(Series::Deployed, share)?] });
    }
    let entries = [Series::Deployed, Series::Rounding, Series::Floor]
        .into_iter()
        .filter(|series| rows[0].bars.iter().any(|bar| bar.series == *series))
        .map(|series| Ok((series, view.text(series.word())?)))
        .collect::<Result<Vec<_>, Error>>()?;
    let chart = Chart {
        id: format!("suite-{position}-categories"),
        title: view.say("plot-categories-title", [("k", count(neighbours))])?,
        description: view.text("plot-categories-description")?,
        full: 1.0,
        rows,
    };
    Ok(html! {
        figure {
            figcaption { (chart.title) }
            (bars::legend(&chart.id, &entries))
            (bars::svg(&chart))
            p.note { (view.text("plot-categories-how")?) }
            (as_table(view, &chart, &entries)?)
        }
    })
}
