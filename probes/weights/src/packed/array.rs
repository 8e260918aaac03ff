//! Weights of ONNX graphs: turned round for the product that uses them, and perhaps as whole-number codes.

use parallax_artifact::DType;

use super::integers::floats;
use super::nearest::PackedTest;
use super::{Layers, MOST, PackedWeight, Packing, Parts, malformed};
use crate::Undefined;
use crate::array_codes::{ArrayCodes, Channel, Codes, array_codes};
use crate::codes::CodeTest;
use crate::residual::{Rows, RowsFrom, Undecided};
use crate::view::{Precision, Source, TensorView};

/// The type of what is not stored as plain bytes: ONNX Runtime's tool writes zero points number by number.
const ONE_BY_ONE: &str = "unknown";

/// How a weight of an ONNX graph is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Array {
    /// Whether it is stored input by output, other than the model has it.
    pub turned: bool,
    /// The type that it is stored in.
    pub dtype: DType,
    /// What shares a scale, in the stored order; `None` where the numbers are stored themselves.
    pub codes: Option<Channel>,
}

impl Array {
    pub(super) fn type_name(self) -> &'static str {
        match (self.codes, self.dtype) {
            (None, dtype) => dtype.name(),
            (Some(_), DType::I8) => "ONNX 8-bit (signed)",
            (Some(_), _) => "ONNX 8-bit",
        }
    }
}

/// The weight whose numbers or codes are at a place.
pub(super) fn find(parts: &Parts<'_>, codes: usize, layers: &Layers<'_>) -> Option<PackedWeight> {
    let tensor = &parts.tensors[codes];
    let stem = tensor.name.strip_suffix("_quantized");
    // Exporters give a weight that they turned round a name of their own.
    let given = |name: &str| name.starts_with("onnx::") || !name.contains('.');
    let own = stem.unwrap_or(tensor.name);
    let layer = layers.get(tensor.name).filter(|_| given(own));
    let turned = layer.is_some_and(|(_, turned)| *turned);
    let name = layer.map_or_else(|| own.to_owned(), |(layer, _)| format!("{layer}.weight"));
    let shape = match (tensor.shape, turned) {
        ([inputs, outputs], true) => vec![*outputs, *inputs],
        (shape, false) if !shape.is_empty() => shape.to_vec(),
        _ => return None,
    };
    let weight = |codes_of: Option<Channel>, beside| PackedWeight {
        name: name.clone(),
        shape: shape.clone(),
        packing: Packing::Array(Array { turned, dtype: tensor.dtype, codes: codes_of }),
        codes,
        beside,
    };
    let Some(stem) = stem else {
        let plain = layer.is_some() && matches!(tensor.dtype, DType::F32 | DType::F16 | DType::BF16);
        return plain.then(|| weight(None, Vec::new()));
    };
    let beside = |end: &str| parts.place(&format!("{stem}_{end}"));
    let (scale, zero) = (beside("scale")?, beside("zero_point"));
    let [rows, columns] = *tensor.shape else { return None };
    let channel = match parts.elements(scale)? {
        1 => Channel::Tensor,
        count if count == columns && turned => Channel::Column,
        count if count == rows => Channel::Row,
        count if count == columns => Channel::Column,
        _ => return None,
    };
    let fits = matches!(tensor.dtype, DType::I8 | DType::U8)
        && matches!(parts.tensors[scale].dtype, DType::F32 | DType::F16 | DType::BF16)
        && zero.is_none_or(|zero| {
            let dtype = parts.tensors[zero].dtype;
            (dtype == tensor.dtype || dtype.name() == ONE_BY_ONE) && parts.elements(zero) == parts.elements(scale)
        });
    fits.then(|| weight(Some(channel), std::iter::once(scale).chain(zero).collect()))
}

/// What is stored for a weight.
struct Stored<'a> {
    rows: usize,
    columns: usize,
    turned: bool,
    numbers: Numbers<'a>,
}

enum Numbers<'a> {
    Plain(Vec<f32>),
    Codes { codes: TensorView<'a>, scales: Vec<f32>, zeros: Vec<i32>, channel: Channel },
}

impl<'a> Stored<'a> {
    fn of(weight: &PackedWeight, array: Array, view: impl Fn(usize) -> TensorView<'a>) -> Result<Self, Undefined> {
        let codes = view(weight.codes);
        let (columns, rows) = (codes.columns(), codes.rows());
        let count = rows.checked_mul(columns).filter(|count| *count <= MOST);
        let count = count.ok_or(Undefined::TooLarge { most: MOST })?;
        let numbers = match (array.codes, weight.beside.as_slice()) {
            (None, _) => Numbers::Plain(floats(&codes).filter(|numbers| numbers.len() == count).ok_or_else(malformed)?),
            (Some(channel), [scale, zero @ ..]) => {
                let scales = floats(&view(*scale)).ok_or_else(malformed)?;
                let zeros = zero.first().map(|zero| whole_numbers(&view(*zero)));
                let channels = match channel {
                    Channel::Tensor => 1,
                    Channel::Row => rows,
                    Channel::Column => columns,
                };
                let range = if codes.dtype == DType::I8 { -128..=127 } else { 0..=255 };
                let fits = codes.bytes.len() == count
                    && scales.len() == channels
                    && zeros
                        .as_ref()
                        .is_none_or(|zeros| zeros.len() == channels && zeros.iter().all(|zero| range.contains(zero)));
                if !fits {
                    return Err(malformed());
                }
                let zeros = zeros.unwrap_or_default();
                Numbers::Codes { codes, scales, zeros, channel }
            }
            (Some(_), []) => return Err(malformed()),
        };
        Ok(Self { rows, columns, turned: array.turned, numbers })
    }

    fn at(&self, row: usize, column: usize) -> f32 {
        let place = row * self.columns + column;
        match &self.numbers {
            Numbers::Plain(numbers) => numbers[place],
            Numbers::Codes { codes, scales, zeros, channel } => {
                let channel = match channel {
                    Channel::Tensor => 0,
                    Channel::Row => row,
                    Channel::Column => column,
                };
                let zero = zeros.get(channel).copied().unwrap_or(0);
                (whole_number(codes.dtype, codes.bytes[place]) - zero) as f32 * scales[channel]
            }
        }
    }
}

fn whole_number(dtype: DType, byte: u8) -> i32 {
    if dtype == DType::I8 { i32::from(byte.cast_signed()) } else { i32::from(byte) }
}

fn whole_numbers(view: &TensorView<'_>) -> Vec<i32> {
    if view.dtype.name() != ONE_BY_ONE {
        return view.bytes.iter().map(|byte| whole_number(view.dtype, *byte)).collect();
    }
    // Seven bits a byte, the lowest first; the upper bit says that more follow. Negative numbers fill 64 bits.
    let (mut numbers, mut number, mut shift) = (Vec::new(), 0_u64, 0_u32);
    for byte in view.bytes {
        if shift < 64 {
            number |= u64::from(byte & 0x7F) << shift;
        }
        shift = shift.saturating_add(7);
        if byte & 0x80 == 0 {
            numbers.push(number as i32);
            (number, shift) = (0, 0);
        }
    }
    numbers
}

/// The numbers of a weight in its own order, as little-endian f32.
pub(super) fn unpack<'a>(
    weight: &PackedWeight,
    array: Array,
    view: impl Fn(usize) -> TensorView<'a>,
) -> Result<Vec<u8>, Undefined> {
    let stored = Stored::of(weight, array, view)?;
    let (rows, columns) = if stored.turned { (stored.columns, stored.rows) } else { (stored.rows, stored.columns) };
    let mut numbers = Vec::with_capacity(4 * rows * columns);
    for row in 0..rows {
        for column in 0..columns {
            let number = if stored.turned { stored.at(column, row) } else { stored.at(row, column) };
            numbers.extend(number.to_le_bytes());
        }
    }
    Ok(numbers)
}

/// Whether codes and scales are those that ONNX Runtime's tool gives for the published numbers.
pub(super) fn test<'a>(
    weight: &PackedWeight,
    array: Array,
    view: impl Fn(usize) -> TensorView<'a>,
    source: &Source<'_>,
) -> Result<PackedTest, Undefined> {
    let stored = Stored::of(weight, array, view)?;
    let Numbers::Codes { codes, scales, zeros, channel } = &stored.numbers else {
        return Err(Undefined::TypeNotTested { name: weight.type_name() });
    };
    let signed: Vec<i8>;
    let listed = if codes.dtype == DType::I8 {
        signed = codes.bytes.iter().map(|byte| byte.cast_signed()).collect();
        Codes::I8(&signed)
    } else {
        Codes::U8(codes.bytes)
    };
    let deployed = ArrayCodes { codes: listed, scales, zero_points: zeros, channel: *channel };
    // The published numbers in the stored order; a weight that is unpacked whole may be read whole too.
    let (rows, columns) = (source.rows(), source.columns());
    let expected = if stored.turned { (stored.columns, stored.rows) } else { (stored.rows, stored.columns) };
    if (rows, columns) != expected {
        return Err(Undefined::ShapesDiffer { nominal: (rows, columns), operative: expected });
    }
    let mut published = vec![0.0; rows * columns];
    if columns > 0 {
        published.chunks_exact_mut(columns).enumerate().for_each(|(row, numbers)| source.read_row(row, numbers));
    }
    let turned = stored.turned;
    let read = |row: usize, out: &mut [f32]| {
        for (column, out) in out.iter_mut().enumerate() {
            *out = if turned { published[column * columns + row] } else { published[row * columns + column] };
        }
    };
    let rows: &dyn Rows = &RowsFrom::new(stored.rows, stored.columns, read);
    let report = array_codes(&deployed, rows).map_err(|reason| match reason {
        Undecided::NotFinite { .. } => {
            let place = published.iter().position(|number| !number.is_finite()).unwrap_or_default();
            let nominal = published.iter().filter(|number| !number.is_finite()).count() as u64;
            Undefined::NotFinite { nominal, operative: 0, row: place / columns.max(1) }
        }
        // What is stored under no scale is near to no number.
        Undecided::Scale { .. } => {
            let scales = scales.iter().filter(|scale| !(scale.is_finite() && **scale > 0.0)).count() as u64;
            let (tested, channels) = (published.len() as u64, deployed.scales.len().max(1) as u64);
            Undefined::NotNearest { codes: tested / channels * scales, tested, scales }
        }
        _ => malformed(),
    })?;
    Ok(PackedTest {
        codes: CodeTest {
            precision: Precision::Stored,
            tested: report.codes as u64,
            skipped: 0,
            dead_codes: 0,
            silenced: 0,
            not_finite: 0,
            mismatches: report.different as u64,
            ties: report.ties as u64,
            row_mismatches: Vec::new(),
            column_mismatches: Vec::new(),
            columns_per_count: 1,
        },
        scales: report.channels as u64,
        odd_scales: (report.channels - report.channels_explained) as u64,
    })
}
