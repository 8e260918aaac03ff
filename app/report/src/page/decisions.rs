//! How each reader sorted the items: who moved where, in which language, and what rounding explains.

use std::collections::BTreeMap;

use maud::{Markup, html};
use parallax_wire::{Finding, Param, ReaderResult};

use super::bars::{Bar, Chart, Row, Series, legend, svg};
use super::view::{View, count, grouped, name};
use crate::Error;

/// Most pairs of categories shown as bars besides those of findings.
const OTHER_PAIRS: usize = 5;

/// All readers, in their order.
pub(crate) fn decisions(view: &View) -> Result<Markup, Error> {
    Ok(html! {
        @if !view.audit.readers.is_empty() {
            section id="sorted" {
                h2 { (view.text("report-sorted")?) }
                p { (view.text("report-sorted-meaning")?) }
                @for (position, reader) in view.audit.readers.iter().enumerate() {
                    (one(view, position, reader)?)
                }
            }
        }
    })
}

fn one(view: &View, position: usize, reader: &ReaderResult) -> Result<Markup, Error> {
    let title = view.say(
        "report-reader-title",
        [
            ("suite", name(&view.suite_title(&reader.suite))),
            ("reader", Param::Text(view.text_or_other("reader", &reader.reader)?)),
        ],
    )?;
    let id = format!("reader-{position}");
    Ok(html! {
        div.reader id=(id) {
            h3 { (title) }
            p.note { (view.text_or_other("reader-meaning", &reader.reader)?) }
            @if let Some(reason) = &reader.undefined {
                p { (view.say("report-reader-undefined", [("reason", name(reason))])?) }
            } @else {
                p {
                    (summary(view, reader)?)
                    @let untestable: Vec<&str> = view.untestable().into_iter().collect();
                    @if !untestable.is_empty() {
                        " " (view.say("report-reader-untestable", [("languages", name(&untestable.join(", ")))])?)
                    }
                }
                (pairs(view, &id, reader)?)
                (matrix(view, reader)?)
                (languages(view, reader)?)
                (as_labelled(view, reader)?)
            }
        }
    })
}

fn summary(view: &View, reader: &ReaderResult) -> Result<String, Error> {
    let slots = [("k", count(reader.flips)), ("n", count(reader.n))];
    match reader.rounding_flips {
        Some(control) => {
            let [k, n] = slots;
            view.say("report-reader-flips", [k, n, ("control", count(control))])
        }
        None => view.say("report-reader-flips-without-control", slots),
    }
}

/// Counts of a finding about categories: moved, of how many, and by rounding.
fn finding_counts(finding: &Finding) -> Option<(u64, u64, Option<u64>)> {
    let slot = |name: &str| match finding.params.get(name) {
        Some(Param::Count(count)) => Some(*count),
        _ => None,
    };
    let moved = slot("moved").or_else(|| slot("left"))?;
    Some((moved, slot("total")?, slot("control")))
}

fn pairs(view: &View, id: &str, reader: &ReaderResult) -> Result<Markup, Error> {
    let suite = Some(reader.suite.as_str());
    let bar = |series, value: u64, of: u64| -> Result<Bar, Error> {
        let text = view.say("report-of-items", [("k", count(value)), ("n", count(of))])?;
        Ok(Bar { series, value: value as f64, text })
    };
    let mut bars = vec![bar(Series::Deployed, reader.flips, reader.n)?];
    if let Some(rounding) = reader.rounding_flips {
        bars.push(bar(Series::Rounding, rounding, reader.n)?);
    }
    if let Some(floor) = reader.floor_flips {
        bars.push(bar(Series::Floor, floor, reader.n)?);
    }
    let mut rows = vec![Row { label: view.text("report-all-items")?, bars }];
    let mut shown = Vec::new();
    for (position, finding) in view.findings.iter().enumerate() {
        let ours = finding.suite.as_deref() == suite && finding.reader.as_deref() == Some(reader.reader.as_str());
        let Some((moved, total, control)) = finding_counts(finding).filter(|_| ours) else {
            continue;
        };
        let mut bars = vec![bar(Series::Deployed, moved, total)?];
        if let Some(control) = control {
            bars.push(bar(Series::Rounding, control, total)?);
        }
        if let Some(floor) = finding.measure.as_ref().and_then(|measure| measure.floor) {
            let text = view.say("report-of-items", [("k", Param::Number(floor)), ("n", count(total))])?;
            bars.push(Bar { series: Series::Floor, value: floor, text });
        }
        let language = finding.language.as_deref().map_or_else(|| "every".to_owned(), str::to_owned);
        let number = ("finding", count(position as u64 + 1));
        let label = match &finding.categories {
            Some((from, to)) if from != to => {
                shown.push((from.as_str(), to.as_str()));
                let from = ("from", Param::Text(view.label(suite, from)));
                let to = ("to", Param::Text(view.label(suite, to)));
                view.say("report-pair-of-finding", [number, ("language", Param::Text(language)), from, to])?
            }
            _ => view.say("report-pair-left", [number])?,
        };
        rows.push(Row { label, bars });
    }
    for (moved, total, from, to) in other_pairs(reader, &shown) {
        let label = view.say(
            "report-pair",
            [("from", Param::Text(view.label(suite, from))), ("to", Param::Text(view.label(suite, to)))],
        )?;
        rows.push(Row { label, bars: vec![bar(Series::Deployed, moved, total)?] });
    }
    let longest = rows.iter().flat_map(|row| &row.bars).map(|bar| bar.value).fold(0.0, f64::max);
    let entries = [Series::Deployed, Series::Rounding, Series::Floor]
        .into_iter()
        .filter(|series| rows.iter().any(|row| row.bars.iter().any(|bar| bar.series == *series)))
        .map(|series| Ok((series, view.text(series.word())?)))
        .collect::<Result<Vec<_>, Error>>()?;
    let chart = Chart {
        id: format!("{id}-pairs"),
        title: view.text("plot-pairs-title")?,
        description: view.text("plot-pairs-description")?,
        full: longest,
        rows,
    };
    Ok(html! {
        figure {
            figcaption { (chart.title) }
            (legend(&chart.id, &entries))
            (svg(&chart))
            (as_table(view, &chart, &entries)?)
        }
    })
}

/// The largest off-diagonal cells that no finding shows: count, row total, from and to.
fn other_pairs<'a>(reader: &'a ReaderResult, shown: &[(&str, &str)]) -> Vec<(u64, u64, &'a str, &'a str)> {
    let mut pairs = Vec::new();
    for (from, row) in reader.categories.iter().zip(&reader.matrix) {
        let total: u64 = row.iter().sum();
        for (to, moved) in reader.categories.iter().zip(row) {
            if from != to && *moved > 0 && !shown.contains(&(from, to)) {
                pairs.push((*moved, total, from.as_str(), to.as_str()));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.cmp(&a.0).then(a.2.cmp(b.2)).then(a.3.cmp(b.3)));
    pairs.truncate(OTHER_PAIRS);
    pairs
}

/// The same numbers as a chart, for those who do not see it.
pub(crate) fn as_table(view: &View, chart: &Chart, entries: &[(Series, String)]) -> Result<Markup, Error> {
    Ok(html! {
        details {
            summary { (view.text("report-as-table")?) }
            div.scroll { table.numbers {
                thead { tr { td {} @for (_, word) in entries { th scope="col" { (word) } } } }
                tbody { @for row in &chart.rows { tr {
                    th scope="row" { (row.label) }
                    @for (series, _) in entries {
                        td { @match row.bars.iter().find(|bar| bar.series == *series) {
                            Some(bar) => (bar.text),
                            None => (view.text("report-not-measured")?),
                        } }
                    }
                } } }
            } }
        }
    })
}

fn matrix(view: &View, reader: &ReaderResult) -> Result<Markup, Error> {
    let suite = Some(reader.suite.as_str());
    let labels: Vec<String> = reader.categories.iter().map(|category| view.label(suite, category)).collect();
    Ok(html! {
        @if !reader.matrix.is_empty() {
            div.scroll {
                table.matrix {
                    caption { (view.text("report-matrix")?) }
                    thead {
                        tr {
                            th scope="col" rowspan="2" { (view.text("report-matrix-published")?) }
                            th.over scope="colgroup" colspan=(labels.len()) { (view.text("report-matrix-deployed")?) }
                        }
                        tr { @for label in &labels { th.to scope="col" { span dir="auto" { (label) } } } }
                    }
                    tbody {
                        @for (from, (label, row)) in labels.iter().zip(&reader.matrix).enumerate() {
                            tr {
                                th scope="row" dir="auto" { (label) }
                                @for (to, cell) in row.iter().enumerate() {
                                    @if from == to { td.stayed { (grouped(*cell)) } }
                                    @else if *cell == 0 { td.none { "·" } }
                                    @else { td.away { b { (grouped(*cell)) } } }
                                }
                            }
                        }
                    }
                }
            }
            p.note { (view.text("report-matrix-how")?) }
        }
    })
}

/// Moved items by language, when all items of the reader are at hand.
fn languages(view: &View, reader: &ReaderResult) -> Result<Markup, Error> {
    let mut by_language: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for item in view.items.iter().filter(|item| item.suite == reader.suite) {
        if let Some(decision) = item.decisions.iter().find(|decision| decision.reader == reader.reader) {
            let (moved, asked) = by_language.entry(&item.language).or_default();
            *asked += 1;
            *moved += u64::from(decision.nominal != decision.operative);
        }
    }
    let asked: u64 = by_language.values().map(|(_, asked)| asked).sum();
    if asked != reader.n || by_language.is_empty() {
        return Ok(html! {});
    }
    let untestable = view.untestable();
    let of = |k, n| view.say("report-of-items", [("k", count(k)), ("n", count(n))]);
    Ok(html! {
        div.scroll {
            table.languages {
                caption { (view.text("report-by-language")?) }
                thead { tr {
                    th scope="col" { (view.text("report-language")?) }
                    th scope="col" { (view.text("report-language-moved")?) }
                    th scope="col" { (view.text("report-language-share")?) }
                } }
                tbody {
                    @for (language, (moved, asked)) in &by_language {
                        tr {
                            th scope="row" { (view.words.language_name(language)) }
                            @if untestable.contains(language) {
                                td colspan="2" { span.icon aria-hidden="true" { "⊘" } " " (view.text("status-cannot-test")?) }
                            } @else {
                                td { (of(*moved, *asked)?) }
                                td { (strip(*moved, *asked, Series::Deployed)) }
                            }
                        }
                    }
                    @if let Some(rounding) = reader.rounding_flips {
                        tr.control {
                            th scope="row" { (view.text("report-language-rounding")?) }
                            td { (of(rounding, reader.n)?) }
                            td { (strip(rounding, reader.n, Series::Rounding)) }
                        }
                    }
                }
            }
        }
    })
}

/// A share of items as a short bar; the count stands beside it, so it is not read aloud.
fn strip(part: u64, whole: u64, series: Series) -> Markup {
    let width = if whole == 0 { 0 } else { (part * 200).div_ceil(whole).min(200) };
    html! {
        svg.strip viewBox="0 0 200 12" aria-hidden="true" {
            rect.track x="0.5" y="0.5" width="199" height="11" {}
            rect.bar.(series.class()).plain x="0" y="0" width=(width) height="12" {}
        }
    }
}

fn as_labelled(view: &View, reader: &ReaderResult) -> Result<Markup, Error> {
    let right = |share: Option<f64>| share.map(|share| (share * reader.n as f64).round() as u64);
    let (Some(nominal), Some(operative)) = (right(reader.nominal_accuracy), right(reader.operative_accuracy)) else {
        return Ok(html! {});
    };
    let slots = [("nominal", count(nominal)), ("operative", count(operative)), ("n", count(reader.n))];
    Ok(html! { p.note { (view.say("report-as-labelled", slots)?) } })
}
