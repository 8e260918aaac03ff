//! Weights that are stored as codes with scales in tensors beside them: which tensors make up a weight, what numbers it
//! stands for, and whether its codes follow from the published numbers. The codes themselves are never numbers.
//!
//! Layouts: GPTQ as AutoGPTQ writes it (`auto_gptq/nn_modules/qlinear/qlinear_cuda_old.py`), AWQ as AutoAWQ writes it for
//! its `GEMM` kernels (`awq/modules/linear/gemm.py`), FP8 with the scales that `transformers` and `compressed-tensors`
//! name, bitsandbytes as `transformers` stores its states (`Linear8bitLt`, `QuantState.as_dict(packed=True)`), and ONNX as
//! torch exports it and ONNX Runtime's tool quantizes it.

mod array;
mod four_bit;
mod grid;
mod integers;
mod nearest;
mod scaled;

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::Undefined;
use crate::align::Named;
use crate::view::TensorView;

pub use array::Array;
pub use four_bit::{FourBit, Nested};
use grid::Grid;
pub use nearest::{PackedTest, test_packed};
pub use scaled::Float8;

/// Numbers of a weight that is unpacked whole: more would not fit into the memory that a comparison may take.
const MOST: usize = 1 << 26;

/// How the codes of a weight are stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Packing {
    /// GPTQ: packed one under another along the inputs, with zero points, scales and perhaps the group of each input.
    Gptq {
        /// Bits of a code: 2, 4 or 8.
        bits: usize,
        /// Whether zero points are stored less one, as all versions before `gptq_v2` do.
        less_one: bool,
    },
    /// AWQ: packed beside one another along the outputs, interleaved, with zero points and scales.
    Awq,
    /// FP8: one code a number, with a scale for each block of `[rows, columns]`; without one, codes are the numbers.
    Float8 {
        /// The meaning of a code.
        kind: Float8,
        /// Numbers that share a scale.
        block: Option<[usize; 2]>,
    },
    /// LLM.int8() of bitsandbytes: one code a number, with the largest number of each row.
    Int8,
    /// Four bits of bitsandbytes: two codes a byte, with the largest number of each block.
    FourBit(FourBit),
    /// An array of an ONNX graph: turned round, or codes with scales and zero points, or both.
    Array(Array),
}

/// The tensors that make up one weight, by their places in the list of a variant.
#[derive(Clone, Debug, PartialEq)]
pub struct PackedWeight {
    /// The name that the weight has where it is not packed.
    pub name: String,
    /// Its shape where it is not packed, outermost first.
    pub shape: Vec<usize>,
    /// How it is packed.
    pub packing: Packing,
    /// Place of the codes.
    pub codes: usize,
    /// Places of what else is stored for it: what its numbers need first, in the order of [`Packing`].
    pub beside: Vec<usize>,
}

impl PackedWeight {
    /// What people call numbers that are stored so.
    pub fn type_name(&self) -> &'static str {
        match &self.packing {
            Packing::Awq => "AWQ 4-bit",
            Packing::Gptq { bits: 2, .. } => "GPTQ 2-bit",
            Packing::Gptq { bits: 4, .. } => "GPTQ 4-bit",
            Packing::Gptq { .. } => "GPTQ 8-bit",
            Packing::Float8 { kind, .. } => kind.type_name(),
            Packing::Int8 => "LLM.int8()",
            Packing::FourBit(four_bit) => four_bit.type_name(),
            Packing::Array(array) => array.type_name(),
        }
    }

    /// Every place that belongs to it.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.codes).chain(self.beside.iter().copied())
    }

    /// Whether its numbers are stored themselves, in another order.
    pub fn is_plain(&self) -> bool {
        matches!(self.packing, Packing::Array(Array { codes: None, .. }))
    }

    /// Whether encoders make up in one code for the rounding of others, so that no published number says what a code
    /// must be.
    pub fn makes_up_for_errors(&self) -> bool {
        matches!(self.packing, Packing::Gptq { .. } | Packing::Awq)
    }
}

/// The layer that multiplies by a tensor and whether that is stored input by output, by the tensor's name; a graph says so,
/// and other files do not.
pub type Layers<'a> = HashMap<&'a str, (&'a str, bool)>;

/// What a config says that names and shapes do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Whether GPTQ's zero points are stored less one.
    pub less_one: bool,
    /// Numbers that share a scale in FP8, `[rows, columns]`.
    pub float8_block: [usize; 2],
}

impl Default for Stated {
    /// What the tools write where a config says nothing.
    fn default() -> Self {
        Self { less_one: true, float8_block: [128, 128] }
    }
}

impl Stated {
    /// Reads a `quantization_config`, or a whole `quantize_config.json`. What does not fit is as if not stated.
    pub fn read(config: &Value) -> Self {
        let usual = Self::default();
        let block = || {
            let sides: Vec<usize> = config
                .get("weight_block_size")?
                .as_array()?
                .iter()
                .map_while(|side| usize::try_from(side.as_u64()?).ok())
                .collect();
            <[usize; 2]>::try_from(sides).ok().filter(|sides| sides.iter().all(|side| *side > 0))
        };
        Self {
            less_one: config.get("checkpoint_format").and_then(Value::as_str) != Some("gptq_v2"),
            float8_block: block().unwrap_or(usual.float8_block),
        }
    }
}

/// A variant's tensors, by name.
struct Parts<'a> {
    tensors: &'a [Named<'a>],
    places: HashMap<&'a str, usize>,
}

impl Parts<'_> {
    fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    fn elements(&self, place: usize) -> Option<usize> {
        self.tensors[place].shape.iter().try_fold(1_usize, |product, side| product.checked_mul(*side))
    }
}

/// Finds the weights that are stored as codes among a variant's tensors. What fits no layout is left out, and no tensor
/// belongs to two.
///
/// `layers` are those of an ONNX graph, `None` for every other file; `bytes` gives those of the tensor at a place.
pub fn packed_weights<'a>(
    tensors: &[Named<'_>],
    stated: Stated,
    layers: Option<&Layers<'_>>,
    bytes: impl Fn(usize) -> &'a [u8],
) -> Vec<PackedWeight> {
    let places = tensors.iter().enumerate().map(|(place, tensor)| (tensor.name, place)).collect();
    let parts = Parts { tensors, places };
    let mut taken = BTreeSet::new();
    let found = (0..tensors.len()).filter_map(|codes| {
        let weight = match layers {
            Some(layers) => array::find(&parts, codes, layers),
            None => integers::find(&parts, codes, stated)
                .or_else(|| scaled::find(&parts, codes, stated, &bytes))
                .or_else(|| four_bit::find(&parts, codes, &bytes)),
        }?;
        let other = parts.place(&weight.name).filter(|other| *other != codes);
        (other.is_none() && weight.places().all(|place| taken.insert(place))).then_some(weight)
    });
    found.collect()
}

/// The numbers that a packed weight stands for, in its shape, as little-endian f32.
///
/// `view` gives the tensor at a place.
///
/// # Errors
/// [`Undefined::Malformed`] where bytes, shapes or groups do not fit one another, [`Undefined::TooLarge`] above 2^26
/// numbers, which would take more memory than a comparison may.
pub fn unpack<'a>(weight: &PackedWeight, view: impl Fn(usize) -> TensorView<'a>) -> Result<Vec<u8>, Undefined> {
    let count = weight.shape.iter().try_fold(1_usize, |product, side| product.checked_mul(*side));
    let count = count.filter(|count| *count <= MOST).ok_or(Undefined::TooLarge { most: MOST })?;
    match weight.packing {
        Packing::Gptq { .. } | Packing::Awq => integers::unpack(weight, view, count),
        Packing::Array(array) => array::unpack(weight, array, view),
        _ => Ok(Grid::of(weight, view)?.numbers()),
    }
}

/// The bytes or shapes of a deployed weight do not fit one another.
fn malformed() -> Undefined {
    Undefined::Malformed { side: "deployed" }
}
