//! The histogram of errors: how the differences of single numbers are spread.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_plots::histogram::{Bin, HistogramInput, histogram_axes, histogram_svg, histogram_table, histogram_ui};
use parallax_plots::{Axes, Palette, Words};
use parallax_wire::TensorReport;
use parallax_words::percent_text;

use crate::say::{count, name, say, text};

use super::figure::{Chart, Figure};

/// What the histogram is drawn from.
#[derive(Clone, Debug, PartialEq)]
struct Drawn {
    edges: Vec<f64>,
    counts: Vec<u64>,
    bins: Vec<Bin>,
}

impl Drawn {
    /// The errors of a tensor; `None` where there are none, or bins and counts do not belong together.
    fn of(tensor: &TensorReport) -> Option<Self> {
        let counts = tensor.evidence.histogram.clone();
        let mut edges = tensor.histogram_edges.clone();
        // The outer bins hold all errors beyond them, however large: they have no end.
        if edges.len() == counts.len() + 1 && edges.len() > 3 {
            edges.pop();
            edges.remove(0);
        }
        let mut drawn = Self { edges, counts, bins: Vec::new() };
        drawn.bins = drawn.with(None, &Palette::light(), histogram_table);
        drawn.bins.iter().any(|bin| bin.count > 0).then_some(drawn)
    }

    fn with<T>(&self, hovered: Option<usize>, palette: &Palette, act: impl FnOnce(&HistogramInput<'_>) -> T) -> T {
        act(&HistogramInput { edges: &self.edges, counts: &self.counts, hovered, palette })
    }

    fn at(&self, bin: usize) -> Option<String> {
        let bin = self.bins.get(bin)?;
        let percent = ("percent", name(percent_text(bin.share)));
        let slots = [("from", name(end(bin.from))), ("to", name(end(bin.to))), ("count", count(bin.count)), percent];
        Some(say("plot-errors-at", slots))
    }
}

impl Chart for Drawn {
    fn picture(&self, size: [f32; 2], hovered: Option<usize>, palette: &Palette) -> String {
        let (title, description) = self.words();
        let words = Words { id: "errors", title: &title, description: &description };
        self.with(hovered, palette, |input| histogram_svg(input, size, &words).svg)
    }

    fn met(&self, size: [f32; 2], x: f32) -> Option<usize> {
        let words = Words { id: "errors", title: "", description: "" };
        self.with(None, &Palette::light(), |input| histogram_svg(input, size, &words).bin_at(x))
    }

    fn draw(&self, ui: &mut egui::Ui, palette: &Palette) -> Option<usize> {
        self.with(None, palette, |input| histogram_ui(ui, input))
    }

    fn axes(&self, _width: f32) -> Axes {
        self.with(None, &Palette::light(), histogram_axes)
    }

    fn words(&self) -> (String, String) {
        (text("plot-errors-title"), described(&self.bins))
    }
}

/// The histogram of errors, where there is one.
#[component]
pub(in super::super) fn Errors(tensor: Memo<Option<Arc<TensorReport>>>) -> impl IntoView {
    let drawn = Memo::new(move |_| Drawn::of(&*tensor.get()?));
    let there = Memo::new(move |_| drawn.with(Option::is_some));
    view! {
        <Show when=move || there.get()>
            <Shown drawn />
        </Show>
    }
}

#[component]
fn Shown(drawn: Memo<Option<Drawn>>) -> impl IntoView {
    let hovered = RwSignal::new(None::<usize>);
    let says = move || drawn.with(|drawn| said_of(&drawn.as_ref()?.bins)).map(|says| view! { <p>{says}</p> });
    let at = move || drawn.with(|drawn| drawn.as_ref()?.at(hovered.get()?));
    let table = move || drawn.get().map(|drawn| view! { <ErrorTable bins=drawn.bins /> });
    view! {
        <section class="stack" data-plot="errors">
            <h3>{text("plot-errors-title")}</h3>
            {says}
            <p class="quiet small">{text("plot-errors-what")}</p>
            <p class="quiet small axis">{text("plot-errors-axis")}</p>
            <Figure chart=drawn hovered />
            <p class="quiet small axis-under">{text("plot-errors-axis-under")}</p>
            <p class="small plot-at">{at}</p>
            <details>
                <summary>{text("report-as-table")}</summary>
                {table}
            </details>
        </section>
    }
}

#[component]
fn ErrorTable(bins: Vec<Bin>) -> impl IntoView {
    let rows = bins
        .iter()
        .map(|bin| {
            view! {
                <tr>
                    <td class="number">{end(bin.from)}</td>
                    <td class="number">{end(bin.to)}</td>
                    <td class="number">{say("window-files-number", [("n", count(bin.count))])}</td>
                    <td class="number">{say("window-files-percent", [("percent", name(percent_text(bin.share)))])}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="scroll short">
            <table class="numbers">
                <thead>
                    <tr>
                        <th scope="col" class="number">{text("plot-errors-from")}</th>
                        <th scope="col" class="number">{text("plot-errors-to")}</th>
                        <th scope="col" class="number">{text("plot-errors-count")}</th>
                        <th scope="col" class="number">{text("plot-errors-share")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Where a bin begins or ends.
fn end(edge: Option<f64>) -> String {
    edge.map_or_else(|| text("plot-errors-open"), crate::parts::number)
}

fn described(bins: &[Bin]) -> String {
    let Some(highest) = bins.iter().max_by_key(|bin| bin.count) else { return String::new() };
    let middle = match (highest.from, highest.to) {
        (Some(from), Some(to)) => (from + to) / 2.0,
        (from, to) => from.or(to).unwrap_or_default(),
    };
    let slots = [
        ("n", count(bins.len())),
        ("percent", name(percent_text(highest.share))),
        ("middle", name(crate::parts::number(middle))),
    ];
    say("plot-errors-description", slots)
}

/// How many differences are usual and how many are large, by the ends of bins that lie nearest to 1 and 3.
fn said_of(bins: &[Bin]) -> Option<String> {
    let edge = |size: f64| {
        let ends = bins.iter().filter_map(|bin| bin.to).filter(|end| *end > 0.0);
        let near = ends.min_by(|one, other| (one - size).abs().total_cmp(&(other - size).abs()))?;
        // Both sides of zero are counted, so that there must be an end on both.
        let mirrored = bins.iter().any(|bin| bin.from.is_some_and(|from| (from + near).abs() < 1e-9));
        (mirrored && (near - size).abs() < 0.5).then_some(near)
    };
    let (usual, large) = (edge(1.0)?, edge(3.0)?);
    let inside = |size: f64| -> f64 {
        let within =
            |bin: &&Bin| bin.from.is_some_and(|from| from > -size - 1e-9) && bin.to.is_some_and(|to| to < size + 1e-9);
        bins.iter().filter(within).map(|bin| bin.share).sum()
    };
    let slots = [
        ("inside", name(percent_text(inside(usual)))),
        ("usual", name(crate::parts::number(usual))),
        ("outside", name(percent_text((1.0 - inside(large)).max(0.0)))),
        ("large", name(crate::parts::number(large))),
    ];
    Some(say("plot-errors-says", slots))
}
