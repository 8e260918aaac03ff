//! JSON read strictly and within a budget, for files that strangers wrote: no key twice, no more values than stated.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::error::Error;
use crate::published::unusable;

/// The longest file that is read. The largest published tokenizers have about 35 MB.
pub(crate) const MOST_BYTES: usize = 128 << 20;
/// The most values in one file; the largest published tokenizers have under two million. A value with its key takes under
/// 200 bytes while the file is read, so that a file costs at most 600 MiB besides its own strings.
pub(crate) const MOST_VALUES: usize = 3 << 20;
/// The deepest nesting; real files have under ten levels.
const DEEPEST: usize = 64;

/// A JSON value. Strings without escapes are borrowed from the file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    /// A whole number that is not negative.
    Whole(u64),
    Number(f64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    /// In file order; keys are distinct.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// Reads a whole file.
    ///
    /// # Errors
    /// When it is too long, is no JSON, holds a key twice or more values than the budget allows.
    pub(crate) fn read(file: &str, bytes: &'a [u8]) -> Result<Self, Error> {
        if bytes.len() > MOST_BYTES {
            return Err(Error::TooLarge { file: file.to_owned(), what: "bytes", most: MOST_BYTES });
        }
        let left = Cell::new(MOST_VALUES);
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let value = Seed { left: &left, depth: 0 }.deserialize(&mut reader).and_then(|value| {
            reader.end()?;
            Ok(value)
        });
        value.map_err(|error| match left.get() {
            0 => Error::TooLarge { file: file.to_owned(), what: "values", most: MOST_VALUES },
            _ => unusable(file, error),
        })
    }

    /// The value under a key; `None` when this is no object, the key is missing or its value is null.
    pub(crate) fn get(&self, key: &str) -> Option<&Json<'a>> {
        let Json::Object(entries) = self else { return None };
        let (_, value) = entries.iter().find(|(name, _)| name == key)?;
        (*value != Json::Null).then_some(value)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Json<'a>]> {
        match self {
            Json::List(list) => Some(list),
            _ => None,
        }
    }

    pub(crate) fn entries(&self) -> Option<&[(Cow<'a, str>, Json<'a>)]> {
        match self {
            Json::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// A whole number that fits in 32 bits.
    pub(crate) fn u32(&self) -> Option<u32> {
        match self {
            Json::Whole(value) => u32::try_from(*value).ok(),
            _ => None,
        }
    }

    pub(crate) fn f64(&self) -> Option<f64> {
        match self {
            Json::Whole(value) => Some(*value as f64),
            Json::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// The value as people read it: keys sorted, so that two files that say the same are written alike.
    pub(crate) fn shown(&self) -> String {
        match self {
            Json::Null => "null".to_owned(),
            Json::Bool(value) => value.to_string(),
            Json::Whole(value) => value.to_string(),
            Json::Number(value) => value.to_string(),
            Json::Text(text) => format!("{text:?}"),
            Json::List(list) => format!("[{}]", list.iter().map(Json::shown).collect::<Vec<_>>().join(", ")),
            Json::Object(entries) => {
                let mut shown: Vec<_> =
                    entries.iter().map(|(key, value)| format!("{key}: {}", value.shown())).collect();
                shown.sort();
                format!("{{{}}}", shown.join(", "))
            }
        }
    }
}

/// Reads one value and counts it.
#[derive(Clone, Copy)]
struct Seed<'b> {
    left: &'b Cell<usize>,
    depth: usize,
}

impl<'b> Seed<'b> {
    fn deeper<E: serde::de::Error>(self) -> Result<Seed<'b>, E> {
        if self.depth == DEEPEST {
            return Err(E::custom(format_args!("nested deeper than {DEEPEST} levels")));
        }
        Ok(Seed { left: self.left, depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        match self.left.get() {
            // One is kept, so that only this error leaves nothing.
            0 | 1 => {
                self.left.set(0);
                Err(D::Error::custom("too many values"))
            }
            left => {
                self.left.set(left - 1);
                deserializer.deserialize_any(self)
            }
        }
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Whole(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(u64::try_from(value).map_or(Json::Number(value as f64), Json::Whole))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json<'de>, A::Error> {
        let seed = self.deeper()?;
        let mut list = Vec::new();
        while let Some(value) = access.next_element_seed(seed)? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json<'de>, A::Error> {
        let seed = self.deeper()?;
        let mut entries: Vec<(Cow<'de, str>, Json<'de>)> = Vec::new();
        while let Some(Key(key)) = access.next_key()? {
            let value = access.next_value_seed(seed)?;
            entries.push((key, value));
        }
        let mut seen = HashSet::with_capacity(entries.len());
        match entries.iter().find(|(key, _)| !seen.insert(key.as_ref())) {
            // Readers differ on which of the two they take, so that neither may be believed.
            Some((key, _)) => Err(A::Error::custom(format_args!("the key `{key}` occurs twice in one object"))),
            None => {
                drop(seen);
                Ok(Json::Object(entries))
            }
        }
    }
}

/// A key, borrowed where it has no escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}
