//! A fixed chart in a canvas of a page: it is drawn when it changes, and says what is under the pointer.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlCanvasElement, HtmlElement, PointerEvent};

use super::canvas_in;
use super::listener::{Listener, listen_to};
use super::surface::{Drawing, Surface, follow_size};

/// Draws the chart and gives what is under the pointer, as an index.
type Draw = Box<dyn Fn(&mut egui::Ui) -> Option<usize>>;

/// What the page learns of a chart; never while it is calling it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ChartNews {
    /// Something else is under the pointer.
    Hovered(Option<usize>),
    /// Nothing can be drawn: the system has no WebGL 2, or has taken it away. The canvas is gone.
    NoCanvas,
}

/// A chart that is drawn in a page; it ends when this is dropped.
pub(crate) struct ChartCanvas(Rc<Chart>);

impl ChartCanvas {
    /// Draws a chart into all of `holder`.
    ///
    /// `tell` hears of everything that changes, and once of [`ChartNews::NoCanvas`] when the chart cannot begin or go on.
    ///
    /// # Errors
    /// When the page cannot hold a canvas.
    pub(crate) fn start(
        holder: &HtmlElement,
        draw: impl Fn(&mut egui::Ui) -> Option<usize> + 'static,
        tell: impl Fn(ChartNews) + 'static,
    ) -> Result<Self, JsValue> {
        let canvas = canvas_in(holder)?;
        let chart = Rc::new_cyclic(|chart: &Weak<Chart>| Chart {
            surface: Surface::new(&canvas, chart.clone() as Weak<dyn Drawing>),
            canvas,
            draw: RefCell::new(Box::new(draw)),
            told: Cell::new(None),
            tell: RefCell::new(Some(Rc::new(tell))),
            listeners: RefCell::new(Vec::new()),
        });
        if chart.surface.is_some() {
            chart.listen()?;
            chart.repaint();
        } else {
            chart.fail();
        }
        Ok(Self(chart))
    }

    /// Changes what is drawn.
    pub(crate) fn change(&self, draw: impl Fn(&mut egui::Ui) -> Option<usize> + 'static) {
        *self.0.draw.borrow_mut() = Box::new(draw);
        self.0.repaint();
    }
}

impl Drop for ChartCanvas {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// How the page hears of the chart.
type Tell = Rc<dyn Fn(ChartNews)>;

/// A chart with everything that must be put away with it.
struct Chart {
    canvas: HtmlCanvasElement,
    /// `None` where the system has no WebGL 2.
    surface: Option<Surface>,
    draw: RefCell<Draw>,
    /// What the page was told last to be under the pointer.
    told: Cell<Option<usize>>,
    /// `None` once the chart has ended.
    tell: RefCell<Option<Tell>>,
    listeners: RefCell<Vec<Listener>>,
}

impl Chart {
    fn listen(self: &Rc<Self>) -> Result<(), JsValue> {
        let Some(surface) = &self.surface else { return Ok(()) };
        let window = web_sys::window().ok_or("there is no window")?;
        let listeners = vec![
            listen_to(self, &self.canvas, "pointermove", |chart, event: PointerEvent| {
                let at = egui::pos2(event.offset_x() as f32, event.offset_y() as f32);
                chart.push(egui::Event::PointerMoved(at));
            })?,
            listen_to(self, &self.canvas, "pointerleave", |chart, _: PointerEvent| {
                chart.push(egui::Event::PointerGone);
            })?,
            listen_to(self, &self.canvas, "webglcontextlost", |chart, _: Event| chart.fail())?,
            // What a pixel is may change.
            listen_to(self, &window, "resize", |chart, _: Event| chart.repaint())?,
        ];
        self.listeners.borrow_mut().extend(listeners);
        let weak = Rc::downgrade(self);
        follow_size(weak, surface)
    }

    fn push(&self, event: egui::Event) {
        if let Some(surface) = &self.surface {
            surface.push(event);
        }
    }

    fn repaint(&self) {
        if let Some(surface) = &self.surface {
            surface.repaint();
        }
    }

    /// Tells the page once everything that runs now is done.
    fn tell_later(&self, news: ChartNews) {
        if let Some(tell) = self.tell.borrow().clone() {
            spawn_local(async move { tell(news) });
        }
    }

    /// Puts the chart away and says so; what is running now may be one of its listeners, and so this waits.
    fn fail(self: &Rc<Self>) {
        self.tell_later(ChartNews::NoCanvas);
        let chart = Rc::clone(self);
        spawn_local(async move { chart.end() });
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

impl Drawing for Chart {
    fn surface(&self) -> Option<&Surface> {
        self.surface.as_ref()
    }

    fn draw(&self, ui: &mut egui::Ui) {
        let hovered = (self.draw.borrow())(ui);
        if hovered != self.told.get() {
            self.told.set(hovered);
            self.tell_later(ChartNews::Hovered(hovered));
        }
    }
}
