//! The map as a static SVG, for where no canvas can be drawn: the same items, marks and colours.

use std::fmt::Write as _;

use egui::Color32;

use super::look::{CLASSES, Class, Look, OUTLINE, class, look, looks};
use super::{MapInput, MapState, Plane, is_placed};
use crate::svg::{Picture, Words, hex, number};
use crate::{Palette, svg};

/// Most items, other than flips, that a static map shows.
pub const MOST_CONTEXT: usize = 5_000;

/// A static map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapPicture {
    /// The picture, as an `svg` element.
    pub svg: String,
    /// How many items are not in it because there are too many; a flip and the selected item never are among them.
    pub left_out: usize,
}

/// Draws what [`super::map_ui`] would show in a picture of `size` points, without a pointer.
///
/// Above [`MOST_CONTEXT`] items that are no flips, that many are drawn; which ones depends on nothing but their number.
pub fn map_svg(input: &MapInput<'_>, state: &MapState, size: [f32; 2], words: &Words<'_>) -> MapPicture {
    let plane = state.plane(input, size);
    let looks = looks(input, state.zoom());
    let mut items = Vec::with_capacity(input.points.len());
    for (item, point) in input.points.iter().enumerate() {
        if let Some(class) = class(item, point, input) {
            items.push(Drawn::new(item, class, point, &plane));
        }
    }
    let left_out = thin(&mut items, state.selected);
    items.retain(|drawn| drawn.touches(size));

    let mut picture = Picture::new(size, words);
    let [width, height] = size.map(number);
    let background = hex(input.palette.background);
    picture.element("rect", &format!("width=\"{width}\" height=\"{height}\" fill=\"{background}\""));
    for class in CLASSES {
        let of_class: Vec<&Drawn> = items.iter().filter(|drawn| drawn.class == class).collect();
        draw(&mut picture, &of_class, &looks[class as usize], input.palette.background);
    }
    let selected = state.selected.and_then(|item| Some((item, input.points.get(item)?)));
    if let Some((item, point)) = selected.filter(|(_, point)| is_placed(point)) {
        let class = class(item, point, input).unwrap_or(Class::Context).max(Class::Context);
        let drawn = Drawn::new(item, class, point, &plane);
        let look = looks[class as usize];
        let outline = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"3\"", hex(input.palette.select));
        let halos: String = [drawn.nominal, drawn.operative].map(|at| circle(at, look.radius + 3.5)).concat();
        picture.path(&halos, &outline);
        draw(&mut picture, &[&drawn], &look, input.palette.background);
    }
    MapPicture { svg: picture.finish(), left_out }
}

/// A small picture of how an item looks on the map, for the page's legend: a flip, or one that both variants sort alike.
pub fn key_svg(flip: bool, palette: &Palette) -> String {
    let class = if flip { Class::Flip } else { Class::Context };
    let look = look(class, 1, 1.0, palette);
    let size = [48.0, 16.0];
    let mut picture = Picture::ornament(size);
    let drawn = Drawn { item: 0, class, nominal: [8.0, 8.0], operative: [40.0, 8.0] };
    draw(&mut picture, &[&drawn], &look, palette.background);
    picture.finish()
}

/// An item on its way to the picture.
#[derive(Clone, Copy, Debug)]
struct Drawn {
    item: usize,
    class: Class,
    nominal: [f32; 2],
    operative: [f32; 2],
}

impl Drawn {
    fn new(item: usize, class: Class, point: &parallax_wire::MapPoint, plane: &Plane) -> Self {
        Self { item, class, nominal: plane.place(point.nominal_at), operative: plane.place(point.operative_at) }
    }

    /// Whether any of it may lie within the picture.
    fn touches(&self, size: [f32; 2]) -> bool {
        [0, 1].into_iter().all(|axis| {
            let (one, other) = (self.nominal[axis], self.operative[axis]);
            one.max(other) >= -20.0 && one.min(other) <= size[axis] + 20.0
        })
    }
}

/// Leaves [`MOST_CONTEXT`] of the items that are no flips, and says how many went.
fn thin(items: &mut Vec<Drawn>, selected: Option<usize>) -> usize {
    let spare = |drawn: &Drawn| drawn.class != Class::Flip && Some(drawn.item) != selected;
    let context = items.iter().filter(|drawn| spare(drawn)).count();
    if context <= MOST_CONTEXT {
        return 0;
    }
    // Every tenth item, say, could be every item of one language; a scrambled order has no such pattern.
    let mut order: Vec<u64> = items.iter().filter(|drawn| spare(drawn)).map(|drawn| scramble(drawn.item)).collect();
    let (_, last, _) = order.select_nth_unstable(MOST_CONTEXT - 1);
    let last = *last;
    items.retain(|drawn| !spare(drawn) || scramble(drawn.item) <= last);
    context - MOST_CONTEXT
}

/// The finishing steps of SplitMix64 (Steele, Lea and Flood 2014): a permutation of the 64-bit numbers without pattern.
fn scramble(item: usize) -> u64 {
    let mut mixed = (item as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Draws items of one class as three paths: lines, hollow marks, filled marks.
fn draw(picture: &mut Picture, items: &[&Drawn], look: &Look, background: Color32) {
    let mut lines = String::new();
    for drawn in items.iter().filter(|drawn| drawn.class != Class::Faint) {
        if let Some(start) = look.line_start(drawn.nominal, drawn.operative) {
            wedge(&mut lines, start, drawn.operative, look);
        }
    }
    picture.path(&lines, &format!("fill=\"{}\"", hex(look.line)));

    let moved = items.iter().filter(|drawn| look.shows_both(drawn.nominal, drawn.operative));
    let outline = look.radius * OUTLINE;
    let rings: String = moved.map(|drawn| circle(drawn.nominal, look.radius - outline / 2.0)).collect();
    let flips = items.first().is_some_and(|drawn| drawn.class == Class::Flip);
    let inside = if flips { hex(background) } else { "none".to_owned() };
    let mark = hex(look.mark);
    picture.path(&rings, &format!("fill=\"{inside}\" stroke=\"{mark}\" stroke-width=\"{outline:.2}\""));

    // A line without length and with round ends is the shortest way to write a dot.
    let mut dots = String::new();
    for drawn in items {
        let [x, y] = drawn.operative.map(svg::number);
        let _ = write!(dots, "M{x} {y}h0");
    }
    let width = 2.0 * look.radius;
    picture
        .path(&dots, &format!("fill=\"none\" stroke=\"{mark}\" stroke-linecap=\"round\" stroke-width=\"{width:.2}\""));
}

/// The outline of a line that widens.
fn wedge(lines: &mut String, start: [f32; 2], end: [f32; 2], look: &Look) {
    let way = [0, 1].map(|axis| end[axis] - start[axis]);
    let along = way.map(|part| part / way[0].hypot(way[1]));
    let corner = |at: [f32; 2], off: f32| {
        let [x, y] = [at[0] - along[1] * off, at[1] + along[0] * off].map(|place| format!("{place:.2}"));
        format!("{x} {y}")
    };
    let (from, to) = (look.from / 2.0, look.to / 2.0);
    let corners = [corner(start, -from), corner(end, -to), corner(end, to), corner(start, from)];
    let _ = write!(lines, "M{}Z", corners.join("L"));
}

/// A circle as a part of a path.
fn circle(at: [f32; 2], radius: f32) -> String {
    let [left, y] = [number(at[0] - radius), number(at[1])];
    let (radius, across) = (format!("{radius:.2}"), format!("{:.2}", 2.0 * radius));
    format!("M{left} {y}a{radius} {radius} 0 1 0 {across} 0a{radius} {radius} 0 1 0 -{across} 0")
}
