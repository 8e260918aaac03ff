//! Weights whose codes are packed into 32-bit integers, as GPTQ and AWQ store them: which tensors make up a weight, and
//! what numbers they stand for. The integers themselves are never numbers.
//!
//! Layouts: GPTQ as AutoGPTQ writes it (`auto_gptq/nn_modules/qlinear/qlinear_cuda_old.py`), AWQ as AutoAWQ writes it for
//! its `GEMM` kernels (`awq/modules/linear/gemm.py`). Both store a weight of `[out, in]` input by output.

use std::collections::HashMap;

use half::{bf16, f16};
use parallax_artifact::DType;

use crate::Undefined;
use crate::align::Named;
use crate::view::TensorView;

/// Numbers of a weight that is unpacked whole: more would not fit into the memory that a comparison may take.
const MOST: usize = 1 << 26;
/// Which column of eight an AWQ integer's code stands for, from the lowest bits up.
const AWQ_ORDER: [usize; 8] = [0, 2, 4, 6, 1, 3, 5, 7];

/// In which order codes lie in the integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// One under another along the inputs; zero points are stored less one.
    Gptq,
    /// As GPTQ, with zero points as they are (`checkpoint_format` `gptq_v2`).
    GptqV2,
    /// Beside one another along the outputs, interleaved.
    Awq,
}

/// The tensors that make up one weight, by their places in the list of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedWeight {
    /// The name that the weight has where it is not packed.
    pub name: String,
    /// Outputs and inputs.
    pub shape: [usize; 2],
    /// How it is packed.
    pub packing: Packing,
    /// Bits of a code: 2, 4 or 8.
    pub bits: usize,
    /// Place of the codes, `qweight`.
    pub codes: usize,
    /// Place of the zero points, `qzeros`.
    pub zeros: usize,
    /// Place of the scales, `scales`, `[groups, out]`.
    pub scales: usize,
    /// Place of the group of each input, `g_idx`; without it groups follow one another.
    pub groups: Option<usize>,
}

impl PackedWeight {
    /// What people call numbers that are stored so.
    pub fn type_name(&self) -> &'static str {
        match (self.packing, self.bits) {
            (Packing::Awq, _) => "AWQ 4-bit",
            (_, 2) => "GPTQ 2-bit",
            (_, 4) => "GPTQ 4-bit",
            _ => "GPTQ 8-bit",
        }
    }

    /// Every place that belongs to it.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        [self.codes, self.zeros, self.scales].into_iter().chain(self.groups)
    }
}

/// Finds the weights that are packed among a variant's tensors. What fits neither layout is left out.
///
/// `gptq` says which of the two GPTQ packings the variant has: its shapes do not tell.
pub fn packed_weights(tensors: &[Named<'_>], gptq: Packing) -> Vec<PackedWeight> {
    let places: HashMap<&str, usize> = tensors.iter().enumerate().map(|(place, tensor)| (tensor.name, place)).collect();
    let found = tensors.iter().enumerate().filter_map(|(codes, tensor)| {
        let stem = tensor.name.strip_suffix(".qweight")?;
        let part = |name: &str| places.get(format!("{stem}.{name}").as_str()).copied();
        let (zeros, scales, groups) = (part("qzeros")?, part("scales")?, part("g_idx"));
        let integers = [codes, zeros].into_iter().chain(groups).all(|place| tensors[place].dtype == DType::I32);
        if !integers || !matches!(tensors[scales].dtype, DType::F16 | DType::BF16 | DType::F32) {
            return None;
        }
        let [rows, columns] = *tensor.shape else { return None };
        let [group_count, outputs] = *tensors[scales].shape else { return None };
        let [zero_rows, zero_columns] = *tensors[zeros].shape else { return None };
        if group_count == 0 || outputs == 0 || zero_rows != group_count {
            return None;
        }
        let bits = exactly(zero_columns.checked_mul(32)?, outputs)?;
        let (packing, inputs) = if columns == outputs {
            (gptq, exactly(rows.checked_mul(32)?, bits)?)
        } else if bits == 4 && columns == zero_columns {
            (Packing::Awq, rows)
        } else {
            return None;
        };
        let known = matches!(bits, 2 | 4 | 8) && (groups.is_some() || inputs % group_count == 0);
        let fits = groups.is_none_or(|groups| tensors[groups].shape == [inputs]);
        (known && fits && inputs > 0).then(|| PackedWeight {
            name: format!("{stem}.weight"),
            shape: [outputs, inputs],
            packing,
            bits,
            codes,
            zeros,
            scales,
            groups,
        })
    });
    found.collect()
}

fn exactly(number: usize, by: usize) -> Option<usize> {
    (by > 0 && number.is_multiple_of(by)).then(|| number / by)
}

/// The numbers that a packed weight stands for, `[out, in]` as little-endian f32: scale x (code - zero point).
///
/// `view` gives the tensor at a place.
///
/// # Errors
/// [`Undefined::Malformed`] where bytes, shapes or groups do not fit one another, [`Undefined::TooLarge`] above 2^26
/// numbers, which would take more memory than a comparison may.
pub fn unpack<'a>(weight: &PackedWeight, view: impl Fn(usize) -> TensorView<'a>) -> Result<Vec<u8>, Undefined> {
    let [outputs, inputs] = weight.shape;
    let count = outputs.checked_mul(inputs).filter(|count| *count <= MOST).ok_or(Undefined::TooLarge { most: MOST })?;
    let malformed = || Undefined::Malformed { side: "deployed" };
    let (codes, zeros) = (integers(&view(weight.codes)), integers(&view(weight.zeros)));
    let scales = floats(&view(weight.scales)).ok_or_else(malformed)?;
    let group_count = scales.len() / outputs;
    let groups: Vec<usize> = match weight.groups {
        Some(place) => integers(&view(place)).into_iter().map(|group| group as usize).collect(),
        None => (0..inputs).map(|input| input / (inputs / group_count.max(1)).max(1)).collect(),
    };
    let per_integer = 32 / weight.bits;
    let awq = weight.packing == Packing::Awq;
    let code_count = if awq { inputs * (outputs / per_integer) } else { inputs / per_integer * outputs };
    let whole = codes.len() == code_count
        && zeros.len() == group_count * (outputs / per_integer)
        && scales.len() == group_count * outputs
        && groups.len() == inputs
        && groups.iter().all(|group| *group < group_count);
    if !whole {
        return Err(malformed());
    }
    let mask = (1_u32 << weight.bits) - 1;
    let taken = |integer: u32, at: usize| (integer >> (weight.bits * at) & mask) as i32;
    // Which code of an integer a column along the outputs has.
    let across: Vec<usize> = (0..per_integer)
        .map(|at| if awq { AWQ_ORDER.iter().position(|column| *column == at).unwrap_or(at) } else { at })
        .collect();
    let columns = outputs / per_integer;
    let beside = |packed: &[u32], row: usize, output: usize| {
        taken(packed[row * columns + output / per_integer], across[output % per_integer])
    };
    let stored_less = i32::from(weight.packing == Packing::Gptq);
    let mut numbers = Vec::with_capacity(4 * count);
    for output in 0..outputs {
        for (input, &group) in groups.iter().enumerate() {
            let code = if awq {
                beside(&codes, input, output)
            } else {
                taken(codes[input / per_integer * outputs + output], input % per_integer)
            };
            let zero = beside(&zeros, group, output) + stored_less;
            let number = scales[group * outputs + output] * (code - zero) as f32;
            numbers.extend(number.to_le_bytes());
        }
    }
    Ok(numbers)
}

fn integers(view: &TensorView<'_>) -> Vec<u32> {
    view.bytes.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect()
}

fn floats(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let halves = || view.bytes.as_chunks::<2>().0.iter();
    Some(match view.dtype {
        DType::F16 => halves().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect(),
        DType::BF16 => halves().map(|bytes| bf16::from_le_bytes(*bytes).to_f32()).collect(),
        DType::F32 => view.bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        _ => return None,
    })
}
