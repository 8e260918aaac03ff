//! The map in a canvas of a page: what the page sets and learns, keys and focus, beginning and end.
//!
//! The page gives an element that can take the focus and has a role and a name; the canvas in it never takes the focus.
//! eframe's own runner is not used: it asks for sixty frames a second for ever, focuses a hidden text field when it
//! starts, and swallows the tabulator key, so that nobody could leave the map with the keyboard.

mod chart;
mod life;
mod listener;
mod pointer;
mod surface;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use parallax_plots::Palette;
use parallax_plots::map::{Direction, MapEvent, MapInput, MapState, map_ui};
use parallax_wire::MapPoint;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, KeyboardEvent};

pub(crate) use chart::{ChartCanvas, ChartNews};
use life::{Drawing, Life};
use listener::{Listener, Listeners};

/// What the map shows.
#[derive(Clone, Debug)]
pub(crate) struct MapContent {
    /// The items, in the order of the legend.
    pub(crate) points: Rc<Vec<MapPoint>>,
    /// Which items a filter keeps; `None` keeps all.
    pub(crate) emphasis: Option<Rc<Vec<bool>>>,
    /// Colours of the page.
    pub(crate) palette: Palette,
    /// Selection and view.
    pub(crate) state: MapState,
}

impl MapContent {
    /// Does something with the view and with what is drawn in it.
    fn with_state<R>(&mut self, run: impl FnOnce(&mut MapState, &MapInput<'_>) -> R) -> R {
        let emphasis = self.emphasis.as_ref().map(|emphasis| emphasis.as_slice());
        run(&mut self.state, &MapInput { points: &self.points, emphasis, palette: &self.palette })
    }
}

/// What the page learns; never while it is calling the map.
#[derive(Clone, Copy, Debug)]
pub(crate) enum MapNews {
    /// What is hovered or selected, or where that is, is another now; or something was clicked.
    Event {
        /// What is hovered and selected.
        event: MapEvent,
        /// Size of the canvas in points, in which places are meant.
        size: [f32; 2],
    },
    /// Nothing can be drawn: the system has no WebGL 2, or has taken it away. The canvas is gone.
    NoCanvas,
}

/// What keys and buttons do with a map.
#[derive(Clone, Copy, Debug)]
pub(crate) enum MapCommand {
    /// Selects the next item.
    Step(Direction),
    /// Zooms in around the selection.
    ZoomIn,
    /// Zooms out.
    ZoomOut,
    /// Shows everything.
    Reset,
    /// Selects nothing.
    Unselect,
}

impl MapCommand {
    /// What a key does on a map that has the focus.
    fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" => Self::Step(Direction::Left),
            "ArrowRight" => Self::Step(Direction::Right),
            "ArrowUp" => Self::Step(Direction::Up),
            "ArrowDown" => Self::Step(Direction::Down),
            "+" | "=" => Self::ZoomIn,
            "-" => Self::ZoomOut,
            "0" => Self::Reset,
            "Escape" => Self::Unselect,
            _ => return None,
        })
    }
}

/// A map that is drawn in a page; it ends when this is dropped.
pub(crate) struct MapCanvas(Rc<Map>);

impl MapCanvas {
    /// Draws a map into all of `holder`.
    ///
    /// `tell` hears of everything that changes, and once of [`MapNews::NoCanvas`] when the map cannot begin or go on.
    ///
    /// # Errors
    /// When the page cannot hold a canvas.
    pub(crate) fn start(
        holder: &HtmlElement,
        content: MapContent,
        tell: impl Fn(MapNews) + 'static,
    ) -> Result<Self, JsValue> {
        let map = Rc::new(Map {
            life: Life::new(holder)?,
            content: RefCell::new(content),
            told: Cell::new((MapEvent::default(), [0.0; 2])),
            size: Cell::new([0.0; 2]),
            tell: Rc::new(tell),
        });
        Life::begin(&map);
        Ok(Self(map))
    }

    /// Changes what is shown, and draws it.
    pub(crate) fn change(&self, change: impl FnOnce(&mut MapContent)) {
        change(&mut self.0.content.borrow_mut());
        self.0.life.repaint();
    }

    /// Does what a button of the page asks for.
    pub(crate) fn run(&self, command: MapCommand) {
        self.0.run(command);
    }

    /// What is shown, with the selection and the view as they are now.
    pub(crate) fn content(&self) -> MapContent {
        self.0.content.borrow().clone()
    }
}

impl Drop for MapCanvas {
    fn drop(&mut self) {
        self.0.life.end();
    }
}

/// A map with everything that must be put away with it.
struct Map {
    life: Life,
    content: RefCell<MapContent>,
    /// What the page was told last, and for which size.
    told: Cell<(MapEvent, [f32; 2])>,
    /// Size of the canvas at its last frame, in points.
    size: Cell<[f32; 2]>,
    /// How the page hears of the map.
    tell: Rc<dyn Fn(MapNews)>,
}

impl Map {
    fn has_focus(&self) -> bool {
        let holder = self.life.holder();
        let active = holder.owner_document().and_then(|document| document.active_element());
        holder.contains(active.as_deref())
    }

    /// A finger on a map that has the focus moves the map; on any other it moves the page.
    fn focus(&self, focused: bool) {
        let touch = if focused { "none" } else { "auto" };
        self.life.canvas().style().set_property("touch-action", touch).unwrap_or_default();
    }

    fn run(&self, command: MapCommand) {
        let size = self.size.get();
        self.content.borrow_mut().with_state(|state, input| match command {
            MapCommand::Step(direction) => {
                state.step(direction, input, size);
            }
            MapCommand::ZoomIn => state.zoom_in(input, size),
            MapCommand::ZoomOut => state.zoom_out(input, size),
            MapCommand::Reset => state.reset_view(),
            MapCommand::Unselect => state.selected = None,
        });
        self.life.repaint();
    }
}

impl Drawing for Map {
    fn life(&self) -> &Life {
        &self.life
    }

    /// Draws one frame, and tells the page what changed once everything that runs now is done, so that it may do with
    /// the map what it likes.
    fn draw(&self, ui: &mut egui::Ui) {
        let area = ui.available_rect_before_wrap();
        let size = [area.width(), area.height()];
        self.size.set(size);
        let event = self.content.borrow_mut().with_state(|state, input| map_ui(ui, input, state));
        let unclicked = (MapEvent { clicked: None, ..event }, size);
        if event.clicked.is_some() || unclicked != self.told.get() {
            self.told.set(unclicked);
            let tell = Rc::clone(&self.tell);
            spawn_local(async move { tell(MapNews::Event { event, size }) });
        }
    }

    fn listen(self: Rc<Self>) -> Result<Vec<Listener>, JsValue> {
        self.focus(self.has_focus());
        let mut listeners = Listeners::of(&self);
        let (holder, canvas) = (self.life.holder(), self.life.canvas());
        for (name, focused) in [("focusin", true), ("focusout", false)] {
            listeners.on(holder, name, move |map, _: Event| map.focus(focused))?;
        }
        listeners.on(holder, "keydown", |map, event: KeyboardEvent| {
            let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key() || event.default_prevented());
            if let Some(command) = MapCommand::of_key(&event.key()).filter(|_| plain) {
                map.run(command);
                event.prevent_default();
            }
        })?;
        listeners.on(canvas, "webglcontextlost", |map, _: Event| Life::fail(map))?;
        pointer::listen(canvas, &mut listeners)?;
        // What a pixel is may change too.
        let window = web_sys::window().ok_or("there is no window")?;
        listeners.on(&window, "resize", |map, _: Event| map.life.repaint())?;
        Ok(listeners.all())
    }

    fn say_failed(&self) {
        (self.tell)(MapNews::NoCanvas);
    }
}
