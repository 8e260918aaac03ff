//! Notes on a piece of evidence: what was said, and a form to say something.

use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{AnnotateRequest, Annotation, Error, LocalText, MakeNote, Motivation, TargetKind};

use crate::bridge;
use crate::parts::{Failed, ItemText, LanguageChoice, item_languages, likelier_language};
use crate::say::{name, say, text};
use crate::session::{NoteDraft, session};

/// Languages in which a note may be written, the likeliest first; any other can be chosen as "unnamed".
pub(crate) const WRITTEN: [&str; 24] = [
    "en", "kn", "hi", "bn", "ta", "te", "ml", "mr", "gu", "pa", "or", "as", "ur", "ne", "si", "ar", "fa", "es", "fr",
    "pt", "de", "sw", "id", "und",
];

/// Notes, oldest first.
#[component]
pub(crate) fn NoteList(notes: Vec<Annotation>) -> impl IntoView {
    view! {
        <ul class="notes">
            {notes
                .into_iter()
                .map(|note| {
                    let kind = text(match note.motivation {
                        Motivation::Assessing => "motivation-assessing",
                        Motivation::Commenting => "motivation-commenting",
                        Motivation::Contesting => "motivation-contesting",
                        Motivation::Questioning => "motivation-questioning",
                    });
                    let by = say("report-note-author", [("author", name(note.author)), ("day", name(note.created))]);
                    view! {
                        <li>
                            <p><ItemText text=note.body.value language=note.body.lang /></p>
                            <p class="quiet small">{kind}" "{by}</p>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// A form for a note on `target`; `made` runs when it is stored.
///
/// What is being typed belongs to its piece of evidence, and is there again when one comes back to it.
#[component]
pub(crate) fn NoteForm(
    target: TargetKind,
    /// Which one.
    #[prop(into)]
    target_id: Signal<String>,
    #[prop(into)] made: Callback<Annotation>,
) -> impl IntoView {
    let session = session();
    let known = StoredValue::new(item_languages(session));
    let key = Memo::new(move |_| (session.case_id().unwrap_or_default(), target, target_id.get()));
    let draft = Memo::new(move |_| session.drafts.with(|drafts| drafts.get(&key.get()).cloned().unwrap_or_default()));
    let change = move |change: &dyn Fn(&mut NoteDraft)| {
        session.drafts.update(|drafts| change(drafts.entry(key.get_untracked()).or_default()));
    };
    let failed = RwSignal::new(None::<Error>);
    // A failure is about the note that was sent.
    Effect::new(move |_| {
        key.track();
        failed.set(None);
    });
    let busy = RwSignal::new(false);
    let empty = move || draft.with(|draft| draft.text.trim().is_empty());
    let send = move || {
        if busy.get_untracked() || untrack(empty) {
            return;
        }
        busy.set(true);
        failed.set(None);
        let (key, draft) = (key.get_untracked(), draft.get_untracked());
        let (case, target, target_id) = key.clone();
        let note = AnnotateRequest {
            target,
            target_id,
            motivation: draft.motivation,
            body: LocalText::new(draft.language, draft.text),
            author: session.author.get_untracked(),
        };
        spawn_local(async move {
            let reply = bridge::call(&MakeNote { case, note }).await;
            if reply.is_ok() {
                // Also where the form is gone by now: the note is kept.
                session.drafts.update(|drafts| {
                    drafts.remove(&key);
                });
                session.refresh();
            }
            if busy.is_disposed() {
                return;
            }
            busy.set(false);
            match reply {
                Ok(annotation) => made.run(annotation),
                // What was typed stays, so that nothing is lost.
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    let type_in = move |typed: String| {
        let now = draft.get_untracked();
        let likelier = known.with_value(|known| likelier_language(&typed, &now.language, known));
        let likelier = likelier.filter(|_| !now.settled);
        change(&|draft| {
            draft.text.clone_from(&typed);
            if let Some(tag) = &likelier {
                draft.language.clone_from(tag);
                draft.told = true;
            }
            draft.told &= !typed.trim().is_empty();
        });
    };
    let choose = move |tag: String| {
        change(&|draft| {
            draft.language.clone_from(&tag);
            (draft.settled, draft.told) = (true, false);
        });
    };
    let set_kind = move |chosen: String| {
        if let Some((kind, _)) = KINDS.iter().find(|(_, id)| *id == chosen) {
            change(&|draft| draft.motivation = *kind);
        }
    };
    let language = Signal::derive(move || draft.with(|draft| draft.language.clone()));
    let kind = move |(kind, id): (Motivation, &'static str)| {
        view! {
            <option value=id prop:selected=move || draft.with(|draft| draft.motivation == kind)>{text(id)}</option>
        }
    };
    view! {
        <form class="note-form stack" on:submit=move |event| { event.prevent_default(); send(); }>
            <label class="field">
                <span>{text("window-note")}</span>
                <textarea
                    name="note"
                    lang=move || language.get()
                    dir="auto"
                    prop:value=move || draft.with(|draft| draft.text.clone())
                    on:input:target=move |event| type_in(event.target().value())
                ></textarea>
            </label>
            <div class="row">
                <label class="field">
                    <span>{text("window-note-kind")}</span>
                    <select name="kind" on:change:target=move |event| set_kind(event.target().value())>
                        {KINDS.into_iter().map(kind).collect_view()}
                    </select>
                </label>
                <label class="field">
                    <span>{text("window-written-in")}</span>
                    <LanguageChoice name="language" chosen=language changed=choose />
                </label>
                <label class="field">
                    <span>{text("window-signed-as")}</span>
                    <input
                        type="text"
                        name="author"
                        prop:value=move || session.author.get()
                        on:input:target=move |event| session.author.set(event.target().value())
                    />
                </label>
            </div>
            <Show when=move || draft.with(|draft| draft.told)>
                <p class="hint" role="status">
                    {move || say("window-words-language-set", [("language", name(language.get()))])}
                </p>
            </Show>
            <p class="quiet small">{text("window-note-stays")}</p>
            {move || failed.get().map(|error| view! { <Failed error /> })}
            <div>
                <button type="submit" class="main" disabled=move || busy.get() || empty()>
                    {text("window-note-make")}
                </button>
            </div>
        </form>
    }
}

/// The kinds of notes, each with the id of its name.
const KINDS: [(Motivation, &str); 4] = [
    (Motivation::Commenting, "motivation-commenting"),
    (Motivation::Questioning, "motivation-questioning"),
    (Motivation::Contesting, "motivation-contesting"),
    (Motivation::Assessing, "motivation-assessing"),
];
