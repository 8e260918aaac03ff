//! Sentences for the pages.

use std::collections::BTreeMap;

use parallax_wire::Param;
use parallax_words::Words;

thread_local!(static WORDS: Words = Words::english());

/// A sentence without slots.
///
/// A test holds every id in the sources of this crate to the Fluent files; should one be missing all the same,
/// its id is shown, so that a page is never without a sign of what is wrong.
pub(crate) fn text(id: &str) -> String {
    say(id, [])
}

/// A sentence with its slots filled.
pub(crate) fn say<const N: usize>(id: &str, slots: [(&str, Param); N]) -> String {
    let params: BTreeMap<String, Param> = slots.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    WORDS.with(|words| words.say(id, &params)).unwrap_or_else(|error| format!("[{error}]"))
}

/// What the words themselves put together; a sentence that cannot be said is shown as in [`say`].
pub(crate) fn said<T>(put: impl FnOnce(&Words) -> Result<T, parallax_words::Error>) -> Result<T, String> {
    WORDS.with(put).map_err(|error| format!("[{error}]"))
}

/// Name of a language by its tag.
pub(crate) fn language(tag: &str) -> String {
    WORDS.with(|words| words.language_name(tag))
}

/// A count for a slot.
pub(crate) fn count(number: impl TryInto<u64>) -> Param {
    Param::Count(number.try_into().unwrap_or(u64::MAX))
}

/// A name for a slot.
pub(crate) fn name(text: impl Into<String>) -> Param {
    Param::Text(text.into())
}

/// A word with its explanation, by its id in the glossary.
pub(crate) fn explained(id: &str) -> (String, String) {
    (text(&format!("word-{id}")), text(&format!("explain-{id}")))
}
