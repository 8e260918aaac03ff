//! Beginning and end of what is drawn on a canvas.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlCanvasElement, HtmlElement};

use super::listener::Listener;
use super::surface::{Surface, follow_size};

/// The canvas fills its holder, dragging over it marks no text, and it is black until something is drawn on it.
const STYLE: [(&str, &str); 6] = [
    ("visibility", "hidden"),
    ("display", "block"),
    ("width", "100%"),
    ("height", "100%"),
    ("user-select", "none"),
    ("-webkit-user-select", "none"),
];

/// Something that is drawn on a canvas of its own.
pub(super) trait Drawing {
    /// Its canvas, and what must be put away with that.
    fn life(&self) -> &Life;
    /// Draws one frame.
    fn draw(&self, ui: &mut egui::Ui);
    /// Begins to listen, once frames can be drawn.
    fn listen(self: Rc<Self>) -> Result<Vec<Listener>, JsValue>;
    /// Says that nothing can be drawn, or nothing any more; never while something of it is running.
    fn say_failed(&self);
}

/// A canvas with everything that must be put away with it.
pub(super) struct Life {
    holder: HtmlElement,
    canvas: HtmlCanvasElement,
    /// Empty until it is made, and for ever where the system has no WebGL 2.
    surface: OnceCell<Surface>,
    listeners: RefCell<Vec<Listener>>,
    ended: Cell<bool>,
}

impl Life {
    /// A canvas that fills `holder`, which is busy until the first frame is drawn.
    pub(super) fn new(holder: &HtmlElement) -> Result<Self, JsValue> {
        let document = holder.owner_document().ok_or("the element is in no page")?;
        let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
        // The holder has the name; the canvas is only what it is painted with.
        canvas.set_attribute("aria-hidden", "true")?;
        for (property, value) in STYLE {
            canvas.style().set_property(property, value)?;
        }
        holder.append_child(&canvas)?;
        holder.set_attribute("aria-busy", "true")?;
        Ok(Self {
            holder: holder.clone(),
            canvas,
            surface: OnceCell::new(),
            listeners: RefCell::new(Vec::new()),
            ended: Cell::new(false),
        })
    }

    /// Makes the surface, listens and draws, each in its time.
    pub(super) fn begin<D: Drawing + 'static>(drawing: &Rc<D>) {
        let (canvas, drawing) = (drawing.life().canvas.clone(), Rc::downgrade(drawing));
        spawn_local(async move {
            let surface = Surface::new(canvas, drawing.clone() as Weak<dyn Drawing>).await;
            let drawing = drawing.upgrade().filter(|drawing| !drawing.life().ended.get());
            match (surface, drawing) {
                (Some(surface), Some(drawing)) => {
                    if drawing.life().take_over(surface, &drawing).await.is_err() {
                        Self::fail(&drawing);
                    }
                }
                (Some(surface), None) => surface.end(),
                (None, Some(drawing)) => Self::fail(&drawing),
                (None, None) => {}
            }
        });
    }

    async fn take_over<D: Drawing + 'static>(&self, surface: Surface, drawing: &Rc<D>) -> Result<(), JsValue> {
        let surface = self.surface.get_or_init(|| surface);
        *self.listeners.borrow_mut() = Rc::clone(drawing).listen()?;
        surface.draw_first(&**drawing).await;
        // Whoever watches the size is told of it at once, and would draw.
        if self.ended.get() { Ok(()) } else { follow_size(Rc::downgrade(drawing) as Weak<dyn Drawing>, surface) }
    }

    /// Puts everything away and says so; what is running now may be one of its listeners, and so this waits.
    pub(super) fn fail<D: Drawing + 'static>(drawing: &Rc<D>) {
        let drawing = Rc::clone(drawing);
        spawn_local(async move {
            if !drawing.life().ended.get() {
                drawing.say_failed();
                drawing.life().end();
            }
        });
    }

    /// Where it lies.
    pub(super) fn holder(&self) -> &HtmlElement {
        &self.holder
    }

    /// What it is drawn on.
    pub(super) fn canvas(&self) -> &HtmlCanvasElement {
        &self.canvas
    }

    /// What draws, once that is there.
    pub(super) fn surface(&self) -> Option<&Surface> {
        self.surface.get()
    }

    /// Asks for one frame; the first one comes by itself.
    pub(super) fn repaint(&self) {
        if let Some(surface) = self.surface() {
            surface.repaint();
        }
    }

    /// Hands an event to the next frame.
    pub(super) fn push(&self, event: egui::Event) {
        if let Some(surface) = self.surface() {
            surface.push(event);
        }
    }

    /// Whether everything was taken away.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.get()
    }

    /// Shows the canvas, now that something is drawn on it.
    pub(super) fn reveal(&self) {
        self.canvas.style().remove_property("visibility").unwrap_or_default();
        self.holder.remove_attribute("aria-busy").unwrap_or_default();
    }

    /// Takes everything away.
    pub(super) fn end(&self) {
        if !self.ended.replace(true) {
            self.listeners.borrow_mut().clear();
            if let Some(surface) = self.surface() {
                surface.end();
            }
            self.reveal();
            self.canvas.remove();
        }
    }
}
