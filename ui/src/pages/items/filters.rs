//! Which items are wanted: the filter bar, and what another page asked for as something that can be taken away.

use leptos::prelude::*;
use parallax_wire::{Audit, ItemQuery, MatrixCell};

use crate::load::Loaded;
use crate::pages::reader_id;
use crate::parts::{Group, Select, Term};
use crate::place::Place;
use crate::say::{language, name, say, text};
use crate::session::{Session, session};

use super::begin_anew;

/// Parts a suite and a category in the value of a choice: the sign that exists for such things.
const BETWEEN: char = '\u{1f}';

/// The filter bar; each change is a new address, so that going back works.
#[component]
pub(super) fn Filters(query: Memo<ItemQuery>) -> impl IntoView {
    let session = session();
    let change = move |change: &dyn Fn(&mut ItemQuery)| {
        let before = query.get_untracked();
        let mut wanted = ItemQuery { offset: 0, ..before.clone() };
        change(&mut wanted);
        if wanted != before {
            session.go(&Place::Items(wanted));
        }
    };
    let search = move |typed: String| {
        let typed = Some(typed).filter(|typed| !typed.trim().is_empty());
        change(&|wanted| wanted.search.clone_from(&typed));
    };
    let set_suite = move |chosen: String| {
        let suite = Some(chosen).filter(|suite| !suite.is_empty());
        // What was asked of one list has no answer in another.
        change(&|wanted| {
            let suite = suite.clone();
            *wanted = ItemQuery { suite, category: None, finding: None, cell: None, ..wanted.clone() };
        });
    };
    let set_language = move |chosen: String| {
        let tag = Some(chosen).filter(|tag| !tag.is_empty());
        change(&|wanted| wanted.language.clone_from(&tag));
    };
    let set_category = move |chosen: String| {
        let chosen = chosen.split_once(BETWEEN);
        change(&|wanted| {
            wanted.category = chosen.map(|(_, category)| category.to_owned());
            if let Some((suite, _)) = chosen {
                wanted.suite = Some(suite.to_owned());
            }
        });
    };
    let category = move || {
        query.with(|query| match (&query.suite, &query.category) {
            (Some(suite), Some(category)) => format!("{suite}{BETWEEN}{category}"),
            _ => String::new(),
        })
    };
    let typed = NodeRef::<leptos::html::Input>::new();
    view! {
        <form
            class="filters card"
            role="search"
            on:submit=move |event| {
                event.prevent_default();
                if let Some(typed) = typed.get_untracked() {
                    search(typed.value());
                }
            }
        >
            <label class="field grow">
                <span>{text("window-item-search")}</span>
                <span class="joined">
                    <input
                        type="search"
                        name="search"
                        dir="auto"
                        node_ref=typed
                        prop:value=move || query.with(|query| query.search.clone().unwrap_or_default())
                        on:change:target=move |event| search(event.target().value())
                    />
                    <button type="submit">{text("window-item-search-go")}</button>
                </span>
            </label>
            <Select
                name="suite"
                label=text("window-item-suite")
                value=Signal::derive(move || query.with(|query| query.suite.clone().unwrap_or_default()))
                groups=with_any("window-item-suite-any", vec![Group::plain(suites(session))])
                changed=set_suite
            />
            <Select
                name="language"
                label=text("report-language")
                value=Signal::derive(move || query.with(|query| query.language.clone().unwrap_or_default()))
                groups=with_any("window-item-language-any", vec![Group::plain(languages(session))])
                changed=set_language
            />
            <Select
                name="category"
                label=text("window-item-labelled")
                value=Signal::derive(category)
                groups=Signal::derive(move || {
                    let wanted = query.with(|query| query.suite.clone());
                    with_any("window-item-category-any", categories(session, wanted.as_deref()))
                })
                changed=set_category
            />
            <div class="choice">
                <input
                    type="checkbox"
                    id="moved-only"
                    prop:checked=move || query.with(|query| query.flipped)
                    on:change:target=move |event| {
                        let only = event.target().checked();
                        change(&|wanted| (wanted.flipped, wanted.any_reader) = (only, false));
                    }
                />
                <label for="moved-only">{text("window-item-moved-only")}</label>
                <span class="small"><Term id="flip" shown=text("window-what-is-this") /></span>
            </div>
            <Show when=move || query.with(|query| query.flipped)>
                <div class="choice">
                    <input
                        type="checkbox"
                        id="moved-any"
                        prop:checked=move || query.with(|query| query.any_reader)
                        on:change:target=move |event| {
                            let any = event.target().checked();
                            change(&|wanted| wanted.any_reader = any);
                        }
                    />
                    <label for="moved-any">{text("window-item-moved-any")}</label>
                </div>
            </Show>
        </form>
    }
}

/// A choice of everything before the others.
fn with_any(id: &str, mut groups: Vec<Group>) -> Vec<Group> {
    groups.insert(0, Group::plain([(String::new(), text(id))]));
    groups
}

/// Suites by id and title.
pub(crate) fn suites(session: Session) -> Vec<(String, String)> {
    let both = |audit: &Audit| audit.suites.iter().map(|suite| (suite.id.clone(), suite.title.clone())).collect();
    session.with_audit(both).unwrap_or_default()
}

fn languages(session: Session) -> Vec<(String, String)> {
    let overview = session.overview.with(Loaded::ready);
    let tags = overview.iter().flat_map(|overview| overview.summary.languages.keys());
    tags.map(|tag| (tag.clone(), language(tag))).collect()
}

/// The categories of the wanted suite, or of all, suite by suite.
fn categories(session: Session, wanted: Option<&str>) -> Vec<Group> {
    let of_suite = |suite: &parallax_wire::SuiteSummary| {
        let choice = |id: &String| {
            let label = suite.labels.get("en").and_then(|labels| labels.get(id)).unwrap_or(id);
            (format!("{}{BETWEEN}{id}", suite.id), label.clone())
        };
        Group { label: Some(suite.title.clone()), choices: suite.categories.iter().map(choice).collect() }
    };
    let wanted = |suite: &&parallax_wire::SuiteSummary| wanted.is_none_or(|wanted| wanted == suite.id);
    let groups = |audit: &Audit| audit.suites.iter().filter(wanted).map(of_suite).collect();
    untrack(|| session.with_audit(groups)).unwrap_or_default()
}

/// What a finding or a cell of the matrix asked for.
#[component]
pub(super) fn Chips(query: Memo<ItemQuery>) -> impl IntoView {
    let session = session();
    let chip = |words: String, without: ItemQuery| {
        let remove = say("window-item-chip-remove", [("filter", name(&words))]);
        view! {
            <span class="chip filter">
                {words}
                <a
                    class="remove"
                    href=Place::Items(without).hash()
                    aria-label=remove.clone()
                    title=remove
                    on:click=begin_anew
                >
                    "×"
                </a>
            </span>
        }
    };
    move || {
        let query = ItemQuery { offset: 0, ..query.get() };
        let finding = query.finding.clone().map(|id| {
            let without = ItemQuery { finding: None, ..query.clone() };
            chip(say("window-item-chip-finding", [("id", name(id))]), without)
        });
        let cell = query.cell.clone().map(|cell| {
            let suite = query.suite.clone().unwrap_or_default();
            let words = untrack(|| cell_words(session, &suite, &cell));
            chip(words, ItemQuery { cell: None, ..query.clone() })
        });
        (finding.is_some() || cell.is_some()).then(|| view! { <p class="row">{finding} {cell}</p> })
    }
}

fn cell_words(session: Session, suite: &str, cell: &MatrixCell) -> String {
    let label = |category: &str| name(session.category_label(suite, category));
    let reader = ("reader", name(text(&reader_id("reader", &cell.reader))));
    match (&cell.nominal, &cell.operative) {
        (Some(from), Some(to)) if from == to => say("window-item-chip-stayed", [("category", label(from)), reader]),
        (Some(from), Some(to)) => say("window-item-chip-moved", [("from", label(from)), ("to", label(to)), reader]),
        (Some(from), None) => say("window-item-chip-from", [("from", label(from)), reader]),
        (None, Some(to)) => say("window-item-chip-to", [("to", label(to)), reader]),
        (None, None) => say("window-item-chip-read", [reader]),
    }
}
