//! First checks: what must agree before anything is compared.

use leptos::prelude::*;
use parallax_wire::{Audit, PreflightRow, PreflightStatus};

use crate::parts::{StatusChip, gradually};
use crate::place::Place;
use crate::say::{count, language, say, text};
use crate::session::{Session, session};

/// Rows that are drawn in one go.
const AT_ONCE: usize = 6;

/// The page of first checks.
#[component]
pub(crate) fn Preflight() -> impl IntoView {
    let session = session();
    move || session.with_audit(|audit| page(session, audit))
}

fn page(session: Session, audit: &Audit) -> impl IntoView + use<> {
    // What needs attention comes first; within that, the order of the audit.
    let weight = |status: PreflightStatus| match status {
        PreflightStatus::CannotTest => 0,
        PreflightStatus::Differs => 1,
        PreflightStatus::Unknown => 2,
        PreflightStatus::Same => 3,
    };
    let (mut general, single): (Vec<_>, Vec<_>) = audit.preflight.iter().cloned().partition(|row| row.item.is_none());
    general.sort_by_key(|row| weight(row.status));
    let n = single.len();
    view! {
        <header>
            <h1 tabindex="-1">{text("report-preflight")}</h1>
            <p>{text("report-preflight-meaning")}</p>
        </header>
        <section class="card">
            <Table session rows=general />
        </section>
        {(n > 0)
            .then(|| {
                view! {
                    <section class="card">
                        <details>
                            <summary>{say("report-preflight-items", [("n", count(n))])}</summary>
                            <Table session rows=single />
                        </details>
                    </section>
                }
            })}
    }
}

#[component]
fn Table(session: Session, rows: Vec<PreflightRow>) -> impl IntoView {
    let all = rows.len();
    let drawn = gradually(all, AT_ONCE);
    let row = move |index: usize| rows.get(index).map(|row| line(session, row));
    view! {
        <div class="scroll" aria-busy=move || (drawn.get() < all).to_string()>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{text("report-preflight-check")}</th>
                        <th scope="col">{text("report-preflight-status")}</th>
                        <th scope="col">{text("report-preflight-detail")}</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || 0..drawn.get() key=|index| *index children=row />
                </tbody>
            </table>
        </div>
    }
}

fn line(session: Session, row: &PreflightRow) -> impl IntoView + use<> {
    let (kind, suite) =
        row.check.split_once('/').map_or((row.check.as_str(), None), |(kind, suite)| (kind, Some(suite)));
    let check = match kind {
        "files" | "architecture" | "size" | "tokenizer" | "token-ids" | "language" | "special-tokens"
        | "lower-casing" | "pooling" | "normalisation" | "truncation" | "prompt-prefix" | "number-types"
        | "item-order" | "labels" | "reader" => format!("check-{kind}"),
        _ => "check-other".to_owned(),
    };
    let about = [suite.map(|suite| session.suite_title(suite)), row.language.as_deref().map(language)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let item = row.item.as_deref().and_then(|item| item.split_once('/').or(suite.map(|suite| (suite, item)))).map(
        |(suite, item)| {
            let place = Place::Item(suite.to_owned(), item.to_owned());
            view! { " " <a href=place.hash()>{item.to_owned()}</a> }
        },
    );
    view! {
        <tr>
            <th scope="row">
                {text(&check)} {(!about.is_empty()).then(|| view! { <br /><span class="quiet small">{about}</span> })}
            </th>
            <td><StatusChip status=row.status /></td>
            <td>{row.detail.clone()} {item}</td>
        </tr>
    }
}
