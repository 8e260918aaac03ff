//! Paints marks and lines into pixels, here and not on the graphics card.
//!
//! Windows of this kind often have no graphics card to use, or may not use it; a software renderer then needs a quarter
//! of a second for twenty thousand items, and these few loops need a few milliseconds.

use std::ops::Range;

use egui::{Color32, ColorImage};

/// Marks are placed to a quarter of a pixel each way.
const PHASES: usize = 4;

/// How much of each pixel a round mark covers, for each place that its middle may have within a pixel.
pub(super) struct Stamp {
    /// Pixels from the left to the middle.
    middle: usize,
    side: usize,
    /// Covers, 0 to 255; one square for each phase.
    covers: Vec<Vec<u8>>,
}

impl Stamp {
    /// A filled mark; the radius is in pixels.
    pub(super) fn disc(radius: f32) -> Self {
        Self::new(radius, |distance| radius + 0.5 - distance)
    }

    /// A hollow mark whose outline, `outline` pixels wide, lies inside the radius.
    pub(super) fn ring(radius: f32, outline: f32) -> Self {
        Self::new(radius, |distance| (radius + 0.5 - distance).min(distance - radius + outline + 0.5))
    }

    fn new(radius: f32, cover: impl Fn(f32) -> f32) -> Self {
        // A mark that touches half of a pixel beyond does not cover its middle.
        let middle = ((radius + 1.0).ceil() as usize).saturating_sub(1);
        let side = 2 * middle + 1;
        let phase = |number: usize| (number as f32 + 0.5) / PHASES as f32;
        let square = |x: f32, y: f32| {
            let distance = move |at: usize| {
                let (across, down) = ((at % side) as f32 + 0.5, (at / side) as f32 + 0.5);
                (across - middle as f32 - x).hypot(down - middle as f32 - y)
            };
            (0..side * side).map(|at| (cover(distance(at)).clamp(0.0, 1.0) * 255.0 + 0.5) as u8).collect()
        };
        let covers = (0..PHASES * PHASES).map(|at| square(phase(at % PHASES), phase(at / PHASES))).collect();
        Self { middle, side, covers }
    }
}

/// A stamp in one colour, made ready for pictures of one width.
pub(super) struct Brush<'a> {
    stamp: &'a Stamp,
    colour: u64,
    /// What a mark does to each pixel that it touches; one list for each phase.
    dots: Vec<Vec<Dot>>,
}

/// What a mark does to one pixel.
struct Dot {
    /// How many pixels of the picture lie between the mark's top left one and this.
    offset: usize,
    /// How much of the colour it gets, in 256ths.
    over: u64,
}

/// The channels of a pixel, each with room for eight more bits.
const WIDE: u64 = 0x00ff_00ff_00ff_00ff;

/// Lays `over` 256ths of a colour over a pixel.
fn laid_over(pixel: Color32, colour: u64, over: u64) -> Color32 {
    // All channels in one product: what one borrows from the next on the way is given back at the end.
    let pixel = packed(pixel);
    unpacked((pixel << 8).wrapping_add(colour.wrapping_sub(pixel).wrapping_mul(over)) >> 8)
}

/// 255 of a stamp counts as 256, so that a covered pixel has the colour itself.
fn whole(cover: u8) -> u64 {
    u64::from(cover) + u64::from(cover >> 7)
}

/// A colour as one number: red, blue, green and alpha from the lowest bits on, sixteen each.
fn packed(colour: Color32) -> u64 {
    let colour = u64::from(u32::from_le_bytes(colour.to_array()));
    (colour | colour << 24) & WIDE
}

fn unpacked(colour: u64) -> Color32 {
    let colour = colour & WIDE;
    let [red, green, blue, alpha, ..] = (colour | colour >> 24).to_le_bytes();
    Color32::from_rgba_premultiplied(red, green, blue, alpha)
}

/// A picture that is being painted.
pub(super) struct Raster {
    width: usize,
    height: usize,
    pixels: Vec<Color32>,
}

impl Raster {
    pub(super) fn new([width, height]: [usize; 2], background: Color32) -> Self {
        Self { width, height, pixels: vec![background; width * height] }
    }

    pub(super) fn finish(self) -> ColorImage {
        ColorImage::new([self.width, self.height], self.pixels)
    }

    /// Makes a stamp ready for many marks in this picture.
    pub(super) fn brush<'a>(&self, stamp: &'a Stamp, colour: Color32) -> Brush<'a> {
        let dots = |covers: &Vec<u8>| {
            let touched = covers.iter().enumerate().filter(|(_, cover)| **cover > 0);
            touched
                .map(|(at, cover)| Dot { offset: at / stamp.side * self.width + at % stamp.side, over: whole(*cover) })
                .collect()
        };
        Brush { stamp, colour: packed(colour), dots: stamp.covers.iter().map(dots).collect() }
    }

    /// Paints a round mark with its middle at `at`, in pixels.
    pub(super) fn mark(&mut self, at: [f32; 2], brush: &Brush<'_>) {
        let stamp = brush.stamp;
        let reach = stamp.side as f32;
        if !(at[0] > -reach
            && at[0] < self.width as f32 + reach
            && at[1] > -reach
            && at[1] < self.height as f32 + reach)
        {
            return;
        }
        let [column, row] = at.map(|place| place.floor() as isize);
        let phase = |place: f32| ((place - place.floor()) * PHASES as f32) as usize;
        let phase = phase(at[1]).min(PHASES - 1) * PHASES + phase(at[0]).min(PHASES - 1);
        let (left, top) = (column - stamp.middle as isize, row - stamp.middle as isize);
        let side = stamp.side as isize;
        if left < 0 || top < 0 || left + side > self.width as isize || top + side > self.height as isize {
            self.cut_mark(left, top, phase, brush);
            return;
        }
        let pixels = &mut self.pixels[top as usize * self.width + left as usize..];
        for dot in &brush.dots[phase] {
            let pixel = &mut pixels[dot.offset];
            *pixel = laid_over(*pixel, brush.colour, dot.over);
        }
    }

    /// Paints the part of a mark that lies within the picture.
    fn cut_mark(&mut self, left: isize, top: isize, phase: usize, brush: &Brush<'_>) {
        let stamp = brush.stamp;
        for (at, cover) in stamp.covers[phase].iter().enumerate().filter(|(_, cover)| **cover > 0) {
            let x = left.checked_add_unsigned(at % stamp.side).and_then(|x| usize::try_from(x).ok());
            let y = top.checked_add_unsigned(at / stamp.side).and_then(|y| usize::try_from(y).ok());
            let inside = x.zip(y).filter(|(x, y)| *x < self.width && *y < self.height);
            if let Some((x, y)) = inside {
                let pixel = &mut self.pixels[y * self.width + x];
                *pixel = laid_over(*pixel, brush.colour, whole(*cover));
            }
        }
    }

    /// Paints a line that is `from` pixels wide at `start` and `to` at `end`.
    pub(super) fn line(&mut self, start: [f32; 2], end: [f32; 2], from: f32, to: f32, colour: Color32) {
        let Some(line) = Line::new(start, end, from, to, [self.width, self.height]) else { return };
        let colour = packed(colour);
        let Range { start, end } = line.steps;
        let inner = line.inner.start.clamp(start, end)..line.inner.end.clamp(start, end);
        self.steps::<true>(&line, start..inner.start, colour);
        self.steps::<false>(&line, inner.clone(), colour);
        self.steps::<true>(&line, inner.end..end, colour);
    }

    /// Paints some steps of a line; `END` where one of its ends may be seen.
    fn steps<const END: bool>(&mut self, line: &Line, steps: Range<usize>, colour: u64) {
        let strides = if line.main == 0 { [1, self.width] } else { [self.width, 1] };
        for step in steps {
            let (middle, half) = line.at(step);
            let first = (middle - line.reach) >> FINE;
            // The same number of pixels at every step, covered or not: a processor guesses that right.
            let inside = usize::try_from(first).ok().filter(|first| first + line.across <= line.length_aside);
            let (begin, count) = inside.map_or_else(|| line.cut(first), |first| (first, line.across));
            let off = ((begin as i64) << FINE) + (1 << (FINE - 1)) - middle;
            let half = (half >> (FINE - BRIEF)) as i32;
            let mut gap = (((off >> (FINE - BRIEF)) * i64::from(line.lean)) >> BRIEF) as i32;
            let mut at = step * strides[0] + begin * strides[1];
            for across in 0..count {
                // In 256ths, as everything that is about colours.
                let mut over = ((half - gap.abs()) >> (BRIEF - 8)).clamp(0, 256) as u64;
                if END {
                    let aside = off as f32 / ONE + across as f32;
                    over = (over as f32 * line.end_cover(step, aside) + 0.5) as u64;
                }
                let pixel = &mut self.pixels[at];
                *pixel = laid_over(*pixel, colour, over);
                gap = gap.wrapping_add(line.lean);
                at += strides[1];
            }
        }
    }
}

/// Places along a line have so many bits below one pixel.
const FINE: u32 = 24;
/// And distances from its middle so many.
const BRIEF: u32 = 16;
const ONE: f32 = (1 << FINE) as f32;
/// Furthest place of an end of a line that is painted, in pixels.
const FURTHEST: f32 = 1e9;

/// A line on its way to the picture: pixel by pixel along the axis that it follows more, and as far across as it is
/// wide there.
struct Line {
    start: [f32; 2],
    /// The axis that it follows more: 0 for x, 1 for y.
    main: usize,
    /// Unit vector along the line.
    along: [f32; 2],
    length: f32,
    /// Steps at which it may be within the picture.
    steps: Range<usize>,
    /// Steps at which neither of its ends can be seen.
    inner: Range<usize>,
    /// Place of its middle, and half of its width with half a pixel of soft edge, at the first step; finely.
    first: [i64; 2],
    /// How much both change with each step.
    change: [i64; 2],
    /// The least and the most that half of its width is, finely.
    halves: [i64; 2],
    /// How far aside of its middle it may cover pixels, less half a pixel; finely.
    reach: i64,
    /// How many pixels across it may cover.
    across: usize,
    /// How much further off its middle the next pixel across is, less finely.
    lean: i32,
    /// How long the picture is aside of the axis.
    length_aside: usize,
}

impl Line {
    /// `None` for a line that has no length, or no place.
    fn new(start: [f32; 2], end: [f32; 2], from: f32, to: f32, lengths: [usize; 2]) -> Option<Self> {
        let way = [end[0] - start[0], end[1] - start[1]];
        let length = (way[0] * way[0] + way[1] * way[1]).sqrt();
        // Beyond, nothing is a place in a picture any more, and nothing would fit into whole numbers.
        let far = start.into_iter().chain(end).any(|place| place.abs() > FURTHEST);
        if !(length > 0.0 && length.is_finite()) || far {
            return None;
        }
        let along = way.map(|part| part / length);
        let main = usize::from(way[1].abs() > way[0].abs());
        let side = 1 - main;
        let (slope, lean) = (way[side] / way[main], along[main].abs());
        let (widest, half) = (from.max(to), |width: f32| 0.5 + width / 2.0);
        let mut steps = pixels(start[main].min(end[main]) - widest, start[main].max(end[main]) + widest, lengths[main]);
        // Most of a long line may lie beside the picture.
        let aside = widest + 2.0;
        let enters = [-aside, lengths[side] as f32 + aside].map(|edge| start[main] + (edge - start[side]) / slope);
        if enters.iter().all(|place| place.is_finite()) {
            let near = pixels(enters[0].min(enters[1]), enters[0].max(enters[1]), lengths[main]);
            steps = steps.start.max(near.start)..steps.end.min(near.end).max(steps.start.max(near.start));
        }
        // How far along a pixel is depends on how far off the middle it is, too: never further than half of the width.
        let ends = [half(from) + 0.5, length - half(to) - 0.5].map(|done| start[main] + done * along[main]);
        let inner = pixels(ends[0].min(ends[1]), ends[0].max(ends[1]), lengths[main]);
        let inner = if length > widest + 2.0 { inner } else { 0..0 };
        let off = steps.start as f32 + 0.5 - start[main];
        let taper = (to - from) / 2.0 / way[main];
        let reach = half(widest) / lean;
        Some(Self {
            start,
            main,
            along,
            length,
            inner,
            first: [fine(start[side] + off * slope), fine(half(from) + off * taper)],
            change: [fine(slope), fine(taper)],
            halves: [fine(half(from.min(to))), fine(half(widest))],
            reach: fine(reach - 0.5),
            across: (2.0 * reach) as usize + 1,
            lean: (fine(lean) >> (FINE - BRIEF)) as i32,
            length_aside: lengths[side],
            steps,
        })
    }

    /// Where its middle is at a step, and half of its width with half a pixel of soft edge; finely.
    fn at(&self, step: usize) -> (i64, i64) {
        let done = (step - self.steps.start) as i64;
        let [middle, half] = [0, 1].map(|of| self.first[of] + done * self.change[of]);
        // Beyond its ends it is as wide as there.
        (middle, half.clamp(self.halves[0], self.halves[1]))
    }

    /// The pixels across from `first` on that lie within the picture: the first one, and how many.
    fn cut(&self, first: i64) -> (usize, usize) {
        let most = self.length_aside as i64;
        let begin = first.clamp(0, most);
        let end = (first + self.across as i64).clamp(0, most);
        (begin as usize, (end - begin) as usize)
    }

    /// How much of the line is left near its ends, so far aside of its middle.
    fn end_cover(&self, step: usize, aside: f32) -> f32 {
        let off = step as f32 + 0.5 - self.start[self.main];
        let done = off / self.along[self.main] + aside * self.along[1 - self.main];
        (done + 0.5).clamp(0.0, 1.0) * (self.length - done + 0.5).clamp(0.0, 1.0)
    }
}

/// A place finely.
fn fine(place: f32) -> i64 {
    (place * ONE) as i64
}

/// The pixels whose middles lie between two places, of so many that there are.
fn pixels(low: f32, high: f32, length: usize) -> Range<usize> {
    // The pixel at 0 has its middle at 0.5; a number that is cut off is rounded down, also far outside.
    let count = |place: f32| ((place + 0.5).clamp(0.0, length as f32)) as usize;
    count(low)..count(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: Color32 = Color32::WHITE;
    const BLACK: Color32 = Color32::BLACK;

    /// How much of the picture is black, in pixels.
    fn ink(raster: Raster) -> f32 {
        raster.finish().pixels.iter().map(|pixel| f32::from(255 - pixel.r()) / 255.0).sum()
    }

    fn mark(raster: &mut Raster, at: [f32; 2], stamp: &Stamp) {
        let brush = raster.brush(stamp, BLACK);
        raster.mark(at, &brush);
    }

    fn painted(paint: impl FnOnce(&mut Raster)) -> f32 {
        let mut raster = Raster::new([100, 80], WHITE);
        paint(&mut raster);
        ink(raster)
    }

    #[test]
    fn marks_cover_their_area_wherever_their_middle_lies() {
        for at in [[50.0, 40.0], [50.3, 40.9], [50.99, 40.5]] {
            for radius in [1.5_f32, 4.0, 9.7] {
                let area = std::f32::consts::PI * radius * radius;
                let disc = painted(|raster| mark(raster, at, &Stamp::disc(radius)));
                assert!((disc - area).abs() < 0.05 * area + 0.5, "a disc of {radius} at {at:?}: {disc} of {area}");
                let inner = std::f32::consts::PI * (radius * 0.6) * (radius * 0.6);
                let ring = painted(|raster| mark(raster, at, &Stamp::ring(radius, 0.4 * radius)));
                assert!((ring - area + inner).abs() < 0.12 * area + 0.5, "a ring of {radius}: {ring}");
            }
        }
    }

    #[test]
    fn lines_cover_their_area_in_every_direction() {
        for turn in 0..16 {
            let angle = std::f32::consts::TAU * turn as f32 / 16.0;
            let end = [50.0 + 30.0 * angle.cos(), 40.0 + 30.0 * angle.sin()];
            let line = painted(|raster| raster.line([50.0, 40.0], end, 1.0, 4.0, BLACK));
            assert!((line - 75.0).abs() < 3.0, "turned by {angle}: {line} of 75 pixels");
        }
    }

    /// How much of a pixel a line covers, straight from what a line is.
    fn covered(pixel: [usize; 2], start: [f32; 2], end: [f32; 2], widths: [f32; 2]) -> f32 {
        let way = [end[0] - start[0], end[1] - start[1]];
        let length = way[0].hypot(way[1]);
        let along = way.map(|part| part / length);
        let main = usize::from(way[1].abs() > way[0].abs());
        let at = pixel.map(|place| place as f32 + 0.5);
        // The width is that at the place of the middle beside the pixel, along the axis that the line follows more.
        let off = at[main] - start[main];
        let done = off / along[main];
        let half = 0.5 + (widths[0] + (widths[1] - widths[0]) * (done / length).clamp(0.0, 1.0)) / 2.0;
        let aside = at[1 - main] - start[1 - main] - off * way[1 - main] / way[main];
        let done = done + aside * along[1 - main];
        let ends = (done + 0.5).clamp(0.0, 1.0) * (length - done + 0.5).clamp(0.0, 1.0);
        (half - aside.abs() * along[main].abs()).clamp(0.0, 1.0) * ends
    }

    #[test]
    fn each_pixel_of_a_line_is_covered_as_a_line_covers_it() {
        let mut seed = 7_u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 24) as f32
        };
        for number in 0..300 {
            let spread = [30.0, 160.0, 2000.0][number % 3];
            let mut place = || [50.0 + (next() - 0.5) * spread, 40.0 + (next() - 0.5) * spread];
            let (start, end) = (place(), place());
            let from = 0.5 + 3.0 * next();
            let widths = [from, from + 4.0 * next()];
            let mut raster = Raster::new([100, 80], WHITE);
            raster.line(start, end, widths[0], widths[1], BLACK);
            for (at, pixel) in raster.finish().pixels.iter().enumerate() {
                let wanted = 1.0 - covered([at % 100, at / 100], start, end, widths);
                let drawn = f32::from(pixel.r()) / 255.0;
                assert!(
                    (drawn - wanted).abs() < 0.02,
                    "{start:?} to {end:?}, {widths:?}, pixel {at}: {drawn}, {wanted}"
                );
            }
        }
    }

    #[test]
    fn what_lies_outside_is_cut_off_and_what_is_no_number_is_not_painted() {
        let inside = painted(|raster| mark(raster, [0.0, 80.0], &Stamp::disc(5.0)));
        assert!((inside - 19.6).abs() < 1.5, "a quarter of the disc: {inside}");
        for at in [[-40.0, 10.0], [1e30, 10.0], [f32::NAN, 10.0], [10.0, f32::NEG_INFINITY]] {
            assert!(painted(|raster| mark(raster, at, &Stamp::disc(5.0))) < 1e-6, "{at:?}");
            assert!(painted(|raster| raster.line(at, [f32::NAN, 1.0], 1.0, 1.0, BLACK)) < 1e-6, "{at:?}");
        }
        let across = painted(|raster| raster.line([-1e6, 40.0], [1e6, 40.0], 2.0, 2.0, BLACK));
        assert!((across - 200.0).abs() < 1.0, "a line from far away crosses the picture: {across}");
    }
}
