//! The key-value section of a GGUF: values by kind, and typed lookups.

use std::collections::BTreeMap;

use super::reader::Reader;
use crate::GgufFault;

/// The most keys a file may hold; real files have under a hundred.
const MOST_KEYS: u64 = 1 << 16;
/// The most elements of one array; the largest real vocabularies have under a million tokens.
const MOST_ELEMENTS: u64 = 1 << 24;
/// The most strings in all arrays together: a vocabulary and its merges. Each takes 24 bytes more than in the file.
const MOST_STRINGS: u64 = 1 << 22;
/// The longest key, as in the format's description.
const LONGEST_KEY: usize = (1 << 16) - 1;

/// One value of the key-value section.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are the format's own value types")]
pub enum GgufValue {
    U8(u8),
    I8(i8),
    U16(u16),
    I16(i16),
    U32(u32),
    I32(i32),
    F32(f32),
    Bool(bool),
    String(String),
    Array(GgufArray),
    U64(u64),
    I64(i64),
    F64(f64),
}

/// An array of the key-value section. Arrays of arrays are refused, as ggml does.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are the format's own value types")]
pub enum GgufArray {
    U8(Vec<u8>),
    I8(Vec<i8>),
    U16(Vec<u16>),
    I16(Vec<i16>),
    U32(Vec<u32>),
    I32(Vec<i32>),
    F32(Vec<f32>),
    Bool(Vec<bool>),
    String(Vec<String>),
    U64(Vec<u64>),
    I64(Vec<i64>),
    F64(Vec<f64>),
}

impl GgufArray {
    /// Number of elements.
    pub fn count(&self) -> usize {
        match self {
            GgufArray::U8(list) => list.len(),
            GgufArray::I8(list) => list.len(),
            GgufArray::U16(list) => list.len(),
            GgufArray::I16(list) => list.len(),
            GgufArray::U32(list) => list.len(),
            GgufArray::I32(list) => list.len(),
            GgufArray::F32(list) => list.len(),
            GgufArray::Bool(list) => list.len(),
            GgufArray::String(list) => list.len(),
            GgufArray::U64(list) => list.len(),
            GgufArray::I64(list) => list.len(),
            GgufArray::F64(list) => list.len(),
        }
    }
}

/// Everything a GGUF says outside its tensors.
#[derive(Clone, Debug)]
pub struct GgufMetadata {
    pub(super) version: u32,
    pub(super) alignment: usize,
    entries: Vec<(String, GgufValue)>,
    by_key: BTreeMap<String, usize>,
}

impl GgufMetadata {
    /// Format version, 2 or 3.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Bytes that tensor offsets are multiples of.
    pub fn alignment(&self) -> usize {
        self.alignment
    }

    /// All keys and values in file order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &GgufValue)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The value of a key, whatever its kind.
    pub fn get(&self, key: &str) -> Option<&GgufValue> {
        self.by_key.get(key).map(|&index| &self.entries[index].1)
    }

    /// A string; `None` when the key is missing or of another kind, as for all lookups below.
    pub fn string(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            GgufValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// A truth value.
    pub fn bool(&self, key: &str) -> Option<bool> {
        match self.get(key)? {
            GgufValue::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A whole number of any width that is not negative.
    pub fn u64(&self, key: &str) -> Option<u64> {
        match self.get(key)? {
            GgufValue::U8(value) => Some((*value).into()),
            GgufValue::U16(value) => Some((*value).into()),
            GgufValue::U32(value) => Some((*value).into()),
            GgufValue::U64(value) => Some(*value),
            GgufValue::I8(value) => (*value).try_into().ok(),
            GgufValue::I16(value) => (*value).try_into().ok(),
            GgufValue::I32(value) => (*value).try_into().ok(),
            GgufValue::I64(value) => (*value).try_into().ok(),
            _ => None,
        }
    }

    /// A whole number of any width that fits in 32 bits unsigned.
    pub fn u32(&self, key: &str) -> Option<u32> {
        self.u64(key)?.try_into().ok()
    }

    /// A number with a fraction.
    pub fn f64(&self, key: &str) -> Option<f64> {
        match self.get(key)? {
            GgufValue::F32(value) => Some((*value).into()),
            GgufValue::F64(value) => Some(*value),
            _ => None,
        }
    }

    /// A 32-bit number with a fraction.
    pub fn f32(&self, key: &str) -> Option<f32> {
        match self.get(key)? {
            GgufValue::F32(value) => Some(*value),
            _ => None,
        }
    }

    /// An array of strings.
    pub fn strings(&self, key: &str) -> Option<&[String]> {
        match self.get(key)? {
            GgufValue::Array(GgufArray::String(list)) => Some(list),
            _ => None,
        }
    }

    /// An array of 32-bit whole numbers, signed or not, none of them negative.
    pub fn u32s(&self, key: &str) -> Option<Vec<u32>> {
        match self.get(key)? {
            GgufValue::Array(GgufArray::U32(list)) => Some(list.clone()),
            GgufValue::Array(GgufArray::I32(list)) => list.iter().map(|&value| value.try_into().ok()).collect(),
            _ => None,
        }
    }

    /// An array of 32-bit signed numbers.
    pub fn i32s(&self, key: &str) -> Option<&[i32]> {
        match self.get(key)? {
            GgufValue::Array(GgufArray::I32(list)) => Some(list),
            _ => None,
        }
    }

    /// An array of 32-bit numbers with a fraction.
    pub fn f32s(&self, key: &str) -> Option<&[f32]> {
        match self.get(key)? {
            GgufValue::Array(GgufArray::F32(list)) => Some(list),
            _ => None,
        }
    }
}

/// Reads `count` keys with their values.
pub(super) fn read(reader: &mut Reader<'_>, count: usize, version: u32) -> Result<GgufMetadata, GgufFault> {
    let mut entries = Vec::new();
    let mut by_key = BTreeMap::new();
    let mut strings_left = MOST_STRINGS;
    for index in 0..count {
        let key = reader.name(LONGEST_KEY, "a key")?.to_owned();
        let id = reader.u32("a value type")?;
        let value = read_value(reader, &key, id, &mut strings_left)?;
        if by_key.insert(key.clone(), index).is_some() {
            return Err(GgufFault::DuplicateKey { key });
        }
        entries.push((key, value));
    }
    let mut metadata = GgufMetadata { version, alignment: 32, entries, by_key };
    metadata.alignment = match metadata.get("general.alignment") {
        None => 32,
        Some(GgufValue::U32(value)) if value.is_power_of_two() && *value <= 65_536 => *value as usize,
        Some(_) => return Err(GgufFault::Alignment),
    };
    Ok(metadata)
}

/// The number of keys, bounded: a key takes its length, one byte of name, a type and one byte of value.
pub(super) fn read_count(reader: &mut Reader<'_>) -> Result<usize, GgufFault> {
    reader.count(14, MOST_KEYS, "keys")
}

fn read_value(reader: &mut Reader<'_>, key: &str, id: u32, strings_left: &mut u64) -> Result<GgufValue, GgufFault> {
    const WHAT: &str = "a value";
    Ok(match id {
        0 => GgufValue::U8(u8::from_le_bytes(reader.array(WHAT)?)),
        1 => GgufValue::I8(i8::from_le_bytes(reader.array(WHAT)?)),
        2 => GgufValue::U16(u16::from_le_bytes(reader.array(WHAT)?)),
        3 => GgufValue::I16(i16::from_le_bytes(reader.array(WHAT)?)),
        4 => GgufValue::U32(u32::from_le_bytes(reader.array(WHAT)?)),
        5 => GgufValue::I32(i32::from_le_bytes(reader.array(WHAT)?)),
        6 => GgufValue::F32(f32::from_le_bytes(reader.array(WHAT)?)),
        7 => GgufValue::Bool(truth(reader.array::<1>(WHAT)?[0], key)?),
        8 => GgufValue::String(reader.string("a string value")?.to_owned()),
        9 => GgufValue::Array(read_array(reader, key, strings_left)?),
        10 => GgufValue::U64(u64::from_le_bytes(reader.array(WHAT)?)),
        11 => GgufValue::I64(i64::from_le_bytes(reader.array(WHAT)?)),
        12 => GgufValue::F64(f64::from_le_bytes(reader.array(WHAT)?)),
        id => return Err(GgufFault::UnknownValueType { key: key.to_owned(), id }),
    })
}

fn read_array(reader: &mut Reader<'_>, key: &str, strings_left: &mut u64) -> Result<GgufArray, GgufFault> {
    const WHAT: &str = "an array";
    let id = reader.u32(WHAT)?;
    let count = reader.u64(WHAT)?;
    if count > MOST_ELEMENTS {
        return Err(GgufFault::TooMany { what: "array elements", count, most: MOST_ELEMENTS });
    }
    // The bytes of the whole array are taken, and so known to exist, before a vector of that length is made.
    macro_rules! numbers {
        ($kind:ident, $type:ty) => {{
            const SIZE: usize = size_of::<$type>();
            let count = reader.fits(count, SIZE, WHAT)?;
            let bytes = reader.take(count * SIZE, WHAT)?;
            let mut element = [0; SIZE];
            GgufArray::$kind(
                bytes
                    .chunks_exact(SIZE)
                    .map(|chunk| {
                        element.copy_from_slice(chunk);
                        <$type>::from_le_bytes(element)
                    })
                    .collect(),
            )
        }};
    }
    Ok(match id {
        0 => numbers!(U8, u8),
        1 => numbers!(I8, i8),
        2 => numbers!(U16, u16),
        3 => numbers!(I16, i16),
        4 => numbers!(U32, u32),
        5 => numbers!(I32, i32),
        6 => numbers!(F32, f32),
        7 => {
            let count = reader.fits(count, 1, WHAT)?;
            let bytes = reader.take(count, WHAT)?;
            GgufArray::Bool(bytes.iter().map(|&byte| truth(byte, key)).collect::<Result<_, _>>()?)
        }
        8 => {
            *strings_left = strings_left.checked_sub(count).ok_or(GgufFault::TooMany {
                what: "strings",
                count,
                most: MOST_STRINGS,
            })?;
            let count = reader.fits(count, 8, WHAT)?;
            let mut strings = Vec::with_capacity(count);
            for _ in 0..count {
                strings.push(reader.string("a string in an array")?.to_owned());
            }
            GgufArray::String(strings)
        }
        9 => return Err(GgufFault::NestedArray { key: key.to_owned() }),
        10 => numbers!(U64, u64),
        11 => numbers!(I64, i64),
        12 => numbers!(F64, f64),
        id => return Err(GgufFault::UnknownValueType { key: key.to_owned(), id }),
    })
}

fn truth(byte: u8, key: &str) -> Result<bool, GgufFault> {
    match byte {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(GgufFault::BadBool { key: key.to_owned() }),
    }
}
