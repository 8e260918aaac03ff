//! What differs between two encodings of one block, and whether builds of the same quantizer may differ like that.

use parallax_artifact::DType;
use pulp::Arch;

use crate::blocks::{BLOCK, Block, SUPERBLOCK, Superblock, inverse_of, signed_extreme};

/// How a stored block differs from the block that the published numbers give, or a row of a plain type from that row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// A scale or minimum differs, by more than the sign of a zero.
    pub(super) scales: bool,
    /// Codes that differ.
    pub(super) codes: u64,
    /// Of these, the ones on a tie.
    pub(super) tie_codes: u64,
}

impl Difference {
    /// Whether nothing but ties differs.
    pub(super) fn is_tie(self) -> bool {
        !self.scales && self.codes == self.tie_codes
    }

    /// Takes two blocks apart that are not the same bytes. `values` are the numbers that `ours` was encoded from.
    pub(super) fn between(dtype: DType, values: &[f32], ours: &[u8], stored: &[u8]) -> Self {
        match dtype {
            DType::Q4_0 | DType::Q4_1 | DType::Q5_0 | DType::Q5_1 | DType::Q8_0 => {
                between_blocks(dtype, values, ours, stored)
            }
            _ => between_superblocks(dtype, ours, stored),
        }
    }

    /// Holds two rows of numbers of a plain type against each other.
    pub(super) fn between_numbers(dtype: DType, ours: &[u8], stored: &[u8]) -> Self {
        let arch = Arch::new();
        let of_two = |bytes| u32::from(u16::from_le_bytes(bytes));
        let (codes, tie_codes) = match dtype {
            DType::F16 => arch.dispatch(|| count::<2>(ours, stored, of_two, (0x8000, 0x7c00))),
            DType::BF16 => arch.dispatch(|| count::<2>(ours, stored, of_two, (0x8000, 0x7f80))),
            _ => arch.dispatch(|| count::<4>(ours, stored, u32::from_le_bytes, (0x8000_0000, 0x7f80_0000))),
        };
        Difference { scales: false, codes, tie_codes }
    }
}

/// Numbers that differ, and those of them on a tie: zeros of either sign, two NaN, or infinity held to the greatest
/// finite number.
#[inline(always)]
fn count<const N: usize>(
    ours: &[u8],
    stored: &[u8],
    bits: impl Fn([u8; N]) -> u32,
    (sign, infinity): (u32, u32),
) -> (u64, u64) {
    let (mut differing, mut ties) = (0u64, 0u64);
    // Short runs keep their counts in 32 bits, which more lanes of a vector can hold.
    for (ours, stored) in ours.chunks(N << 16).zip(stored.chunks(N << 16)) {
        let (mut run, mut tied) = (0u32, 0u32);
        for (ours, stored) in ours.as_chunks::<N>().0.iter().zip(stored.as_chunks::<N>().0) {
            let (ours, stored) = (bits(*ours), bits(*stored));
            let (size, stored_size) = (ours & !sign, stored & !sign);
            let zeros = size | stored_size == 0;
            let none = (size > infinity) & (stored_size > infinity);
            let held = (size == infinity) & (stored_size == infinity - 1) & (ours & sign == stored & sign);
            let differs = ours != stored;
            run = run.wrapping_add(u32::from(differs));
            tied = tied.wrapping_add(u32::from(differs & (zeros | none | held)));
        }
        differing += u64::from(run);
        ties += u64::from(tied);
    }
    (differing, ties)
}

fn between_blocks(dtype: DType, values: &[f32], ours: &[u8], stored: &[u8]) -> Difference {
    let halves = if matches!(dtype, DType::Q4_1 | DType::Q5_1) { 2 } else { 1 };
    let scales = (0..halves).any(|half| {
        let at = 2 * half..2 * half + 2;
        ours[at.clone()] != stored[at.clone()] && !is_zero_half(&ours[at.clone()], &stored[at])
    });
    let tie = match dtype {
        DType::Q4_0 => Some((8.0, 15)),
        DType::Q5_0 => Some((16.0, 31)),
        _ => None,
    };
    let (our_codes, stored_codes) = (Block::read(dtype, ours).codes, Block::read(dtype, stored).codes);
    let mut difference = Difference { scales, codes: 0, tie_codes: 0 };
    for (index, (ours, stored)) in our_codes.into_iter().zip(stored_codes).enumerate() {
        if ours == stored {
            continue;
        }
        difference.codes += 1;
        let on_tie = |(half, top)| {
            let mut block = [0.0; BLOCK];
            block.copy_from_slice(values);
            is_code_tie(&block, index, half, top, (ours, stored))
        };
        difference.tie_codes += u64::from(!scales && tie.is_some_and(on_tie));
    }
    difference
}

/// Both are zeros, of whatever sign.
fn is_zero_half(ours: &[u8], stored: &[u8]) -> bool {
    [ours, stored].iter().all(|half| half[0] == 0 && half[1] & 0x7f == 0)
}

/// Whether the two codes are the neighbours of a tie, `x / scale + half + 0.5` being a whole number.
///
/// ggml cuts off `x * inverse + 8.5` (16.5 for Q5_0), rounded twice; a contracted product and sum is rounded once, and
/// gguf-py computes in f64. Only products within a few of their own steps of a whole number can come out differently:
/// 4 steps of f32 at 8.5 or 16.5 are allowed.
fn is_code_tie(values: &[f32; BLOCK], index: usize, half: f32, top: i32, (ours, stored): (i8, i8)) -> bool {
    let offset = half + 0.5;
    let step = f64::from(f32::from_bits(offset.to_bits() + 1) - offset);
    let inverse = inverse_of(signed_extreme(values) / -half);
    // The product of two f32 is exact in f64.
    let sum = f64::from(values[index]) * f64::from(inverse) + f64::from(offset);
    let whole = sum.round();
    let near = (sum - whole).abs() < 4.0 * step;
    let above = whole as i32;
    let sides = [above.saturating_sub(1), above].map(|code| code.clamp(0, top) - half as i32);
    near && sides.contains(&i32::from(ours)) && sides.contains(&i32::from(stored))
}

fn between_superblocks(dtype: DType, ours: &[u8], stored: &[u8]) -> Difference {
    let mut scales = false;
    for at in scale_bytes(dtype) {
        scales |= ours[at.clone()] != stored[at.clone()];
    }
    let (mut one, mut other) = (Superblock::default(), Superblock::default());
    one.read(dtype, ours);
    other.read(dtype, stored);
    let codes = (0..SUPERBLOCK).filter(|&index| one.codes[index] != other.codes[index]).count();
    Difference { scales, codes: codes as u64, tie_codes: 0 }
}

/// Where scales and minima lie in a superblock (`ggml-common.h`).
fn scale_bytes(dtype: DType) -> [std::ops::Range<usize>; 2] {
    match dtype {
        DType::Q2K => [0..16, 80..84],
        DType::Q3K => [96..108, 108..110],
        DType::Q6K => [192..208, 208..210],
        _ => [0..4, 4..16],
    }
}
