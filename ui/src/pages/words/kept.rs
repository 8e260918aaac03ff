//! Words that are kept in the case: keeping what was just sorted, looking at it again, and removing it for good.

use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{Error, ForgetWords, KeepWords, KeptWords};

use crate::bridge;
use crate::pages::words::sorted::SortedView;
use crate::parts::{Confirm, Failed, ItemText};
use crate::say::{name, say, text};
use crate::session::session;

/// Keeps what was just sorted, by the id of that reply.
#[component]
pub(super) fn Keep(sorted: String, again: Callback<()>) -> impl IntoView {
    let session = session();
    let busy = RwSignal::new(false);
    let kept = RwSignal::new(false);
    let failed = RwSignal::new(None::<Error>);
    let keep = move |_| {
        let Some(case) = session.case_id() else { return };
        busy.set(true);
        failed.set(None);
        let sorted = sorted.clone();
        spawn_local(async move {
            let reply = bridge::call(&KeepWords { case, sorted }).await;
            if busy.is_disposed() {
                return;
            }
            busy.set(false);
            match reply {
                Ok(_) => {
                    kept.set(true);
                    again.run(());
                    session.refresh();
                }
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    view! {
        <div class="row keep">
            <button type="button" id="keep-words" disabled=move || busy.get() || kept.get() on:click=keep>
                {text("window-words-keep")}
            </button>
            <span class="quiet small" role="status">
                {move || text(if kept.get() { "window-words-keep-done" } else { "window-words-keep-meaning" })}
            </span>
        </div>
        {move || failed.get().map(|error| view! { <Failed error /> })}
    }
}

/// All kept words, the oldest first.
#[component]
pub(super) fn KeptList(kept: Vec<KeptWords>, again: Callback<()>) -> impl IntoView {
    if kept.is_empty() {
        return view! { <p class="quiet">{text("window-words-kept-none")}</p> }.into_any();
    }
    let one = move |words: KeptWords| view! { <Kept words again /> };
    view! { <ul class="plain-list">{kept.into_iter().map(one).collect_view()}</ul> }.into_any()
}

#[component]
fn Kept(words: KeptWords, again: Callback<()>) -> impl IntoView {
    let session = session();
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<Error>);
    let id = words.id.clone();
    let forget = move |()| {
        let Some(case) = session.case_id() else { return };
        busy.set(true);
        failed.set(None);
        let words = id.clone();
        spawn_local(async move {
            let reply = bridge::call(&ForgetWords { case, words }).await;
            if busy.is_disposed() {
                return;
            }
            busy.set(false);
            match reply {
                Ok(()) => {
                    again.run(());
                    session.refresh();
                }
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    let sorted = words.sorted;
    let (shown, language) = (sorted.text.clone(), sorted.language.clone());
    let about = say("window-words-kept-on", [("day", name(words.created)), ("language", name(language.clone()))]);
    // What is closed is not drawn: a case may keep many words.
    let open = RwSignal::new(false);
    view! {
        <li class="card kept">
            <p class="own-text"><ItemText text=shown language /></p>
            <p class="quiet small">{about}</p>
            <details on:toggle=move |_| open.set(true)>
                <summary class="small">{text("window-words-kept-how")}</summary>
                {move || open.get().then(|| view! { <div class="stack"><SortedView sorted=sorted.clone() quoted=false /></div> })}
            </details>
            <Confirm
                action="window-words-forget"
                question="window-words-forget-ask"
                leave="window-words-forget-not"
                disabled=busy
                run=forget
            />
            {move || failed.get().map(|error| view! { <Failed error /> })}
        </li>
    }
}
