//! The two sides: published is a blue ring, deployed an orange disc, wherever they appear.

use leptos::prelude::*;

use crate::say::text;

/// The sign of one side.
#[component]
pub(crate) fn SideMark(filled: bool) -> impl IntoView {
    view! { <span class="side-mark" class:filled=filled aria-hidden="true"></span> }
}

/// What the two signs mean, for the head of a page that uses them.
#[component]
pub(crate) fn Sides() -> impl IntoView {
    view! {
        <p class="row small">
            <span class="nominal"><SideMark filled=false />{text("report-side-published")}</span>
            <span class="operative"><SideMark filled=true />{text("report-side-deployed")}</span>
        </p>
    }
}
