//! The selected item in short, for a window that has no room for all of it beside the map.

use leptos::prelude::*;

use crate::parts::{Category, ItemText, Move};
use crate::place::Place;
use crate::say::text;
use crate::session::session;

use super::data::Drawn;

/// The text of the selected item, how it is sorted, and the way to its page.
#[component]
pub(super) fn Brief(drawn: Memo<Option<Drawn>>) -> impl IntoView {
    let session = session();
    move || {
        let drawn = drawn.get()?;
        let (suite, item) = session.selected.get()?;
        let index = drawn.index(&suite, &item)?;
        let (words, language) = drawn.text(index)?;
        let page = Place::Item(suite.clone(), item).hash();
        let sorted = untrack(|| match drawn.sorted(index) {
            (Some(nominal), Some(operative)) => Some(view! { <Move suite nominal operative /> }.into_any()),
            (Some(id), None) | (None, Some(id)) => Some(view! { <Category suite id /> }.into_any()),
            (None, None) => None,
        });
        Some(view! {
            <section class="card brief" aria-label=text("window-item-selected")>
                <p><ItemText text=words language /></p>
                <p>{sorted}</p>
                <p class="row small">
                    <a href=page>{text("window-item-alone")}</a>
                    <button type="button" class="plain" on:click=move |_| session.selected.set(None)>
                        {text("window-item-close")}
                    </button>
                </p>
            </section>
        })
    }
}
