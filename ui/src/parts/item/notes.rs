//! Notes on an item and on its category, each with a form for one more.

use leptos::prelude::*;
use parallax_wire::{Annotation, ListNotes, TargetKind};

use crate::load::{Loaded, load, show};
use crate::parts::{NoteForm, NoteList};
use crate::say::{count, name, say, text};
use crate::session::session;

/// Notes on an item, and behind a fold those on its category.
#[component]
pub(crate) fn ItemNotes(suite: String, item: String, category: String) -> impl IntoView {
    let session = session();
    let again = RwSignal::new(0);
    let notes = load(move || {
        again.track();
        Some(ListNotes { case: session.case_id()? })
    });
    let label = session.category_label(&suite, &category);
    let item_id = format!("{suite}/{item}");
    let category_id = format!("{suite}/{category}");
    let n = {
        let id = category_id.clone();
        move || match notes.get() {
            Loaded::Ready(notes) => on(&notes, TargetKind::Category, &id).len(),
            _ => 0,
        }
    };
    let summary = move || say("window-item-category-notes", [("category", name(&label)), ("n", count(n()))]);
    view! {
        <section class="stack">
            <h3>{text("window-item-notes")}</h3>
            <Notes notes target=TargetKind::Item id=item_id again />
        </section>
        <details class="category-notes">
            <summary>{summary}</summary>
            <div class="stack">
                <p class="quiet small">{text("window-item-category-notes-meaning")}</p>
                <Notes notes target=TargetKind::Category id=category_id again />
            </div>
        </details>
    }
}

/// Notes on one thing, and a form.
#[component]
fn Notes(
    notes: RwSignal<Loaded<Vec<Annotation>>>,
    target: TargetKind,
    id: String,
    again: RwSignal<u32>,
) -> impl IntoView {
    let wanted = id.clone();
    view! {
        {show(notes, move |notes| view! { <NoteList notes=on(&notes, target, &wanted) /> })}
        <NoteForm target target_id=id made=move |_| again.update(|again| *again += 1) />
    }
}

fn on(notes: &[Annotation], target: TargetKind, id: &str) -> Vec<Annotation> {
    notes.iter().filter(|note| note.target == target && note.target_id == id).cloned().collect()
}
