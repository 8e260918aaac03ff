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
    let drawn = RwSignal::new(step.max(1).min(all));
    draw_more(drawn, all, step);
    drawn
}

/// Draws `step` more pieces after each breath, until so many are drawn.
pub(crate) fn draw_more(drawn: RwSignal<usize>, all: usize, step: usize) {
    spawn_local(async move {
        // The page may be gone.
        while let Some(next) = drawn.try_get_untracked().filter(|drawn| *drawn < all) {
            breath().await;
            if drawn.try_set((next + step.max(1)).min(all)).is_some() {
                return;
            }
        }
    });
}
