//! Own words: a text that a person types, and how each variant sorts it; nothing of it is stored unless it is kept.

mod files;
mod kept;
mod reading;
mod sorted;

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use parallax_wire::{OwnWords, ShowOwnWords, SortWords, SortedReply};

use crate::load::{Loaded, load, show};
use crate::pages::words::files::Files;
use crate::pages::words::kept::{Keep, KeptList};
use crate::pages::words::sorted::SortedView;
use crate::parts::{JobBox, JobState, LanguageChoice, item_languages, likelier_language, start};
use crate::say::{name, say, text};
use crate::session::session;

/// The page for own words.
#[component]
pub(crate) fn OwnWordsPage() -> impl IntoView {
    let session = session();
    let asked = RwSignal::new(0_u32);
    let own = load(move || {
        asked.track();
        Some(ShowOwnWords { case: session.case_id()? })
    });
    let again = Callback::new(move |()| asked.update(|asked| *asked += 1));
    let sorted = RwSignal::new(None::<Arc<SortedReply>>);
    let result = move || sorted.get().map(|reply| view! { <Result reply again /> });
    view! {
        <header>
            <h1 tabindex="-1">{text("window-words-title")}</h1>
            <p>{text("window-words-lead")}</p>
        </header>
        <Form own sorted again />
        {result}
        <section class="stack" id="kept-words">
            <h2>{text("window-words-kept")}</h2>
            {show(own, move |own| view! { <KeptList kept=own.kept.clone() again /> })}
        </section>
    }
}

/// The words, their language, and what it takes to sort them.
#[component]
fn Form(
    own: RwSignal<Loaded<OwnWords>>,
    sorted: RwSignal<Option<Arc<SortedReply>>>,
    again: Callback<()>,
) -> impl IntoView {
    let session = session();
    let known = StoredValue::new(item_languages(session));
    let typed = RwSignal::new(String::new());
    let language = RwSignal::new(known.with_value(|known| preferred(known)));
    let chosen_by_hand = StoredValue::new(false);
    let told = RwSignal::new(false);
    let job = RwSignal::new(JobState::Idle);
    let sort = move || {
        let Some(case) = session.case_id() else { return };
        let (text, language) = (typed.get_untracked(), language.get_untracked());
        start(job, |job| SortWords { job, case, text, language }, move |reply| sorted.set(Some(Arc::new(reply))));
    };
    let type_in = move |value: String| {
        // A reading by likeness is made language by language, so a language that was not set would give another answer.
        let likelier = known.with_value(|known| likelier_language(&value, &language.get_untracked(), known));
        if !chosen_by_hand.get_value()
            && let Some(likelier) = likelier
        {
            language.set(likelier);
            told.set(true);
        }
        typed.set(value);
    };
    let choose = move |tag: String| {
        chosen_by_hand.set_value(true);
        told.set(false);
        language.set(tag);
    };
    let ready = move || own.with(|own| own.ready().is_some_and(|own| own.nominal_at_hand && own.operative_at_hand));
    let not_fitted = move || own.with(|own| own.ready().is_some_and(|own| !own.fitted));
    view! {
        <form class="card own-words" on:submit=move |event| { event.prevent_default(); sort(); }>
            <div class="field">
                <label for="own-words">{text("window-words-label")}</label>
                <p class="hint" id="own-words-private">{text("window-words-private")}</p>
                <textarea
                    id="own-words"
                    name="text"
                    aria-describedby="own-words-private"
                    lang=move || language.get()
                    dir="auto"
                    prop:value=move || typed.get()
                    on:input:target=move |event| type_in(event.target().value())
                ></textarea>
            </div>
            <div class="row end">
                <label class="field">
                    <span>{text("window-words-language")}</span>
                    <LanguageChoice name="language" chosen=language changed=choose />
                </label>
                <button
                    type="submit"
                    class="main"
                    id="sort-words"
                    disabled=move || !ready() || job.with(JobState::runs) || typed.with(|typed| typed.trim().is_empty())
                >
                    {text("window-words-sort")}
                </button>
            </div>
            <Show when=move || told.get()>
                <p class="hint small quiet" role="status">
                    {move || say("window-words-language-set", [("language", name(language.get()))])}
                </p>
            </Show>
            <Show when=not_fitted>
                <p class="note-box unsure">{text("window-words-not-fitted")}</p>
            </Show>
            <Files own again />
            <JobBox state=job again=move |()| sort() />
        </form>
    }
}

/// The language to begin with: English where there are items in it, since most of the sentences here are.
fn preferred(known: &[String]) -> String {
    let english = known.iter().find(|tag| *tag == "en");
    english.or(known.first()).cloned().unwrap_or_else(|| "en".to_owned())
}

/// How the words were sorted, and a button to keep that.
#[component]
fn Result(reply: Arc<SortedReply>, again: Callback<()>) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    heading.on_load(|heading| {
        // The result lies below the fold of a small window; who is still typing must not be carried away.
        let typing = document().active_element().is_some_and(|active| active.id() == "own-words");
        if !typing {
            let _focus_is_a_courtesy = heading.focus();
            heading.scroll_into_view();
        }
    });
    view! {
        <section class="stack" id="sorted">
            <h2 tabindex="-1" node_ref=heading>{text("window-words-sorted")}</h2>
            <SortedView sorted=reply.sorted.clone() quoted=true />
            <Keep sorted=reply.id.clone() again />
        </section>
    }
}
