//! Q4_0 and Q5_0 with importance weights: the encoder tries 19 scales, and one of them must give the codes.

use super::{BlockVerdict, EMPTY};
use crate::codes::{clamp, is_tie, nearest};

/// Judges a block of 32: its numbers, centred codes and stored scale; codes reach from `-levels` to `levels - 1`.
///
/// `make_qx_quants` of `ggml-quants.c` computes codes as `clamp(rint(s x))` with `s = -(levels + 0.1 i) / extreme`
/// for i = 0 and then i from -9 to 9, where `extreme` is the first number of largest magnitude, and keeps those of
/// least weighted error.
#[inline(always)]
pub(super) fn judge(x: &[f32], codes: &[i8], scale: f32, levels: u8) -> BlockVerdict {
    let (low, high) = (-f32::from(levels), f32::from(levels) - 1.0);
    if x.iter().any(|x| !x.is_finite()) || !scale.is_finite() {
        return BlockVerdict::Unexplained;
    }
    let extreme = extreme(x);
    if extreme.abs() < EMPTY {
        return if scale == 0.0 { BlockVerdict::Empty } else { BlockVerdict::Unexplained };
    }
    let factor = |step: i8| -(f32::from(levels) + 0.1 * f32::from(step)) / extreme;
    let steps = || std::iter::once(0).chain(-9..=9);
    let verdict =
        if plainly_gives(x, codes, extreme, levels) || steps().any(|step| gives(x, codes, factor(step), low, high)) {
            BlockVerdict::Explained
        } else if steps().any(|step| nearly_gives(x, codes, factor(step), low, high)) {
            BlockVerdict::Tie
        } else {
            return BlockVerdict::Unexplained;
        };
    if scale_is_possible(x, codes, scale) { verdict } else { BlockVerdict::ScaleOutside }
}

/// The first number of largest magnitude.
#[inline(always)]
fn extreme(x: &[f32]) -> f32 {
    let mut largest = 0.0;
    for &x in x {
        let magnitude = x.abs();
        largest = if magnitude > largest { magnitude } else { largest };
    }
    x.iter().copied().find(|x| x.abs() == largest).unwrap_or(0.0)
}

#[inline(always)]
fn gives(x: &[f32], codes: &[i8], factor: f32, low: f32, high: f32) -> bool {
    let mut differs = 0;
    for (&x, &code) in x.iter().zip(codes) {
        differs |= i32::from(nearest(clamp(factor * x, low, high)) != f32::from(code));
    }
    differs == 0
}

/// Whether the encoder without importance weights gives the codes (`quantize_row_q4_0_ref`, `quantize_row_q5_0_ref`):
/// borders go upwards there, and not to even codes, which numbers of few bits often lie on.
#[inline(always)]
fn plainly_gives(x: &[f32], codes: &[i8], extreme: f32, levels: u8) -> bool {
    let levels = f32::from(levels);
    let inverse = 1.0 / (extreme / -levels);
    let mut differs = 0;
    for (&x, &code) in x.iter().zip(codes) {
        let raised = clamp(x * inverse + (levels + 0.5), 0.0, 2.0 * levels - 1.0);
        differs |= i32::from(f32::from(raised as u8) - levels != f32::from(code));
    }
    differs == 0
}

fn nearly_gives(x: &[f32], codes: &[i8], factor: f32, low: f32, high: f32) -> bool {
    // The encoder without importance weights rounds after it has added the number of levels and one half.
    let slack = f64::from(-low) * f64::from(f32::EPSILON);
    x.iter().zip(codes).all(|(&x, &code)| is_tie(clamp(factor * x, low, high), code, slack))
}

/// Whether a mean of the quotients of numbers and codes, weighted as anyone likes, can be the stored scale.
///
/// The encoder's scale is the weighted least-squares one, the sum of `w x c` over that of `w c c`: a mean of `x / c`
/// with weights `w c c`. It is then rounded to f16.
fn scale_is_possible(x: &[f32], codes: &[i8], scale: f32) -> bool {
    let quotients =
        x.iter().zip(codes).filter(|(_, code)| **code != 0).map(|(&x, &code)| f64::from(x) / f64::from(code));
    let (least, most) = quotients
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), quotient| (least.min(quotient), most.max(quotient)));
    let slack = half_precision_error(least.abs().max(most.abs()));
    let scale = f64::from(scale);
    least - slack <= scale && scale <= most + slack
}

/// What rounding a number of this magnitude to f16 changes at most, with some room for sums in f32.
pub(super) fn half_precision_error(magnitude: f64) -> f64 {
    (magnitude / 2000.0).max(1.0 / 33_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_a_mean_of_quotients() {
        let (x, codes) = ([8.0, 3.0, 1.1, 0.2], [-8, -3, -1, 0]);
        for (scale, possible) in [(-1.0, true), (-1.05, true), (-1.1, true), (-1.2, false), (-0.9, false), (1.0, false)]
        {
            assert_eq!(scale_is_possible(&x, &codes, scale), possible, "{scale}");
        }
    }

    #[test]
    fn a_number_on_a_border_may_have_either_code() {
        let mut x = [0.0; 32];
        let mut codes = [0; 32];
        // The last two admit no other scale than 1.
        (x[0], x[1], x[2], x[3], x[4]) = (-8.0, 2.5, -2.5, 6.49, -5.51);
        (codes[0], codes[3], codes[4]) = (-8, 6, -6);
        for (above, below, expected) in [
            (2, -2, BlockVerdict::Explained),
            // Upwards, as without importance weights.
            (3, -2, BlockVerdict::Explained),
            (2, -3, BlockVerdict::Tie),
            (4, -2, BlockVerdict::Unexplained),
            (2, -1, BlockVerdict::Unexplained),
        ] {
            (codes[1], codes[2]) = (above, below);
            assert_eq!(judge(&x, &codes, 1.0, 8), expected, "{above} {below}");
        }
        (codes[1], codes[2]) = (2, -2);
        assert_eq!(judge(&x, &codes, 0.5, 8), BlockVerdict::ScaleOutside);
        assert_eq!(judge(&[0.0; 32], &[0; 32], 0.0, 8), BlockVerdict::Empty);
        assert_eq!(judge(&[0.0; 32], &[0; 32], 1.0, 8), BlockVerdict::Unexplained);
    }

    #[test]
    fn the_first_of_equal_extremes_counts() {
        assert_eq!(extreme(&[0.5, -2.0, 2.0, 1.0]), -2.0);
        assert_eq!(extreme(&[0.0; 4]), 0.0);
    }
}
