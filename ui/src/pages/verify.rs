//! Checks a sealed bundle: whether it is as it was sealed, by which key, and what that does not say.

use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{BundleProblem, BundleProblemKind, ChooseBundle, ChosenPlace, Error, VerifyBundle, VerifyReply};

use crate::bridge;
use crate::parts::{Failed, Term};
use crate::say::{count, say, text};

/// Most problems that are listed one by one.
const MOST: usize = 200;

/// The page on which a bundle is checked; it needs no case.
#[component]
pub(crate) fn Verify() -> impl IntoView {
    let chosen = RwSignal::new(None::<ChosenPlace>);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<Error>);
    let reply = RwSignal::new(None::<VerifyReply>);
    let choose = move |_| {
        spawn_local(async move {
            let place = match bridge::call(&ChooseBundle {}).await {
                Ok(Some(place)) => place,
                // What was checked before is still what is shown.
                Ok(None) => return,
                Err(error) => {
                    failed.try_set(Some(error));
                    return;
                }
            };
            if busy.is_disposed() {
                return;
            }
            chosen.set(Some(place.clone()));
            check(place, busy, failed, reply).await;
        });
    };
    view! {
        <header>
            <h1 tabindex="-1">{text("window-verify-title")}</h1>
            <p>{text("window-verify-lead")}</p>
        </header>
        <div class="row">
            <button type="button" class="main" id="choose-bundle" disabled=move || busy.get() on:click=choose>
                {text("window-verify-choose")}
            </button>
            <span class="small"><Term id="bundle" shown=text("window-what-is-this") /></span>
            <span role="status" class="quiet">{move || busy.get().then(|| text("window-verify-checking"))}</span>
        </div>
        {move || {
            chosen
                .get()
                .map(|place| {
                    view! {
                        <p>
                            <span class="quiet">{text("window-verify-folder")} ": "</span>
                            <strong class="code">{place.name}</strong>
                        </p>
                    }
                })
        }}
        {move || failed.get().map(|error| view! { <Failed error /> })}
        {move || reply.get().map(|reply| view! { <Verified reply /> })}
    }
}

/// Checks one folder; what an earlier check said goes away first, so that it is never taken for this one's answer.
pub(crate) async fn check(
    place: ChosenPlace,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<Error>>,
    reply: RwSignal<Option<VerifyReply>>,
) {
    busy.set(true);
    failed.set(None);
    reply.set(None);
    let answer = bridge::call(&VerifyBundle { bundle: place.id }).await;
    if busy.is_disposed() {
        return;
    }
    busy.set(false);
    match answer {
        Ok(answer) => reply.set(Some(answer)),
        Err(error) => failed.set(Some(error)),
    }
}

/// What a check found.
#[component]
pub(crate) fn Verified(reply: VerifyReply) -> impl IntoView {
    let intact = reply.intact;
    let (class, role, sign, sentence) = if intact {
        ("verdict good", "status", "✓", say("verify-intact", [("files", count(reply.files))]))
    } else {
        ("verdict bad", "alert", "×", say("verify-not-intact", [("problems", count(reply.problems.len()))]))
    };
    let key = match &reply.fingerprint {
        Some(fingerprint) => {
            let said = if intact { "window-verify-key" } else { "window-verify-key-broken" };
            view! {
                <p>{text(said)}</p>
                <Fingerprint fingerprint=fingerprint.clone() />
            }
            .into_any()
        }
        None => view! { <p>{text("window-verify-no-key")}</p> }.into_any(),
    };
    view! {
        <section id="verified" class="stack" data-intact=intact.to_string()>
            <p class=class role=role>
                <span class="sign" aria-hidden="true">{sign}</span>
                <strong>{sentence}</strong>
            </p>
            {(!intact).then(|| view! { <Problems problems=reply.problems.clone() /> })}
            <div class="card">
                {key}
                <p class="note-box">
                    {text(if intact { "window-verify-not-meaning" } else { "window-verify-do-not-rely" })} " "
                    {intact.then(|| text("verify-compare-fingerprint"))}
                </p>
                {reply
                    .report_id
                    .map(|id| {
                        view! {
                            <p class="small quiet">
                                {text("window-verify-report")} ": "
                                <span class="code">{parallax_words::visible(&id).into_owned()}</span>
                            </p>
                        }
                    })}
            </div>
        </section>
    }
}

/// Everything that is wrong, each with its sentence.
#[component]
fn Problems(problems: Vec<BundleProblem>) -> impl IntoView {
    let n = problems.len();
    let rows = problems
        .into_iter()
        .take(MOST)
        .map(|problem| {
            let kind = match problem.kind {
                BundleProblemKind::Missing => "window-verify-kind-missing",
                BundleProblemKind::Added => "window-verify-kind-added",
                BundleProblemKind::Changed => "window-verify-kind-changed",
                BundleProblemKind::Signature => "window-verify-kind-signature",
                BundleProblemKind::Shape => "window-verify-kind-shape",
                BundleProblemKind::Forbidden => "window-verify-kind-forbidden",
            };
            view! {
                <li data-path=problem.path>
                    <span class="chip cannot-test"><span aria-hidden="true">"×"</span>{text(kind)}</span>
                    <span>{problem.sentence}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card">
            <h2>{text("window-verify-problems")}</h2>
            <ul class="problems">{rows}</ul>
            {(n > MOST)
                .then(|| {
                    let more = say("window-verify-problems-more", [("shown", count(MOST)), ("n", count(n))]);
                    view! { <p class="quiet">{more}</p> }
                })}
        </section>
    }
}

/// A fingerprint in groups that can be read aloud; selecting it still gives it in one piece.
#[component]
pub(crate) fn Fingerprint(#[prop(into)] fingerprint: String) -> impl IntoView {
    let (kind, code) =
        fingerprint.split_once(':').map_or((None, fingerprint.as_str()), |(kind, code)| (Some(kind), code));
    let letters: Vec<char> = code.chars().collect();
    let groups = letters
        .chunks(4)
        .map(|group| view! { <span class="group">{group.iter().collect::<String>()}</span> })
        .collect_view();
    view! {
        <p class="fingerprint" dir="ltr" data-fingerprint=fingerprint.clone()>
            {kind.map(|kind| view! { <span class="group">{kind.to_owned()} ":"</span> })}
            {groups}
        </p>
    }
}
