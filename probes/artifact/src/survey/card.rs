//! What a model card claims in its front matter: a small, strict subset of YAML. Nothing in it is proved.
//!
//! Understood are top-level keys with one text, with a list of texts in brackets or on lines of their own, and with a
//! block of text. What is nested deeper (results of benchmarks, mostly) is skipped and named as not read, and so are
//! anchors, aliases and tags, with which a short file could ask for much.

use thiserror::Error;

use crate::error::shown;

/// The most bytes of a card that are looked at; long tables of results make real front matter of about 1 MB.
const MOST_BYTES: usize = 4 << 20;
/// The most top-level keys.
const MOST_FIELDS: usize = 256;
/// The most texts in one list.
const MOST_ITEMS: usize = 4_096;
/// The longest key.
const LONGEST_KEY: usize = 256;

/// The front matter of a model card: claims of whoever wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// The file's name inside the variant's folder.
    pub file: String,
    /// Top-level keys in the file's order, each once.
    pub fields: Vec<(String, CardValue)>,
}

/// What a key of a card says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardValue {
    /// One text; numbers, dates and truth values are texts too. Empty for a key without a value.
    Text(String),
    /// Several texts.
    List(Vec<String>),
    /// Something nested or marked, which is not read.
    Unread,
}

impl Card {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&CardValue> {
        self.fields.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The texts under a key, one or several; empty when there are none or they were not read.
    pub fn texts(&self, key: &str) -> Vec<&str> {
        match self.get(key) {
            Some(CardValue::Text(text)) if !text.is_empty() => vec![text],
            Some(CardValue::List(list)) => list.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The models that this one is claimed to be made from (`base_model`).
    pub fn base_models(&self) -> Vec<&str> {
        self.texts("base_model")
    }

    /// The licences that are claimed (`license`).
    pub fn licenses(&self) -> Vec<&str> {
        self.texts("license")
    }

    /// The tags (`tags`).
    pub fn tags(&self) -> Vec<&str> {
        self.texts("tags")
    }
}

/// Why a card's front matter cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the message beside each variant says what its values are")]
pub enum CardFault {
    #[error("its front matter is not closed within {most} bytes")]
    NotClosed { most: usize },
    #[error("its front matter is not valid UTF-8")]
    NotUtf8,
    #[error("line {line} is neither a key with a value nor part of one")]
    Line { line: usize },
    #[error("line {line} repeats the key `{key}`")]
    DuplicateKey { line: usize, key: String },
    #[error("line {line} has a quotation that is not closed or holds an escape that is not known")]
    Quotation { line: usize },
    #[error("line {line} passes {most} {what}")]
    TooMany { line: usize, what: &'static str, most: usize },
}

/// Reads the front matter of a card: what stands between a first line `---` and the next. `None` without any.
///
/// # Errors
/// What is not in the subset above and could be taken for something else, with its line, counted from 1.
pub fn parse_card(file: &str, bytes: &[u8]) -> Result<Option<Card>, CardFault> {
    let head = &bytes[..bytes.len().min(MOST_BYTES)];
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if !(head.starts_with(b"---\n") || head.starts_with(b"---\r\n")) {
        return Ok(None);
    }
    // Cut at the end of a line, so that no character is cut in half.
    let mut lines = Vec::new();
    let mut closed = false;
    for line in head.split_inclusive(|&byte| byte == b'\n').skip(1) {
        let line = std::str::from_utf8(line).map_err(|_| CardFault::NotUtf8)?;
        let line = line.trim_end_matches(['\n', '\r']);
        if line.trim_end() == "---" || line.trim_end() == "..." {
            closed = true;
            break;
        }
        lines.push(line);
    }
    if !closed {
        return Err(CardFault::NotClosed { most: MOST_BYTES });
    }
    let mut card = Card { file: file.to_owned(), fields: Vec::new() };
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        // The first line of the file is the opening one.
        let number = at + 2;
        at += 1;
        if is_empty(line) {
            continue;
        }
        let (key, rest) = read_key(line, number)?;
        if card.get(&key).is_some() {
            return Err(CardFault::DuplicateKey { line: number, key: shown(&key) });
        }
        if card.fields.len() == MOST_FIELDS {
            return Err(CardFault::TooMany { line: number, what: "keys", most: MOST_FIELDS });
        }
        // All lines that are deeper than the key, and list items on its own level, belong to it.
        let first = at;
        let block = rest.starts_with(['|', '>']);
        while at < lines.len() && belongs(lines[at], block) {
            at += 1;
        }
        let value = read_value(rest, &lines[first..at], number)?;
        card.fields.push((key, value));
    }
    Ok(Some(card))
}

/// Whether a line holds nothing but white space or a comment.
fn is_empty(line: &str) -> bool {
    let text = line.trim_start();
    text.is_empty() || text.starts_with('#')
}

fn belongs(line: &str, block: bool) -> bool {
    line.is_empty()
        || line.starts_with([' ', '\t'])
        || (!block && (line == "-" || line.starts_with("- ") || line.starts_with('#')))
}

fn read_key(line: &str, number: usize) -> Result<(String, &str), CardFault> {
    let wrong = CardFault::Line { line: number };
    let (key, rest) = match line.strip_prefix(['"', '\'']) {
        Some(_) => {
            let (key, rest) = quoted(line, number)?;
            (key, rest.strip_prefix(':').ok_or(wrong.clone())?)
        }
        None => {
            let end = line.find(": ").or_else(|| line.trim_end().strip_suffix(':').map(str::len));
            let end = end.ok_or(wrong.clone())?;
            (line[..end].to_owned(), &line[end + 1..])
        }
    };
    let plain = !key.starts_with(['-', '?', '&', '*', '!', '{', '[', '|', '>', '%', '@', '`', ' ', '\t', '#']);
    if key.is_empty() || key.len() > LONGEST_KEY || !plain || key.chars().any(char::is_control) {
        return Err(wrong);
    }
    Ok((key, rest.trim()))
}

fn read_value(rest: &str, below: &[&str], number: usize) -> Result<CardValue, CardFault> {
    let rest = without_comment(rest);
    let mut filled = below.iter().filter(|line| !is_empty(line)).peekable();
    match rest.chars().next() {
        Some('&' | '*' | '!' | '{' | '%' | '@' | '`' | '?') => Ok(CardValue::Unread),
        Some('|' | '>') => Ok(CardValue::Text(block_text(rest, below))),
        Some('[') => flow_list(rest, below, number),
        Some('"' | '\'') => {
            // A quotation over several lines is legal YAML and rare; nothing here needs one.
            if filled.peek().is_some() {
                return Ok(CardValue::Unread);
            }
            let (text, after) = quoted(rest, number)?;
            if is_empty(after) { Ok(CardValue::Text(text)) } else { Err(CardFault::Quotation { line: number }) }
        }
        Some(_) if filled.peek().is_some() => Ok(CardValue::Unread),
        Some(_) => Ok(CardValue::Text(rest.to_owned())),
        None => block_list(below, number),
    }
}

/// A plain text ends where a comment begins: at a `#` after white space.
fn without_comment(text: &str) -> &str {
    if text.starts_with(['"', '\'', '[']) {
        return text;
    }
    if text.starts_with('#') {
        return "";
    }
    text.find(" #").map_or(text, |at| &text[..at]).trim_end()
}

/// A block of text, its lines without their indentation; `>` joins them by spaces, `|` keeps the line breaks.
fn block_text(mark: &str, below: &[&str]) -> String {
    let lines: Vec<&str> = below.iter().map(|line| line.trim()).collect();
    lines.join(if mark.starts_with('|') { "\n" } else { " " }).trim().to_owned()
}

/// A list of texts in brackets, all on one line.
fn flow_list(text: &str, below: &[&str], number: usize) -> Result<CardValue, CardFault> {
    let mut rest = text[1..].trim_start();
    let mut list = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix(']') {
            let clean = is_empty(after) && below.iter().all(|line| is_empty(line));
            return Ok(if clean { CardValue::List(list) } else { CardValue::Unread });
        }
        let item = match rest.chars().next() {
            // Nested, marked, or going on in the next line.
            None | Some('[' | '{' | '&' | '*' | '!') => return Ok(CardValue::Unread),
            Some('"' | '\'') => {
                let (item, after) = quoted(rest, number)?;
                rest = after.trim_start();
                item
            }
            Some(_) => {
                let Some(end) = rest.find([',', ']']) else { return Ok(CardValue::Unread) };
                let item = rest[..end].trim().to_owned();
                rest = &rest[end..];
                // A pair in a list is a map of one key.
                if item.contains(": ") || item.ends_with(':') {
                    return Ok(CardValue::Unread);
                }
                item
            }
        };
        push(&mut list, item, number)?;
        rest = match rest.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if rest.starts_with(']') => rest,
            None => return Err(CardFault::Line { line: number }),
        };
    }
}

/// A list with one text a line, or nothing, or something nested.
fn block_list(below: &[&str], number: usize) -> Result<CardValue, CardFault> {
    let mut list = Vec::new();
    let mut level = None;
    for (index, line) in below.iter().enumerate() {
        if is_empty(line) {
            continue;
        }
        let line_number = number + 1 + index;
        let depth = line.len() - line.trim_start_matches(' ').len();
        let Some(item) = line[depth..].strip_prefix('-').filter(|item| item.is_empty() || item.starts_with(' ')) else {
            return Ok(CardValue::Unread);
        };
        if *level.get_or_insert(depth) != depth {
            return Ok(CardValue::Unread);
        }
        let item = without_comment(item.trim());
        let text = match item.chars().next() {
            Some('"' | '\'') => {
                let (text, after) = quoted(item, line_number)?;
                // `- "key": value` is a map in the list.
                if !is_empty(after) {
                    return Ok(CardValue::Unread);
                }
                text
            }
            Some('&' | '*' | '!' | '{' | '[' | '|' | '>' | '%' | '@' | '`' | '?') | None => {
                return Ok(CardValue::Unread);
            }
            Some('-') if item == "-" || item.starts_with("- ") => return Ok(CardValue::Unread),
            Some(_) if item.contains(": ") || item.ends_with(':') => return Ok(CardValue::Unread),
            Some(_) => item.to_owned(),
        };
        push(&mut list, text, line_number)?;
    }
    Ok(if level.is_some() { CardValue::List(list) } else { CardValue::Text(String::new()) })
}

fn push(list: &mut Vec<String>, item: String, line: usize) -> Result<(), CardFault> {
    if list.len() == MOST_ITEMS {
        return Err(CardFault::TooMany { line, what: "texts in a list", most: MOST_ITEMS });
    }
    list.push(item);
    Ok(())
}

/// A text in quotation marks, and what follows it. In single ones a doubled mark stands for itself.
fn quoted(text: &str, line: usize) -> Result<(String, &str), CardFault> {
    let wrong = CardFault::Quotation { line };
    let mut characters = text.char_indices();
    let mark = characters.next().map(|(_, mark)| mark).ok_or(wrong.clone())?;
    let mut content = String::new();
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' if mark == '\'' && text[at + 1..].starts_with('\'') => {
                characters.next();
                content.push('\'');
            }
            found if found == mark => return Ok((content, &text[at + 1..])),
            '\\' if mark == '"' => content.push(match characters.next() {
                Some((_, '"')) => '"',
                Some((_, '\\')) => '\\',
                Some((_, '/')) => '/',
                Some((_, 'n')) => '\n',
                Some((_, 't')) => '\t',
                _ => return Err(wrong),
            }),
            other => content.push(other),
        }
    }
    Err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(text: &str) -> Result<Option<Card>, CardFault> {
        parse_card("README.md", text.as_bytes())
    }

    #[test]
    fn claims_are_read_in_every_spelling_that_the_hub_writes() {
        let text = "---\nlicense: apache-2.0 # the usual\nbase_model:\n- a/b\n- 'it''s'\ntags: [x, \"y, z\"]\nempty:\n\
                    model-index:\n- name: n\n  results:\n  - task: {type: t}\nnote: |\n  one\n  two\n# end\n---\nbody: no\n";
        let card = card(text).expect("it is sound").expect("it has front matter");
        assert_eq!(card.licenses(), ["apache-2.0"], "without its comment");
        assert_eq!(card.base_models(), ["a/b", "it's"], "a list on lines of their own");
        assert_eq!(card.tags(), ["x", "y, z"], "a list in brackets");
        assert_eq!(card.get("empty"), Some(&CardValue::Text(String::new())), "a key without a value");
        assert_eq!(card.get("model-index"), Some(&CardValue::Unread), "nested results are skipped");
        assert_eq!(card.texts("note"), ["one\ntwo"], "a block of text");
        assert_eq!(card.get("body"), None, "the text below is no front matter");
    }

    #[test]
    fn what_could_be_taken_for_something_else_is_refused_with_its_line() {
        for (text, expected) in [
            ("---\na: 1\n", CardFault::NotClosed { most: MOST_BYTES }),
            ("---\na: 1\na: 2\n---\n", CardFault::DuplicateKey { line: 3, key: "a".into() }),
            ("---\njust words\n---\n", CardFault::Line { line: 2 }),
            ("---\na: \"open\n---\n", CardFault::Quotation { line: 2 }),
            ("---\na: [x y \"z\"\n---\n", CardFault::Line { line: 2 }),
        ] {
            match card(text) {
                Err(fault) => assert_eq!(fault, expected, "{text}"),
                Ok(found) => {
                    assert_eq!(found.and_then(|card| card.get("a").cloned()), Some(CardValue::Unread), "{text}")
                }
            }
        }
        assert_eq!(card("# A title\n"), Ok(None), "a card without front matter");
    }

    #[test]
    fn aliases_are_never_followed() {
        let card = card("---\na: &x [1, 2]\nb: *x\nc: [*x, *x]\n---\n").expect("it is sound").expect("front matter");
        assert!(card.fields.iter().all(|(_, value)| *value == CardValue::Unread), "none of them is read");
    }
}
