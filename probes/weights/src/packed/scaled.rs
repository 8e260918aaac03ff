//! One code a number, and a scale for a row, a block or the whole: FP8 and LLM.int8().

use float8::{F8E4M3, F8E5M2};
use parallax_artifact::DType;

use super::grid::Levels;
use super::integers::floats;
use super::{PackedWeight, Packing, Parts, Stated, malformed};
use crate::Undefined;
use crate::view::TensorView;

/// The two meanings of eight bits that the "OCP 8-bit Floating Point Specification" (2023) defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Float8 {
    /// Four bits of exponent, three of mantissa, up to 448.
    E4M3,
    /// Five bits of exponent, two of mantissa, up to 57,344.
    E5M2,
}

/// What other tools call the scale of a weight, whose layouts are not known here.
const OTHER_SCALES: [&str; 7] =
    ["scale", "scales", "scale_inv", "scale_weight", "weight_scales", "weight_scale_2", "weight_global_scale"];

impl Float8 {
    fn of(dtype: DType) -> Option<Self> {
        match dtype.name() {
            "F8_E4M3" => Some(Self::E4M3),
            "F8_E5M2" => Some(Self::E5M2),
            _ => None,
        }
    }

    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::E4M3 => "FP8 (E4M3)",
            Self::E5M2 => "FP8 (E5M2)",
        }
    }

    pub(super) fn levels(self) -> Levels {
        let level = |code: u8| match self {
            Self::E4M3 => F8E4M3::from_bits(code).to_f32(),
            Self::E5M2 => F8E5M2::from_bits(code).to_f32(),
        };
        Levels::of(&(0..=u8::MAX).map(level).collect::<Vec<_>>())
    }
}

/// The weight whose codes are at a place.
pub(super) fn find<'a>(
    parts: &Parts<'_>,
    codes: usize,
    stated: Stated,
    bytes: impl Fn(usize) -> &'a [u8],
) -> Option<PackedWeight> {
    let tensor = &parts.tensors[codes];
    let weight = |packing, beside| PackedWeight {
        name: tensor.name.to_owned(),
        shape: tensor.shape.to_vec(),
        packing,
        codes,
        beside,
    };
    let stem = tensor.name.strip_suffix(".weight").unwrap_or(tensor.name);
    let beside = |name: &str| parts.place(&format!("{stem}.{name}"));
    if let Some(kind) = Float8::of(tensor.dtype) {
        let scale = ["scale_inv", "scale"].iter().find_map(|end| parts.place(&format!("{}_{end}", tensor.name)));
        let block = match scale {
            Some(scale) => Some(block(parts, tensor.shape, scale, stated)?),
            // Codes beside a scale of another kind are no numbers.
            None if OTHER_SCALES.into_iter().any(|name| beside(name).is_some()) => return None,
            None => None,
        };
        // What the layer does to its inputs belongs to the packing and not to the weight.
        let of_inputs = ["input_scale", "input_scale_ub", "activation_scale"].into_iter().filter_map(beside);
        return Some(weight(Packing::Float8 { kind, block }, scale.into_iter().chain(of_inputs).collect()));
    }
    let [outputs, _] = *tensor.shape else { return None };
    let (maxima, format) = (beside("SCB")?, beside("weight_format"));
    let fits = tensor.dtype == DType::I8
        && parts.tensors[maxima].dtype == DType::F32
        && parts.elements(maxima) == Some(outputs)
        // Another order than row by row, which bitsandbytes numbers from 1 on, was made for one graphics card.
        && format.is_none_or(|format| bytes(format) == [0]);
    (fits && outputs > 0).then(|| weight(Packing::Int8, std::iter::once(maxima).chain(format).collect()))
}

/// How many numbers share a scale, by the shapes of both.
fn block(parts: &Parts<'_>, shape: &[usize], scale: usize, stated: Stated) -> Option<[usize; 2]> {
    let scales = &parts.tensors[scale];
    if !matches!(scales.dtype, DType::F32 | DType::BF16 | DType::F16) {
        return None;
    }
    let (&columns, outer) = shape.split_last()?;
    let rows = outer.iter().try_fold(1_usize, |product, side| product.checked_mul(*side))?;
    if rows == 0 || columns == 0 {
        return None;
    }
    let [high, wide] = stated.float8_block;
    let blocks = [rows.div_ceil(high), columns.div_ceil(wide)];
    match (shape.len(), scales.shape) {
        _ if parts.elements(scale) == Some(1) => Some([rows, columns]),
        (2, [outputs] | [outputs, 1]) if *outputs == rows => Some([1, columns]),
        (2, shape) if *shape == blocks => Some([high, wide]),
        _ => None,
    }
}

/// The scales of a weight, and which one a number has.
pub(super) struct ScaledCodes {
    pub(super) scales: Vec<f32>,
    block: [usize; 2],
    across: usize,
}

impl ScaledCodes {
    pub(super) fn float8<'a>(
        weight: &PackedWeight,
        block: Option<[usize; 2]>,
        [rows, columns]: [usize; 2],
        view: impl Fn(usize) -> TensorView<'a>,
    ) -> Result<Self, Undefined> {
        let whole = [rows.max(1), columns.max(1)];
        let (scales, block) = match (block, weight.beside.first()) {
            (Some(block), Some(&scale)) => (floats(&view(scale)).ok_or_else(malformed)?, block),
            (None, _) => (vec![1.0], whole),
            (Some(_), None) => return Err(malformed()),
        };
        Self::checked(scales, block, [rows, columns])
    }

    pub(super) fn int8<'a>(
        weight: &PackedWeight,
        [rows, columns]: [usize; 2],
        view: impl Fn(usize) -> TensorView<'a>,
    ) -> Result<Self, Undefined> {
        let maxima = weight.beside.first().ok_or_else(malformed)?;
        Self::checked(floats(&view(*maxima)).ok_or_else(malformed)?, [1, columns.max(1)], [rows, columns])
    }

    fn checked(scales: Vec<f32>, block: [usize; 2], [rows, columns]: [usize; 2]) -> Result<Self, Undefined> {
        let across = columns.div_ceil(block[1]);
        if scales.len() != across * rows.div_ceil(block[0]) {
            return Err(malformed());
        }
        Ok(Self { scales, block, across })
    }

    pub(super) fn scale_of(&self, row: usize, column: usize) -> usize {
        row / self.block[0] * self.across + column / self.block[1]
    }
}
