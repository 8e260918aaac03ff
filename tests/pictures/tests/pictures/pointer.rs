//! What pointer and wheel do on the canvas.

use egui::{Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use parallax_pictures::cloud;
use parallax_plots::map::Click;

use super::{Page, SIZE, page};

/// A place where no item is.
const CORNER: Pos2 = pos2(3.0, 3.0);

fn press(harness: &mut Harness<'_, Page>, at: Pos2, pressed: bool) {
    harness.event(Event::PointerButton {
        pos: at,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    });
    harness.step();
}

fn move_to(harness: &mut Harness<'_, Page>, at: Pos2) {
    harness.event(Event::PointerMoved(at));
    harness.step();
    // A widget learns in the next frame that the pointer came to it.
    harness.step();
}

fn click(harness: &mut Harness<'_, Page>, at: Pos2) {
    move_to(harness, at);
    press(harness, at, true);
    press(harness, at, false);
}

fn wheel(harness: &mut Harness<'_, Page>, up: f32, modifiers: Modifiers) {
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, up),
        phase: TouchPhase::Move,
        modifiers,
        source: egui::MouseWheelSource::Unknown,
    });
    // egui lets a wheel run out over some frames.
    harness.run_steps(60);
}

#[test]
fn a_click_on_an_item_selects_that_item_and_says_where_it_is() {
    let mut harness = page(Page::new(cloud(300)));
    // The items of one category and the flips, each where it can be seen: a flip is drawn over context.
    for item in (0..300).filter(|item| item % 23 == 11) {
        let at = harness.state().place(item);
        click(&mut harness, at);
        assert_eq!(harness.state().clicked, Some(Click::Item(item)), "clicked at {at}");
        assert_eq!(harness.state().state.selected, Some(item));
        let spot = harness.state().event.selected.expect("the selected item has a place");
        assert!((Pos2::from(spot.operative_at) - at).length() < 0.1 && spot.visible && spot.item == item);
        assert_eq!(harness.state().event.hovered, Some(spot), "the pointer still is there");
        harness.state_mut().clicked = None;
    }
}

#[test]
fn the_pointer_hovers_an_item_without_selecting_it_and_leaves_it_again() {
    let mut harness = page(Page::new(cloud(300)));
    let at = harness.state().place(34);
    move_to(&mut harness, at);
    assert_eq!(harness.state().event.hovered.map(|spot| spot.item), Some(34));
    assert_eq!((harness.state().state.selected, harness.state().clicked), (None, None));
    harness.event(Event::PointerGone);
    harness.run_steps(2);
    assert_eq!(harness.state().event.hovered, None);
}

#[test]
fn a_click_on_empty_space_empties_the_selection() {
    let mut harness = page(Page::new(cloud(300)));
    harness.state_mut().state.selected = Some(4);
    click(&mut harness, CORNER);
    assert_eq!(harness.state().clicked, Some(Click::Empty));
    assert_eq!(harness.state().state.selected, None);
}

#[test]
fn pinching_and_the_wheel_with_the_control_key_zoom_where_the_pointer_is() {
    let mut harness = page(Page::new(cloud(300)));
    let at = harness.state().place(34);
    move_to(&mut harness, at);
    wheel(&mut harness, 200.0, Modifiers::NONE);
    assert!((harness.state().state.zoom() - 1.0).abs() < 1e-9, "the wheel alone scrolls the page");
    wheel(&mut harness, 200.0, Modifiers::CTRL);
    let zoomed = harness.state().state.zoom();
    assert!(zoomed > 1.2, "zoom {zoomed}");
    harness.event(Event::Zoom(2.0));
    harness.step();
    assert!((harness.state().state.zoom() - 2.0 * zoomed).abs() < 1e-3, "a pinch zooms as far as the fingers part");
    assert!((harness.state().place(34) - at).length() < 1.0, "what is under the pointer stays there");
}

#[test]
fn dragging_moves_the_view_without_a_click_and_a_double_click_shows_everything_again() {
    let mut harness = page(Page::new(cloud(300)));
    move_to(&mut harness, pos2(320.0, 210.0));
    harness.event(Event::Zoom(3.0));
    harness.step();
    let before = harness.state().place(34);
    press(&mut harness, pos2(320.0, 210.0), true);
    for step in 1..=4 {
        harness.event(Event::PointerMoved(pos2(320.0 + 10.0 * step as f32, 210.0)));
        harness.step();
        assert_eq!(harness.state().event.hovered, None, "a drag holds on to no item");
    }
    press(&mut harness, pos2(360.0, 210.0), false);
    let moved = harness.state().place(34) - before;
    assert!((moved.x - 40.0).abs() < 0.5 && moved.y.abs() < 0.5, "the paper follows the hand: {moved}");
    assert_eq!(harness.state().clicked, None);

    move_to(&mut harness, CORNER);
    for pressed in [true, false, true, false] {
        harness.event(Event::PointerButton {
            pos: CORNER,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    harness.step();
    assert!((harness.state().state.zoom() - 1.0).abs() < 1e-9);
    let inside = egui::Rect::from_min_size(Pos2::ZERO, SIZE.into());
    assert!((0..300).all(|item| inside.contains(harness.state().place(item))));
}

#[test]
fn a_map_that_nobody_touches_asks_for_no_further_frame() {
    let mut harness = page(Page::new(cloud(300)));
    harness.run();
    let at = harness.state().place(34);
    move_to(&mut harness, at);
    // `run` panics when frames are asked for without an end.
    harness.run();
    assert_eq!(harness.state().event.hovered.map(|spot| spot.item), Some(34));
}
