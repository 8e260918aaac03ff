//! The map as a picture, for where no canvas can be drawn: pointer and keys do the same as on the canvas.

use std::sync::Arc;

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use parallax_plots::map::{MapInput, MapState, Spot, hit, map_svg};
use parallax_plots::{Palette, Words};

use crate::parts::palette;
use crate::say::{count, say, text};
use crate::session::session;

use super::data::Drawn;
use super::keys::{Key, key};
use super::moving::{Spotted, Told};

/// What the picture is made of, and what it tells.
#[derive(Clone, Copy)]
pub(super) struct Still {
    pub(super) drawn: Memo<Option<Drawn>>,
    pub(super) brought_out: Memo<Option<Arc<Vec<bool>>>>,
    pub(super) state: RwSignal<MapState>,
    pub(super) size: Signal<[f32; 2]>,
}

impl Still {
    /// Does something with what the map is drawn from; tracks it all.
    pub(super) fn with<T>(self, palette: &Palette, act: impl FnOnce(&MapInput<'_>) -> T) -> Option<T> {
        let kept = self.brought_out.get();
        self.drawn.with(|drawn| {
            let drawn = drawn.as_ref()?;
            let emphasis = kept.as_deref().map(Vec::as_slice);
            Some(act(&MapInput { points: drawn.points(), emphasis, palette }))
        })
    }

    /// Where an item lies now.
    pub(super) fn spot(self, item: usize) -> Option<Spot> {
        let (state, size) = (self.state.get(), self.size.get());
        self.with(&Palette::light(), |input| {
            let point = input.points.get(item).filter(|_| input.placed(item))?;
            let plane = state.plane(input, size);
            let [nominal_at, operative_at] = [point.nominal_at, point.operative_at].map(|at| plane.place(at));
            let inside = |axis: usize| (0.0..=size[axis]).contains(&operative_at[axis]);
            Some(Spot { item, nominal_at, operative_at, visible: inside(0) && inside(1) })
        })
        .flatten()
    }

    /// The item under a place of the picture.
    pub(super) fn under(self, at: [f32; 2]) -> Option<usize> {
        let (state, size) = (self.state.get_untracked(), self.size.get_untracked());
        untrack(|| self.with(&Palette::light(), |input| hit(at, input, &state, size))).flatten()
    }
}

/// The picture.
#[component]
pub(super) fn StillMap(still: Still, selected: Memo<Option<usize>>, told: Told, act: Callback<Key>) -> impl IntoView {
    let session = session();
    let frame = NodeRef::<Div>::new();
    let hovered = RwSignal::new(None::<usize>);
    // Whoever selects an item, on whichever page, the map shows it.
    Effect::new(move |_| {
        let selected = selected.get();
        let mut next = still.state.get_untracked();
        if next.selected != selected {
            next.selected = selected;
            if let Some(item) = selected {
                let size = still.size.get_untracked();
                untrack(|| still.with(&Palette::light(), |input| next.reveal(item, input, size)));
            }
            still.state.set(next);
        }
    });
    let spotted = move |item: Option<usize>| {
        let spot = item.and_then(|item| still.spot(item))?;
        Some(Spotted { spot, size: still.size.get() })
    };
    Effect::new(move |_| told.hovered.set(spotted(hovered.get())));
    Effect::new(move |_| told.selected.set(spotted(selected.get())));
    let at = move |event: &MouseEvent| {
        let edge = frame.get_untracked()?.get_bounding_client_rect();
        Some([event.client_x() as f32 - edge.left() as f32, event.client_y() as f32 - edge.top() as f32])
    };
    let picture = Memo::new(move |_| {
        let palette = palette(&session.theme.get());
        let (title, description) = (text("window-nav-map"), text("window-map-lead"));
        let words = Words { id: "still-map", title: &title, description: &description };
        let (state, size) = (still.state.get(), still.size.get());
        still.with(&palette, |input| map_svg(input, &state, size, &words))
    });
    let svg = move || picture.with(|picture| picture.as_ref().map(|picture| picture.svg.clone()).unwrap_or_default());
    let left_out = move || {
        let n = picture.with(|picture| picture.as_ref().map_or(0, |picture| picture.left_out));
        (n > 0).then(|| view! { <p class="map-note">{say("window-map-left-out", [("n", count(n))])}</p> })
    };
    view! {
        <div
            class="map-holder still"
            node_ref=frame
            tabindex="0"
            role="application"
            aria-label=text("window-nav-map")
            aria-describedby="map-keys"
            class:pointed=move || hovered.get().is_some()
            inner_html=svg
            on:keydown=move |event: KeyboardEvent| {
                if let Some(key) = key(&event) {
                    event.prevent_default();
                    hovered.set(None);
                    act.run(key);
                }
            }
            on:mousemove=move |event| hovered.set(at(&event).and_then(|at| still.under(at)))
            on:mouseleave=move |_| hovered.set(None)
            on:click=move |event| told.select.run(at(&event).and_then(|at| still.under(at)))
        ></div>
        {left_out}
    }
}
