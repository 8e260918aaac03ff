//! The items of a case: which ones match, how each variant sorts them, and the selected one beside them.

mod filters;
mod table;

use leptos::prelude::*;
use parallax_wire::{ItemPage, ItemQuery, ListItems};

use crate::dom;
use crate::load::{load, show};
use crate::parts::{Drawer, Later, Sides, wide};
use crate::place::{PAGE_ITEMS, Place};
use crate::say::{count, say, text};
use crate::session::session;

pub(crate) use filters::suites;
use filters::{Chips, Filters};
use table::Table;

/// The list of items; which ones follows the address.
#[component]
pub(crate) fn Items() -> impl IntoView {
    let session = session();
    // When one leaves, the old query stays for the moment until the page is gone.
    let query = Memo::new(move |before: Option<&ItemQuery>| match session.place.get() {
        Place::Items(query) => query,
        _ => before.cloned().unwrap_or_default(),
    });
    let page = load(move || Some(ListItems { case: session.case_id()?, query: query.get() }));
    let wide = wide();
    view! {
        <header>
            <h1 tabindex="-1">{text("window-nav-items")}</h1>
            <p>{text("window-item-list-lead")}</p>
        </header>
        <Later breaths=1>
            <Filters query />
        </Later>
        <div class="with-item">
            <section class="stack" aria-label=text("window-nav-items")>
                <Chips query />
                {show(page, move |page| {
                    let asked = query.get_untracked();
                    view! { <Found page=(*page).clone() query=asked wide /> }
                })}
            </section>
            <Show when=move || wide.get()>
                <Drawer />
            </Show>
        </div>
    }
}

/// After a link that is gone once it was followed, the list begins anew, and so does whoever reads it.
pub(super) fn begin_anew<E>(_: E) {
    dom::focus_page_soon();
}

/// What was found.
#[component]
fn Found(page: ItemPage, query: ItemQuery, wide: Memo<bool>) -> impl IntoView {
    let none = ItemQuery { limit: query.limit, offset: query.offset, ..ItemQuery::default() };
    let all = query == none;
    if page.items.is_empty() {
        // An address may ask for items beyond the last one.
        let (sentence, way, link) = if page.total > 0 {
            let first = ItemQuery { offset: 0, ..query };
            ("window-item-beyond", "window-item-first", Place::Items(first))
        } else {
            ("window-item-none", "window-item-clear", Place::Items(ItemQuery::default()))
        };
        return view! {
            <div class="note-box" role="status">
                <p>{text(sentence)}</p>
                <p><a href=link.hash() id="clear-filters" on:click=begin_anew>{text(way)}</a></p>
            </div>
        }
        .into_any();
    }
    let total = if all { "window-item-total-all" } else { "window-item-total" };
    let total = say(total, [("n", count(page.total))]);
    let shown = page.items.len() as u64;
    let counted = query.flipped.then(|| {
        let how = if query.any_reader { "window-item-moved-by-any" } else { "window-item-moved-by-primary" };
        view! { " " <span class="quiet small">{text(how)}</span> }
    });
    view! {
        <div class="row spread">
            <p role="status" class="total"><strong>{total}</strong>{counted}</p>
            <Sides />
        </div>
        <Table items=page.items query=query.clone() wide />
        <Pager query total=page.total shown />
    }
    .into_any()
}

/// The ways to the items before and after.
#[component]
fn Pager(query: ItemQuery, total: u64, shown: u64) -> impl IntoView {
    let (from, to) = (query.offset + 1, query.offset + shown);
    let range = say("window-item-range", [("from", count(from)), ("to", count(to)), ("n", count(total))]);
    let way = |id: &'static str, name: &'static str, offset: u64| {
        let link = Place::Items(ItemQuery { offset, ..query.clone() });
        view! { <a class="button" id=name href=link.hash() on:click=begin_anew>{text(id)}</a> }
    };
    let before = (from > 1).then(|| way("window-item-before", "items-before", query.offset.saturating_sub(PAGE_ITEMS)));
    let after = (to < total).then(|| way("window-item-after", "items-after", query.offset + PAGE_ITEMS));
    (shown < total).then(|| {
        view! {
            <nav class="row pager" aria-label=text("window-item-pages")>
                {before} {after} <span class="quiet small">{range}</span>
            </nav>
        }
    })
}
