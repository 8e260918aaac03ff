//! The numbers behind a verdict, and the rows and columns that differ most; what is undefined says why.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{Line, TensorReport};
use parallax_words::percent_text;

use crate::parts::Term;
use crate::say::{count, name, say, text};

/// Rows and columns that are listed.
const MOST_LINES: usize = 8;

/// The numbers of a tensor.
#[component]
pub(super) fn Numbers(tensor: Arc<TensorReport>) -> impl IntoView {
    // Why a number is not there: the reason that the comparison gives, or one that follows from the number itself.
    let missing = |otherwise: &str| match &tensor.undefined {
        Some(reason) => say("window-tensor-undefined", [("reason", name(reason))]),
        None => text(otherwise),
    };
    let shown = |value: Option<f64>, form: &dyn Fn(f64) -> String, otherwise: &str| match value {
        Some(value) => form(value),
        None => missing(otherwise),
    };
    let relative = shown(tensor.relative_error, &|value| percent(value), "report-not-measured");
    let cosine = shown(tensor.cosine, &near_one, "report-not-measured");
    let decibels = |value: f64| say("window-tensor-decibels", [("value", name(format!("{value:.1}")))]);
    let equal = tensor.relative_error == Some(0.0);
    let sqnr = if equal { "window-tensor-no-noise" } else { "report-not-measured" };
    let robust = if tensor.relative_error.is_some() { "window-tensor-too-few" } else { "report-not-measured" };
    let lines = [
        ("window-tensor-relative", relative),
        ("window-tensor-cosine", cosine),
        ("window-tensor-sqnr", shown(tensor.sqnr_db, &decibels, sqnr)),
        ("window-tensor-max", shown(tensor.max_error, &significant, "report-not-measured")),
        ("window-tensor-robust", shown(tensor.robust_z, &|value| format!("{value:.1}"), robust)),
    ];
    let p =
        tensor.evidence.p.map(|p| ("window-tensor-p", if p > 0.0 { significant(p) } else { "< 1e-300".to_owned() }));
    let lines = lines
        .into_iter()
        .chain(p)
        .map(|(id, value)| view! { <tr><th scope="row">{text(id)}</th><td class="number">{value}</td></tr> })
        .collect_view();
    view! {
        <section class="stack">
            <h3>{text("window-tensor-numbers")}</h3>
            <table class="numbers tensor-numbers">
                <tbody>{lines}</tbody>
            </table>
            <p class="small"><Term id="residual" /></p>
        </section>
    }
}

/// Rows and columns that differ most, side by side.
#[component]
pub(super) fn Worst(tensor: Arc<TensorReport>) -> impl IntoView {
    if tensor.worst_rows.is_empty() && tensor.worst_columns.is_empty() {
        return ().into_any();
    }
    let table = |id: &'static str, lines: &[Line]| {
        (!lines.is_empty()).then(|| {
            let lines = lines.iter().take(MOST_LINES).map(line).collect_view();
            view! {
                <table class="numbers">
                    <thead>
                        <tr>
                            <th scope="col">{text(id)}</th>
                            <th scope="col" class="number">{text("window-tensor-worst-error")}</th>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            }
        })
    };
    view! {
        <details>
            <summary>{text("window-tensor-worst")}</summary>
            <div class="cards">
                {table("window-tensor-worst-row", &tensor.worst_rows)}
                {table("window-tensor-worst-column", &tensor.worst_columns)}
            </div>
        </details>
    }
    .into_any()
}

fn line(line: &Line) -> impl IntoView + use<> {
    view! {
        <tr>
            <th scope="row">{say("window-files-number", [("n", count(line.index))])}</th>
            <td class="number">{percent(line.relative_error)}</td>
        </tr>
    }
}

/// A share in percent.
fn percent(share: f64) -> String {
    say("window-files-percent", [("percent", name(percent_text(share)))])
}

/// A cosine with as many digits as tell it from 1.
fn near_one(cosine: f64) -> String {
    let away = (1.0 - cosine.abs()).abs();
    let digits = if away > 0.0 { (2.0 - away.log10().floor()).clamp(4.0, 12.0) as usize } else { 4 };
    format!("{cosine:.digits$}")
}

/// A number with three significant digits; very small and very large ones with a power of ten.
pub(super) fn significant(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if !(1e-4..1e6).contains(&size) {
        format!("{value:.2e}")
    } else {
        let digits = (2.0 - size.log10().floor()).clamp(0.0, 6.0) as usize;
        format!("{value:.digits$}")
    }
}
