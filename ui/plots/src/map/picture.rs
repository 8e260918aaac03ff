//! The painted picture of all items, kept from frame to frame and painted anew a part a frame.
//!
//! A page must answer a person within a tenth of a second, also while it moves, and many thousand items take longer to
//! paint. Until a new picture is whole, the one before is shown where its items lie now, moved and magnified.

use std::ops::Range;

use egui::{ColorImage, Context, Id, Pos2, Rect, TextureHandle, TextureId, TextureOptions, Vec2};

use super::look::{CLASSES, Class, Look, OUTLINE, class};
use super::raster::{Raster, Stamp};
use super::{MapInput, Plane};

/// Pixels that one frame paints, more or less, those that are painted over counted each time: a hundredth of a second on a
/// slow processor.
const A_FRAME: f32 = 500_000.0;
/// What an item costs before any of its pixels is painted, in pixels.
const AN_ITEM: f32 = 60.0;
/// Rows of pixels that a frame paints at least.
const LEAST_ROWS: usize = 16;
/// The same everywhere, also for letters: a software renderer compiles anew for another way to read a texture.
const SMOOTH: TextureOptions = TextureOptions::LINEAR;

/// How the plane is laid on a picture, and how items look in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    plane: Plane,
    looks: [Look; 3],
    /// In points.
    size: Vec2,
    /// Width and height.
    pixels: [usize; 2],
    pixels_per_point: f32,
}

impl View {
    /// A view of so many points, on the screen that a context draws for.
    pub(super) fn new(context: &Context, size: Vec2, plane: Plane, looks: [Look; 3]) -> Self {
        let pixels_per_point = context.pixels_per_point();
        let most = context.input(|input| input.max_texture_side);
        let pixels = [size.x, size.y].map(|length| ((length * pixels_per_point).round() as usize).clamp(1, most));
        Self { plane, looks, size, pixels, pixels_per_point }
    }

    /// Where a picture of an earlier view lies in this one, in points.
    fn place_of(&self, earlier: &Self) -> Rect {
        let (magnified, [x, y]) = self.plane.compared_with(&earlier.plane);
        Rect::from_min_size(Pos2::new(x, y), earlier.size * magnified)
    }
}

/// The pictures of one map.
#[derive(Clone, Default)]
struct Pictures {
    /// The last one that is whole.
    shown: Option<Picture>,
    /// The one that is being painted, from the top.
    next: Option<Picture>,
    /// Room for another one.
    spare: Option<TextureHandle>,
    /// The view of the last frame.
    view: Option<View>,
}

/// A picture, with what it was painted from.
#[derive(Clone)]
struct Picture {
    shows: Shows,
    texture: TextureHandle,
    /// How many rows are painted.
    rows: usize,
}

/// What a picture shows.
#[derive(Clone, Copy, PartialEq)]
struct Shows {
    /// A number that changes when any item or colour does.
    items: u64,
    /// A number that changes when a filter keeps other items.
    kept: u64,
    view: View,
}

/// The picture of all items, and where it lies, in points; it is painted when something in it has changed.
///
/// Where that takes more than one frame, another frame is asked for.
pub(super) fn picture(context: &Context, id: Id, input: &MapInput<'_>, view: View) -> (TextureId, Rect) {
    let shows = Shows { items: items_key(input), kept: kept_key(input), view };
    let mut pictures: Pictures = context.data(|data| data.get_temp(id)).unwrap_or_default();
    pictures.advance(context, input, shows);
    let seen = pictures.shown.as_ref().or(pictures.next.as_ref());
    let seen = seen.map(|seen| (seen.texture.id(), view.place_of(&seen.shows.view)));
    context.data_mut(|data| data.insert_temp(id, pictures));
    seen.unwrap_or((TextureId::default(), Rect::NOTHING))
}

impl Pictures {
    /// Paints as much as a frame has time for.
    fn advance(&mut self, context: &Context, input: &MapInput<'_>, wanted: Shows) {
        let rests = self.view.replace(wanted.view) == Some(wanted.view);
        // Other items, or other colours, are another map: nothing of the one before may be seen.
        if let Some(before) = self.shown.take_if(|shown| shown.shows.items != wanted.items) {
            self.spare = Some(before.texture);
        }
        if self.shows(&wanted) {
            return;
        }
        // While the view moves, a picture that was begun is painted to its end: no other would ever be whole.
        let goes_on = |next: &Shows| *next == wanted || !rests && Shows { view: wanted.view, ..*next } == wanted;
        let next = match self.next.take() {
            Some(next) if goes_on(&next.shows) => next.painted_on(input),
            other => {
                self.spare = other.map(|other| other.texture).or(self.spare.take());
                self.begin(context, input, wanted)
            }
        };
        if next.rows < next.shows.view.pixels[1] {
            self.next = Some(next);
        } else if let Some(before) = self.shown.replace(next) {
            self.spare = Some(before.texture);
        }
        if !self.shows(&wanted) {
            context.request_repaint();
        }
    }

    fn shows(&self, wanted: &Shows) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.shows == *wanted)
    }

    /// A picture of which the first rows are painted.
    fn begin(&mut self, context: &Context, input: &MapInput<'_>, shows: Shows) -> Picture {
        let pixels = shows.view.pixels;
        let mut image = paint(input, &shows.view, 0, A_FRAME);
        let rows = image.height();
        let spare = self.spare.take().filter(|spare| spare.size() == pixels);
        let texture = match spare {
            Some(mut texture) if rows == pixels[1] || self.shown.is_some() => {
                texture.set_partial([0, 0], image, SMOOTH);
                texture
            }
            // Nothing else is shown, and so its lower part is seen.
            _ => {
                image.pixels.resize(pixels[0] * pixels[1], input.palette.background);
                context.load_texture("map", ColorImage::new(pixels, image.pixels), SMOOTH)
            }
        };
        Picture { shows, texture, rows }
    }
}

impl Picture {
    /// The same, with some more rows painted.
    fn painted_on(mut self, input: &MapInput<'_>) -> Self {
        let image = paint(input, &self.shows.view, self.rows, A_FRAME);
        let height = image.height();
        self.texture.set_partial([0, self.rows], image, SMOOTH);
        self.rows += height;
        self
    }
}

/// A number that changes when anything that is painted does, but for what a filter keeps.
fn items_key(input: &MapInput<'_>) -> u64 {
    let mut key = Key::default();
    for point in input.points {
        let pair = |[one, other]: [f32; 2]| u64::from(one.to_bits()) << 32 | u64::from(other.to_bits());
        key.add(pair(point.nominal_at));
        key.add(pair(point.operative_at));
        let category = |index: Option<u16>| index.map_or(u64::MAX >> 32, u64::from);
        key.add(category(point.nominal) << 32 | category(point.operative));
    }
    let palette = input.palette;
    for colour in [palette.background, palette.context, palette.faint, palette.strong] {
        key.add(u64::from(u32::from_le_bytes(colour.to_array())));
    }
    key.0
}

/// A number that changes when a filter keeps other items.
fn kept_key(input: &MapInput<'_>) -> u64 {
    let mut key = Key::default();
    for item in 0..input.emphasis.map_or(0, <[bool]>::len) {
        key.add(u64::from(input.kept(item)));
    }
    key.0
}

/// A multiplication for each 64 bits, as in FNV-1a: nobody attacks a picture, and every frame waits for this.
struct Key(u64);

impl Default for Key {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Key {
    fn add(&mut self, bits: u64) {
        self.0 = (self.0 ^ bits).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29);
    }
}

/// An item on its way to the picture, in pixels.
struct Placed {
    nominal: [f32; 2],
    operative: [f32; 2],
}

impl Placed {
    /// Whether any of it may lie within these columns and rows, when it reaches so far.
    fn touches(&self, within: [&Range<usize>; 2], reach: f32) -> bool {
        [0, 1].into_iter().all(|axis| {
            let (one, other) = (self.nominal[axis], self.operative[axis]);
            one.max(other) >= within[axis].start as f32 - reach && one.min(other) <= within[axis].end as f32 + reach
        })
    }

    /// How many pixels it takes to paint it, and from how far up to how far down.
    fn work(&self, look: &Look) -> (f32, [f32; 2]) {
        let [x, y] = [0, 1].map(|axis| self.operative[axis] - self.nominal[axis]);
        let (way, mark) = ((x * x + y * y).sqrt(), 2.0 * look.radius + 2.0);
        let pixels = AN_ITEM + 2.0 * mark * mark + way * (look.to + 2.0);
        let (top, bottom) = (self.nominal[1].min(self.operative[1]), self.nominal[1].max(self.operative[1]));
        (pixels, [top - look.reach(), bottom + look.reach()])
    }

    /// The same where rows are counted from one of them.
    fn counted_from(&self, row: usize) -> Self {
        let down = |[x, y]: [f32; 2]| [x, y - row as f32];
        Self { nominal: down(self.nominal), operative: down(self.operative) }
    }
}

/// As many rows of the picture, from one on, as it takes to paint some `most` pixels.
fn paint(input: &MapInput<'_>, view: &View, begin: usize, most: f32) -> ColorImage {
    let looks = view.looks.map(|look| look.magnified(view.pixels_per_point));
    let place = |at: [f32; 2]| view.plane.place(at).map(|place| place * view.pixels_per_point);
    let (columns, rest) = (0..view.pixels[0], begin..view.pixels[1]);
    let mut placed: [Vec<Placed>; 3] = Default::default();
    for (item, point) in input.points.iter().enumerate() {
        if let Some(class) = class(item, point, input) {
            let item = Placed { nominal: place(point.nominal_at), operative: place(point.operative_at) };
            if item.touches([&columns, &rest], looks[class as usize].reach()) {
                placed[class as usize].push(item);
            }
        }
    }
    let rows = begin..end_of_part(&placed, &looks, rest, most);
    for (placed, look) in placed.iter_mut().zip(&looks) {
        placed.retain(|item| item.touches([&columns, &rows], look.reach()));
        placed.iter_mut().for_each(|item| *item = item.counted_from(begin));
    }
    paint_all(input, &placed, &looks, [view.pixels[0], rows.len()])
}

/// The row down to which it takes some `most` pixels, or the end of the rest where it takes fewer.
fn end_of_part(placed: &[Vec<Placed>; 3], looks: &[Look; 3], rest: Range<usize>, most: f32) -> usize {
    // How much more or less each row takes than the one above it: what an item takes is shared by its rows.
    let mut more = vec![0.0_f32; rest.len() + 1];
    for (placed, look) in placed.iter().zip(looks) {
        for (pixels, [top, bottom]) in placed.iter().map(|item| item.work(look)) {
            let row = |place: f32| (place - rest.start as f32).clamp(0.0, rest.len() as f32) as usize;
            let a_row = pixels / (bottom - top).max(1.0);
            more[row(top)] += a_row;
            more[row(bottom)] -= a_row;
        }
    }
    let (mut a_row, mut all) = (0.0, 0.0);
    let enough = more.into_iter().position(|more| {
        a_row += more;
        all += a_row;
        all > most
    });
    enough.map_or(rest.end, |row| (rest.start + row.max(LEAST_ROWS)).min(rest.end))
}

fn paint_all(input: &MapInput<'_>, placed: &[Vec<Placed>; 3], looks: &[Look; 3], pixels: [usize; 2]) -> ColorImage {
    let mut raster = Raster::new(pixels, input.palette.background);
    for class in CLASSES {
        let (look, placed) = (&looks[class as usize], &placed[class as usize]);
        // Of what a filter left out, only where it is stays.
        for placed in placed.iter().filter(|_| class != Class::Faint) {
            if let Some(start) = look.line_start(placed.nominal, placed.operative) {
                raster.line(start, placed.operative, look.from, look.to, look.line);
            }
        }
        if placed.is_empty() {
            continue;
        }
        let (disc, ring) = (Stamp::disc(look.radius), Stamp::ring(look.radius, OUTLINE * look.radius));
        let hole = raster.brush(&disc, input.palette.background);
        let (disc, ring) = (raster.brush(&disc, look.mark), raster.brush(&ring, look.mark));
        for placed in placed.iter().filter(|placed| look.shows_both(placed.nominal, placed.operative)) {
            if class == Class::Flip {
                raster.mark(placed.nominal, &hole);
            }
            raster.mark(placed.nominal, &ring);
        }
        placed.iter().for_each(|placed| raster.mark(placed.operative, &disc));
    }
    raster.finish()
}

#[cfg(test)]
mod tests {
    use egui::{Color32, vec2};
    use parallax_wire::MapPoint;

    use super::*;
    use crate::Palette;
    use crate::map::MapState;
    use crate::map::look::looks;

    #[test]
    fn the_parts_of_a_picture_are_the_picture() {
        let points: Vec<MapPoint> = (0..500u16)
            .map(|item| {
                let angle = f32::from(item) * 0.7;
                let at = [angle.cos() * f32::from(item), angle.sin() * f32::from(item)];
                let operative_at = [at[0] + 20.0, at[1] - 9.0];
                let (nominal, operative) = (Some(item % 3), Some(item % 4));
                MapPoint { nominal_at: at, operative_at, nominal, operative, language: 0 }
            })
            .collect();
        let palette = Palette::light();
        let input = MapInput { points: &points, emphasis: None, palette: &palette };
        let plane = MapState::default().plane(&input, [211.0, 157.0]);
        let view = View {
            plane,
            looks: looks(&input, 1.0),
            size: vec2(211.0, 157.0),
            pixels: [211, 157],
            pixels_per_point: 1.0,
        };
        let whole = paint(&input, &view, 0, f32::INFINITY);
        assert_eq!(whole.size, [211, 157], "all of it");
        assert!(whole.pixels.iter().any(|pixel| *pixel != palette.background), "something is painted");
        let (mut parts, mut rows) = (Vec::new(), Vec::new());
        while parts.len() < whole.pixels.len() {
            let part = paint(&input, &view, rows.iter().sum(), 40_000.0);
            rows.push(part.height());
            parts.extend(part.pixels);
        }
        assert!((4..9).contains(&rows.len()), "{rows:?}");
        // A place that is counted from another row is rounded otherwise.
        let near = |one: &Color32, other: &Color32| {
            one.to_array().iter().zip(other.to_array()).all(|(one, other)| one.abs_diff(other) <= 2)
        };
        let far = whole.pixels.iter().zip(&parts).filter(|(one, other)| !near(one, other)).count();
        assert!(far * 200 < parts.len(), "{far} of {} pixels differ", parts.len());
    }
}
