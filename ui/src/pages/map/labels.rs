//! The texts of the hovered and the selected item over the map: HTML, so that every script is shaped.

use leptos::prelude::*;

use crate::parts::ItemText;

use super::data::Drawn;
use super::moving::Spotted;

/// Space between a mark and its label, in points.
const GAP: f32 = 12.0;
/// Room that a label needs to be read well, and the most that it takes.
const ENOUGH: f32 = 160.0;
const WIDEST: f32 = 300.0;

/// The labels; each has the room that there is on one side of its mark, so that it never leaves the figure.
///
/// A place that was told for another size than the figure has now is no place in it: until the map is drawn anew, its
/// label is not shown.
#[component]
pub(super) fn Labels(
    drawn: Memo<Option<Drawn>>,
    hovered: RwSignal<Option<Spotted>>,
    selected: RwSignal<Option<Spotted>>,
    size: Signal<[f32; 2]>,
) -> impl IntoView {
    // The selected item under the pointer needs no second label.
    let other = move || {
        let chosen = selected.with(|spotted| spotted.map(|spotted| spotted.spot.item));
        hovered.get().filter(|spotted| Some(spotted.spot.item) != chosen)
    };
    view! {
        {move || label(drawn, selected.get(), size.get(), "map-label selected")}
        {move || label(drawn, other(), size.get(), "map-label hovered")}
    }
}

fn label(
    drawn: Memo<Option<Drawn>>,
    spotted: Option<Spotted>,
    size: [f32; 2],
    class: &'static str,
) -> Option<impl IntoView + use<>> {
    let now = |spotted: &Spotted| [0, 1].into_iter().all(|axis| (spotted.size[axis] - size[axis]).abs() < 1.0);
    let spot = spotted.filter(now)?.spot;
    if !spot.visible {
        return None;
    }
    let (text, language) = drawn.with(|drawn| drawn.as_ref()?.text(spot.item))?;
    let [x, y] = spot.operative_at;
    let (left, right, room) = beside(x, size[0]);
    let (top, bottom) = along(y, size[1]);
    Some(view! {
        <div
            class=class
            aria-hidden="true"
            style:left=left
            style:right=right
            style:top=top
            style:bottom=bottom
            style:max-width=room
        >
            <ItemText text language />
        </div>
    })
}

/// Distances from the left and from the right edge, of which one is set, and the room for the label between.
///
/// It lies on the outer side of its mark where there is room, because most other marks lie on the inner one.
fn beside(x: f32, width: f32) -> (String, String, String) {
    let (before, after) = (x - GAP, width - x - GAP);
    let outside = if x > width / 2.0 { after } else { before };
    let right_of = if outside >= ENOUGH { x > width / 2.0 } else { after > before };
    let room = format!("{:.1}px", if right_of { after } else { before }.clamp(0.0, WIDEST));
    if right_of { (points(x + GAP), free(), room) } else { (free(), points(width - x + GAP), room) }
}

/// Distances from the top and from the bottom edge, of which one is set: the side that has more room.
fn along(y: f32, height: f32) -> (String, String) {
    if y > height / 2.0 { (free(), points(height - y + GAP)) } else { (points(y + GAP), free()) }
}

fn points(number: f32) -> String {
    format!("{number:.1}px")
}

fn free() -> String {
    "auto".to_owned()
}
