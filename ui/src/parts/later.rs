//! What is drawn after the rest of a page, so that the page answers in between.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::dom::breath;

/// Draws its children after so many other tasks; until then the place is busy.
#[component]
pub(crate) fn Later(breaths: usize, children: ChildrenFn) -> impl IntoView {
    let there = RwSignal::new(false);
    spawn_local(async move {
        for _ in 0..breaths {
            breath().await;
        }
        // The page may be gone.
        there.try_set(true);
    });
    view! {
        <Show when=move || there.get() fallback=|| view! { <div aria-busy="true"></div> }>
            {children()}
        </Show>
    }
}

/// How many of so many pieces are drawn: `step` more after each breath.
pub(crate) fn gradually(all: usize, step: usize) -> RwSignal<usize> {
    let step = step.max(1);
    let drawn = RwSignal::new(step.min(all));
    spawn_local(async move {
        let mut next = step;
        while next < all {
            breath().await;
            next += step;
            // The page may be gone.
            if drawn.try_set(next.min(all)).is_some() {
                return;
            }
        }
    });
    drawn
}
