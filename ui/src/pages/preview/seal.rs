//! Seals an objection into a folder, and says where it is, by which key, and how it can be checked.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{ChooseFolder, ChosenPlace, Error, PreviewFile, SealContestation, SealedBundle, VerifyReply};

use crate::bridge;
use crate::pages::verify::{Fingerprint, Verified, check};
use crate::parts::{Failed, Term};
use crate::say::{count, name, say, text};
use crate::session::session;

/// The page of the bundle that says how to check it.
const HOWTO: &str = "data/reproduce/HOWTO.en.txt";

/// The seal: first where to, then what came of it.
#[component]
pub(super) fn Seal(id: String, files: Arc<Vec<PreviewFile>>) -> impl IntoView {
    let session = session();
    let folder = RwSignal::new(None::<ChosenPlace>);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<Error>);
    let sealed = RwSignal::new(None::<SealedBundle>);
    let id = StoredValue::new(id);
    let seal = move |_| {
        let Some(case) = session.case_id() else { return };
        busy.set(true);
        failed.set(None);
        let request =
            SealContestation { case, id: id.get_value(), folder: folder.get_untracked().map(|folder| folder.id) };
        spawn_local(async move {
            let reply = bridge::call(&request).await;
            if busy.is_disposed() {
                return;
            }
            busy.set(false);
            match reply {
                Ok(bundle) => {
                    sealed.set(Some(bundle));
                    session.refresh();
                }
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    move || match sealed.get() {
        Some(bundle) => view! { <Done bundle files=Arc::clone(&files) /> }.into_any(),
        None => view! {
            <section class="card" id="seal-step">
                <h2>{text("window-seal-step")}</h2>
                <p>{text("window-seal-meaning")}</p>
                <p>{text("contest-revocable")}</p>
                <Where folder failed busy />
                {move || failed.get().map(|error| view! { <Failed error /> })}
                <div class="row">
                    <button type="button" class="main" id="seal" disabled=move || busy.get() on:click=seal>
                        {text("window-seal-do")}
                    </button>
                    <span role="status" class="quiet">{move || busy.get().then(|| text("window-seal-doing"))}</span>
                </div>
            </section>
        }
        .into_any(),
    }
}

/// Where the folder goes.
#[component]
fn Where(
    folder: RwSignal<Option<ChosenPlace>>,
    failed: RwSignal<Option<Error>>,
    busy: RwSignal<bool>,
) -> impl IntoView {
    let choose = move |_| {
        spawn_local(async move {
            match bridge::call(&ChooseFolder {}).await {
                Ok(Some(place)) => {
                    failed.try_set(None);
                    folder.try_set(Some(place));
                }
                Ok(None) => {}
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    let said = move || match folder.get() {
        Some(place) => say("window-seal-folder-chosen", [("folder", name(place.name))]),
        None => text("window-seal-folder-default"),
    };
    view! {
        <div class="row">
            <span role="status"><strong>{said}</strong></span>
            <button type="button" id="choose-seal-folder" disabled=move || busy.get() on:click=choose>
                {text("window-seal-folder-choose")}
            </button>
            <Show when=move || folder.with(Option::is_some)>
                <button type="button" class="plain" on:click=move |_| folder.set(None)>
                    {text("window-seal-folder-usual")}
                </button>
            </Show>
        </div>
    }
}

/// What sealing made.
#[component]
fn Done(bundle: SealedBundle, files: Arc<Vec<PreviewFile>>) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    // The button that was pressed is gone; the keyboard goes on here.
    heading.on_load(|heading| {
        let _focus_is_a_courtesy = heading.focus();
    });
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<Error>);
    let verified = RwSignal::new(None::<VerifyReply>);
    let place = bundle.place;
    let verify = move |_| spawn_local(check(place.clone(), busy, failed, verified));
    view! {
        <section class="stack" id="sealed">
            <div class="verdict good">
                <span class="sign" aria-hidden="true">"✓"</span>
                <div>
                    <h2 tabindex="-1" node_ref=heading>{text("window-seal-done")}</h2>
                    <p>{say("window-seal-done-files", [("n", count(bundle.reply.files))])}</p>
                </div>
            </div>
            <div class="card">
                <p class="label">{text("window-seal-where")}</p>
                <p class="code where" dir="ltr">{parallax_words::visible(&bundle.shown_path).into_owned()}</p>
                <p class="label"><Term id="fingerprint" shown=text("window-seal-key") /></p>
                <Fingerprint fingerprint=bundle.reply.fingerprint />
                <p class="note-box unsure"><strong>{text("cli-sealed-next")}</strong></p>
                <div class="row">
                    <button
                        type="button"
                        class="main"
                        id="verify-sealed"
                        disabled=move || busy.get()
                        on:click=verify
                    >
                        {text("window-seal-check")}
                    </button>
                    <span role="status" class="quiet">{move || busy.get().then(|| text("window-verify-checking"))}</span>
                </div>
            </div>
            {move || failed.get().map(|error| view! { <Failed error /> })}
            {move || verified.get().map(|reply| view! { <Verified reply /> })}
            <Receiver files />
        </section>
    }
}

/// How the receiver checks the folder, from the very page that left with it.
#[component]
fn Receiver(files: Arc<Vec<PreviewFile>>) -> impl IntoView {
    let with_parallax = text("howto-check-parallax");
    let page = files.iter().find(|file| file.path == HOWTO).map(|file| file.content.as_str()).unwrap_or_default();
    // After its title the page says how to check, then how with Parallax, and then how to repeat.
    let steps = page
        .split("\n\n")
        .skip(1)
        .take_while(|step| !step.starts_with(&with_parallax))
        .map(|step| {
            let lines = step.lines().map(|line| match line.strip_prefix("  ") {
                Some(command) => view! { <pre class="command" dir="ltr">{command.to_owned()}</pre> }.into_any(),
                None => view! { <p>{line.to_owned()}</p> }.into_any(),
            });
            view! { <li>{lines.collect_view()}</li> }
        })
        .collect_view();
    view! {
        <details class="card fold" id="receiver">
            <summary>{text("window-seal-receiver")}</summary>
            <ol class="receiver">{steps}</ol>
            <p class="quiet">{text("howto-pointer")}</p>
        </details>
    }
}
