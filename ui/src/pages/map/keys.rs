//! What the keys do on the map.

use leptos::ev::KeyboardEvent;
use parallax_plots::map::Direction;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// Select the next item that way.
    Step(Direction),
    /// Come closer.
    ZoomIn,
    /// Step back.
    ZoomOut,
    /// Show everything.
    Reset,
    /// Select nothing.
    Leave,
}

/// What a key asks for; `None` for keys that are not the map's.
pub(super) fn key(event: &KeyboardEvent) -> Option<Key> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return None;
    }
    match event.key().as_str() {
        "ArrowLeft" => Some(Key::Step(Direction::Left)),
        "ArrowRight" => Some(Key::Step(Direction::Right)),
        "ArrowUp" => Some(Key::Step(Direction::Up)),
        "ArrowDown" => Some(Key::Step(Direction::Down)),
        "+" | "=" => Some(Key::ZoomIn),
        "-" | "−" => Some(Key::ZoomOut),
        "0" => Some(Key::Reset),
        "Escape" => Some(Key::Leave),
        _ => None,
    }
}
