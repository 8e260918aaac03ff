//! Q4_1 and Q5_1 with importance weights: the codes must be an affine image of the numbers, rounded and clamped.

use super::enumeration::half_precision_error;
use super::{BlockVerdict, EMPTY};

/// Codes of the largest format.
const MOST_CODES: usize = 32;

/// How far a product in f32 may lie from the border that it is rounded at, in codes: 8 units in the last place of 31.
const TIE: f64 = 8.0 / 524_288.0;

/// The extremes of the numbers under each code that occurs, in the order of the codes.
struct Cells {
    len: usize,
    code: [f64; MOST_CODES],
    least: [f64; MOST_CODES],
    most: [f64; MOST_CODES],
}

impl Cells {
    fn new(x: &[f32], codes: &[i8]) -> Self {
        let (mut least, mut most) = ([f64::INFINITY; MOST_CODES], [f64::NEG_INFINITY; MOST_CODES]);
        for (&x, &code) in x.iter().zip(codes) {
            let (cell, x) = (code as usize, f64::from(x));
            least[cell] = least[cell].min(x);
            most[cell] = most[cell].max(x);
        }
        let mut cells = Cells { len: 0, code: [0.0; MOST_CODES], least, most };
        for cell in 0..MOST_CODES {
            if cells.most[cell] >= cells.least[cell] {
                cells.code[cells.len] = cell as f64;
                cells.least[cells.len] = cells.least[cell];
                cells.most[cells.len] = cells.most[cell];
                cells.len += 1;
            }
        }
        cells
    }

    fn each(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        (0..self.len).map(|cell| (self.code[cell], self.least[cell], self.most[cell]))
    }

    /// Whether `code = clamp(rint(a x + b))` for some positive `a` and some `b`, borders wider by `slack`.
    ///
    /// For a given `a`, codes above 0 bound `b` from below and codes below the top bound it from above; the excess of
    /// the one bound over the other is convex in `a`. Where it is positive, the pair of codes behind it says on which
    /// side of `a` an admissible one can only lie, and how far (a cutting plane). Each round takes one pass over the
    /// codes; honest blocks take one or two rounds. The pairs together are the whole condition, so that an empty
    /// interval proves that there is no such `a`.
    fn is_affine_image(&self, top: f64, slack: f64) -> bool {
        let (mut low, mut high) = (0.0f64, f64::INFINITY);
        let mut a = self.first_guess();
        // Each round removes at least one of the finitely many pairs of codes.
        for _ in 0..MOST_CODES * MOST_CODES {
            let (mut floor, mut below) = (f64::NEG_INFINITY, None);
            let (mut ceiling, mut above) = (f64::INFINITY, None);
            for (code, least, most) in self.each() {
                let (from, to) = (code - 0.5 - slack - a * least, code + 0.5 + slack - a * most);
                if code > 0.0 && from > floor {
                    (floor, below) = (from, Some((code, least)));
                }
                if code < top && to < ceiling {
                    (ceiling, above) = (to, Some((code, most)));
                }
            }
            let (Some((lower, least)), Some((upper, most))) = (below, above) else { return true };
            if floor <= ceiling {
                return true;
            }
            // floor <= ceiling needs a (most - least) <= upper - lower + 1 + 2 slack.
            let (rise, run) = (upper - lower + 1.0 + 2.0 * slack, most - least);
            let cut = rise / run;
            if run > 0.0 && cut < high {
                high = cut;
            } else if run < 0.0 && cut > low {
                low = cut;
            } else {
                // No new bound: the pair is impossible, or rounding in f64 is all that is left of the excess.
                return run != 0.0 && floor - ceiling < 1e-9;
            }
            if low > high || high <= 0.0 {
                return false;
            }
            a = if run > 0.0 { high } else { low };
        }
        false
    }

    fn first_guess(&self) -> f64 {
        let last = self.len - 1;
        let run = self.most[last] - self.least[0];
        if run > 0.0 { (self.code[last] - self.code[0]).max(1.0) / run } else { 1.0 }
    }

    /// The smallest and largest slope between numbers of different codes, per code.
    /// Those of neighbouring codes hold those of all others between them.
    fn slopes(&self) -> Option<(f64, f64)> {
        let mut slopes: Option<(f64, f64)> = None;
        for cell in 1..self.len {
            let run = self.code[cell] - self.code[cell - 1];
            let least = (self.least[cell] - self.most[cell - 1]) / run;
            let most = (self.most[cell] - self.least[cell - 1]) / run;
            slopes = Some(slopes.map_or((least, most), |(low, high)| (low.min(least), high.max(most))));
        }
        slopes
    }
}

/// Judges a block of 32: its numbers, codes from 0 to `top`, stored scale and minimum.
#[inline(always)]
pub(super) fn judge(x: &[f32], codes: &[i8], scale: f32, min: f32, top: u8) -> BlockVerdict {
    if x.iter().any(|x| !x.is_finite()) || !scale.is_finite() || !min.is_finite() {
        return BlockVerdict::Unexplained;
    }
    if scale == 0.0 && min == 0.0 && x.iter().all(|x| x.abs() < EMPTY) {
        return BlockVerdict::Empty;
    }
    let cells = Cells::new(x, codes);
    let top = f64::from(top);
    let verdict = if cells.is_affine_image(top, 0.0) {
        BlockVerdict::Explained
    } else if cells.is_affine_image(top, TIE) {
        BlockVerdict::Tie
    } else {
        return BlockVerdict::Unexplained;
    };
    if line_is_possible(&cells, f64::from(scale), f64::from(min)) { verdict } else { BlockVerdict::ScaleOutside }
}

/// Whether a line fitted to codes and numbers with weights as anyone likes can have this scale and minimum.
///
/// The slope of a weighted least-squares line is a mean of the slopes between pairs of points; with the intercept
/// held at 0 (the encoder's case of a positive minimum) it is a mean of the quotients `x / c`. The intercept is a
/// mean of `x - scale c`. Both were rounded to f16.
fn line_is_possible(cells: &Cells, scale: f64, min: f64) -> bool {
    let within = |value: f64, (least, most): (f64, f64), slack: f64| least - slack <= value && value <= most + slack;
    let quotients = cells.each().filter(|(code, ..)| *code > 0.0).fold(None, |range, (code, least, most)| {
        let (low, high) = range.unwrap_or((f64::INFINITY, f64::NEG_INFINITY));
        Some((low.min(least / code), high.max(most / code)))
    });
    let rests = cells.each().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (code, least, most)| {
        (low.min(least - scale * code), high.max(most - scale * code))
    });
    let magnitude = |(low, high): (f64, f64)| low.abs().max(high.abs());
    let scale_error = half_precision_error(scale.abs());
    let slope_fits = match cells.slopes() {
        Some(slopes) => {
            within(scale, slopes, scale_error)
                || min == 0.0 && quotients.is_some_and(|range| within(scale, range, scale_error))
        }
        // One code alone: the numbers are equal, or nearly so, and any slope is as good as none.
        None => scale >= 0.0,
    };
    let rest_error = half_precision_error(magnitude(rests)) + 31.0 * scale_error;
    scale >= 0.0 && slope_fits && (min == 0.0 || within(min, rests, rest_error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The condition itself, pair by pair.
    fn affine_by_pairs(x: &[f32], codes: &[i8], top: f64) -> bool {
        let (mut low, mut high) = (0.0f64, f64::INFINITY);
        for (&xi, &ci) in x.iter().zip(codes) {
            for (&xj, &cj) in x.iter().zip(codes) {
                let (ci, cj) = (f64::from(ci), f64::from(cj));
                if ci > 0.0 && cj < top {
                    let (run, rise) = (f64::from(xj) - f64::from(xi), cj - ci + 1.0);
                    if run > 0.0 {
                        high = high.min(rise / run);
                    } else if run < 0.0 {
                        low = low.max(rise / run);
                    } else if rise < 0.0 {
                        return false;
                    }
                }
            }
        }
        low <= high && high > 0.0
    }

    #[test]
    fn the_search_by_cuts_agrees_with_all_pairs() {
        let mut state = 1u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u64 << 24) as f32
        };
        let mut feasible = 0;
        for round in 0..4000 {
            let top = if round % 2 == 0 { 15.0 } else { 31.0 };
            let x: Vec<f32> = (0..32).map(|_| random() + random() - 1.0).collect();
            let (slope, shift) = (8.0 + 16.0 * random(), 4.0 + 8.0 * random());
            let noise = [0.0, 0.05, 0.3, 2.0][round / 2 % 4];
            let code =
                |x: f32, error: f32| (slope * x + shift + noise * (error - 0.5)).round().clamp(0.0, top as f32) as i8;
            let codes: Vec<i8> = x.iter().map(|&x| code(x, random())).collect();
            let expected = affine_by_pairs(&x, &codes, top);
            assert_eq!(Cells::new(&x, &codes).is_affine_image(top, 0.0), expected, "round {round}");
            assert!(expected || noise > 0.0, "codes made by rounding an affine image are one");
            feasible += u32::from(expected);
        }
        assert!((1000..3500).contains(&feasible), "both outcomes occur: {feasible}");
    }

    #[test]
    fn codes_that_fall_are_no_image_of_numbers_that_rise() {
        let x: Vec<f32> = (0..32).map(|index| index as f32).collect();
        let rising: Vec<i8> = (0..32).map(|index| index / 2).collect();
        let falling: Vec<i8> = rising.iter().rev().copied().collect();
        assert!(Cells::new(&x, &rising).is_affine_image(15.0, 0.0));
        assert!(!Cells::new(&x, &falling).is_affine_image(15.0, 0.0));
        assert!(Cells::new(&x, &[0; 32]).is_affine_image(15.0, 0.0), "a block below the first border");
    }

    #[test]
    fn a_line_far_from_its_points_is_impossible() {
        let x: Vec<f32> = (0..32).map(|index| -3.0 + 0.2 * index as f32).collect();
        let codes: Vec<i8> = (0..32).map(|index| index / 2).collect();
        let cells = Cells::new(&x, &codes);
        for (scale, min, possible) in [(0.4, -2.9, true), (0.4, -3.5, false), (0.9, -2.9, false), (-0.4, -2.9, false)] {
            assert_eq!(line_is_possible(&cells, scale, min), possible, "{scale} and {min}");
        }
    }
}
