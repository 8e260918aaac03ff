//! A way to an item: selects it where it can be shown beside what is there, and goes to its page otherwise.

use leptos::prelude::*;

use crate::place::Place;
use crate::session::session;

/// A link to an item around its text.
#[component]
pub(crate) fn ItemLink(
    #[prop(into)] suite: String,
    #[prop(into)] item: String,
    #[prop(into)] beside: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let session = session();
    let href = Place::Item(suite.clone(), item.clone()).hash();
    let key = (suite, item);
    let chosen = {
        let key = key.clone();
        move || session.selected.with(|selected| selected.as_ref() == Some(&key)).then_some("true")
    };
    view! {
        <a
            class="quiet-link"
            href=href
            aria-current=chosen
            on:click=move |event| {
                if beside.get_untracked() {
                    event.prevent_default();
                    session.selected.set(Some(key.clone()));
                }
            }
        >
            {children()}
        </a>
    }
}
