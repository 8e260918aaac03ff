//! Texts to read: a file of them, or the items of the shipped suites.

use std::path::Path;

use parallax_wire::Error;
use serde_json::Value;

use crate::error::{Coded, base_name, refuse};

/// The most bytes of a file of texts.
const MOST_BYTES: u64 = 64 << 20;
/// The most texts.
const MOST_TEXTS: usize = 1_000_000;
/// The language of a text that does not say: BCP 47's tag for it.
const NOT_SAID: &str = "und";

/// One text.
pub(super) struct Text {
    pub(super) id: String,
    pub(super) language: String,
    pub(super) text: String,
}

/// The items of the shipped suites.
pub(super) fn of_suites() -> Result<Vec<Text>, Error> {
    let suites = parallax_datasets::shipped().internal()?;
    let items = suites.iter().flat_map(|suite| suite.items.iter().map(move |item| (suite, item)));
    Ok(items
        .map(|(suite, item)| Text {
            id: format!("{}/{}", suite.id, item.id),
            language: item.language.clone(),
            text: item.text.clone(),
        })
        .collect())
}

/// Reads JSON Lines, a JSON array of objects or of strings, or plain text with one item a line.
///
/// # Errors
/// When the file cannot be read, is too large, no UTF-8, or a line of it is neither.
pub(super) fn read(path: &Path) -> Result<Vec<Text>, Error> {
    let name = base_name(path);
    let size = std::fs::metadata(path).map_err(|source| refuse(format!("cannot read `{name}`: {source}")))?.len();
    if size > MOST_BYTES {
        return Err(refuse(format!("`{name}` has {size} bytes, more than the {MOST_BYTES} allowed for texts")));
    }
    let bytes = std::fs::read(path).map_err(|source| refuse(format!("cannot read `{name}`: {source}")))?;
    let content = String::from_utf8(bytes).map_err(|_| refuse(format!("`{name}` is not valid UTF-8")))?;
    let texts = match content.trim_start().chars().next() {
        Some('[') => array(&name, &content)?,
        Some('{') => lines(&name, &content)?,
        _ => plain(&content),
    };
    if texts.is_empty() {
        return Err(refuse(format!("`{name}` holds no text")));
    }
    if texts.len() > MOST_TEXTS {
        return Err(refuse(format!("`{name}` holds {} texts, more than the {MOST_TEXTS} allowed", texts.len())));
    }
    Ok(texts)
}

fn array(name: &str, content: &str) -> Result<Vec<Text>, Error> {
    let values: Vec<Value> =
        serde_json::from_str(content).map_err(|source| refuse(format!("`{name}` is no JSON array: {source}")))?;
    values.iter().enumerate().map(|(at, value)| text(value, at).ok_or_else(|| odd(name, at))).collect()
}

fn lines(name: &str, content: &str) -> Result<Vec<Text>, Error> {
    let filled = content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    filled
        .map(|(at, line)| {
            let value: Value = serde_json::from_str(line)
                .map_err(|source| refuse(format!("`{name}`, line {}: no JSON: {source}", at + 1)))?;
            text(&value, at).ok_or_else(|| odd(name, at))
        })
        .collect()
}

fn odd(name: &str, at: usize) -> Error {
    refuse(format!("`{name}`, entry {}: neither a text nor an object with the texts `id` and `text`", at + 1))
}

fn plain(content: &str) -> Vec<Text> {
    let filled = content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    filled
        .map(|(at, line)| Text { id: format!("line {}", at + 1), language: NOT_SAID.to_owned(), text: line.to_owned() })
        .collect()
}

fn text(value: &Value, at: usize) -> Option<Text> {
    let entry = || format!("entry {}", at + 1);
    if let Some(text) = value.as_str() {
        return Some(Text { id: entry(), language: NOT_SAID.to_owned(), text: text.to_owned() });
    }
    let field = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(Text {
        id: field("id").unwrap_or_else(entry),
        language: field("language").unwrap_or_else(|| NOT_SAID.to_owned()),
        text: field("text")?,
    })
}
