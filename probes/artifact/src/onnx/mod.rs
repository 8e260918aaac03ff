//! ONNX models: the tensors that a graph is given, where their bytes lie, and which layer multiplies by which of them.
//! The graph is not run, and operators that nothing here knows are passed over.
//!
//! Source of field numbers and types: `onnx/onnx.proto` of the ONNX project (IR version 3 and later).

mod fault;
mod graph;
mod wire;

use crate::DType;

pub use fault::OnnxFault;
use graph::Graph;
pub use graph::OnnxUse;
use wire::{Bytes, Value};

/// Tensors, or nodes, of a graph that are read at most.
const MOST: usize = 1 << 20;
/// Bytes of the longest name.
const LONGEST_NAME: usize = 1 << 12;
/// Entries that say where a tensor lies, at most; three are known.
const MOST_ENTRIES: usize = 16;
/// Dimensions of a tensor at most.
const MOST_DIMENSIONS: usize = 64;

/// A tensor that a graph is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Initializer {
    pub(crate) name: String,
    /// The type, or how people call one that is not known here or not stored as plain bytes.
    pub(crate) dtype: Result<DType, String>,
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Data,
}

/// Where the bytes of a tensor lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    /// In the file itself.
    Here { offset: usize, len: usize },
    /// In another file beside it.
    Beside { location: String, offset: u64, len: Option<u64> },
}

/// What is read of a model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) initializers: Vec<Initializer>,
    pub(crate) uses: Vec<OnnxUse>,
    /// Where the graph begins in the file.
    pub(crate) begin: usize,
}

/// Reads a model.
///
/// # Errors
/// [`OnnxFault`].
pub(crate) fn read(file: &[u8]) -> Result<Model, OnnxFault> {
    let mut fields = Bytes { at: 0, bytes: file }.fields();
    let mut graph: Option<Bytes<'_>> = None;
    while let Some((field, value)) = fields.next()? {
        if let (7, Value::Bytes(found)) = (field, value)
            && graph.replace(found).is_some()
        {
            return Err(OnnxFault::Twice { what: "the graph".to_owned() });
        }
    }
    let bytes = graph.ok_or(OnnxFault::NoGraph)?;
    let mut graph = Graph::default();
    let mut initializers = Vec::new();
    let mut fields = bytes.fields();
    while let Some((field, value)) = fields.next()? {
        match (field, value) {
            (1, Value::Bytes(node)) => graph.take_in(node)?,
            (5, Value::Bytes(tensor)) => {
                if initializers.len() == MOST {
                    return Err(OnnxFault::TooMany { what: "tensors", most: MOST });
                }
                initializers.push(initializer(tensor)?);
            }
            (15, Value::Bytes(_)) => return Err(OnnxFault::Sparse),
            _ => {}
        }
    }
    let uses = graph.uses(&initializers);
    Ok(Model { initializers, uses, begin: bytes.at })
}

/// What one tensor says.
fn initializer(tensor: Bytes<'_>) -> Result<Initializer, OnnxFault> {
    let mut fields = tensor.fields();
    let (mut dimensions, mut name, mut data_type) = (Vec::new(), None, 0);
    let mut data: Option<(u64, Bytes<'_>)> = None;
    let (mut external, mut is_external) = (Vec::new(), false);
    while let Some((field, value)) = fields.next()? {
        match (field, value) {
            // One too many says enough.
            (1, _) if dimensions.len() > MOST_DIMENSIONS => {}
            (1, Value::Number(dimension)) => dimensions.push(dimension),
            (1, Value::Bytes(packed)) => {
                for dimension in packed.numbers() {
                    dimensions.push(dimension?);
                    if dimensions.len() > MOST_DIMENSIONS {
                        break;
                    }
                }
            }
            (2, Value::Number(number)) => data_type = number,
            (8, Value::Bytes(text)) => name = Some(text.text()?),
            (4..=7 | 9..=11, Value::Bytes(bytes)) if bytes.bytes.is_empty() => {}
            // Numbers one by one may come in pieces, which would have no one place.
            (4..=7 | 9..=11, Value::Bytes(bytes)) => {
                let earlier = data.replace((field, bytes));
                if earlier.is_some() {
                    return Err(OnnxFault::Twice {
                        what: format!("the data of `{}`", crate::error::shown(name.unwrap_or("a tensor"))),
                    });
                }
            }
            (13, Value::Bytes(entry)) if external.len() < MOST_ENTRIES => external.push(pair(entry)?),
            (14, Value::Number(location)) => is_external = location == 1,
            _ => {}
        }
    }
    let name =
        name.filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control));
    let name = name.ok_or(OnnxFault::BadName { at: tensor.at })?.to_owned();
    let shape = (dimensions.len() <= MOST_DIMENSIONS)
        .then(|| {
            dimensions.iter().map(|&side| usize::try_from(side).ok().filter(|side| isize::try_from(*side).is_ok()))
        })
        .and_then(|sides| sides.collect::<Option<Vec<usize>>>())
        .filter(|shape| shape.iter().try_fold(1_usize, |count, side| count.checked_mul(*side)).is_some());
    let shape = shape.ok_or_else(|| OnnxFault::Shape { tensor: name.clone() })?;
    let (known, type_name) = type_of(data_type);
    if is_external {
        let dtype = known.ok_or(type_name);
        return Ok(Initializer { data: beside(&name, &external)?, name, dtype, shape });
    }
    let (field, bytes) = data.unwrap_or((9, Bytes { at: tensor.at, bytes: &[] }));
    // Raw bytes are little-endian, and so are packed numbers of their own type.
    let plain = match field {
        9 => true,
        4 => known == Some(DType::F32),
        10 => known == Some(DType::F64),
        _ => false,
    };
    let dtype = if plain { known.ok_or(type_name) } else { Err(format!("{type_name}, number by number")) };
    let data = Data::Here { offset: bytes.at, len: bytes.bytes.len() };
    Ok(Initializer { name, dtype, shape, data })
}

/// A key with its value.
fn pair<'a>(entry: Bytes<'a>) -> Result<(&'a str, &'a str), OnnxFault> {
    let (mut key, mut value) = ("", "");
    let mut fields = entry.fields();
    while let Some((field, found)) = fields.next()? {
        match (field, found) {
            (1, Value::Bytes(text)) => key = text.text()?,
            (2, Value::Bytes(text)) => value = text.text()?,
            _ => {}
        }
    }
    Ok((key, value))
}

/// Where a tensor lies in another file.
fn beside(tensor: &str, entries: &[(&str, &str)]) -> Result<Data, OnnxFault> {
    let wrong = || OnnxFault::External { tensor: tensor.to_owned() };
    let entry = |wanted: &str| entries.iter().find(|(key, _)| *key == wanted).map(|(_, value)| *value);
    let number = |wanted: &str| entry(wanted).map(|value| value.parse::<u64>().map_err(|_| wrong())).transpose();
    let location = entry("location").filter(|location| is_neighbour(location)).ok_or_else(wrong)?;
    let (offset, len) = (number("offset")?.unwrap_or(0), number("length")?);
    Ok(Data::Beside { location: location.to_owned(), offset, len })
}

/// Whether a location is a file in the same folder, and nothing that leads out of it.
fn is_neighbour(location: &str) -> bool {
    let plain = |character: char| !matches!(character, '/' | '\\' | ':') && !character.is_control();
    !location.is_empty()
        && location.len() <= LONGEST_NAME
        && location.chars().all(plain)
        && !matches!(location, "." | "..")
}

/// The type behind ONNX's number for it (`TensorProto.DataType`), where it is known here, and its name.
fn type_of(number: u64) -> (Option<DType>, String) {
    const NAMES: [(&str, &str); 23] = [
        ("FLOAT", "F32"),
        ("UINT8", "U8"),
        ("INT8", "I8"),
        ("UINT16", "U16"),
        ("INT16", "I16"),
        ("INT32", "I32"),
        ("INT64", "I64"),
        ("STRING", ""),
        ("BOOL", "BOOL"),
        ("FLOAT16", "F16"),
        ("DOUBLE", "F64"),
        ("UINT32", "U32"),
        ("UINT64", "U64"),
        ("COMPLEX64", "C64"),
        ("COMPLEX128", ""),
        ("BFLOAT16", "BF16"),
        ("FLOAT8E4M3FN", "F8_E4M3"),
        ("FLOAT8E4M3FNUZ", "F8_E4M3FNUZ"),
        ("FLOAT8E5M2", "F8_E5M2"),
        ("FLOAT8E5M2FNUZ", "F8_E5M2FNUZ"),
        ("UINT4", ""),
        ("INT4", ""),
        ("FLOAT4E2M1", ""),
    ];
    let entry = usize::try_from(number).ok().and_then(|number| NAMES.get(number.checked_sub(1)?));
    match entry {
        Some((name, ours)) => (DType::from_safetensors(ours), (*name).to_owned()),
        None => (None, format!("type {number}")),
    }
}
