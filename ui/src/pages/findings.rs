//! The findings, ranked, each as a sentence with what it does not say.

use leptos::prelude::*;
use parallax_wire::{Audit, Finding, shared_limits};

use crate::parts::gradually;
use crate::place::Place;
use crate::say::{count, language, name, say, text};
use crate::session::session;

/// Findings that are drawn in one go.
const AT_ONCE: usize = 3;

/// The list of findings.
#[component]
pub(crate) fn Findings() -> impl IntoView {
    let session = session();
    move || session.with_audit(page)
}

fn page(audit: &Audit) -> impl IntoView + use<> {
    let shared = shared_limits(&audit.findings);
    let (findings, all) = (audit.findings.clone(), audit.findings.len());
    let drawn = gradually(all, AT_ONCE);
    let card = {
        let shared = shared.clone();
        move |index: usize| {
            let finding = findings.get(index)?.clone();
            let own: Vec<String> = finding.limits.iter().filter(|limit| !shared.contains(limit)).cloned().collect();
            Some(view! { <li><FindingCard finding limits=own /></li> })
        }
    };
    let none = all == 0;
    view! {
        <header>
            <h1 tabindex="-1">{text("report-found")}</h1>
            <p>{if none { text("window-findings-none") } else { text("report-found-order") }}</p>
        </header>
        <ol class="findings" aria-busy=move || (drawn.get() < all).to_string()>
            <For each=move || 0..drawn.get() key=|index| *index children=card />
        </ol>
        {(!shared.is_empty())
            .then(|| {
                view! {
                    <section class="note-box">
                        <h2>{text("report-limits-shared")}</h2>
                        <ul>{shared.into_iter().map(|limit| view! { <li>{limit}</li> }).collect_view()}</ul>
                    </section>
                }
            })}
    }
}

/// One finding of a list.
#[component]
pub(crate) fn FindingCard(finding: Finding, #[prop(optional)] limits: Vec<String>) -> impl IntoView {
    let session = session();
    let id = finding.id.clone();
    let place = Place::Finding(id.clone());
    let suite = finding.suite.as_deref().map(|suite| session.suite_title(suite));
    let tag = finding.language.as_deref().map(language);
    let items = finding.items.len();
    view! {
        <article class="card finding" data-finding=id.clone()>
            <p class="row small">
                <span class="chip">{say("window-finding-name", [("id", name(id.clone()))])}</span>
                {suite.map(|suite| view! { <span class="chip">{suite}</span> })}
                {tag.map(|tag| view! { <span class="chip">{tag}</span> })}
            </p>
            <p class="sentence"><a href=place.hash()>{finding.sentence.clone()}</a></p>
            {(!limits.is_empty())
                .then(|| {
                    view! {
                        <details>
                            <summary class="small">{text("report-limits")}</summary>
                            <ul class="small">{limits.into_iter().map(|limit| view! { <li>{limit}</li> }).collect_view()}</ul>
                        </details>
                    }
                })}
            {(items > 0)
                .then(|| {
                    view! {
                        <p class="small">
                            <a href=place.hash()>{say("window-finding-look", [("n", count(items))])}</a>
                        </p>
                    }
                })}
        </article>
    }
}
