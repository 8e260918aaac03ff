//! The map on a canvas: carries what the page knows to it, and what pointer and keys do there back.

use std::rc::Rc;

use leptos::html::Div;
use leptos::prelude::*;
use parallax_plots::map::{MapEvent, MapState, Spot};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::canvas::{MapCanvas, MapCommand, MapContent, MapNews};
use crate::parts::palette;
use crate::say::text;
use crate::session::session;

use super::keys::Key;
use super::still::Still;

/// The canvas that is drawn now, where one is; only the thread that drew it can reach it.
pub(super) type Canvas = StoredValue<Option<MapCanvas>, LocalStorage>;

/// Where an item lies on a map of a certain size.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Spotted {
    /// The item and its place.
    pub(super) spot: Spot,
    /// Size of the map that it is a place of: another size has other places.
    pub(super) size: [f32; 2],
}

/// What a canvas tells the figure.
#[derive(Clone, Copy)]
pub(super) struct Told {
    /// The item under the pointer.
    pub(super) hovered: RwSignal<Option<Spotted>>,
    /// The selected item.
    pub(super) selected: RwSignal<Option<Spotted>>,
    /// An item was selected on the map, or none.
    pub(super) select: Callback<Option<usize>>,
    /// Nothing can be drawn here.
    pub(super) failed: Callback<()>,
}

/// The moving map.
#[component]
pub(super) fn MovingMap(still: Still, selected: Memo<Option<usize>>, canvas: Canvas, told: Told) -> impl IntoView {
    let session = session();
    let holder = NodeRef::<Div>::new();
    let content = move || {
        let drawn = still.drawn.get()?;
        let emphasis = still.brought_out.get().map(|kept| Rc::new((*kept).clone()));
        Some((Rc::new(drawn.points().to_vec()), emphasis, palette(&session.theme.get()), selected.get()))
    };
    Effect::new(move |_| {
        let Some(holder) = holder.get() else { return };
        let Some((points, emphasis, palette, selected)) = content() else { return };
        let running = canvas.with_value(Option::is_some);
        if running {
            canvas.with_value(|canvas| {
                if let Some(canvas) = canvas {
                    canvas.change(|content| {
                        let other = content.state.selected != selected;
                        (content.points, content.emphasis, content.palette) = (points, emphasis, palette);
                        content.state.selected = selected;
                        if other && let Some(item) = selected {
                            reveal(content, item, still.size.get_untracked());
                        }
                    });
                }
            });
            return;
        }
        let mut state = MapState::default();
        state.selected = selected;
        let content = MapContent { points, emphasis, palette, state };
        let holder: HtmlElement = holder.unchecked_into();
        match MapCanvas::start(&holder, content, listen(canvas, told)) {
            Ok(started) => canvas.set_value(Some(started)),
            Err(_) => told.failed.run(()),
        }
    });
    view! {
        <div
            class="map-holder"
            node_ref=holder
            tabindex="0"
            role="application"
            aria-label=text("window-nav-map")
            aria-describedby="map-keys"
        ></div>
    }
}

/// Moves the view to an item that another part of the page selected.
fn reveal(content: &mut MapContent, item: usize, size: [f32; 2]) {
    let emphasis = content.emphasis.as_ref().map(|kept| kept.as_slice());
    let palette = content.palette;
    let input = parallax_plots::map::MapInput { points: &content.points, emphasis, palette: &palette };
    content.state.reveal(item, &input, size);
}

fn listen(canvas: Canvas, told: Told) -> impl Fn(MapNews) + 'static {
    let before = std::cell::Cell::new(None::<usize>);
    move |news| match news {
        MapNews::Event { event: MapEvent { hovered, selected, .. }, size } => {
            let spotted = |spot: Option<Spot>| spot.map(|spot| Spotted { spot, size });
            told.hovered.try_set(spotted(hovered));
            told.selected.try_set(spotted(selected));
            let now = canvas
                .try_with_value(|canvas| canvas.as_ref().and_then(|canvas| canvas.content().state.selected))
                .flatten();
            // News of an older selection must not undo a newer one.
            if before.replace(now) != now {
                told.select.try_run(now);
            }
        }
        MapNews::NoCanvas => {
            told.failed.try_run(());
        }
    }
}

/// What a key or a button asks of a canvas.
pub(super) fn command(key: Key) -> MapCommand {
    match key {
        Key::Step(direction) => MapCommand::Step(direction),
        Key::ZoomIn => MapCommand::ZoomIn,
        Key::ZoomOut => MapCommand::ZoomOut,
        Key::Reset => MapCommand::Reset,
        Key::Leave => MapCommand::Unselect,
    }
}
