//! Chat templates as text, and vocabularies held against the tables that they index. Templates are never rendered.

use serde_json::Value;

use super::note::{NoteKind, Notes};
use super::tokenizer::TokenizerFacts;
use crate::error::{is_unseen, shown};
use crate::{GgufMetadata, JsonFault};

/// A template that turns a conversation into one text: kept as it is, never rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatTemplate {
    /// The file that holds it.
    pub file: String,
    /// Its name, where a file holds several.
    pub name: Option<String>,
    /// Its text.
    pub text: String,
}

/// The templates of a `tokenizer_config.json` or `chat_template.json`: one, or several with names.
pub(super) fn from_json(file: &str, json: &Value, templates: &mut Vec<ChatTemplate>) -> Result<(), JsonFault> {
    let wrong = || JsonFault::Key { key: "chat_template".into() };
    let template = |name: Option<&str>, text: &str| ChatTemplate {
        file: file.to_owned(),
        name: name.map(shown),
        text: text.to_owned(),
    };
    match json.get("chat_template") {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => templates.push(template(None, text)),
        Some(Value::Array(list)) => {
            for entry in list {
                let name = entry.get("name").and_then(Value::as_str).ok_or_else(wrong)?;
                let text = entry.get("template").and_then(Value::as_str).ok_or_else(wrong)?;
                templates.push(template(Some(name), text));
            }
        }
        // An object of templates by name, as some tools write.
        Some(Value::Object(map)) => {
            let mut names: Vec<&String> = map.keys().collect();
            names.sort();
            for name in names {
                templates.push(template(Some(name), map[name].as_str().ok_or_else(wrong)?));
            }
        }
        Some(_) => return Err(wrong()),
    }
    Ok(())
}

/// The templates of a GGUF: `tokenizer.chat_template`, and `tokenizer.chat_template.NAME`.
pub(super) fn from_gguf(file: &str, gguf: &GgufMetadata, templates: &mut Vec<ChatTemplate>) {
    for (key, _) in gguf.entries() {
        let Some(rest) = key.strip_prefix("tokenizer.chat_template") else { continue };
        let name = match rest.strip_prefix('.') {
            Some(name) => Some(shown(name)),
            None if rest.is_empty() => None,
            None => continue,
        };
        if let Some(text) = gguf.string(key) {
            templates.push(ChatTemplate { file: file.to_owned(), name, text: text.to_owned() });
        }
    }
}

/// Notes every template.
pub(super) fn note_templates(templates: &[ChatTemplate], notes: &mut Notes) {
    for template in templates {
        let begin = if template.file.ends_with(".gguf") { "tokenizer.chat_template" } else { "chat_template" };
        let key = match &template.name {
            Some(name) => format!("{begin}.{name}"),
            None => begin.to_owned(),
        };
        notes.about_key(&template.file, &key, NoteKind::ChatTemplate { characters: template.text.chars().count() });
    }
}

/// Notes what a `tokenizer.json` says that its model's token table cannot hold, and tokens that do not show what they are.
pub(super) fn note_tokenizer(file: &str, facts: &TokenizerFacts, rows: Option<u64>, notes: &mut Notes) {
    if let (Some(largest), Some(rows)) = (facts.largest_id, rows)
        && largest >= rows
    {
        let (what, other) = ("the largest token id".to_owned(), "the number of rows of the token table".to_owned());
        notes.about_file(file, NoteKind::Disagrees { what, stated: largest, other, found: rows });
    }
    if let Some((count, first)) = facts.duplicate_ids {
        notes.about_key(file, "model.vocab", NoteKind::DuplicateIds { count, first });
    }
    if facts.unknown_merges > 0 {
        notes.about_key(file, "model.merges", NoteKind::UnknownMerges { count: facts.unknown_merges });
    }
    for expression in facts.expressions.iter().filter(|expression| repeats_repetition(expression)) {
        notes.about_file(file, NoteKind::NestedRepetition { expression: shown(expression) });
    }
    if let Some(count) = facts.missing_bytes.filter(|&count| count > 0) {
        notes.about_key(file, "model.byte_fallback", NoteKind::MissingBytes { count });
    }
    if facts.broken_charsmap {
        let expected = "Base64 is expected".to_owned();
        let kind = NoteKind::Implausible { value: "something else".to_owned(), expected };
        notes.about_key(file, "normalizer.precompiled_charsmap", kind);
    }
    for token in facts.added.iter().filter(|token| token.special && token.content.chars().any(is_unseen)) {
        let text = token.content.escape_unicode().take(200).collect();
        notes.about_key(file, "added_tokens", NoteKind::OddToken { id: token.id, text });
    }
}

/// Notes a GGUF whose token list is not as long as its token table.
pub(super) fn note_gguf_tokens(file: &str, gguf: &GgufMetadata, rows: Option<u64>, notes: &mut Notes) {
    let Some(tokens) = gguf.strings("tokenizer.ggml.tokens") else { return };
    let (key, tokens) = ("tokenizer.ggml.tokens", tokens.len() as u64);
    let disagrees = |what: &str, stated: u64, other: &str, found: u64| NoteKind::Disagrees {
        what: what.to_owned(),
        stated,
        other: other.to_owned(),
        found,
    };
    if let Some(rows) = rows.filter(|&rows| rows != tokens) {
        let kind = disagrees("the number of tokens", tokens, "the number of rows of the token table", rows);
        notes.about_key(file, key, kind);
    }
    for (list, length) in [
        ("tokenizer.ggml.scores", gguf.f32s("tokenizer.ggml.scores").map(<[f32]>::len)),
        ("tokenizer.ggml.token_type", gguf.u32s("tokenizer.ggml.token_type").map(|list| list.len())),
    ] {
        match length {
            Some(length) if length as u64 != tokens => {
                let kind = disagrees("its length", length as u64, "the number of tokens", tokens);
                notes.about_key(file, list, kind);
            }
            None if gguf.get(list).is_some() => {
                let expected = "a list with one number per token is expected".to_owned();
                notes.about_key(file, list, NoteKind::Implausible { value: "of another kind".to_owned(), expected });
            }
            _ => {}
        }
    }
    for (name, _) in
        gguf.entries().filter(|(name, _)| name.starts_with("tokenizer.ggml.") && name.ends_with("_token_id"))
    {
        // The largest number stands for "none".
        if let Some(id) = gguf.u64(name).filter(|&id| id >= tokens && id != u64::from(u32::MAX)) {
            notes.about_key(file, name, disagrees("it", id, "the number of tokens", tokens));
        }
    }
}

/// Whether a regular expression repeats a group that repeats something itself, as in `(a+)+`:
/// engines that try one way after another can take very long over such an expression.
fn repeats_repetition(expression: &str) -> bool {
    /// A repetition in braces has two numbers at most.
    const LONGEST_COUNT: usize = 16;
    let mut characters = expression.chars().peekable();
    // For each open group, whether it holds a repetition.
    let mut open = vec![false];
    let mut in_class = 0usize;
    while let Some(character) = characters.next() {
        let closed = match character {
            '\\' => {
                characters.next();
                false
            }
            '[' => {
                in_class += 1;
                continue;
            }
            ']' => {
                in_class = in_class.saturating_sub(1);
                false
            }
            _ if in_class > 0 => continue,
            '(' => {
                open.push(false);
                continue;
            }
            ')' if open.len() > 1 => open.pop().unwrap_or(false),
            _ => false,
        };
        let repeated = match characters.peek() {
            Some('*' | '+') => true,
            // `{2}` repeats as often as it says; `{2,}` as often as it can.
            Some('{') => {
                characters.clone().skip(1).take(LONGEST_COUNT).take_while(|&next| next != '}').last() == Some(',')
            }
            _ => false,
        };
        if in_class == 0 && repeated && closed {
            return true;
        }
        if in_class == 0
            && let Some(holds) = open.last_mut()
        {
            *holds |= closed || repeated;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_repetition_is_told_from_what_tokenizers_use() {
        for slow in ["(a+)+", "(?:x|y*)*$", "((a+)b)+", "(\\s+)*", "([^)]+){2,}"] {
            assert!(repeats_repetition(slow), "{slow}");
        }
        for usual in [
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            r"[(+)+]+",
            r"\(a+\)+",
            r"(a+)?b",
            r"(a){3}(b+){2}",
            ")+)+",
        ] {
            assert!(!repeats_repetition(usual), "{usual}");
        }
    }
}
