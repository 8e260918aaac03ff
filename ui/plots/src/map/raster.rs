//! Paints marks and lines into pixels, here and not on the graphics card.
//!
//! Windows of this kind often have no graphics card to use, or may not use it; a software renderer then needs a quarter
//! of a second for twenty thousand items, and these few loops need a few milliseconds.

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

/// A picture that is being painted.
pub(super) struct Raster {
    width: usize,
    height: usize,
    /// Red, green, blue and alpha, from the lowest byte on.
    pixels: Vec<u32>,
}

/// A colour as the picture keeps it.
fn packed(colour: Color32) -> u32 {
    u32::from_le_bytes(colour.to_array())
}

impl Raster {
    pub(super) fn new([width, height]: [usize; 2], background: Color32) -> Self {
        Self { width, height, pixels: vec![packed(background); width * height] }
    }

    pub(super) fn finish(self) -> ColorImage {
        let colour = |pixel: u32| {
            let [red, green, blue, _] = pixel.to_le_bytes();
            Color32::from_rgb(red, green, blue)
        };
        ColorImage::new([self.width, self.height], self.pixels.into_iter().map(colour).collect())
    }

    /// Paints a round mark with its middle at `at`, in pixels.
    pub(super) fn mark(&mut self, at: [f32; 2], stamp: &Stamp, colour: Color32) {
        let colour = packed(colour);
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
        let covers = &stamp.covers[phase(at[1]).min(PHASES - 1) * PHASES + phase(at[0]).min(PHASES - 1)];
        let (left, top) = (column - stamp.middle as isize, row - stamp.middle as isize);
        // Columns of the stamp that lie within the picture.
        let first = left.min(0).unsigned_abs().min(stamp.side);
        let last = (self.width as isize - left).clamp(0, stamp.side as isize) as usize;
        if first >= last {
            return;
        }
        for (line, covers) in covers.chunks_exact(stamp.side).enumerate() {
            let Some(y) =
                top.checked_add_unsigned(line).and_then(|y| usize::try_from(y).ok()).filter(|y| *y < self.height)
            else {
                continue;
            };
            let begin = y * self.width + (left + first as isize) as usize;
            let pixels = &mut self.pixels[begin..begin + last - first];
            for (pixel, cover) in pixels.iter_mut().zip(&covers[first..last]) {
                cover_pixel(pixel, colour, *cover);
            }
        }
    }

    /// Paints a line that is `from` pixels wide at `start` and `to` at `end`.
    pub(super) fn line(&mut self, start: [f32; 2], end: [f32; 2], from: f32, to: f32, colour: Color32) {
        let colour = packed(colour);
        let way = [end[0] - start[0], end[1] - start[1]];
        let length = way[0].hypot(way[1]);
        if !(length > 0.0 && length.is_finite()) {
            return;
        }
        let along = way.map(|part| part / length);
        // Pixel by pixel along the axis that the line follows more, and as far across as it is wide there.
        let main = usize::from(way[1].abs() > way[0].abs());
        let side = 1 - main;
        let strides = if main == 0 { [1, self.width] } else { [self.width, 1] };
        let lengths = [self.width, self.height];
        let slope = way[side] / way[main];
        let lean = along[main].abs();
        let ends = (start[main].min(end[main]) - from.max(to), start[main].max(end[main]) + from.max(to));
        for step in pixels(ends.0, ends.1, lengths[main]) {
            let off = step as f32 + 0.5 - start[main];
            // How far along the line its middle is here, and how wide it is.
            let done = off / along[main];
            let half = 0.5 + (from + (to - from) * (done / length).clamp(0.0, 1.0)) / 2.0;
            let middle = start[side] + off * slope;
            // At the ends, how far along a pixel is depends on how far off the middle it is, too.
            let inner = done > 2.0 * half && done < length - 2.0 * half;
            for across in pixels(middle - half / lean, middle + half / lean, lengths[side]) {
                let aside = across as f32 + 0.5 - middle;
                let mut cover = (half - aside.abs() * lean).min(1.0);
                if !inner {
                    let done = done + aside * along[side];
                    cover *= (done + 0.5).clamp(0.0, 1.0) * (length - done + 0.5).clamp(0.0, 1.0);
                }
                let pixel = &mut self.pixels[step * strides[0] + across * strides[1]];
                cover_pixel(pixel, colour, (cover * 255.0 + 0.5) as u8);
            }
        }
    }
}

/// The pixels whose middles lie between two places, of so many that there are.
fn pixels(low: f32, high: f32, length: usize) -> std::ops::Range<usize> {
    // The pixel at 0 has its middle at 0.5; a number that is cut off is rounded down, also far outside.
    let count = |place: f32| ((place + 0.5).clamp(0.0, length as f32)) as usize;
    count(low)..count(high)
}

/// Lays `cover` 255ths of a colour over a pixel.
fn cover_pixel(pixel: &mut u32, colour: u32, cover: u8) {
    if cover > 0 {
        // Two channels at a time, 16 bits apart; 255 counts as 256, so that a covered pixel has the colour itself.
        let over = u32::from(cover) + u32::from(cover >> 7);
        let under = 256 - over;
        let mix =
            |colour: u32, pixel: u32| ((colour & 0xff_00ff) * over + (pixel & 0xff_00ff) * under) >> 8 & 0xff_00ff;
        *pixel = mix(colour, *pixel) | mix(colour >> 8, *pixel >> 8) << 8;
    }
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
                let disc = painted(|raster| raster.mark(at, &Stamp::disc(radius), BLACK));
                assert!((disc - area).abs() < 0.05 * area + 0.5, "a disc of {radius} at {at:?}: {disc} of {area}");
                let inner = std::f32::consts::PI * (radius * 0.6) * (radius * 0.6);
                let ring = painted(|raster| raster.mark(at, &Stamp::ring(radius, 0.4 * radius), BLACK));
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

    #[test]
    fn what_lies_outside_is_cut_off_and_what_is_no_number_is_not_painted() {
        let inside = painted(|raster| raster.mark([0.0, 80.0], &Stamp::disc(5.0), BLACK));
        assert!((inside - 19.6).abs() < 1.5, "a quarter of the disc: {inside}");
        for at in [[-40.0, 10.0], [1e30, 10.0], [f32::NAN, 10.0], [10.0, f32::NEG_INFINITY]] {
            assert!(painted(|raster| raster.mark(at, &Stamp::disc(5.0), BLACK)) < 1e-6, "{at:?}");
            assert!(painted(|raster| raster.line(at, [f32::NAN, 1.0], 1.0, 1.0, BLACK)) < 1e-6, "{at:?}");
        }
        let across = painted(|raster| raster.line([-1e6, 40.0], [1e6, 40.0], 2.0, 2.0, BLACK));
        assert!((across - 200.0).abs() < 1.0, "a line from far away crosses the picture: {across}");
    }
}
