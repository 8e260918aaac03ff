//! All notes of the case, each with what it is about, and a form for a note on a category.

use leptos::prelude::*;
use parallax_wire::{Annotation, ItemQuery, ListNotes, ShowItem, TargetKind};

use crate::load::{Loaded, load, show};
use crate::parts::{Category, Group, ItemText, NoteForm, NoteList, Select};
use crate::place::Place;
use crate::say::{count, name, say, text};
use crate::session::{Session, session};

/// The page of notes.
#[component]
pub(crate) fn Notes() -> impl IntoView {
    let session = session();
    let asked = RwSignal::new(0_u32);
    let notes = load(move || {
        asked.track();
        Some(ListNotes { case: session.case_id()? })
    });
    let kind = RwSignal::new(String::new());
    view! {
        <header>
            <h1 tabindex="-1">{text("window-notes-title")}</h1>
            <p>{text("window-notes-lead")}</p>
        </header>
        <section class="stack" id="notes">
            <Filter notes kind />
            {show(notes, move |notes| view! { <List notes=notes.to_vec() kind /> })}
        </section>
        <OnCategory made=move |()| asked.update(|asked| *asked += 1) />
    }
}

/// A kind of target by the word that stands for it in the choice of kinds.
const KINDS: [(&str, TargetKind, &str); 3] = [
    ("finding", TargetKind::Finding, "window-notes-findings"),
    ("item", TargetKind::Item, "window-notes-items"),
    ("category", TargetKind::Category, "window-notes-categories"),
];

/// Chooses the kind of notes that are shown; nothing where there are none.
#[component]
fn Filter(notes: RwSignal<Loaded<Vec<Annotation>>>, kind: RwSignal<String>) -> impl IntoView {
    let counted = Memo::new(move |_| {
        let of = |kind| notes.with(|notes| notes.ready().map_or(0, |notes| of_kind(&notes, kind).count()));
        KINDS.map(|(_, kind, _)| of(kind))
    });
    let all = move || counted.get().iter().sum::<usize>();
    let groups = Signal::derive(move || {
        let every = (String::new(), say("window-notes-all", [("n", count(all()))]));
        let some = KINDS.iter().zip(counted.get());
        let some = some.map(|((word, _, id), n)| ((*word).to_owned(), say(id, [("n", count(n))])));
        vec![Group::plain(std::iter::once(every).chain(some))]
    });
    view! {
        <Show when=move || all() != 0>
            <div class="row">
                <Select
                    name="kind-of-target"
                    label=text("window-notes-filter")
                    value=kind
                    groups
                    changed=move |chosen| kind.set(chosen)
                />
            </div>
        </Show>
    }
}

fn of_kind(notes: &[Annotation], kind: TargetKind) -> impl Iterator<Item = &Annotation> {
    notes.iter().filter(move |note| note.target == kind)
}

/// The notes of the chosen kind, those on the same thing together.
#[component]
fn List(notes: Vec<Annotation>, kind: RwSignal<String>) -> impl IntoView {
    if notes.is_empty() {
        return view! { <p class="card">{text("window-notes-none")}</p> }.into_any();
    }
    let wanted = move || KINDS.iter().find(|(word, ..)| kind.with(|kind| kind == word)).map(|(_, kind, _)| *kind);
    let shown = move || {
        let mut things: Vec<(TargetKind, String, Vec<Annotation>)> = Vec::new();
        for note in notes.iter().filter(|note| wanted().is_none_or(|kind| note.target == kind)) {
            let same = |(kind, id, _): &&mut (TargetKind, String, _)| *kind == note.target && *id == note.target_id;
            match things.iter_mut().find(same) {
                Some((_, _, notes)) => notes.push(note.clone()),
                None => things.push((note.target, note.target_id.clone(), vec![note.clone()])),
            }
        }
        if things.is_empty() {
            return view! { <p class="card">{text("window-notes-none-of-kind")}</p> }.into_any();
        }
        let one = |(kind, id, notes)| {
            view! {
                <li class="card">
                    <About kind id />
                    <NoteList notes />
                </li>
            }
        };
        view! { <ul class="plain-list">{things.into_iter().map(one).collect_view()}</ul> }.into_any()
    };
    shown.into_any()
}

/// What notes are about, with a way to it.
#[component]
fn About(kind: TargetKind, id: String) -> impl IntoView {
    let session = session();
    let (said, thing) = match kind {
        TargetKind::Finding => ("window-notes-on-finding", finding(session, id)),
        TargetKind::Item => ("window-notes-on-item", view! { <Item path=id /> }.into_any()),
        TargetKind::Category => ("window-notes-on-category", category(session, &id)),
    };
    view! {
        <div class="about">
            <p class="quiet small">{text(said)}</p>
            <p class="thing">{thing}</p>
        </div>
    }
}

fn finding(session: Session, id: String) -> AnyView {
    match session.finding(&id) {
        Some(finding) => view! { <a href=Place::Finding(id).hash()>{finding.sentence}</a> }.into_any(),
        // A note outlives the run that it was made on.
        None => say("window-notes-finding-gone", [("id", name(id))]).into_any(),
    }
}

fn category(session: Session, path: &str) -> AnyView {
    let Some((suite, id)) = path.split_once('/') else { return path.to_owned().into_any() };
    let query = ItemQuery { suite: Some(suite.to_owned()), category: Some(id.to_owned()), ..ItemQuery::default() };
    let (title, suite, id) = (session.suite_title(suite), suite.to_owned(), id.to_owned());
    view! {
        <a href=Place::Items(query).hash()><Category suite id /></a>
        " "
        <span class="chip">{title}</span>
    }
    .into_any()
}

/// An item by its text; by its id until the text is there, and where there is none.
#[component]
fn Item(path: String) -> impl IntoView {
    let session = session();
    let Some((suite, item)) = path.split_once('/').map(|(suite, item)| (suite.to_owned(), item.to_owned())) else {
        return path.into_any();
    };
    let place = Place::Item(suite.clone(), item.clone());
    let detail = load(move || Some(ShowItem { case: session.case_id()?, suite: suite.clone(), item: item.clone() }));
    let words = move || match detail.get().ready() {
        Some(detail) => {
            view! { <ItemText text=detail.item.text.clone() language=detail.item.language.clone() /> }.into_any()
        }
        None => path.clone().into_any(),
    };
    view! { <a href=place.hash()>{words}</a> }.into_any()
}

/// A note on a category of one's choice.
#[component]
fn OnCategory(#[prop(into)] made: Callback<()>) -> impl IntoView {
    let session = session();
    let kept = RwSignal::new(false);
    let suites: Vec<(String, String, Vec<String>)> = session
        .with_audit(|audit| {
            let suites = audit.suites.iter();
            suites.map(|suite| (suite.id.clone(), suite.title.clone(), suite.categories.clone())).collect()
        })
        .unwrap_or_default();
    let choices = suites.into_iter().map(|(suite, title, categories)| Group {
        label: Some(title),
        choices: categories
            .into_iter()
            .map(|id| (format!("{suite}/{id}"), session.category_label(&suite, &id)))
            .collect(),
    });
    let first = Group::plain([(String::new(), text("window-notes-choose"))]);
    let groups: Vec<Group> = std::iter::once(first).chain(choices).collect();
    let chosen = RwSignal::new(String::new());
    let any = Memo::new(move |_| chosen.with(|chosen| !chosen.is_empty()));
    view! {
        <section class="card" id="note-on-category">
            <h2>{text("window-notes-make")}</h2>
            <div class="row">
                <Select
                    name="category"
                    label=text("window-notes-category")
                    value=chosen
                    groups
                    changed=move |value| {
                        kept.set(false);
                        chosen.set(value);
                    }
                />
            </div>
            <Show when=move || any.get()>
                <NoteForm
                    target=TargetKind::Category
                    target_id=chosen
                    made=move |_| {
                        kept.set(true);
                        made.run(());
                    }
                />
            </Show>
            <p role="status" class="quiet">{move || kept.get().then(|| text("window-notes-made"))}</p>
        </section>
    }
}
