//! What is said in one's own words, in one or more languages.

use leptos::prelude::*;
use parallax_wire::LocalText;

use super::saving::Saver;
use crate::parts::{Confirm, ItemText, LanguageChoice, item_languages, likelier_language};
use crate::say::{count, say, text};
use crate::session::session;

/// Longest summary that a report may have in one language, in characters.
const LONGEST: usize = 500;

/// Which of the two texts.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Said {
    /// The short one that every objection has.
    Summary,
    /// The long one.
    Statement,
}

impl Said {
    fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Statement => "statement",
        }
    }

    fn language_name(self) -> &'static str {
        match self {
            Self::Summary => "summary-language",
            Self::Statement => "statement-language",
        }
    }

    /// Stores a text; an empty one is taken out.
    fn store(self, saver: Saver, language: String, value: String) {
        saver.change(|unsaved| {
            let texts = match self {
                Self::Summary => &mut unsaved.summary,
                Self::Statement => &mut unsaved.statement,
            };
            texts.insert(language, value);
        });
    }
}

/// A text in one language, as it is being written.
#[derive(Clone, Copy, PartialEq)]
struct Draft {
    number: usize,
    value: RwSignal<String>,
    language: RwSignal<String>,
    /// False while the language may still follow from the letters.
    settled: RwSignal<bool>,
}

/// The texts of one kind, each with its language.
#[component]
pub(super) fn Texts(said: Said, texts: Vec<LocalText>, saver: Saver) -> impl IntoView {
    let known = StoredValue::new(item_languages(session()));
    let numbered = StoredValue::new(0_usize);
    let draft = move |text: LocalText, settled: bool| {
        numbered.update_value(|number| *number += 1);
        let (value, language) = (RwSignal::new(text.value), RwSignal::new(text.lang));
        Draft { number: numbered.get_value(), value, language, settled: RwSignal::new(settled) }
    };
    let mut first: Vec<Draft> = texts.into_iter().map(|text| draft(text, true)).collect();
    if first.is_empty() {
        first.push(draft(LocalText::new("en", ""), false));
    }
    let drafts = RwSignal::new(first);
    let taken = Signal::derive(move || drafts.get().iter().map(|draft| draft.language.get()).collect::<Vec<_>>());
    // What the button adds outlives the button, which is taken away while the new text is empty.
    let owner = Owner::current().unwrap_or_default();
    let add = move |_| {
        // The next language of the items that is not there yet is the likeliest.
        let taken = taken.get_untracked();
        let free = known.with_value(|known| known.iter().find(|tag| !taken.contains(tag)).cloned());
        let fallback = || if taken.iter().any(|tag| tag == "en") { "und" } else { "en" }.to_owned();
        let added = owner.with(|| draft(LocalText::new(free.unwrap_or_else(fallback), ""), false));
        drafts.update(|drafts| drafts.push(added));
    };
    let remove = move |gone: Draft| {
        said.store(saver, gone.language.get_untracked(), String::new());
        drafts.update(|drafts| drafts.retain(|draft| draft.number != gone.number));
    };
    let alone = Signal::derive(move || drafts.with(|drafts| drafts.len() < 2));
    let full = move || drafts.with(|drafts| drafts.last().is_some_and(|last| last.value.with(String::is_empty)));
    view! {
        <For each=move || drafts.get() key=|draft| draft.number let:draft>
            <One said draft known taken alone saver remove=move |()| remove(draft) />
        </For>
        <Show when=move || !full()>
            <div>
                <button type="button" class="plain add-text" on:click=add.clone()>
                    {text("window-contest-text-add")}
                </button>
            </div>
        </Show>
    }
}

#[component]
fn One(
    said: Said,
    draft: Draft,
    known: StoredValue<Vec<String>>,
    taken: Signal<Vec<String>>,
    alone: Signal<bool>,
    saver: Saver,
    #[prop(into)] remove: Callback<()>,
) -> impl IntoView {
    let Draft { number, value, language, settled } = draft;
    let move_to = move |tag: String| {
        let old = language.get_untracked();
        if old == tag || taken.with_untracked(|taken| taken.contains(&tag)) {
            return;
        }
        language.set(tag.clone());
        if !value.with_untracked(|value| value.trim().is_empty()) {
            said.store(saver, old, String::new());
            said.store(saver, tag, value.get_untracked());
        }
    };
    let type_in = move |typed: String| {
        let likelier = known.with_value(|known| likelier_language(&typed, &language.get_untracked(), known));
        if !settled.get_untracked()
            && let Some(likelier) = likelier
        {
            move_to(likelier);
        }
        value.set(typed.clone());
        said.store(saver, language.get_untracked(), typed);
    };
    let (label, hint) = match said {
        Said::Summary => ("window-contest-summary", "window-contest-summary-hint"),
        Said::Statement => ("window-contest-statement", "window-contest-statement-hint"),
    };
    let id = format!("{}-{number}", said.name());
    let (hint_id, counter_id) = (format!("{id}-hint"), format!("{id}-counter"));
    let described = format!("{hint_id} {counter_id}");
    let length = Memo::new(move |_| value.with(|value| value.chars().count()));
    let over = move || length.get() > LONGEST;
    let counter = move || {
        say(if over() { "window-contest-counter-over" } else { "window-contest-counter" }, [("n", count(length.get()))])
    };
    view! {
        <div class="field text-in-language">
            <label for=id.clone()>{text(label)}</label>
            // Once is enough.
            <p class="hint" hidden=number != 1 id=hint_id>{text(hint)}</p>
            <textarea
                id=id
                class:long=said == Said::Statement
                name=said.name()
                lang=move || language.get()
                dir="auto"
                aria-describedby=described
                aria-invalid=move || (said == Said::Summary && over()).then_some("true")
                prop:value=move || value.get()
                on:input:target=move |event| type_in(event.target().value())
            ></textarea>
            <div class="row under">
                <label class="row small">
                    <span>{text("window-contest-written-in")}</span>
                    <LanguageChoice
                        name=said.language_name()
                        chosen=language
                        taken
                        changed=move |tag| {
                            settled.set(true);
                            move_to(tag);
                        }
                    />
                </label>
                {(said == Said::Summary)
                    .then(|| view! { <span class="counter small" class:over=over id=counter_id>{counter}</span> })}
                <Show when=move || !alone.get()>
                    <Confirm
                        action="window-contest-text-remove"
                        question="window-contest-text-remove-ask"
                        leave="window-contest-text-remove-not"
                        run=remove
                    />
                </Show>
            </div>
        </div>
    }
}

/// Texts that can no longer be changed, each with its language.
#[component]
pub(super) fn Read(texts: Vec<LocalText>) -> impl IntoView {
    texts
        .into_iter()
        .map(|said| {
            let about = crate::say::language(&said.lang);
            view! {
                <blockquote class="own-text">
                    <ItemText text=said.value language=said.lang />
                    <p class="quiet small">{about}</p>
                </blockquote>
            }
        })
        .collect_view()
}
