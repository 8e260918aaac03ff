//! The map in a canvas of a page: what the page sets and learns, keys and focus, beginning and end.
//!
//! The page gives an element that can take the focus and has a role and a name; the canvas in it never takes the focus.
//! eframe's own runner is not used: it asks for sixty frames a second for ever, focuses a hidden text field when it
//! starts, and swallows the tabulator key, so that nobody could leave the map with the keyboard.

mod chart;
mod listener;
mod pointer;
mod surface;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use parallax_plots::Palette;
use parallax_plots::map::{Direction, MapEvent, MapInput, MapState, map_ui};
use parallax_wire::MapPoint;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, EventTarget, HtmlCanvasElement, HtmlElement, KeyboardEvent};

pub(crate) use chart::{ChartCanvas, ChartNews};
use listener::{Listener, listen_to};
use surface::{Drawing, Surface, follow_size};

/// The canvas fills its holder, and dragging over it marks no text.
const STYLE: [(&str, &str); 5] = [
    ("display", "block"),
    ("width", "100%"),
    ("height", "100%"),
    ("user-select", "none"),
    ("-webkit-user-select", "none"),
];

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
        let canvas = canvas_in(holder)?;
        let map = Rc::new_cyclic(|map: &Weak<Map>| Map {
            holder: holder.clone(),
            surface: Surface::new(&canvas, map.clone() as Weak<dyn Drawing>),
            canvas,
            content: RefCell::new(content),
            told: Cell::new((MapEvent::default(), [0.0; 2])),
            size: Cell::new([0.0; 2]),
            tell: RefCell::new(Some(Rc::new(tell))),
            listeners: RefCell::new(Vec::new()),
        });
        map.focus(map.has_focus());
        if map.surface.is_some() {
            map.listen()?;
            map.repaint();
        } else {
            map.fail();
        }
        Ok(Self(map))
    }

    /// Changes what is shown, and draws it.
    pub(crate) fn change(&self, change: impl FnOnce(&mut MapContent)) {
        change(&mut self.0.content.borrow_mut());
        self.0.repaint();
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
        self.0.end();
    }
}

/// A canvas that fills an element of a page.
fn canvas_in(holder: &HtmlElement) -> Result<HtmlCanvasElement, JsValue> {
    let document = holder.owner_document().ok_or("the element is in no page")?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    // The holder has the name; the canvas is only what it is painted with.
    canvas.set_attribute("aria-hidden", "true")?;
    for (property, value) in STYLE {
        canvas.style().set_property(property, value)?;
    }
    holder.append_child(&canvas)?;
    Ok(canvas)
}

/// How the page hears of the map.
type Tell = Rc<dyn Fn(MapNews)>;

/// A map with everything that must be put away with it.
struct Map {
    holder: HtmlElement,
    canvas: HtmlCanvasElement,
    /// `None` where the system has no WebGL 2.
    surface: Option<Surface>,
    content: RefCell<MapContent>,
    /// What the page was told last, and for which size.
    told: Cell<(MapEvent, [f32; 2])>,
    /// Size of the canvas at its last frame, in points.
    size: Cell<[f32; 2]>,
    /// `None` once the map has ended.
    tell: RefCell<Option<Tell>>,
    listeners: RefCell<Vec<Listener>>,
}

impl Map {
    fn listen(self: &Rc<Self>) -> Result<(), JsValue> {
        for (name, focused) in [("focusin", true), ("focusout", false)] {
            self.on(&self.holder, name, move |map, _: Event| map.focus(focused))?;
        }
        self.on(&self.holder, "keydown", |map, event: KeyboardEvent| {
            let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key() || event.default_prevented());
            if let Some(command) = MapCommand::of_key(&event.key()).filter(|_| plain) {
                map.run(command);
                event.prevent_default();
            }
        })?;
        self.on(&self.canvas, "webglcontextlost", |map, _: Event| map.fail())?;
        pointer::listen(self)?;
        let Some(surface) = &self.surface else { return Ok(()) };
        let weak = Rc::downgrade(self);
        follow_size(weak, surface)?;
        // What a pixel is may change too.
        let window = web_sys::window().ok_or("there is no window")?;
        self.on(&window, "resize", |map, _: Event| map.repaint())
    }

    /// Calls `run` for each event of that name, as long as the map is there.
    fn on<E: JsCast>(
        self: &Rc<Self>,
        target: &EventTarget,
        name: &'static str,
        run: impl Fn(&Rc<Self>, E) + 'static,
    ) -> Result<(), JsValue> {
        let listener = listen_to(self, target, name, run)?;
        self.listeners.borrow_mut().push(listener);
        Ok(())
    }

    fn has_focus(&self) -> bool {
        let active = self.holder.owner_document().and_then(|document| document.active_element());
        self.holder.contains(active.as_deref())
    }

    /// A finger on a map that has the focus moves the map; on any other it moves the page.
    fn focus(&self, focused: bool) {
        let touch = if focused { "none" } else { "auto" };
        self.canvas.style().set_property("touch-action", touch).unwrap_or_default();
    }

    fn repaint(&self) {
        if let Some(surface) = &self.surface {
            surface.repaint();
        }
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
        self.repaint();
    }

    /// Tells the page once everything that runs now is done, so that it may do with the map what it likes.
    fn tell_later(&self, news: MapNews) {
        if let Some(tell) = self.tell.borrow().clone() {
            spawn_local(async move { tell(news) });
        }
    }

    /// Puts the map away and says so; what is running now may be one of its listeners, and so this waits.
    fn fail(self: &Rc<Self>) {
        self.tell_later(MapNews::NoCanvas);
        let map = Rc::clone(self);
        spawn_local(async move { map.end() });
    }

    fn end(&self) {
        if self.tell.replace(None).is_some() {
            self.listeners.borrow_mut().clear();
            if let Some(surface) = &self.surface {
                surface.end();
            }
            self.canvas.remove();
        }
    }
}

impl Drawing for Map {
    fn surface(&self) -> Option<&Surface> {
        self.surface.as_ref()
    }

    /// Draws one frame, and tells the page what changed.
    fn draw(&self, ui: &mut egui::Ui) {
        let area = ui.available_rect_before_wrap();
        let size = [area.width(), area.height()];
        self.size.set(size);
        let event = self.content.borrow_mut().with_state(|state, input| map_ui(ui, input, state));
        let unclicked = (MapEvent { clicked: None, ..event }, size);
        if event.clicked.is_some() || unclicked != self.told.get() {
            self.told.set(unclicked);
            self.tell_later(MapNews::Event { event, size });
        }
    }
}
