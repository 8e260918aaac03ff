//! GPTQ and AWQ: codes in 32-bit integers, of a weight that is stored input by output.

use half::{bf16, f16};
use parallax_artifact::DType;

use super::{PackedWeight, Packing, Parts, Stated, malformed};
use crate::Undefined;
use crate::view::TensorView;

/// Which column of eight an AWQ integer's code stands for, from the lowest bits up.
const AWQ_ORDER: [usize; 8] = [0, 2, 4, 6, 1, 3, 5, 7];

/// The weight whose codes are at a place.
pub(super) fn find(parts: &Parts<'_>, codes: usize, stated: Stated) -> Option<PackedWeight> {
    let tensors = parts.tensors;
    let stem = tensors[codes].name.strip_suffix(".qweight")?;
    let part = |name: &str| parts.place(&format!("{stem}.{name}"));
    let (zeros, scales, groups) = (part("qzeros")?, part("scales")?, part("g_idx"));
    let integers = [codes, zeros].into_iter().chain(groups).all(|place| tensors[place].dtype == DType::I32);
    if !integers || !matches!(tensors[scales].dtype, DType::F16 | DType::BF16 | DType::F32) {
        return None;
    }
    let [rows, columns] = *tensors[codes].shape else { return None };
    let [group_count, outputs] = *tensors[scales].shape else { return None };
    let [zero_rows, zero_columns] = *tensors[zeros].shape else { return None };
    if group_count == 0 || outputs == 0 || zero_rows != group_count {
        return None;
    }
    let bits = exactly(zero_columns.checked_mul(32)?, outputs)?;
    let (packing, inputs) = if columns == outputs {
        (Packing::Gptq { bits, less_one: stated.less_one }, exactly(rows.checked_mul(32)?, bits)?)
    } else if bits == 4 && columns == zero_columns {
        (Packing::Awq, rows)
    } else {
        return None;
    };
    let known = matches!(bits, 2 | 4 | 8) && (groups.is_some() || inputs % group_count == 0);
    let fits = groups.is_none_or(|groups| tensors[groups].shape == [inputs]);
    (known && fits && inputs > 0).then(|| PackedWeight {
        name: format!("{stem}.weight"),
        shape: vec![outputs, inputs],
        packing,
        codes,
        beside: [zeros, scales].into_iter().chain(groups).collect(),
    })
}

fn exactly(number: usize, by: usize) -> Option<usize> {
    (by > 0 && number.is_multiple_of(by)).then(|| number / by)
}

/// The numbers of a weight, `[out, in]`: scale x (code - zero point).
pub(super) fn unpack<'a>(
    weight: &PackedWeight,
    view: impl Fn(usize) -> TensorView<'a>,
    count: usize,
) -> Result<Vec<u8>, Undefined> {
    let ([outputs, inputs], [zeros, scales, groups @ ..]) = (weight.shape.as_slice(), weight.beside.as_slice()) else {
        return Err(malformed());
    };
    let (&outputs, &inputs) = (outputs, inputs);
    let (bits, less_one) = match weight.packing {
        Packing::Gptq { bits, less_one } => (bits, less_one),
        _ => (4, false),
    };
    let (codes, zeros) = (integers(&view(weight.codes)), integers(&view(*zeros)));
    let scales = floats(&view(*scales)).ok_or_else(malformed)?;
    let group_count = scales.len() / outputs;
    let groups: Vec<usize> = match groups.first() {
        Some(place) => integers(&view(*place)).into_iter().map(|group| group as usize).collect(),
        None => (0..inputs).map(|input| input / (inputs / group_count.max(1)).max(1)).collect(),
    };
    let per_integer = 32 / bits;
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
    let mask = (1_u32 << bits) - 1;
    let taken = |integer: u32, at: usize| (integer >> (bits * at) & mask) as i32;
    // Which code of an integer a column along the outputs has.
    let across: Vec<usize> = (0..per_integer)
        .map(|at| if awq { AWQ_ORDER.iter().position(|column| *column == at).unwrap_or(at) } else { at })
        .collect();
    let columns = outputs / per_integer;
    let beside = |packed: &[u32], row: usize, output: usize| {
        taken(packed[row * columns + output / per_integer], across[output % per_integer])
    };
    let stored_less = i32::from(less_one);
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

/// The numbers of a tensor of a plain floating point type.
pub(super) fn floats(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let halves = || view.bytes.as_chunks::<2>().0.iter();
    Some(match view.dtype {
        DType::F16 => halves().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect(),
        DType::BF16 => halves().map(|bytes| bf16::from_le_bytes(*bytes).to_f32()).collect(),
        DType::F32 => view.bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        _ => return None,
    })
}
