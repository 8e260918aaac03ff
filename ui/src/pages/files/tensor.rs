//! One tensor in full: its verdict in words, what that rests on, its numbers, and the plots of what remains.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{ShowTensor, TensorReport};
use parallax_words::visible;

use crate::load::{Loaded, load, show};
use crate::parts::Term;
use crate::place::{FilesQuery, Place};
use crate::say::{count, name, said, say, text};
use crate::session::session;

use super::numbers::{Numbers, Worst};
use super::plots::{Errors, Spectrum};
use super::sign::{Labelled, meaning};

/// The page of one tensor.
#[component]
pub(crate) fn TensorPage(name: String) -> impl IntoView {
    let session = session();
    // The list shows the same tensor when one comes back to it.
    session.tensor.set(Some(name.clone()));
    view! {
        <nav class="row small" aria-label=text("window-files-table")>
            <a href=Place::Files(FilesQuery::default()).hash()>{text("window-tensor-back")}</a>
        </nav>
        <TensorView name=Signal::stored(Some(name)) beside=false />
    }
}

/// The tensor `name`, as a page of its own or `beside` the list.
#[component]
pub(super) fn TensorView(#[prop(into)] name: Signal<Option<String>>, beside: bool) -> impl IntoView {
    let session = session();
    let reply = load(move || Some(ShowTensor { case: session.case_id()?, name: name.get()? }));
    let heading = move || {
        let asked = name.get().unwrap_or_default();
        visible(&asked).into_owned()
    };
    // The old reply stays until the new one is there; meanwhile the panel says that it is waiting.
    let waiting = move || {
        let asked = name.get();
        reply.with(|reply| match reply {
            Loaded::Ready(found) => found.as_ref().as_ref().is_some_and(|tensor| Some(&tensor.name) != asked.as_ref()),
            Loaded::Waiting | Loaded::Failed(_) => false,
        })
    };
    let found = Memo::new(move |_| reply.get().ready().and_then(|found| found.as_ref().clone()).map(Arc::new));
    view! {
        <div class="item-view tensor-view" aria-busy=move || waiting().to_string()>
            {if beside {
                view! { <h2 class="item-title code">{heading}</h2> }.into_any()
            } else {
                view! { <h1 tabindex="-1" class="item-title code">{heading}</h1> }.into_any()
            }}
            {show(reply, move |reply| match &*reply {
                Some(tensor) => {
                    let tensor = Arc::new(tensor.clone());
                    view! { <Said tensor /> }.into_any()
                }
                None => {
                    let asked = name.get_untracked().unwrap_or_default();
                    let gone = say("window-tensor-gone", [("name", crate::say::name(asked))]);
                    view! { <p class="note-box unsure" id="tensor-gone">{gone}</p> }.into_any()
                }
            })}
            // The plots stay while one tensor follows another: a canvas costs more than what is drawn on it.
            <Spectrum tensor=found />
            <Errors tensor=found />
            {move || found.get().map(|tensor| view! { <Behind tensor /> })}
        </div>
    }
}

/// The verdict in words, and what it rests on.
#[component]
fn Said(tensor: Arc<TensorReport>) -> impl IntoView {
    let evidence = match said(|words| words.evidence(&tensor)) {
        Ok(sentences) => sentences,
        Err(missing) => vec![missing],
    };
    let rests = if evidence.is_empty() {
        view! { <p>{text("window-tensor-rests-none")}</p> }.into_any()
    } else {
        let sentences = evidence.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
        view! { <ul>{sentences}</ul> }.into_any()
    };
    let undefined = tensor.undefined.clone().map(|reason| {
        view! { <p>{say("window-tensor-undefined", [("reason", name(reason))])}</p> }
    });
    view! {
        <div class="tensor-verdict" data-shown=tensor.name.clone()>
            <p class="outcome"><Labelled verdict=tensor.verdict /></p>
            <p>{meaning(tensor.verdict)}</p>
        </div>
        <section class="stack">
            <h3>{text("window-tensor-rests")}</h3>
            {rests}
            {undefined}
        </section>
    }
}

/// What stands behind that.
#[component]
fn Behind(tensor: Arc<TensorReport>) -> impl IntoView {
    view! {
        <Numbers tensor=Arc::clone(&tensor) />
        <Worst tensor=Arc::clone(&tensor) />
        <Facts tensor=Arc::clone(&tensor) />
        <Codes tensor />
    }
}

/// What it is and how it is stored on both sides.
#[component]
fn Facts(tensor: Arc<TensorReport>) -> impl IntoView {
    let fact = |id: &str, value: String| view! { <dt>{text(id)}</dt> <dd>{value}</dd> };
    let number = |number: u64| say("window-files-number", [("n", count(number))]);
    let layer = tensor.layer.map_or_else(|| text("window-tensor-layer-none"), |layer| layer.to_string());
    let shape = tensor.shape.iter().map(|length| number(*length)).collect::<Vec<_>>().join(" × ");
    let expected = tensor.expected_type.clone().unwrap_or_else(|| text("window-tensor-expected-none"));
    let why = tensor.expected_why.clone().map(|rule| {
        view! { " " <span class="quiet small">{say("window-tensor-expected-why", [("rule", name(rule))])}</span> }
    });
    let other = (tensor.nominal_name != tensor.name && !tensor.nominal_name.is_empty()).then(|| {
        view! {
            <dt>{text("window-tensor-nominal-name")}</dt>
            <dd class="code">{visible(&tensor.nominal_name).into_owned()}</dd>
        }
    });
    view! {
        <section class="stack">
            <h3>{text("window-tensor-what")}</h3>
            <dl class="facts">
                {other}
                {fact("window-tensor-layer", layer)}
                {fact("window-tensor-shape", shape)}
                {fact("window-tensor-weights", number(tensor.parameters))}
                {fact("window-tensor-nominal-type", tensor.nominal_type.clone())}
                {fact("window-tensor-type", tensor.stored_type.clone())}
                <dt>{text("window-tensor-expected")}</dt>
                <dd>{expected} {why}</dd>
            </dl>
        </section>
    }
}

/// Codes of the bytes on both sides.
#[component]
fn Codes(tensor: Arc<TensorReport>) -> impl IntoView {
    let code = |label: &str, code: &str| {
        let code = if code.is_empty() { text("window-tensor-no-hash") } else { code.to_owned() };
        view! { <dt>{text(label)}</dt> <dd class="code">{code}</dd> }
    };
    view! {
        <details>
            <summary>{text("window-tensor-codes")}</summary>
            <p class="small"><Term id="hash" shown=text("window-what-is-this") /></p>
            <dl class="facts">
                {code("report-side-published", &tensor.nominal_sha256)}
                {code("report-side-deployed", &tensor.operative_sha256)}
            </dl>
        </details>
    }
}
