//! Blocks of 32 without importance: Q4_0, Q4_1, Q5_0, Q5_1 and Q8_0.
//!
//! A number that is none, or a scale too small for its inverse, becomes code 0, as the conversion of x86-64 leaves it;
//! Rust's own conversion gives 0 for NaN, so that such an inverse is made NaN.

use parallax_artifact::DType;

use super::super::legacy::BLOCK;
use super::{float, pack};

/// The blocks of a row, and where they go.
#[inline(always)]
fn blocks<'a, const BYTES: usize>(
    row: &'a [f32],
    out: &'a mut [u8],
) -> impl Iterator<Item = (&'a [f32; BLOCK], &'a mut [u8; BYTES])> {
    row.as_chunks::<BLOCK>().0.iter().zip(out.as_chunks_mut::<BYTES>().0)
}

/// Encodes a row of blocks.
#[inline(always)]
pub(super) fn quantize(dtype: DType, row: &[f32], out: &mut [u8]) {
    match dtype {
        DType::Q4_0 => {
            for (x, block) in blocks(row, out) {
                q4_0(x, block);
            }
        }
        DType::Q4_1 => {
            for (x, block) in blocks(row, out) {
                q4_1(x, block);
            }
        }
        DType::Q5_0 => {
            for (x, block) in blocks(row, out) {
                q5_0(x, block);
            }
        }
        DType::Q5_1 => {
            for (x, block) in blocks(row, out) {
                q5_1(x, block);
            }
        }
        _ => {
            for (x, block) in blocks(row, out) {
                q8_0(x, block);
            }
        }
    }
}

#[inline(always)]
fn q4_0(x: &[f32; BLOCK], block: &mut [u8; 18]) {
    let scale = signed_extreme(x) / -8.0;
    write_half(block, 0, scale);
    pack::nibbles(&centred_codes(x, inverse_of(scale), 8.5, 15), &mut block[2..]);
}

#[inline(always)]
fn q5_0(x: &[f32; BLOCK], block: &mut [u8; 22]) {
    let scale = signed_extreme(x) / -16.0;
    write_half(block, 0, scale);
    let codes = centred_codes(x, inverse_of(scale), 16.5, 31);
    block[2..6].copy_from_slice(&pack::fifth_bits(&codes).to_le_bytes());
    pack::nibbles(&codes, &mut block[6..]);
}

#[inline(always)]
fn q4_1(x: &[f32; BLOCK], block: &mut [u8; 20]) {
    let (min, max) = range(x);
    let scale = (max - min) / 15.0;
    write_half(block, 0, scale);
    write_half(block, 2, min);
    pack::nibbles(&shifted_codes(x, min, inverse_of(scale), 15), &mut block[4..]);
}

#[inline(always)]
fn q5_1(x: &[f32; BLOCK], block: &mut [u8; 24]) {
    let (min, max) = range(x);
    let scale = (max - min) / 31.0;
    write_half(block, 0, scale);
    write_half(block, 2, min);
    let codes = shifted_codes(x, min, inverse_of(scale), 31);
    block[4..8].copy_from_slice(&pack::fifth_bits(&codes).to_le_bytes());
    pack::nibbles(&codes, &mut block[8..]);
}

#[inline(always)]
fn q8_0(x: &[f32; BLOCK], block: &mut [u8; 34]) {
    /// The largest number below one half: adding it and cutting off rounds halves away from zero, and nothing else up.
    const BELOW_HALF: f32 = 0.499_999_97;
    let scale = largest(x) / 127.0;
    write_half(block, 0, scale);
    let inverse = inverse_of(scale);
    for (code, x) in block[2..].iter_mut().zip(x) {
        let t = x * inverse;
        *code = (t + BELOW_HALF.copysign(t)) as i8 as u8;
    }
}

#[inline(always)]
fn write_half<const BYTES: usize>(block: &mut [u8; BYTES], at: usize, value: f32) {
    block[at..at + 2].copy_from_slice(&float::f16_bits(value).to_le_bytes());
}

/// 1 / scale; 0 for a scale of 0, and NaN where the inverse is beyond f32.
#[inline(always)]
pub(crate) fn inverse_of(scale: f32) -> f32 {
    let inverse = 1.0 / scale;
    if scale == 0.0 {
        0.0
    } else if inverse.is_infinite() {
        f32::NAN
    } else {
        inverse
    }
}

#[inline(always)]
fn centred_codes(x: &[f32; BLOCK], inverse: f32, offset: f32, top: u8) -> [u8; BLOCK] {
    let mut codes = [0; BLOCK];
    for (code, x) in codes.iter_mut().zip(x) {
        *code = ((x * inverse + offset) as u8).min(top);
    }
    codes
}

#[inline(always)]
fn shifted_codes(x: &[f32; BLOCK], min: f32, inverse: f32, top: u8) -> [u8; BLOCK] {
    let mut codes = [0; BLOCK];
    for (code, x) in codes.iter_mut().zip(x) {
        *code = (((x - min) * inverse + 0.5) as u8).min(top);
    }
    codes
}

/// The number of the greatest magnitude, with its sign; of several, the first.
#[inline(always)]
pub(crate) fn signed_extreme(x: &[f32; BLOCK]) -> f32 {
    let (low, high) = (fold(x, 0.0, lower), fold(x, 0.0, higher));
    if high > -low {
        high
    } else if -low > high {
        low
    } else {
        x.iter().copied().find(|x| x.abs() == high && high != 0.0).unwrap_or(0.0)
    }
}

/// The greatest magnitude. A NaN takes the place of all before it and gives way to what comes after it, as in ggml's
/// `MAX(amax, fabsf(v))`.
#[inline(always)]
fn largest(x: &[f32; BLOCK]) -> f32 {
    if x.iter().fold(false, |any, x| any | x.is_nan()) {
        return x.iter().fold(0.0, |most: f32, x| if most > x.abs() { most } else { x.abs() });
    }
    let mut magnitudes = *x;
    for magnitude in &mut magnitudes {
        *magnitude = magnitude.abs();
    }
    fold(&magnitudes, 0.0, higher)
}

/// The lowest and the highest number. A lowest of 0 has the sign of the first zero, as when one goes through in order.
#[inline(always)]
fn range(x: &[f32; BLOCK]) -> (f32, f32) {
    let (min, max) = (fold(x, f32::MAX, lower), fold(x, -f32::MAX, higher));
    let min = if min == 0.0 { x.iter().copied().find(|x| *x == 0.0).unwrap_or(min) } else { min };
    (min, max)
}

// A NaN on the left is passed over, as C's comparison does.
#[inline(always)]
fn lower(x: f32, other: f32) -> f32 {
    if x < other { x } else { other }
}

#[inline(always)]
fn higher(x: f32, other: f32) -> f32 {
    if x > other { x } else { other }
}

/// A reduction over lanes that lie side by side; `pick` gives one of its two arguments.
#[inline(always)]
fn fold(x: &[f32; BLOCK], start: f32, pick: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [start; 8];
    for x in x.as_chunks::<8>().0 {
        for (lane, x) in lanes.iter_mut().zip(x) {
            *lane = pick(*x, *lane);
        }
    }
    let mut result = start;
    for lane in lanes {
        result = pick(lane, result);
    }
    result
}
