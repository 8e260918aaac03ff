//! Mouse, pen, fingers and wheel, as egui takes them.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlCanvasElement, PointerEvent, WheelEvent};

use super::Map;
use super::listener::Listeners;

/// How much a wheel zooms when it is turned by one point, as an exponent.
const WHEEL_SPEED: f64 = 0.01;
/// What one turn of a wheel counts at most, in points: a mouse turns by a hundred at once, fingers by a few.
const WHEEL_MOST: f64 = 25.0;

/// Listens to everything that points at the canvas.
pub(super) fn listen(canvas: &HtmlCanvasElement, listeners: &mut Listeners<Map>) -> Result<(), JsValue> {
    listeners.on(canvas, "pointerdown", |map, event: PointerEvent| {
        // The drag goes on outside the canvas.
        map.life.canvas().set_pointer_capture(event.pointer_id()).unwrap_or_default();
        touch(map, &event, egui::TouchPhase::Start);
        if event.is_primary() {
            push(map, egui::Event::PointerMoved(place(&event)));
            button(map, &event, true);
        }
    })?;
    listeners.on(canvas, "pointermove", |map, event: PointerEvent| {
        touch(map, &event, egui::TouchPhase::Move);
        if event.is_primary() {
            push(map, egui::Event::PointerMoved(place(&event)));
        }
    })?;
    listeners.on(canvas, "pointerup", |map, event: PointerEvent| {
        touch(map, &event, egui::TouchPhase::End);
        if event.is_primary() {
            button(map, &event, false);
            // A finger that is lifted points at nothing.
            if event.pointer_type() != "mouse" {
                push(map, egui::Event::PointerGone);
            }
        }
    })?;
    listeners.on(canvas, "pointercancel", |map, event: PointerEvent| {
        touch(map, &event, egui::TouchPhase::Cancel);
        // The page scrolls by this finger: released far away, it has clicked nothing.
        let pos = egui::pos2(-1e4, -1e4);
        push(map, egui::Event::PointerMoved(pos));
        let modifiers = egui::Modifiers::NONE;
        push(map, egui::Event::PointerButton { pos, button: egui::PointerButton::Primary, pressed: false, modifiers });
        push(map, egui::Event::PointerGone);
    })?;
    listeners.on(canvas, "pointerleave", |map, _: PointerEvent| push(map, egui::Event::PointerGone))?;
    listeners.on(canvas, "wheel", wheel)?;
    // Safari's own events for two fingers on a trackpad; elsewhere they are wheel events with the control key.
    let before = Rc::new(std::cell::Cell::new(1.0));
    for name in ["gesturestart", "gesturechange"] {
        let before = Rc::clone(&before);
        listeners.on(canvas, name, move |map, event: Event| {
            let scale = js_sys::Reflect::get(&event, &"scale".into()).ok().and_then(|scale| scale.as_f64());
            let scale = scale.filter(|scale| *scale > 0.0).unwrap_or(1.0);
            if name == "gesturechange" {
                push(map, egui::Event::Zoom((scale / before.get()) as f32));
            }
            before.set(scale);
            event.prevent_default();
        })?;
    }
    Ok(())
}

/// The wheel zooms when the map has the focus or the control key is held; otherwise the page scrolls.
fn wheel(map: &Rc<Map>, event: WheelEvent) {
    if !(event.ctrl_key() || event.meta_key() || map.has_focus()) {
        return;
    }
    let points = match event.delta_mode() {
        WheelEvent::DOM_DELTA_PIXEL => 1.0,
        WheelEvent::DOM_DELTA_LINE => 16.0,
        _ => 400.0,
    };
    let turned = (event.delta_y() * points).clamp(-WHEEL_MOST, WHEEL_MOST);
    push(map, egui::Event::PointerMoved(place(&event)));
    push(map, egui::Event::Zoom((-turned * WHEEL_SPEED).exp() as f32));
    event.prevent_default();
}

fn push(map: &Map, event: egui::Event) {
    map.life.push(event);
}

/// Where an event is on the canvas, in points.
fn place(event: &web_sys::MouseEvent) -> egui::Pos2 {
    egui::pos2(event.offset_x() as f32, event.offset_y() as f32)
}

fn button(map: &Map, event: &PointerEvent, pressed: bool) {
    // Other buttons are the page's.
    if event.button() == 0 {
        let (pos, button, modifiers) = (place(event), egui::PointerButton::Primary, egui::Modifiers::NONE);
        push(map, egui::Event::PointerButton { pos, button, pressed, modifiers });
    }
}

/// Fingers are told apart, so that two of them can pinch.
fn touch(map: &Map, event: &PointerEvent, phase: egui::TouchPhase) {
    if event.pointer_type() == "touch" {
        let id = egui::TouchId(u64::from(event.pointer_id().unsigned_abs()));
        let device_id = egui::TouchDeviceId(0);
        push(map, egui::Event::Touch { device_id, id, phase, pos: place(event), force: None });
    }
}
