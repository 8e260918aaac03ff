//! Texts and categories of items, in their own language and script.

use leptos::prelude::*;
use parallax_words::visible;

use crate::parts::SideMark;
use crate::session::session;

/// A text that somebody else wrote: in its language, in its direction, with nothing hidden in it.
#[component]
pub(crate) fn ItemText(#[prop(into)] text: String, #[prop(into)] language: String) -> impl IntoView {
    view! { <span class="item-text" lang=language dir="auto">{visible(&text).into_owned()}</span> }
}

/// A category by its label, with its label in the item's own language where that is another.
#[component]
pub(crate) fn Category(
    #[prop(into)] suite: String,
    #[prop(into)] id: String,
    #[prop(optional, into)] language: Option<String>,
) -> impl IntoView {
    let session = session();
    let label = session.category_label(&suite, &id);
    let meaning = session.meaning_in(&suite, &id, "en");
    let own = language
        .filter(|language| language != "en")
        .and_then(|language| Some((session.label_in(&suite, &id, &language)?, language)));
    view! {
        <span class="category" title=meaning>
            <span>{visible(&label).into_owned()}</span>
            {own.map(|(label, language)| view! { " "<span class="quiet" lang=language dir="auto">{visible(&label).into_owned()}</span> })}
        </span>
    }
}

/// How an item is sorted: one category where both variants agree, else from one to the other.
#[component]
pub(crate) fn Move(
    #[prop(into)] suite: String,
    #[prop(into)] nominal: String,
    #[prop(into)] operative: String,
) -> impl IntoView {
    if nominal == operative {
        return view! { <span class="move same"><Category suite id=nominal /></span> }.into_any();
    }
    view! {
        <span class="move">
            <span class="nominal"><SideMark filled=false /><Category suite=suite.clone() id=nominal /></span>
            <span aria-hidden="true">" → "</span>
            <span class="operative"><SideMark filled=true /><Category suite id=operative /></span>
        </span>
    }
    .into_any()
}
