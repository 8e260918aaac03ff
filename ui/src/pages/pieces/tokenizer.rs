//! The parts of the two tokenizers: those that differ with examples of where, the others for who asks.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{PreflightStatus, TokenizerRow, TokensReport};
use parallax_words::visible;

use crate::parts::{SideMark, StatusChip, gradually};
use crate::say::{count, say, text};

/// Rows that are drawn in one go.
const AT_ONCE: usize = 8;

/// The parts of the tokenizers.
#[component]
pub(super) fn Tokenizer(tokens: Arc<TokensReport>) -> impl IntoView {
    let (same, other): (Vec<_>, Vec<_>) =
        tokens.rows.iter().cloned().partition(|row| row.status == PreflightStatus::Same);
    let (n, total) = (same.len(), tokens.rows.len());
    let says = match (total, other.len()) {
        (0, _) => text("window-pieces-tokenizer-none"),
        (_, 0) => say("window-pieces-tokenizer-same", [("total", count(total))]),
        (_, differ) => say("window-pieces-tokenizer-some", [("differ", count(differ)), ("total", count(total))]),
    };
    view! {
        <section class="card" id="tokenizer-parts">
            <h2>{text("window-pieces-tokenizer")}</h2>
            <p>{says}</p>
            {(!other.is_empty()).then(|| view! { <Parts rows=other /> })}
            {(n > 0)
                .then(|| {
                    view! {
                        <details>
                            <summary>{say("window-pieces-same-parts", [("count", count(n))])}</summary>
                            <Parts rows=same />
                        </details>
                    }
                })}
        </section>
    }
}

#[component]
fn Parts(rows: Vec<TokenizerRow>) -> impl IntoView {
    let all = rows.len();
    let drawn = gradually(all, AT_ONCE);
    let row = move |index: usize| rows.get(index).map(row);
    view! {
        <div class="scroll" aria-busy=move || (drawn.get() < all).to_string()>
            <table class="tokenizer-parts">
                <thead>
                    <tr>
                        <th scope="col">{text("window-pieces-part")}</th>
                        <th scope="col">{text("report-preflight-status")}</th>
                        <th scope="col">
                            <span class="nominal"><SideMark filled=false />{text("report-side-published")}</span>
                        </th>
                        <th scope="col">
                            <span class="operative"><SideMark filled=true />{text("report-side-deployed")}</span>
                        </th>
                        <th scope="col">{text("window-pieces-where")}</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || 0..drawn.get() key=|index| *index children=row />
                </tbody>
            </table>
        </div>
    }
}

fn row(row: &TokenizerRow) -> impl IntoView + use<> {
    let value = |value: &Option<String>| match value {
        Some(value) => view! { <bdi class="code">{visible(value).into_owned()}</bdi> }.into_any(),
        None => view! { <span class="quiet">{text("weights-setting-unset")}</span> }.into_any(),
    };
    let places = row.count.map(|places| say("window-pieces-count", [("count", count(places))]));
    let examples = (!row.examples.is_empty()).then(|| {
        let n = row.examples.len();
        let examples = row
            .examples
            .iter()
            .map(|example| view! { <li dir="auto"><bdi>{visible(example).into_owned()}</bdi></li> })
            .collect_view();
        view! {
            <details open=n <= 3>
                <summary class="small">{say("window-pieces-examples", [("count", count(n))])}</summary>
                <ul class="small">{examples}</ul>
            </details>
        }
    });
    view! {
        <tr data-part=row.part.clone() data-differs=(row.status != PreflightStatus::Same).to_string()>
            <th scope="row" class="code">{visible(&row.part).into_owned()}</th>
            <td><StatusChip status=row.status /></td>
            <td>{value(&row.nominal)}</td>
            <td>{value(&row.operative)}</td>
            <td>{places} {examples}</td>
        </tr>
    }
}
