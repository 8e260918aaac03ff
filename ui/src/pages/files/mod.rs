//! Whether the stored numbers of the deployed model come from the published one: the whole, where in the model, each
//! tensor, and the files themselves.

mod chosen;
mod claim;
mod filters;
mod grid;
mod headline;
mod identities;
mod numbers;
mod plots;
mod rest;
mod sign;
mod table;
mod tensor;
mod verdicts;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{FilesOverview, ShowFiles};

use crate::bridge;
use crate::dom::breath;
use crate::load::{load_by, show};
use crate::parts::{Later, wide};
use crate::place::{FilesQuery, Place};
use crate::say::text;
use crate::session::session;

use chosen::TensorDrawer;
use claim::ClaimCard;
use grid::TensorGrid;
use headline::Headline;
use identities::Identities;
use rest::Rest;
pub(crate) use rest::Settings;
use table::TensorTable;
pub(crate) use tensor::TensorPage;
use verdicts::Verdicts;

/// The page of files; which tensors it lists follows the address.
#[component]
pub(crate) fn Files() -> impl IntoView {
    let session = session();
    let reply = load_by(move || {
        let request = ShowFiles { case: session.case_id()? };
        Some(async move { Ok(bridge::show_files(&request).await?.map(Arc::new)) })
    });
    on_cleanup(move || {
        if let Some(files) = reply.try_get_untracked().and_then(|reply| reply.ready()) {
            spawn_local(let_go(files));
        }
    });
    view! {
        <header>
            <h1 tabindex="-1">{text("window-files-title")}</h1>
            <p>{text("window-files-lead")}</p>
        </header>
        {show(reply, |reply| match &*reply {
            Some(files) => view! { <Compared files=Arc::clone(files) /> }.into_any(),
            None => view! { <p class="note-box unsure" id="files-none">{text("window-files-none")}</p> }.into_any(),
        })}
    }
}

/// Frees the rows of a page that is left, a few at a time: freeing ten thousand takes longer than drawing a page.
async fn let_go(reply: Arc<Option<Arc<FilesOverview>>>) {
    const AT_ONCE: usize = 500;
    breath().await;
    // Where somebody still has them, they go with whoever comes last.
    let files = Arc::try_unwrap(reply).ok().flatten().and_then(|files| Arc::try_unwrap(files).ok());
    let mut rows = files.map(|files| files.rows).unwrap_or_default();
    while !rows.is_empty() {
        rows.truncate(rows.len().saturating_sub(AT_ONCE));
        breath().await;
    }
}

/// What a comparison found.
#[component]
fn Compared(files: Arc<FilesOverview>) -> impl IntoView {
    let session = session();
    // When one leaves, the old query stays for the moment until the page is gone.
    let query = Memo::new(move |before: Option<&FilesQuery>| match session.place.get() {
        Place::Files(query) => query,
        _ => before.cloned().unwrap_or_default(),
    });
    let wide = wide();
    let some = !files.rows.is_empty();
    // A large model has ten thousand tensors: what is read first is drawn first, and the rest piece by piece.
    let [verdicts, grid, list, identities, rest] = [(); 5].map(|()| Arc::clone(&files));
    let listed = move || {
        // Who comes back from the page of a tensor goes on where the list was left.
        if !wide.get_untracked() && session.tensor.with_untracked(Option::is_some) {
            see_list();
        }
        view! { <TensorTable files=Arc::clone(&list) query wide /> }
    };
    view! {
        <Headline files=Arc::clone(&files) />
        <ClaimCard claim=files.report.claim.clone() />
        {some
            .then(|| {
                view! {
                    <Later breaths=1>
                        <Verdicts files=Arc::clone(&verdicts) />
                    </Later>
                }
            })}
        {some
            .then(|| {
                view! {
                    <div class="with-item">
                        <section class="stack wide-gap" aria-label=text("window-files-table")>
                            <Later breaths=2>
                                <TensorGrid files=Arc::clone(&grid) wide />
                            </Later>
                            <Later breaths=3>{listed()}</Later>
                        </section>
                        <Show when=move || wide.get()>
                            <TensorDrawer />
                        </Show>
                    </div>
                }
            })}
        <Later breaths=5>
            <Identities files=Arc::clone(&identities) />
        </Later>
        <Later breaths=6>
            <Rest files=Arc::clone(&rest) />
        </Later>
    }
}

/// Shows a tensor beside the list where there is room, and on a page of its own otherwise.
fn choose(session: crate::session::Session, name: &str, wide: Memo<bool>) {
    session.tensor.set(Some(name.to_owned()));
    if !wide.get_untracked() {
        session.go(&Place::Tensor(name.to_owned()));
    }
}

/// Goes to a list of tensors and brings it into sight.
fn to_list(query: FilesQuery) {
    crate::session::session().go(&Place::Files(query));
    see_list();
}

/// Brings the list of tensors into sight once it is drawn anew.
fn see_list() {
    request_animation_frame(|| {
        if let Some(list) = document().get_element_by_id("tensors") {
            list.scroll_into_view();
        }
    });
}
