//! Four bits of bitsandbytes: two codes a byte, the first in the upper half, and the largest number of each block, which
//! may itself be stored in eight bits.

use parallax_artifact::DType;
use serde_json::Value;

use super::grid::Levels;
use super::integers::floats;
use super::{PackedWeight, Packing, Parts, malformed};
use crate::Undefined;
use crate::view::TensorView;

/// NF4: Dettmers, Pagnoni, Holtzman and Zettlemoyer, "QLoRA" (2023), appendix E.
const NF4: [f32; 16] = [
    -1.0,
    -0.696_192_8,
    -0.525_073_05,
    -0.394_917_5,
    -0.284_441_38,
    -0.184_773_43,
    -0.091_050_036,
    0.0,
    0.079_580_3,
    0.160_930_2,
    0.246_112_3,
    0.337_915_24,
    0.440_709_83,
    0.562_617,
    0.722_956_84,
    1.0,
];
/// FP4 of bitsandbytes: twelfths, the sign in the upper bit (`create_fp4_map`).
const FP4_TWELFTHS: [f32; 8] = [0.0, 0.0625, 8.0, 12.0, 4.0, 6.0, 2.0, 3.0];
/// How far a stored level may lie from the known one: they are written with a few digits.
const LEVEL_TOLERANCE: f32 = 1e-4;

/// How a weight of four bits is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FourBit {
    /// Whether levels are those of a normal distribution (NF4) or of a floating point number (FP4).
    pub normal: bool,
    /// Numbers that share a scale.
    pub block: usize,
    /// How the scales are stored; `None` as they are.
    pub nested: Option<Nested>,
}

/// Scales in eight bits: less `offset`, as shares of the largest of each block of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nested {
    /// Scales of a block.
    pub block: usize,
    /// What is added to each.
    pub offset: f32,
}

impl FourBit {
    pub(super) fn type_name(self) -> &'static str {
        if self.normal { "NF4" } else { "FP4" }
    }

    pub(super) fn levels(self) -> Levels {
        Levels::of(&self.known())
    }

    fn known(self) -> [f32; 16] {
        if self.normal {
            return NF4;
        }
        std::array::from_fn(|code| FP4_TWELFTHS[code % 8] / 12.0 * if code < 8 { 1.0 } else { -1.0 })
    }
}

/// The weight whose codes are at a place.
pub(super) fn find<'a>(parts: &Parts<'_>, codes: usize, bytes: impl Fn(usize) -> &'a [u8]) -> Option<PackedWeight> {
    let tensor = &parts.tensors[codes];
    if tensor.dtype != DType::U8 {
        return None;
    }
    let beside = |end: &str| parts.place(&format!("{}.{end}", tensor.name));
    let (state, normal) = match beside("quant_state.bitsandbytes__nf4") {
        Some(state) => (state, true),
        None => (beside("quant_state.bitsandbytes__fp4")?, false),
    };
    let (absmax, map) = (beside("absmax")?, beside("quant_map")?);
    let stated: Value = serde_json::from_slice(bytes(state)).ok()?;
    let size = |key: &str| stated.get(key)?.as_u64().and_then(|size| usize::try_from(size).ok());
    let block = size("blocksize").filter(|block| *block > 0)?;
    let sides = stated.get("shape")?.as_array()?;
    let shape: Option<Vec<usize>> = sides.iter().map(|side| usize::try_from(side.as_u64()?).ok()).collect();
    let shape = shape.filter(|shape| !shape.is_empty() && !shape.contains(&0))?;
    let count = shape.iter().try_fold(1_usize, |product, side| product.checked_mul(*side))?;
    if parts.elements(codes) != Some(count.div_ceil(2)) || parts.elements(absmax) != Some(count.div_ceil(block)) {
        return None;
    }
    let (nested, of_scales) = match parts.tensors[absmax].dtype {
        DType::F32 | DType::F16 | DType::BF16 => (None, Vec::new()),
        DType::U8 => {
            let nested_block = size("nested_blocksize").filter(|block| *block > 0)?;
            let offset = stated.get("nested_offset")?.as_f64()? as f32;
            let places = vec![beside("nested_absmax")?, beside("nested_quant_map")?];
            (Some(Nested { block: nested_block, offset }), places)
        }
        _ => return None,
    };
    Some(PackedWeight {
        name: tensor.name.to_owned(),
        shape,
        packing: Packing::FourBit(FourBit { normal, block, nested }),
        codes,
        beside: [absmax, map].into_iter().chain(of_scales).chain([state]).collect(),
    })
}

/// The scales of a weight.
pub(super) struct FourBitCodes {
    pub(super) scales: Vec<f32>,
    pub(super) block: usize,
}

impl FourBitCodes {
    pub(super) fn of<'a>(
        weight: &PackedWeight,
        four_bit: &FourBit,
        [rows, columns]: [usize; 2],
        view: impl Fn(usize) -> TensorView<'a>,
    ) -> Result<Self, Undefined> {
        let [absmax, map, of_scales @ ..] = weight.beside.as_slice() else { return Err(malformed()) };
        // Programs compute with the levels that they know, whatever the file says that they are.
        let stored = floats(&view(*map)).ok_or_else(malformed)?;
        let known = four_bit.known();
        let agree = stored.len() == known.len()
            && stored.iter().zip(known).all(|(stored, known)| (stored - known).abs() <= LEVEL_TOLERANCE);
        if !agree {
            return Err(malformed());
        }
        let scales = match (four_bit.nested, of_scales) {
            (None, _) => floats(&view(*absmax)),
            (Some(nested), [maxima, levels, ..]) => {
                let (maxima, levels) = (floats(&view(*maxima)), floats(&view(*levels)));
                let (maxima, levels) = (maxima.ok_or_else(malformed)?, levels.ok_or_else(malformed)?);
                let scale = |(at, code): (usize, &u8)| {
                    Some(levels.get(usize::from(*code))? * maxima.get(at / nested.block)? + nested.offset)
                };
                view(*absmax).bytes.iter().enumerate().map(scale).collect()
            }
            (Some(_), _) => None,
        };
        let scales = scales.ok_or_else(malformed)?;
        let count = rows.checked_mul(columns).ok_or_else(malformed)?;
        if scales.len() != count.div_ceil(four_bit.block) {
            return Err(malformed());
        }
        Ok(Self { scales, block: four_bit.block })
    }
}
