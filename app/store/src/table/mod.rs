//! One module per table: the statements that make it, what is written to it and what is read from it.

pub(crate) mod annotation;
pub(crate) mod case_info;
pub(crate) mod comparison;
pub(crate) mod contestation;
pub(crate) mod decision;
pub(crate) mod event;
pub(crate) mod finding;
pub(crate) mod fitted_reader;
pub(crate) mod item;
pub(crate) mod kept_words;
pub(crate) mod run;
pub(crate) mod seal;
pub(crate) mod signing_key;
pub(crate) mod suite_map;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Failure};

/// What the history should say of a row: kind and subject of the event, and the hash of the row.
pub(crate) struct Recorded {
    pub(crate) kind: &'static str,
    pub(crate) subject: String,
    pub(crate) sha256: String,
}

/// A value as the JSON text of a column.
fn to_json<T: Serialize>(what: &'static str, value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|source| Error::Encode { what, source }.into())
}

/// The value of a JSON column.
fn from_json<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|source| Failure::Unreadable { table, source })
}

/// The name that an enumeration's variant has in JSON, as the text of a column.
fn to_word<T: Serialize>(what: &'static str, value: &T) -> Result<String, Failure> {
    match serde_json::to_value(value).map_err(|source| Error::Encode { what, source })? {
        serde_json::Value::String(word) => Ok(word),
        other => Ok(other.to_string()),
    }
}

/// The variant of that name.
fn from_word<T: DeserializeOwned>(table: &'static str, word: String) -> Result<T, Failure> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(|source| Failure::Unreadable { table, source })
}
