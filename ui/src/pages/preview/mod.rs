//! Exactly what leaves with an objection, file by file, and then the seal.

mod files;
mod seal;

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{PreviewContestation, ReportStatus, ShowContestation};

use crate::load::{load, show};
use crate::pages::preview::files::Files;
use crate::pages::preview::seal::Seal;
use crate::place::Place;
use crate::say::text;
use crate::session::session;

/// The page that shows what would leave.
#[component]
pub(crate) fn PreviewPage(id: String) -> impl IntoView {
    let session = session();
    let back = Place::Contestation(id.clone()).hash();
    let state = load(move || Some(ShowContestation { case: session.case_id()?, id: id.clone() }));
    view! {
        <header>
            <p class="row small">
                <a href=Place::Contestations.hash()>{text("window-contest-title")}</a>
                <a href=back>{text("window-seal-back")}</a>
            </p>
            <h1 tabindex="-1">{text("window-seal-title")}</h1>
        </header>
        {show(state, move |state| {
            let missing = state.missing.clone();
            if state.report.status != ReportStatus::Draft {
                view! { <p class="note-box">{text("window-seal-already")}</p> }.into_any()
            } else if missing.is_empty() {
                view! { <Leaving id=state.report.id.clone() /> }.into_any()
            } else {
                view! {
                    <div class="note-box unsure">
                        <h2>{text("window-seal-not-yet")}</h2>
                        <ul>{missing.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()}</ul>
                    </div>
                }
                .into_any()
            }
        })}
    }
}

/// The files of a draft that lacks nothing, and the seal.
#[component]
fn Leaving(id: String) -> impl IntoView {
    let session = session();
    let wanted = id.clone();
    let files = load(move || Some(PreviewContestation { case: session.case_id()?, id: wanted.clone() }));
    show(files, move |files| {
        view! {
            <p class="lead">{text("window-seal-lead")}</p>
            <Files files=Arc::clone(&files) />
            <Seal id=id.clone() files />
        }
    })
}
