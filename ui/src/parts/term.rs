//! A word that a newcomer may not know, with its explanation beside it.

use leptos::prelude::*;

use crate::say::explained;

/// The word `id` of the glossary, or `shown` in its place; its explanation shows on hover and on focus.
#[component]
pub(crate) fn Term(id: &'static str, #[prop(optional, into)] shown: Option<String>) -> impl IntoView {
    let (word, meaning) = explained(id);
    view! {
        <span class="term" tabindex="0">
            {shown.unwrap_or(word)}<span class="meaning" role="note">{meaning}</span>
        </span>
    }
}
