//! Codes that each stand for a level, times a scale: FP8 and bitsandbytes, a row at a time.

use rayon::prelude::*;

use super::four_bit::FourBitCodes;
use super::scaled::ScaledCodes;
use super::{PackedWeight, Packing, malformed};
use crate::Undefined;
use crate::view::TensorView;

/// Place of a code that stands for no number.
pub(super) const NO_LEVEL: u16 = u16::MAX;

/// The levels of a packing: each number that a code can stand for, before its scale.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    /// The different levels, rising.
    pub(super) sorted: Vec<f32>,
    /// Where in that list the level of each code is; [`NO_LEVEL`] for codes that stand for none.
    places: Vec<u16>,
}

impl Levels {
    /// From the level of each code.
    pub(super) fn of(levels: &[f32]) -> Self {
        let mut sorted: Vec<f32> = levels.iter().copied().filter(|level| level.is_finite()).collect();
        sorted.sort_by(f32::total_cmp);
        // Both zeros are one level.
        sorted.dedup_by(|one, other| one == other);
        let place = |level: &f32| sorted.iter().position(|known| known == level).and_then(|at| u16::try_from(at).ok());
        Self { places: levels.iter().map(|level| place(level).unwrap_or(NO_LEVEL)).collect(), sorted }
    }

    /// Where in the list the level of a code is.
    pub(super) fn place(&self, code: u8) -> u16 {
        self.places.get(usize::from(code)).copied().unwrap_or(NO_LEVEL)
    }

    /// The level at a place; NaN where there is none.
    pub(super) fn at(&self, place: u16) -> f32 {
        self.sorted.get(usize::from(place)).copied().unwrap_or(f32::NAN)
    }

    /// The largest size of a level.
    pub(super) fn largest(&self) -> f32 {
        self.sorted.iter().fold(0.0, |largest, level| level.abs().max(largest))
    }
}

/// Where codes and scales are.
enum Codes {
    Scaled(ScaledCodes),
    FourBit(FourBitCodes),
}

/// A packed weight as levels and scales, read and checked.
pub(super) struct Grid<'a> {
    /// Rows: the product of all dimensions but the last.
    pub(super) rows: usize,
    /// Numbers in a row.
    pub(super) columns: usize,
    /// What codes stand for.
    pub(super) levels: Levels,
    bytes: &'a [u8],
    codes: Codes,
}

impl<'a> Grid<'a> {
    /// Reads the scales and checks that everything fits.
    ///
    /// # Errors
    /// [`Undefined::Malformed`].
    pub(super) fn of(weight: &PackedWeight, view: impl Fn(usize) -> TensorView<'a>) -> Result<Self, Undefined> {
        let (&columns, outer) = weight.shape.split_last().ok_or_else(malformed)?;
        let rows = outer.iter().product();
        let codes = view(weight.codes);
        let (levels, places) = match &weight.packing {
            Packing::Gptq { .. } | Packing::Awq | Packing::Array(_) => return Err(malformed()),
            Packing::Float8 { kind, block } => {
                (kind.levels(), Codes::Scaled(ScaledCodes::float8(weight, *block, [rows, columns], view)?))
            }
            Packing::Int8 => (int8_levels(), Codes::Scaled(ScaledCodes::int8(weight, [rows, columns], view)?)),
            Packing::FourBit(four_bit) => {
                let places = FourBitCodes::of(weight, four_bit, [rows, columns], view)?;
                (four_bit.levels(), Codes::FourBit(places))
            }
        };
        let stored = rows.checked_mul(columns).ok_or_else(malformed)?;
        let stored = if matches!(places, Codes::FourBit(_)) { stored.div_ceil(2) } else { stored };
        if codes.bytes.len() != stored {
            return Err(malformed());
        }
        Ok(Self { rows, columns, levels, bytes: codes.bytes, codes: places })
    }

    /// Reads a row: the places of the levels, the scales, and which of the scales each number has.
    pub(super) fn read_row(&self, row: usize, places: &mut [u16], scales: &mut [f32]) {
        match &self.codes {
            Codes::Scaled(codes) => {
                let stored = &self.bytes[row * self.columns..(row + 1) * self.columns];
                for (column, (&code, (place, scale))) in
                    stored.iter().zip(places.iter_mut().zip(scales.iter_mut())).enumerate()
                {
                    *place = self.levels.place(code);
                    *scale = codes.scales[codes.scale_of(row, column)];
                }
            }
            Codes::FourBit(codes) => {
                let first = row * self.columns;
                for (column, (place, scale)) in places.iter_mut().zip(scales.iter_mut()).enumerate() {
                    let element = first + column;
                    let byte = self.bytes[element / 2];
                    *place = self.levels.place(if element.is_multiple_of(2) { byte >> 4 } else { byte & 15 });
                    *scale = codes.scales[element / codes.block];
                }
            }
        }
    }

    /// Which scale a number has, and how many scales there are.
    pub(super) fn scale_of(&self, row: usize, column: usize) -> usize {
        match &self.codes {
            Codes::Scaled(codes) => codes.scale_of(row, column),
            Codes::FourBit(codes) => (row * self.columns + column) / codes.block,
        }
    }

    /// The scales as stored.
    pub(super) fn scales(&self) -> &[f32] {
        match &self.codes {
            Codes::Scaled(codes) => &codes.scales,
            Codes::FourBit(codes) => &codes.scales,
        }
    }

    /// The numbers, as little-endian f32.
    pub(super) fn numbers(&self) -> Vec<u8> {
        let row_len = 4 * self.columns;
        let mut numbers = vec![0; self.rows * row_len];
        if row_len == 0 {
            return numbers;
        }
        numbers.par_chunks_mut(row_len).enumerate().for_each_init(
            || (vec![0; self.columns], vec![0.0; self.columns]),
            |(places, scales), (row, out)| {
                self.read_row(row, places, scales);
                for ((place, scale), number) in places.iter().zip(scales.iter()).zip(out.as_chunks_mut::<4>().0) {
                    *number = (self.levels.at(*place) * scale).to_le_bytes();
                }
            },
        );
        numbers
    }
}

/// What the codes of LLM.int8() stand for: a share of the largest number of the row.
fn int8_levels() -> Levels {
    let levels: Vec<f32> = (0..=u8::MAX).map(|code| f32::from(code.cast_signed()) / 127.0).collect();
    Levels::of(&levels)
}
