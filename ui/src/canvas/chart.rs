//! A fixed chart in a canvas of a page: it is drawn when it changes, and says what is under the pointer.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, PointerEvent};

use super::life::{Drawing, Life};
use super::listener::{Listener, Listeners};

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
        let chart = Rc::new(Chart {
            life: Life::new(holder)?,
            draw: RefCell::new(Box::new(draw)),
            told: Cell::new(None),
            tell: Rc::new(tell),
        });
        Life::begin(&chart);
        Ok(Self(chart))
    }

    /// Changes what is drawn.
    pub(crate) fn change(&self, draw: impl Fn(&mut egui::Ui) -> Option<usize> + 'static) {
        *self.0.draw.borrow_mut() = Box::new(draw);
        self.0.life.repaint();
    }
}

impl Drop for ChartCanvas {
    fn drop(&mut self) {
        self.0.life.end();
    }
}

/// A chart with everything that must be put away with it.
struct Chart {
    life: Life,
    draw: RefCell<Draw>,
    /// What the page was told last to be under the pointer.
    told: Cell<Option<usize>>,
    /// How the page hears of the chart.
    tell: Rc<dyn Fn(ChartNews)>,
}

impl Drawing for Chart {
    fn life(&self) -> &Life {
        &self.life
    }

    /// Draws one frame, and tells the page what changed once everything that runs now is done.
    fn draw(&self, ui: &mut egui::Ui) {
        let hovered = (self.draw.borrow())(ui);
        if hovered != self.told.get() {
            self.told.set(hovered);
            let tell = Rc::clone(&self.tell);
            spawn_local(async move { tell(ChartNews::Hovered(hovered)) });
        }
    }

    fn listen(self: Rc<Self>) -> Result<Vec<Listener>, JsValue> {
        let mut listeners = Listeners::of(&self);
        let canvas = self.life.canvas();
        listeners.on(canvas, "pointermove", |chart, event: PointerEvent| {
            let at = egui::pos2(event.offset_x() as f32, event.offset_y() as f32);
            chart.life.push(egui::Event::PointerMoved(at));
        })?;
        listeners.on(canvas, "pointerleave", |chart, _: PointerEvent| chart.life.push(egui::Event::PointerGone))?;
        listeners.on(canvas, "webglcontextlost", |chart, _: Event| Life::fail(chart))?;
        // What a pixel is may change.
        let window = web_sys::window().ok_or("there is no window")?;
        listeners.on(&window, "resize", |chart, _: Event| chart.life.repaint())?;
        Ok(listeners.all())
    }

    fn say_failed(&self) {
        (self.tell)(ChartNews::NoCanvas);
    }
}
