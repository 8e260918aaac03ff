//! What a simple rule can learn from the inner numbers at each step.

use leptos::prelude::*;
use parallax_wire::{Audit, ProbeScores};

use crate::parts::{Term, number};
use crate::say::{count, name, say, text};
use crate::session::session;

/// A column: its words, its short technical name, and its value.
type Column = (&'static str, &'static str, fn(&ProbeScores) -> Option<f64>);

const COLUMNS: [Column; 6] = [
    ("window-step-probe-nominal", "nominal", |scores| scores.nominal),
    ("window-step-probe-transfer", "transfer", |scores| scores.transfer),
    ("window-step-probe-refitted", "refitted", |scores| scores.refitted),
    ("window-step-probe-words", "bag of tokens", |scores| scores.bag_of_tokens),
    ("window-step-probe-control", "control task", |scores| scores.control),
    ("window-step-probe-chance", "majority", |scores| Some(scores.chance)),
];

/// The probes of a suite, where there are any.
#[component]
pub(super) fn Probes(suite: String) -> impl IntoView {
    let session = session();
    let probes = |audit: &Audit| {
        let of_suite = audit.readers.iter().filter(|reader| reader.suite == suite);
        of_suite.flat_map(|reader| reader.probes.clone()).collect::<Vec<_>>()
    };
    let probes = session.with_audit(probes).unwrap_or_default();
    let n = probes.first().map(|scores| scores.n);
    (!probes.is_empty()).then(|| {
        let head = COLUMNS
            .iter()
            .map(|(id, technical, _)| {
                view! { <th scope="col">{text(id)} " " <span class="quiet code">{*technical}</span></th> }
            })
            .collect_view();
        view! {
            <details class="card folded">
                <summary>{text("window-step-probe-title")}</summary>
                <div class="stack">
                    <p>
                        {text("window-step-probe-meaning")} " " <Term id="probe" shown=text("window-what-is-this") />
                    </p>
                    <p class="quiet small">{text("window-step-probe-how")}</p>
                    <div class="scroll">
                        <table class="numbers">
                            <thead>
                                <tr><th scope="col">{text("window-step-step")}</th> {head}</tr>
                            </thead>
                            <tbody>{probes.iter().map(line).collect_view()}</tbody>
                        </table>
                    </div>
                    {n.map(|n| view! { <p class="quiet small">{say("window-step-probe-n", [("n", count(n))])}</p> })}
                </div>
            </details>
        }
    })
}

fn line(scores: &ProbeScores) -> impl IntoView + use<> {
    let cells = match &scores.undefined {
        Some(reason) => {
            let reason = say("window-step-undefined", [("reason", name(reason))]);
            view! { <td colspan="6" class="quiet">{reason}</td> }.into_any()
        }
        None => COLUMNS
            .iter()
            .map(|(_, _, value)| {
                let shown = value(scores).map_or_else(|| text("report-not-measured"), number);
                view! { <td class="number">{shown}</td> }
            })
            .collect_view()
            .into_any(),
    };
    view! {
        <tr>
            <th scope="row">{scores.tap}</th>
            {cells}
        </tr>
    }
}
