//! Objections: all of the case, and one of them as a form while it is a draft.

mod choices;
mod form;
mod list;
mod people;
mod saving;
mod sealed;
mod texts;
mod unsaved;

use leptos::prelude::*;
use parallax_wire::{Finding, ReportStatus, ShowContestation};

use crate::load::{load, show};
use crate::pages::contest::form::Form;
use crate::pages::contest::sealed::Sealed;
use crate::place::Place;
use crate::say::{count, say, text};
use crate::session::session;

pub(crate) use list::Contestations;

/// One objection.
#[component]
pub(crate) fn ContestationPage(id: String) -> impl IntoView {
    let session = session();
    let state = load(move || Some(ShowContestation { case: session.case_id()?, id: id.clone() }));
    view! {
        <header>
            <p class="row small"><a href=Place::Contestations.hash()>{text("window-contest-title")}</a></p>
            <h1 tabindex="-1">{text("window-contest-one")}</h1>
        </header>
        {show(state, move |state| {
            let state = (*state).clone();
            if state.report.status == ReportStatus::Draft {
                view! { <Form state /> }.into_any()
            } else {
                view! { <Sealed report=state.report /> }.into_any()
            }
        })}
    }
}

/// The sentences of findings, each with a way to it where the case still has it.
#[component]
fn Rests(findings: Vec<Finding>) -> impl IntoView {
    let session = session();
    let sentences = findings
        .into_iter()
        .map(|finding| {
            // Another run may call another finding by the same id.
            let known = session.finding(&finding.id).is_some_and(|now| now.sentence == finding.sentence);
            let place = Place::Finding(finding.id);
            let sentence = finding.sentence;
            view! {
                <li>
                    {if known {
                        view! { <a class="quiet-link" href=place.hash()>{sentence}</a> }.into_any()
                    } else {
                        sentence.into_any()
                    }}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="rests">{sentences}</ul> }
}

/// How many findings an objection rests on.
fn rests_on(findings: &[Finding]) -> String {
    say("window-contest-rests", [("n", count(findings.len()))])
}
