//! Frames: egui's triangles on a canvas through WebGL 2, and only when something asked for them.

use std::cell::{Cell, RefCell};
use std::rc::Weak;
use std::sync::Arc;

use crate::dom::breath;

use eframe::egui_glow::Painter;
use eframe::glow;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlCanvasElement, ResizeObserver, WebGl2RenderingContext};

use super::life::Drawing;

/// Longest that egui may let a frame wait, in seconds; later ones come with the next event.
const LONGEST_WAIT: f64 = 10.0;

/// A canvas that egui draws on.
pub(super) struct Surface {
    canvas: HtmlCanvasElement,
    gl: WebGl2RenderingContext,
    painter: RefCell<Painter>,
    context: egui::Context,
    /// What happened since the last frame.
    events: RefCell<Vec<egui::Event>>,
    /// The frame that was asked for.
    frame: Cell<Option<i32>>,
    /// The timer that will ask for a frame.
    timer: Cell<Option<i32>>,
    draw: Closure<dyn FnMut()>,
    ask: Closure<dyn FnMut()>,
    resized: RefCell<Option<Resized>>,
}

/// A frame that is not painted yet.
struct Frame {
    /// Width and height of the canvas.
    pixels: [u32; 2],
    triangles: Vec<egui::ClippedPrimitive>,
    output: egui::FullOutput,
}

/// Watches the size of the canvas.
struct Resized {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl Surface {
    /// A surface for a drawing; `None` where the system has no WebGL 2.
    ///
    /// It is made in steps, with room between them for what a person does meanwhile: the first canvas of a window loads
    /// the graphics driver, and its first triangles are compiled for.
    pub(super) async fn new(canvas: HtmlCanvasElement, drawing: Weak<dyn Drawing>) -> Option<Self> {
        breath().await;
        let gl = context_of(&canvas)?;
        breath().await;
        #[expect(clippy::arc_with_non_send_sync, reason = "the painter asks for an `Arc`; a page has one thread")]
        let shared = Arc::new(glow::Context::from_webgl2_context(gl.clone()));
        let painter = Painter::new(shared, "", None, false).ok()?;
        let calls = |run: fn(&Surface, &dyn Drawing)| {
            let drawing = Weak::clone(&drawing);
            Closure::<dyn FnMut()>::new(move || {
                if let Some(drawing) = drawing.upgrade()
                    && let Some(surface) = drawing.life().surface()
                {
                    run(surface, &*drawing);
                }
            })
        };
        let surface = Self {
            canvas,
            gl,
            painter: RefCell::new(painter),
            context: egui::Context::default(),
            events: RefCell::new(Vec::new()),
            frame: Cell::new(None),
            timer: Cell::new(None),
            draw: calls(|surface, drawing| {
                surface.frame.set(None);
                surface.draw(drawing);
            }),
            ask: calls(|surface, _| {
                surface.timer.set(None);
                surface.repaint();
            }),
            resized: RefCell::new(None),
        };
        surface.warm_up().await;
        breath().await;
        Some(surface)
    }

    /// Draws something that nobody sees: the first frame makes the letters, and compiles for the first triangles.
    async fn warm_up(&self) {
        let square = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::Vec2::splat(1.0));
        let input = egui::RawInput { screen_rect: Some(square), ..egui::RawInput::default() };
        breath().await;
        let mut output = self.context.run_ui(input, |ui| {
            ui.painter().rect_filled(square, 0.0, egui::Color32::BLACK);
        });
        let (one, scale) = ([1, 1], output.pixels_per_point);
        let triangles = self.context.tessellate(output.shapes, scale);
        self.painter.borrow_mut().paint_and_update_textures(one, scale, &[], &mut output.textures_delta);
        breath().await;
        self.painter.borrow_mut().paint_primitives(one, scale, &triangles);
    }

    /// Keeps an event for the next frame, and asks for that.
    pub(super) fn push(&self, event: egui::Event) {
        self.events.borrow_mut().push(event);
        self.repaint();
    }

    /// Asks for one frame, however often it is called before that is drawn.
    pub(super) fn repaint(&self) {
        if let (None, Some(window)) = (self.frame.get(), web_sys::window()) {
            self.frame.set(window.request_animation_frame(self.draw.as_ref().unchecked_ref()).ok());
        }
    }

    /// How many pixels the canvas has now in the page, and how many there are in a point.
    fn pixels(&self) -> Option<([u32; 2], f64)> {
        let pixels_per_point = web_sys::window()?.device_pixel_ratio().max(0.1);
        let area = self.canvas.get_bounding_client_rect();
        let pixels = [area.width(), area.height()].map(|length| (length * pixels_per_point).round() as u32);
        (!pixels.contains(&0)).then_some((pixels, pixels_per_point))
    }

    /// Draws at once where the size of the canvas is another now: waiting for the next frame would show one in which
    /// the old picture is stretched, and its labels lie beside it.
    fn follow(&self, drawing: &dyn Drawing) {
        let drawn = [self.canvas.width(), self.canvas.height()];
        if self.pixels().is_some_and(|(pixels, _)| pixels != drawn) {
            if let (Some(frame), Some(window)) = (self.frame.take(), web_sys::window()) {
                window.cancel_animation_frame(frame).unwrap_or_default();
            }
            self.draw(drawing);
        }
    }

    /// Draws a frame now.
    fn draw(&self, drawing: &dyn Drawing) {
        if let Some(frame) = self.prepare(drawing) {
            self.paint(frame, drawing);
        }
    }

    /// Draws the first frame, with room between what it shows and the painting of that: all of it runs for the first time.
    pub(super) async fn draw_first(&self, drawing: &dyn Drawing) {
        let there = || !drawing.life().has_ended();
        breath().await;
        let frame = there().then(|| self.prepare(drawing)).flatten();
        breath().await;
        if let Some(frame) = frame.filter(|_| there()) {
            self.paint(frame, drawing);
        }
    }

    /// What the next frame shows, as triangles; `None` where the canvas has no size.
    fn prepare(&self, drawing: &dyn Drawing) -> Option<Frame> {
        let (window, (pixels, pixels_per_point)) = (web_sys::window()?, self.pixels()?);
        let size = pixels.map(|length| (f64::from(length) / pixels_per_point) as f32);
        let mut input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, size.into())),
            max_texture_side: Some(self.painter.borrow().max_texture_side()),
            time: window.performance().map(|clock| clock.now() / 1000.0),
            events: self.events.take(),
            ..egui::RawInput::default()
        };
        input.viewports.entry(egui::ViewportId::ROOT).or_default().native_pixels_per_point =
            Some(pixels_per_point as f32);

        let mut output = self.context.run_ui(input, |ui| drawing.draw(ui));
        let shapes = std::mem::take(&mut output.shapes);
        let triangles = self.context.tessellate(shapes, output.pixels_per_point);
        Some(Frame { pixels, triangles, output })
    }

    fn paint(&self, Frame { pixels, triangles, mut output }: Frame, drawing: &dyn Drawing) {
        if [self.canvas.width(), self.canvas.height()] != pixels {
            self.canvas.set_width(pixels[0]);
            self.canvas.set_height(pixels[1]);
        }
        let mut painter = self.painter.borrow_mut();
        painter.clear(pixels, [0.0; 4]);
        painter.paint_and_update_textures(pixels, output.pixels_per_point, &triangles, &mut output.textures_delta);

        let cursor = match output.platform_output.cursor_icon {
            egui::CursorIcon::PointingHand => "pointer",
            egui::CursorIcon::Grabbing => "grabbing",
            _ => "default",
        };
        drawing.life().reveal();
        self.canvas.style().set_property("cursor", cursor).unwrap_or_default();
        let wait =
            output.viewport_output.get(&egui::ViewportId::ROOT).map(|viewport| viewport.repaint_delay.as_secs_f64());
        self.wait(wait.filter(|wait| *wait <= LONGEST_WAIT));
    }

    /// Asks for the next frame after so many seconds; `None` waits for the next event.
    fn wait(&self, seconds: Option<f64>) {
        let Some(window) = web_sys::window() else { return };
        if let Some(timer) = self.timer.take() {
            window.clear_timeout_with_handle(timer);
        }
        match seconds {
            None => {}
            Some(0.0) => self.repaint(),
            Some(seconds) => {
                let ask = self.ask.as_ref().unchecked_ref();
                let after = (seconds * 1000.0).ceil() as i32;
                self.timer.set(window.set_timeout_with_callback_and_timeout_and_arguments_0(ask, after).ok());
            }
        }
    }

    /// Draws no more, and gives the graphics memory back now: a browser has room for few such canvases.
    pub(super) fn end(&self) {
        if let Some(window) = web_sys::window() {
            if let Some(frame) = self.frame.take() {
                window.cancel_animation_frame(frame).unwrap_or_default();
            }
            if let Some(timer) = self.timer.take() {
                window.clear_timeout_with_handle(timer);
            }
        }
        if let Some(resized) = self.resized.take() {
            resized.observer.disconnect();
        }
        self.painter.borrow_mut().destroy();
        let extension = self.gl.get_extension("WEBGL_lose_context").ok().flatten();
        let lose = extension.as_ref().and_then(|object| js_sys::Reflect::get(object, &"loseContext".into()).ok());
        if let (Some(extension), Some(Ok(lose))) = (extension, lose.map(|lose| lose.dyn_into::<js_sys::Function>())) {
            lose.call0(&extension).unwrap_or_default();
        }
    }
}

/// WebGL 2 on a canvas; `None` where the system has none.
fn context_of(canvas: &HtmlCanvasElement) -> Option<WebGl2RenderingContext> {
    let options = js_sys::Object::new();
    // Marks have smooth edges of their own, and cover the whole canvas.
    for name in ["antialias", "alpha", "depth", "stencil"] {
        js_sys::Reflect::set(&options, &name.into(), &JsValue::FALSE).ok()?;
    }
    canvas.get_context_with_context_options("webgl2", &options).ok().flatten()?.dyn_into().ok()
}

/// Draws anew when the canvas changes its size.
pub(super) fn follow_size(drawing: Weak<dyn Drawing>, surface: &Surface) -> Result<(), JsValue> {
    let callback = Closure::<dyn FnMut()>::new(move || {
        if let Some(drawing) = drawing.upgrade()
            && let Some(surface) = drawing.life().surface()
        {
            surface.follow(&*drawing);
        }
    });
    let observer = ResizeObserver::new(callback.as_ref().unchecked_ref())?;
    observer.observe(&surface.canvas);
    surface.resized.replace(Some(Resized { observer, _callback: callback }));
    Ok(())
}
