//! The spectrum: whether what remains has directions that rounding does not have.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_plots::spectrum::{
    Series, SpectrumInput, key_svg, spectrum_axes, spectrum_svg, spectrum_table, spectrum_ui,
};
use parallax_plots::{Axes, Palette, Words};
use parallax_wire::{TensorReport, Verdict};

use crate::parts::{Term, palette};
use crate::say::{count, name, say, text};
use crate::session::session;

use super::super::numbers::significant;
use super::figure::{Chart, Figure};

/// Ratio to the published tensor stored again up to which both are called alike.
const ALIKE: f64 = 1.03;

/// What the spectrum is drawn from: both sides in multiples of what noise of their size could reach, where that is known.
#[derive(Clone, Debug, PartialEq)]
struct Drawn {
    values: Vec<f64>,
    null: Vec<f64>,
    edge: Option<f64>,
    /// Whether the verdict is that something of low rank was added: the page draws no conclusions of its own.
    added: bool,
}

impl Drawn {
    fn of(tensor: &TensorReport) -> Self {
        let (evidence, added) = (&tensor.evidence, tensor.verdict == Verdict::ResidualLowrank);
        let edge = |values: &[f64], ratio: Option<f64>| {
            let edge = values.first()? / ratio.filter(|ratio| *ratio > 0.0)?;
            Some(edge).filter(|edge| edge.is_finite() && *edge > 0.0)
        };
        let own = edge(&evidence.spectrum, evidence.edge_ratio);
        let null = edge(&evidence.null_spectrum, evidence.null_edge_ratio);
        let scaled = |values: &[f64], edge: f64| values.iter().map(|value| value / edge).collect();
        match (own, null) {
            (Some(own), Some(null)) => Self {
                values: scaled(&evidence.spectrum, own),
                null: scaled(&evidence.null_spectrum, null),
                edge: Some(1.0),
                added,
            },
            (Some(own), None) if evidence.null_spectrum.is_empty() => {
                Self { values: scaled(&evidence.spectrum, own), null: Vec::new(), edge: Some(1.0), added }
            }
            _ => Self { values: evidence.spectrum.clone(), null: evidence.null_spectrum.clone(), edge: None, added },
        }
    }

    /// What the picture shows, in a sentence.
    fn says(&self) -> String {
        let first = self.values.first().copied();
        match (first, self.null.first().copied(), self.edge) {
            (Some(first), Some(null), _) if null > 0.0 => {
                let ratio = first / null;
                let id = match (self.added, ratio <= ALIKE) {
                    (true, _) => "plot-spectrum-says-above",
                    (false, true) => "plot-spectrum-says-alike",
                    (false, false) => "plot-spectrum-says-ratio",
                };
                say(id, [("ratio", name(format!("{ratio:.2}")))])
            }
            (Some(first), None, Some(_)) => say("plot-spectrum-says-edge", [("ratio", name(format!("{first:.2}")))]),
            _ => text("plot-spectrum-says-nothing"),
        }
    }

    fn description(&self) -> String {
        let of =
            |value: Option<&f64>| name(value.map_or_else(|| text("report-not-measured"), |value| significant(*value)));
        let (n, first, last) = (count(self.values.len()), of(self.values.first()), of(self.values.last()));
        match self.null.first() {
            None => say("plot-spectrum-description", [("n", n), ("first", first), ("last", last)]),
            null => {
                let slots = [("n", n), ("first", first), ("last", last), ("null", of(null))];
                say("plot-spectrum-description-null", slots)
            }
        }
    }
}

impl Drawn {
    fn with<T>(&self, hovered: Option<usize>, palette: &Palette, act: impl FnOnce(&SpectrumInput<'_>) -> T) -> T {
        act(&SpectrumInput { values: &self.values, null: &self.null, edge: self.edge, hovered, palette })
    }

    fn at(&self, direction: usize) -> String {
        let number = ("direction", count(direction + 1));
        let of = |side: &[f64]| side.get(direction).map(|value| significant(*value));
        let value = ("value", name(of(&self.values).unwrap_or_else(|| text("report-not-measured"))));
        match of(&self.null) {
            None => say("plot-spectrum-at", [number, value]),
            Some(null) => say("plot-spectrum-at-null", [number, value, ("null", name(null))]),
        }
    }
}

impl Chart for Drawn {
    fn picture(&self, size: [f32; 2], hovered: Option<usize>, palette: &Palette) -> String {
        let (title, description) = self.words();
        let words = Words { id: "spectrum", title: &title, description: &description };
        self.with(hovered, palette, |input| spectrum_svg(input, size, &words).svg)
    }

    fn met(&self, size: [f32; 2], x: f32) -> Option<usize> {
        let words = Words { id: "spectrum", title: "", description: "" };
        self.with(None, &Palette::light(), |input| {
            spectrum_svg(input, size, &words).direction_at(x, input.directions())
        })
    }

    fn draw(&self, ui: &mut egui::Ui, palette: &Palette) -> Option<usize> {
        self.with(None, palette, |input| spectrum_ui(ui, input))
    }

    fn axes(&self, width: f32) -> Axes {
        self.with(None, &Palette::light(), |input| spectrum_axes(input, width))
    }

    fn words(&self) -> (String, String) {
        (text("plot-spectrum-title"), self.description())
    }
}

/// The spectrum of what remains, where it was computed.
#[component]
pub(in super::super) fn Spectrum(tensor: Memo<Option<Arc<TensorReport>>>) -> impl IntoView {
    let drawn = Memo::new(move |_| {
        let tensor = tensor.get()?;
        (!tensor.evidence.spectrum.is_empty()).then(|| Drawn::of(&tensor))
    });
    let there = Memo::new(move |_| drawn.with(Option::is_some));
    view! {
        <Show when=move || there.get()>
            <Shown drawn />
        </Show>
    }
}

#[component]
fn Shown(drawn: Memo<Option<Drawn>>) -> impl IntoView {
    let session = session();
    let hovered = RwSignal::new(None::<usize>);
    let with =
        move |read: fn(&Drawn) -> String| move || drawn.with(|drawn| drawn.as_ref().map(read)).unwrap_or_default();
    let at = move || drawn.with(|drawn| Some(drawn.as_ref()?.at(hovered.get()?)));
    let axis = |drawn: &Drawn| text(if drawn.edge.is_some() { "plot-spectrum-axis" } else { "plot-spectrum-axis-raw" });
    let keys = move || {
        let (null, edge) = drawn.with(|drawn| {
            drawn.as_ref().map_or((false, false), |drawn| (!drawn.null.is_empty(), drawn.edge.is_some()))
        });
        let series = [
            (Series::Remains, "plot-spectrum-remains", true),
            (Series::StoredAgain, "plot-spectrum-null", null),
            (Series::Edge, "plot-spectrum-edge", edge),
        ];
        let key = |(series, id, _): (Series, &str, bool)| {
            let picture = key_svg(series, &palette(&session.theme.get()));
            view! { <li><span class="key" inner_html=picture></span>{text(id)}</li> }
        };
        series.into_iter().filter(|(_, _, there)| *there).map(key).collect_view()
    };
    let table = move || drawn.get().map(|drawn| view! { <SpectrumTable drawn /> });
    view! {
        <section class="stack" data-plot="spectrum">
            <h3>{text("plot-spectrum-title")}</h3>
            <p>{with(Drawn::says)}</p>
            <p class="quiet small">{text("plot-spectrum-what")} " " <Term id="residual" /></p>
            <p class="quiet small axis">{with(axis)}</p>
            <Figure chart=drawn hovered />
            <p class="quiet small axis-under">{text("plot-spectrum-axis-under")}</p>
            <p class="small plot-at">{at}</p>
            <ul class="signs small">{keys}</ul>
            <details>
                <summary>{text("report-as-table")}</summary>
                {table}
            </details>
        </section>
    }
}

#[component]
fn SpectrumTable(drawn: Drawn) -> impl IntoView {
    let with_null = !drawn.null.is_empty();
    let cell = |value: Option<f64>| value.map_or_else(|| text("report-not-measured"), significant);
    let rows = drawn
        .with(None, &Palette::light(), spectrum_table)
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row" class="number">{row.direction}</th>
                    <td class="number">{cell(row.value)}</td>
                    {with_null.then(|| view! { <td class="number">{cell(row.null)}</td> })}
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="scroll short">
            <table class="numbers">
                <thead>
                    <tr>
                        <th scope="col" class="number">{text("plot-spectrum-direction")}</th>
                        <th scope="col" class="number">{text("plot-spectrum-remains")}</th>
                        {with_null.then(|| view! { <th scope="col" class="number">{text("plot-spectrum-null")}</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
