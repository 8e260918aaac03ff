//! The figure: the map itself, the labels over it, what its signs mean, and what its buttons do.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use parallax_plots::Palette;
use parallax_plots::map::{MapInput, MapState, key_svg};

use crate::dom;
use crate::parts::{ItemText, palette, size_of};
use crate::say::{count, say, text};
use crate::session::session;

use super::data::Drawn;
use super::keys::Key;
use super::labels::Labels;
use super::moving::{Canvas, MovingMap, Told, command};
use super::still::{Still, StillMap};

/// Size of the map until that of its frame is known, in points; the style sheet says how large the frame is.
const UNKNOWN: [f32; 2] = [720.0, 400.0];

/// The map with everything that belongs to it.
#[component]
pub(super) fn Figure(drawn: Memo<Option<Drawn>>, brought_out: Memo<Option<Arc<Vec<bool>>>>) -> impl IntoView {
    let session = session();
    let frame = NodeRef::<Div>::new();
    let known = size_of(frame);
    let size = Signal::derive(move || known.get().unwrap_or(UNKNOWN));
    let still = Still { drawn, brought_out, state: RwSignal::new(MapState::default()), size };
    let selected = Memo::new(move |_| {
        let (suite, item) = session.selected.get()?;
        drawn.with(|drawn| drawn.as_ref()?.index(&suite, &item))
    });
    let select = move |item: Option<usize>| {
        if item != selected.get_untracked() {
            let key = item.and_then(|item| drawn.with_untracked(|drawn| drawn.as_ref()?.key(item)));
            session.selected.set(key);
        }
    };
    let canvas: Canvas = StoredValue::new_local(None);
    let moving = RwSignal::new(dom::may_draw());
    let told = Told {
        hovered: RwSignal::new(None),
        selected: RwSignal::new(None),
        select: Callback::new(select),
        failed: Callback::new(move |()| {
            canvas.set_value(None);
            moving.set(false);
        }),
    };
    let act = Callback::new(move |key: Key| {
        let drawn_on_canvas = canvas.with_value(|canvas| {
            if let Some(canvas) = canvas {
                canvas.run(command(key));
            }
            canvas.is_some()
        });
        if drawn_on_canvas {
            return;
        }
        let mut next = still.state.get_untracked();
        let size = size.get_untracked();
        untrack(|| still.with(&Palette::light(), |input| apply(key, &mut next, input, size)));
        still.state.set(next);
        select(next.selected);
    });
    let heard = move || {
        let (text, language) = drawn.with(|drawn| drawn.as_ref()?.text(selected.get()?))?;
        Some(view! { <ItemText text language /> })
    };
    view! {
        <figure class="map">
            <div class="map-frame" node_ref=frame>
                {move || {
                    if moving.get() {
                        view! { <MovingMap still selected canvas told /> }.into_any()
                    } else {
                        view! { <StillMap still selected told act /> }.into_any()
                    }
                }}
                <Labels drawn hovered=told.hovered selected=told.selected size />
            </div>
            <figcaption>
                {move || (!moving.get()).then(|| view! { <p class="small" id="map-still">{text("window-map-still")}</p> })}
                <Signs />
                <div class="row map-tools">
                    <button type="button" id="map-closer" on:click=move |_| act.run(Key::ZoomIn)>
                        {text("window-map-closer")}
                    </button>
                    <button type="button" id="map-back" on:click=move |_| act.run(Key::ZoomOut)>
                        {text("window-map-back")}
                    </button>
                    <button type="button" id="map-all" on:click=move |_| act.run(Key::Reset)>
                        {text("window-map-all")}
                    </button>
                    <BroughtOut brought_out />
                </div>
                <p class="small">{text("window-map-lead")}</p>
                <p class="quiet small" id="map-keys">{text("window-map-keys")}</p>
                <p class="unseen" role="status">{heard}</p>
            </figcaption>
        </figure>
    }
}

fn apply(key: Key, state: &mut MapState, input: &MapInput<'_>, size: [f32; 2]) {
    match key {
        Key::Step(direction) => {
            state.step(direction, input, size);
        }
        Key::ZoomIn => state.zoom_in(input, size),
        Key::ZoomOut => state.zoom_out(input, size),
        Key::Reset => state.reset_view(),
        Key::Leave => state.selected = None,
    }
}

/// What the signs of the map mean.
#[component]
fn Signs() -> impl IntoView {
    let session = session();
    let sign = move |flip: bool| key_svg(flip, &palette(&session.theme.get()));
    view! {
        <ul class="signs small">
            <li><span class="key" inner_html=move || sign(true)></span>{text("window-map-sign-moved")}</li>
            <li><span class="key" inner_html=move || sign(false)></span>{text("window-map-sign-stayed")}</li>
        </ul>
    }
}

/// How many items the filters bring out.
#[component]
fn BroughtOut(brought_out: Memo<Option<Arc<Vec<bool>>>>) -> impl IntoView {
    move || {
        let kept = brought_out.get()?;
        let k = kept.iter().filter(|kept| **kept).count();
        let said = say("window-map-brought-out", [("k", count(k)), ("n", count(kept.len()))]);
        Some(view! { <span role="status" class="small">{said}</span> })
    }
}
