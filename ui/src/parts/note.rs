//! Notes on a piece of evidence: what was said, and a form to say something.

use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{AnnotateRequest, Annotation, Error, LocalText, MakeNote, Motivation, TargetKind};

use crate::bridge;
use crate::parts::{Failed, ItemText};
use crate::say::{language, name, say, text};
use crate::session::session;

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
#[component]
pub(crate) fn NoteForm(
    target: TargetKind,
    /// Which one; what is being typed stays when it changes.
    #[prop(into)]
    target_id: Signal<String>,
    #[prop(into)] made: Callback<Annotation>,
) -> impl IntoView {
    let session = session();
    let note = RwSignal::new(String::new());
    let written = RwSignal::new("en".to_owned());
    let motivation = RwSignal::new(Motivation::Commenting);
    let failed = RwSignal::new(None::<Error>);
    let busy = RwSignal::new(false);
    let send = move || {
        let Some(case) = session.case_id() else { return };
        if busy.get_untracked() || note.with_untracked(|note| note.trim().is_empty()) {
            return;
        }
        busy.set(true);
        failed.set(None);
        let request = AnnotateRequest {
            target,
            target_id: target_id.get_untracked(),
            motivation: motivation.get_untracked(),
            body: LocalText::new(written.get_untracked(), note.get_untracked()),
            author: session.author.get_untracked(),
        };
        spawn_local(async move {
            let reply = bridge::call(&MakeNote { case, note: request }).await;
            if busy.is_disposed() {
                return;
            }
            busy.set(false);
            match reply {
                Ok(annotation) => {
                    note.set(String::new());
                    session.refresh();
                    made.run(annotation);
                }
                // What was typed stays, so that nothing is lost.
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    let kinds = [
        (Motivation::Commenting, "motivation-commenting"),
        (Motivation::Questioning, "motivation-questioning"),
        (Motivation::Contesting, "motivation-contesting"),
        (Motivation::Assessing, "motivation-assessing"),
    ];
    view! {
        <form class="note-form stack" on:submit=move |event| { event.prevent_default(); send(); }>
            <label class="field">
                <span>{text("window-note")}</span>
                <textarea
                    name="note"
                    lang=move || written.get()
                    dir="auto"
                    prop:value=move || note.get()
                    on:input:target=move |event| note.set(event.target().value())
                ></textarea>
            </label>
            <div class="row">
                <label class="field">
                    <span>{text("window-note-kind")}</span>
                    <select name="kind" on:change:target=move |event| {
                        if let Some((kind, _)) = kinds.iter().find(|(_, id)| *id == event.target().value()) {
                            motivation.set(*kind);
                        }
                    }>{kinds.iter().map(|(_, id)| view! { <option value=*id>{text(id)}</option> }).collect_view()}</select>
                </label>
                <label class="field">
                    <span>{text("window-written-in")}</span>
                    <LanguageSelect chosen=written />
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
            <p class="quiet small">{text("window-note-stays")}</p>
            {move || failed.get().map(|error| view! { <Failed error /> })}
            <div>
                <button
                    type="submit"
                    class="main"
                    disabled=move || busy.get() || note.with(|note| note.trim().is_empty())
                >
                    {text("window-note-make")}
                </button>
            </div>
        </form>
    }
}

/// Chooses the language of what is written.
#[component]
pub(crate) fn LanguageSelect(chosen: RwSignal<String>) -> impl IntoView {
    view! {
        <select name="language" prop:value=move || chosen.get() on:change:target=move |event| chosen.set(event.target().value())>
            {WRITTEN.iter().map(|tag| view! { <option value=*tag>{language(tag)}</option> }).collect_view()}
        </select>
    }
}
