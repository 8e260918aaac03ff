//! The JSON header of a safetensors file: bounded, and no name twice. Where the tensors lie is checked by whoever asked.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::shown;
use crate::{DType, SafetensorsFault};

/// The format's own limit.
const MOST_HEADER_BYTES: u64 = 100_000_000;
/// The most dimensions a tensor may have; the most common frameworks stop at 64, models at 4.
const MOST_DIMENSIONS: usize = 8;
/// The longest name of a tensor; real ones have about 60 bytes.
const LONGEST_NAME: usize = 1_024;
/// The most tensors of one file; the largest real files have a few thousand, whole models under 200,000.
const MOST_TENSORS: usize = 1 << 18;
/// The most strings in `__metadata__`; real files have under ten.
const MOST_NOTES: usize = 1 << 16;
/// The most fields of one tensor that the format does not have and a survey lists.
const MOST_EXTRA_FIELDS: usize = 16;

/// How much a header may differ from the format's description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Not at all: the file is to be run.
    Strict,
    /// White space before it, and fields that the format does not have: the file is only looked at.
    Tolerant,
}

/// What a header says.
#[derive(Debug)]
pub(crate) struct Header {
    /// Tensors by name, in the header's order.
    pub(crate) entries: Vec<(String, Entry)>,
    /// `__metadata__`, in the header's order.
    pub(crate) metadata: Vec<(String, String)>,
    /// The first byte of data, counted from the beginning of the file.
    pub(crate) data_begin: usize,
    /// Characters of white space before the first brace.
    pub(crate) leading: usize,
    /// The white space after the last brace.
    pub(crate) trailing: String,
}

/// What a header says about one tensor.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) dtype: String,
    pub(crate) shape: Vec<u64>,
    /// First byte and the one after the last, counted from the beginning of the data.
    pub(crate) data_offsets: (u64, u64),
    /// Names of fields that the format does not have.
    pub(crate) extra: Vec<String>,
}

impl Entry {
    /// The type's name as a message may show it.
    pub(crate) fn shown_type(&self) -> String {
        shown(&self.dtype)
    }
}

/// Reads the header of a file.
pub(crate) fn read_header(bytes: &[u8], reading: Reading) -> Result<Header, SafetensorsFault> {
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
    let text = std::str::from_utf8(header).map_err(|_| SafetensorsFault::NotUtf8)?;
    let white = |character: char| matches!(character, ' ' | '\t' | '\n' | '\r');
    let leading = text.len() - text.trim_start_matches(white).len();
    let trailing = text[text.trim_end_matches(white).len()..].to_owned();
    if !text[leading..].starts_with('{') || (leading > 0 && reading == Reading::Strict) {
        return Err(SafetensorsFault::NotAnObject);
    }
    let unsound = |error: serde_json::Error| SafetensorsFault::Header { reason: shown(&error.to_string()) };
    let (entries, metadata) = match reading {
        Reading::Strict => {
            let Parsed { entries, metadata } = serde_json::from_str::<Parsed<StrictEntry>>(text).map_err(unsound)?;
            (entries.into_iter().map(|(name, entry)| (name, entry.into())).collect(), metadata)
        }
        Reading::Tolerant => {
            let Parsed { entries, metadata } = serde_json::from_str::<Parsed<Entry>>(text).map_err(unsound)?;
            (entries, metadata)
        }
    };
    Ok(Header { entries, metadata, data_begin: bytes.len() - data.len(), leading, trailing })
}

/// Refuses a name that is empty, too long, or that a terminal would obey.
pub(crate) fn checked_name(name: String) -> Result<String, SafetensorsFault> {
    if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(SafetensorsFault::BadName);
    }
    Ok(name)
}

/// Bytes that a tensor takes; `None` when the product overflows or does not fill whole blocks.
pub(crate) fn byte_length(dtype: DType, shape: &[u64]) -> Option<u64> {
    let count = element_count(shape)?;
    let block = dtype.block_size() as u64;
    if !count.is_multiple_of(block) {
        return None;
    }
    (count / block).checked_mul(dtype.block_bytes() as u64)
}

/// Number of elements; `None` when it cannot be counted.
fn element_count(shape: &[u64]) -> Option<u64> {
    // Each dimension must fit by itself too: a zero elsewhere would hide one that does not.
    if shape.iter().any(|&dim| i64::try_from(dim).is_err()) {
        return None;
    }
    // The zero comes first for the same reason: [2^40, 2^40, 0] has no elements, but half of it has too many.
    let most = shape.iter().filter(|&&dim| dim > 0).try_fold(1u64, |count, &dim| count.checked_mul(dim))?;
    Some(if shape.contains(&0) { 0 } else { most })
}

/// The header's tensors by name; serde's own maps would let the last of two equal names win.
struct Parsed<E> {
    entries: Vec<(String, E)>,
    metadata: Vec<(String, String)>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictEntry {
    dtype: String,
    shape: Shape,
    data_offsets: (u64, u64),
}

impl From<StrictEntry> for Entry {
    fn from(entry: StrictEntry) -> Self {
        let StrictEntry { dtype, shape, data_offsets } = entry;
        Entry { dtype, shape: shape.0, data_offsets, extra: Vec::new() }
    }
}

struct Shape(Vec<u64>);

impl<'de, E: Deserialize<'de>> Deserialize<'de> for Parsed<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<E>(PhantomData<E>);
        impl<'de, E: Deserialize<'de>> Visitor<'de> for Entries<E> {
            type Value = Parsed<E>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of tensors by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parsed<E>, A::Error> {
                let mut entries = Vec::new();
                let mut metadata = Vec::new();
                let mut seen = BTreeSet::new();
                while let Some(name) = map.next_key::<String>()? {
                    if !seen.insert(name.clone()) {
                        return Err(A::Error::custom(format_args!("`{name}` occurs twice")));
                    }
                    if name == "__metadata__" {
                        metadata = map.next_value::<Strings>()?.0;
                    } else if entries.len() == MOST_TENSORS {
                        return Err(A::Error::custom(format_args!("more than {MOST_TENSORS} tensors")));
                    } else {
                        entries.push((name, map.next_value()?));
                    }
                }
                Ok(Parsed { entries, metadata })
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Entry;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object with `dtype`, `shape` and `data_offsets`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
                let (mut dtype, mut shape, mut offsets) = (None, None, None);
                let mut extra: Vec<String> = Vec::new();
                let mut n_fields = 0usize;
                while let Some(field) = map.next_key::<String>()? {
                    let again = match field.as_str() {
                        "dtype" => dtype.replace(map.next_value::<String>()?).is_some(),
                        "shape" => shape.replace(map.next_value::<Shape>()?.0).is_some(),
                        "data_offsets" => offsets.replace(map.next_value::<(u64, u64)>()?).is_some(),
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                            n_fields += 1;
                            let again = extra.contains(&field);
                            if n_fields > MOST_EXTRA_FIELDS {
                                return Err(A::Error::custom("a tensor has more fields than are allowed"));
                            }
                            extra.push(field.clone());
                            again
                        }
                    };
                    if again {
                        return Err(A::Error::custom(format_args!("field `{}` occurs twice", shown(&field))));
                    }
                }
                Ok(Entry {
                    dtype: dtype.ok_or_else(|| A::Error::missing_field("dtype"))?,
                    shape: shape.ok_or_else(|| A::Error::missing_field("shape"))?,
                    data_offsets: offsets.ok_or_else(|| A::Error::missing_field("data_offsets"))?,
                    extra,
                })
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// `__metadata__`: strings by name, each name once.
struct Strings(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Strings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Strings;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of strings in `__metadata__`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strings, A::Error> {
                let mut texts = Vec::new();
                let mut seen = BTreeSet::new();
                while let Some((name, text)) = map.next_entry::<String, String>()? {
                    if !seen.insert(name.clone()) {
                        return Err(A::Error::custom(format_args!("`{name}` occurs twice in `__metadata__`")));
                    }
                    if texts.len() == MOST_NOTES {
                        return Err(A::Error::custom(format_args!("more than {MOST_NOTES} strings in `__metadata__`")));
                    }
                    texts.push((name, text));
                }
                Ok(Strings(texts))
            }
        }
        deserializer.deserialize_map(Texts)
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
