//! The header of a safetensors file, read strictly. Tensor values are not decoded.
//! Format: the safetensors README (huggingface/safetensors), section "Format".

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::error::shown;
use crate::{DType, SafetensorsFault, TensorInfo};

/// The format's own limit.
const MOST_HEADER_BYTES: u64 = 100_000_000;
/// The most dimensions a tensor may have; the most common frameworks stop at 64, models at 4.
const MOST_DIMENSIONS: usize = 8;

/// The longest name of a tensor; real ones have about 60 bytes.
const LONGEST_NAME: usize = 1_024;

/// Reads the header and checks that the tensors fill the rest of the file exactly. Tensors come in file order.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<TensorInfo>, SafetensorsFault> {
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else {
        return Err(SafetensorsFault::TooShort { size: bytes.len() });
    };
    let length = u64::from_le_bytes(*length);
    if length > MOST_HEADER_BYTES {
        return Err(SafetensorsFault::HeaderTooLong { length, most: MOST_HEADER_BYTES });
    }
    let Some((header, data)) = rest.split_at_checked(length as usize) else {
        return Err(SafetensorsFault::HeaderBeyondFile { length, available: rest.len() });
    };
    let header = std::str::from_utf8(header).map_err(|_| SafetensorsFault::NotUtf8)?;
    if !header.starts_with('{') {
        return Err(SafetensorsFault::NotAnObject);
    }
    let Header(mut entries) =
        serde_json::from_str(header).map_err(|error| SafetensorsFault::Header { reason: shown(&error.to_string()) })?;
    entries.sort_by_key(|(_, entry)| (entry.data_offsets.0, entry.data_offsets.1));
    if entries.is_empty() {
        return Err(SafetensorsFault::NoTensors);
    }
    let first_byte = bytes.len() - data.len();
    let mut tensors = Vec::with_capacity(entries.len());
    let mut due = 0u64;
    for (name, entry) in entries {
        if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(SafetensorsFault::BadName);
        }
        let (begin, end) = entry.data_offsets;
        if begin != due {
            return Err(SafetensorsFault::Offset { tensor: name, found: begin, expected: due });
        }
        let len = end.checked_sub(begin).ok_or_else(|| SafetensorsFault::Reversed { tensor: name.clone() })?;
        let dtype = DType::from_safetensors(&entry.dtype)
            .ok_or_else(|| SafetensorsFault::UnknownType { tensor: name.clone(), dtype: shown(&entry.dtype) })?;
        if byte_length(dtype, &entry.shape.0) != Some(len) {
            return Err(SafetensorsFault::Length { tensor: name, dtype: dtype.name(), shape: entry.shape.0, len });
        }
        if end > data.len() as u64 {
            return Err(SafetensorsFault::End { end, data: data.len() });
        }
        due = end;
        tensors.push(TensorInfo {
            name,
            canonical: None,
            dtype,
            shape: entry.shape.0.iter().map(|&dim| dim as usize).collect(),
            offset: first_byte + begin as usize,
            len: len as usize,
        });
    }
    if due != data.len() as u64 {
        return Err(SafetensorsFault::End { end: due, data: data.len() });
    }
    Ok(tensors)
}

/// Bytes that a tensor takes; `None` when the product overflows or does not fill whole blocks.
fn byte_length(dtype: DType, shape: &[u64]) -> Option<u64> {
    // Each dimension must fit by itself too: a zero elsewhere would hide one that does not.
    if shape.iter().any(|&dim| i64::try_from(dim).is_err()) {
        return None;
    }
    let count = shape.iter().try_fold(1u64, |count, &dim| count.checked_mul(dim))?;
    let block = dtype.block_size() as u64;
    if !count.is_multiple_of(block) {
        return None;
    }
    (count / block).checked_mul(dtype.block_bytes() as u64)
}

/// The header's tensors by name; serde's own maps would let the last of two equal names win.
struct Header(Vec<(String, Entry)>);

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    dtype: String,
    shape: Shape,
    data_offsets: (u64, u64),
}

struct Shape(Vec<u64>);

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Header;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of tensors by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut entries = Vec::new();
                let mut seen = BTreeSet::new();
                while let Some(name) = map.next_key::<String>()? {
                    if !seen.insert(name.clone()) {
                        return Err(A::Error::custom(format_args!("`{name}` occurs twice")));
                    }
                    if name == "__metadata__" {
                        map.next_value::<Notes>()?;
                    } else {
                        entries.push((name, map.next_value()?));
                    }
                }
                Ok(Header(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// `__metadata__`: strings by name, each name once. Nothing here needs them.
struct Notes;

impl<'de> Deserialize<'de> for Notes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Strings;
        impl<'de> Visitor<'de> for Strings {
            type Value = Notes;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of strings in `__metadata__`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Notes, A::Error> {
                let mut seen = BTreeSet::new();
                while let Some((name, _)) = map.next_entry::<String, String>()? {
                    if let Some(name) = seen.replace(name) {
                        return Err(A::Error::custom(format_args!("`{name}` occurs twice in `__metadata__`")));
                    }
                }
                Ok(Notes)
            }
        }
        deserializer.deserialize_map(Strings)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Dimensions;
        impl<'de> Visitor<'de> for Dimensions {
            type Value = Shape;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list of dimensions")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
                let mut shape = Vec::new();
                while let Some(dim) = list.next_element::<u64>()? {
                    if shape.len() == MOST_DIMENSIONS {
                        return Err(A::Error::custom(format_args!(
                            "a shape has more than {MOST_DIMENSIONS} dimensions"
                        )));
                    }
                    shape.push(dim);
                }
                Ok(Shape(shape))
            }
        }
        deserializer.deserialize_seq(Dimensions)
    }
}
