//! Strict JSON of strangers: bounded in bytes, values and depth, and with no key twice in one object.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use thiserror::Error;

use crate::error::shown;

/// The most bytes of a JSON file that is kept as a tree; the largest real configs have about 1 MB, for their labels.
pub(crate) const MOST_BYTES: usize = 16 << 20;
/// The most values of such a tree, lists and objects included: at most about 50 MB of memory with the texts.
pub(crate) const MOST_VALUES: usize = 1 << 18;

/// What is wrong with a JSON file.
#[derive(Clone, Debug, PartialEq, Error)]
#[expect(missing_docs, reason = "the message beside each variant says what its values are")]
pub enum JsonFault {
    #[error("it has {size} bytes, more than the {most} allowed for it")]
    TooLarge { size: usize, most: usize },
    #[error("it is not valid UTF-8 from byte {at} on")]
    NotUtf8 { at: usize },
    #[error("it is not sound JSON for its purpose: {reason}")]
    Invalid { reason: String },
    #[error("it is not an object in braces")]
    NotAnObject,
    #[error("`{key}` is missing or not of the expected kind")]
    Key { key: String },
}

/// Reads JSON into a tree.
///
/// Takes what RFC 8259 defines, nested at most 127 deep, and no object that has a key twice:
/// readers differ on which of the two they believe.
///
/// # Errors
/// What is not such JSON, with line and column, and what passes the limits above.
pub fn parse_json(bytes: &[u8]) -> Result<Value, JsonFault> {
    if bytes.len() > MOST_BYTES {
        return Err(JsonFault::TooLarge { size: bytes.len(), most: MOST_BYTES });
    }
    read_with(bytes, Tree { left: &Cell::new(MOST_VALUES) })
}

/// Reads the whole of some JSON with a reader of its own; the reader keeps the limits.
pub(crate) fn read_with<'a, S: DeserializeSeed<'a>>(bytes: &'a [u8], seed: S) -> Result<S::Value, JsonFault> {
    // Checked as a whole, because serde_json does not look into the strings of fields it skips.
    let text = std::str::from_utf8(bytes).map_err(|error| JsonFault::NotUtf8 { at: error.valid_up_to() })?;
    let invalid = |error: serde_json::Error| JsonFault::Invalid { reason: shown(&error.to_string()) };
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut reader).map_err(invalid)?;
    reader.end().map_err(invalid)?;
    Ok(value)
}

/// Reads one value, counting down what is left of a budget of values.
#[derive(Clone, Copy)]
pub(crate) struct Tree<'c> {
    pub(crate) left: &'c Cell<usize>,
}

impl Tree<'_> {
    fn count<E: serde::de::Error>(self) -> Result<(), E> {
        let left = self.left.get().checked_sub(1).ok_or_else(|| E::custom("more values than are allowed"))?;
        self.left.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            // Looked at before the value is read, so that the message points at the key.
            if values.contains_key(&key) {
                return Err(A::Error::custom(format_args!("key `{}` occurs twice", shown(&key))));
            }
            let value = map.next_value_seed(self)?;
            values.insert(key, value);
        }
        Ok(Value::Object(values))
    }
}
