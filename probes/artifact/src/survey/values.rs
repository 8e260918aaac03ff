//! What the stored numbers of a tensor are like: not finite, or of less precision than their type has. One pass, in windows.

use super::container::StoredTensor;
use super::note::{NoteKind, Precision};
use crate::DType;
use crate::map::Pages;

/// So many values with a fraction that fills more than a power of two must be there before precision is spoken of:
/// a vector of ones has every precision.
const LEAST_TELLING: u64 = 32;

/// What one pass over a tensor finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ValueFacts {
    /// Values that are no numbers; in plain floating point types only.
    pub nan: u64,
    /// Values that are infinite; in plain floating point types only.
    pub infinite: u64,
    /// For 32-bit values: the narrower type that has every one of them.
    pub precision: Option<Precision>,
    /// For ggml's block types: blocks with a scale, or a minimum, that is no finite number.
    pub bad_scales: u64,
    /// For block types with one scale: blocks whose scale is zero although their codes differ.
    pub dead_blocks: u64,
}

impl ValueFacts {
    /// What of it is worth a note.
    pub(super) fn notes(&self, tensor: &StoredTensor) -> Vec<NoteKind> {
        let name = || tensor.name.clone();
        let mut notes = Vec::new();
        if self.nan > 0 || self.infinite > 0 {
            notes.push(NoteKind::NotFinite { tensor: name(), nan: self.nan, infinite: self.infinite });
        }
        if let Some(precision) = self.precision {
            notes.push(NoteKind::TruePrecision { tensor: name(), precision });
        }
        if self.bad_scales > 0 {
            notes.push(NoteKind::BadScales { tensor: name(), count: self.bad_scales });
        }
        if self.dead_blocks > 0 {
            notes.push(NoteKind::DeadCodes { tensor: name(), count: self.dead_blocks });
        }
        notes
    }
}

/// Looks at every value of a tensor once.
pub(super) fn examine(pages: &Pages<'_>, tensor: &StoredTensor) -> ValueFacts {
    let mut facts = ValueFacts::default();
    let (begin, end) = (tensor.offset, tensor.offset.saturating_add(tensor.len));
    match tensor.dtype {
        DType::F32 => {
            let mut seen = Seen::default();
            each::<4>(pages, begin, end, |bytes| seen.add(u32::from_le_bytes(bytes)));
            (facts.nan, facts.infinite, facts.precision) = (seen.nan, seen.infinite, seen.precision());
        }
        DType::F16 => each::<2>(pages, begin, end, |bytes| facts.half(bytes, 0x7c00)),
        DType::BF16 => each::<2>(pages, begin, end, |bytes| facts.half(bytes, 0x7f80)),
        DType::F64 => each::<8>(pages, begin, end, |bytes| {
            let value = f64::from_le_bytes(bytes);
            facts.nan += u64::from(value.is_nan());
            facts.infinite += u64::from(value.is_infinite());
        }),
        dtype => {
            let Some(block) = Block::of(dtype) else { return facts };
            let size = dtype.block_bytes();
            pages.windows(begin, end, size, |window| {
                for bytes in window.chunks_exact(size) {
                    let bad = block.scales.iter().any(|&at| half_at(bytes, at) & 0x7c00 == 0x7c00);
                    facts.bad_scales += u64::from(bad);
                    facts.dead_blocks += u64::from(block.is_dead(bytes));
                }
                true
            });
        }
    }
    facts
}

impl ValueFacts {
    /// A 16-bit value whose exponent fills the given bits.
    fn half(&mut self, bytes: [u8; 2], exponent: u16) {
        let bits = u16::from_le_bytes(bytes);
        if bits & exponent == exponent {
            let fraction = bits & !exponent & 0x7fff;
            self.nan += u64::from(fraction != 0);
            self.infinite += u64::from(fraction == 0);
        }
    }
}

fn each<const N: usize>(pages: &Pages<'_>, begin: usize, end: usize, mut look: impl FnMut([u8; N])) {
    pages.windows(begin, end, N, |window| {
        let mut value = [0; N];
        for bytes in window.chunks_exact(N) {
            value.copy_from_slice(bytes);
            look(value);
        }
        true
    });
}

/// Running counts over 32-bit values.
#[derive(Default)]
struct Seen {
    nan: u64,
    infinite: u64,
    telling: u64,
    beyond_bf16: bool,
    beyond_f16: bool,
}

impl Seen {
    fn add(&mut self, bits: u32) {
        let fraction = bits & 0x007f_ffff;
        if bits & 0x7f80_0000 == 0x7f80_0000 {
            self.nan += u64::from(fraction != 0);
            self.infinite += u64::from(fraction == 0);
            return;
        }
        self.telling += u64::from(fraction != 0);
        self.beyond_bf16 |= bits & 0xffff != 0;
        self.beyond_f16 |= !is_f16(bits);
    }

    fn precision(&self) -> Option<Precision> {
        if self.telling < LEAST_TELLING {
            return None;
        }
        match (self.beyond_bf16, self.beyond_f16) {
            (false, false) => Some(Precision::Both),
            (false, true) => Some(Precision::Bf16),
            (true, false) => Some(Precision::F16),
            (true, true) => None,
        }
    }
}

/// Whether half precision has a finite 32-bit value (IEEE 754: 10 bits of fraction, exponents from -14 to 15,
/// and multiples of 2^-24 below).
fn is_f16(bits: u32) -> bool {
    let fraction = bits & 0x007f_ffff;
    match (bits >> 23) & 0xff {
        0 => fraction == 0,
        113..=142 => fraction & 0x1fff == 0,
        // 2^-24 to 2^-15: one more bit is lost with every halving.
        biased @ 103..=112 => fraction & ((1 << (126 - biased)) - 1) == 0,
        _ => false,
    }
}

/// Where a block type keeps its scales; layouts in ggml's `ggml-common.h`.
struct Block {
    /// Offsets of half-precision scales and minima.
    scales: &'static [usize],
    /// For types with one scale: offsets and lengths of the parts that hold codes.
    codes: &'static [(usize, usize)],
}

impl Block {
    fn of(dtype: DType) -> Option<Self> {
        let (scales, codes): (&[usize], &[(usize, usize)]) = match dtype {
            DType::Q4_0 => (&[0], &[(2, 16)]),
            DType::Q4_1 => (&[0, 2], &[]),
            DType::Q5_0 => (&[0], &[(2, 4), (6, 16)]),
            DType::Q5_1 => (&[0, 2], &[]),
            DType::Q8_0 => (&[0], &[(2, 32)]),
            DType::Q2K => (&[80, 82], &[]),
            DType::Q3K => (&[108], &[(0, 32), (32, 64), (96, 12)]),
            DType::Q4K | DType::Q5K => (&[0, 2], &[]),
            DType::Q6K => (&[208], &[(0, 128), (128, 64), (192, 16)]),
            _ => return None,
        };
        Some(Block { scales, codes })
    }

    /// Whether the scale is zero, so that every value is, although the codes are not all the same.
    fn is_dead(&self, bytes: &[u8]) -> bool {
        let uniform = |&(at, len): &(usize, usize)| bytes[at..at + len].iter().all(|&byte| byte == bytes[at]);
        !self.codes.is_empty() && half_at(bytes, self.scales[0]) & 0x7fff == 0 && !self.codes.iter().all(uniform)
    }
}

fn half_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_is_a_half_and_its_neighbours_are_not() {
        for half in 0..0x7c00u32 {
            // Value of a half: fraction times 2^-24 below 2^-14, a shifted pattern above.
            let value = match half >> 10 {
                0 => (half as f32) * 2f32.powi(-24),
                exponent => f32::from_bits(((exponent + 112) << 23) | ((half & 0x3ff) << 13)),
            };
            assert!(is_f16(value.to_bits()), "half {half:#06x} is {value}");
            if half > 0 {
                assert!(!is_f16(value.to_bits() | 1), "{value} and a bit is none");
            }
        }
        assert!(!is_f16(65_536f32.to_bits()), "too large");
        assert!(!is_f16(2f32.powi(-25).to_bits()), "too small");
    }
}
