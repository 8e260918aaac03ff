//! Chat templates compared by what they hold: the text that they put before a model, their conditions, their lines.
//! They are read as text and never rendered: a template is a program, and a stranger's.

use std::collections::BTreeSet;

use parallax_artifact::GgufMetadata;

use crate::description::{Look, looks};
use crate::difference::{Comparison, Examples};
use crate::error::Error;
use crate::json::Json;
use crate::lines::{LineChange, line_changes};
use crate::published::unusable;

/// A template by name; the one that is used where none is named is called `default`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatTemplate {
    /// Its name.
    pub name: String,
    /// Its text, in the template language Jinja.
    pub text: String,
}

/// The templates of a `tokenizer_config.json`; a file `chat_template.jinja` beside it is a template by itself.
///
/// # Errors
/// When the file is no JSON, or its templates are of another form.
pub fn chat_templates_json(file: &str, tokenizer_config: &[u8]) -> Result<Vec<ChatTemplate>, Error> {
    let json = Json::read(file, tokenizer_config)?;
    match json.get("chat_template") {
        None => Ok(Vec::new()),
        Some(Json::Text(text)) => Ok(vec![ChatTemplate { name: "default".to_owned(), text: text.to_string() }]),
        Some(other) => {
            let wrong = || unusable(file, "its `chat_template` is neither a text nor a list of named texts");
            let field = |entry: &Json<'_>, key| entry.get(key).and_then(Json::text).map(str::to_owned);
            other
                .list()
                .ok_or_else(wrong)?
                .iter()
                .map(|entry| {
                    let (name, text) = field(entry, "name").zip(field(entry, "template")).ok_or_else(wrong)?;
                    Ok(ChatTemplate { name, text })
                })
                .collect()
        }
    }
}

/// The templates in a GGUF's metadata: `tokenizer.chat_template` and `tokenizer.chat_template.NAME`.
pub fn chat_templates_gguf(metadata: &GgufMetadata) -> Vec<ChatTemplate> {
    let name = |key: &str| match key.strip_prefix("tokenizer.chat_template")? {
        "" => Some("default".to_owned()),
        rest => rest.strip_prefix('.').map(str::to_owned),
    };
    let templates = metadata.entries().filter_map(|(key, _)| Some((name(key)?, metadata.string(key)?)));
    templates.map(|(name, text)| ChatTemplate { name, text: text.to_owned() }).collect()
}

/// What a template is, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFacts {
    /// Its length in bytes.
    pub bytes: usize,
    /// Its lines.
    pub lines: usize,
    /// What it may hold that nobody sees: marks of direction, invisible and control characters, line feeds and tabs aside.
    pub looks: Vec<Look>,
    /// Whether every `{{`, `{%` and `{#` is closed.
    pub closed: bool,
}

/// A template of one name on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRow {
    /// Its name.
    pub name: String,
    /// The nominal template; `None` when that side has none of this name.
    pub nominal: Option<TemplateFacts>,
    /// The operative template; `None` when that side has none of this name.
    pub operative: Option<TemplateFacts>,
    /// Whether the texts are the same, byte for byte; a template that one side lacks differs.
    pub comparison: Comparison,
    /// Text that only the nominal template puts before the model: text between tags, and texts inside them.
    pub only_nominal_texts: Examples<String>,
    /// Text that only the operative template puts before the model.
    pub only_operative_texts: Examples<String>,
    /// Conditions that only the nominal template tests, as it writes them.
    pub only_nominal_conditions: Examples<String>,
    /// Conditions that only the operative template tests, as it writes them.
    pub only_operative_conditions: Examples<String>,
    /// Names that only the nominal template uses.
    pub only_nominal_names: Examples<String>,
    /// Names that only the operative template uses.
    pub only_operative_names: Examples<String>,
    /// The lines that differ.
    pub changes: Examples<LineChange>,
}

/// Compares the templates of two sides by name, sorted by name. Of several with one name the last counts.
pub fn compare_templates(nominal: &[ChatTemplate], operative: &[ChatTemplate]) -> Vec<TemplateRow> {
    let names: BTreeSet<&str> = nominal.iter().chain(operative).map(|template| template.name.as_str()).collect();
    let find = |side: &'_ [ChatTemplate], name: &str| {
        side.iter().rev().find(|template| template.name == name).map(|template| template.text.clone())
    };
    let row = |name: &str| {
        let (nominal, operative) = (find(nominal, name), find(operative, name));
        let (first, second) = (contents(nominal.as_deref()), contents(operative.as_deref()));
        let only = |first: &BTreeSet<String>, second: &BTreeSet<String>| {
            let mut only = Examples::default();
            first.difference(second).for_each(|text| only.add(text.clone()));
            only
        };
        TemplateRow {
            name: name.to_owned(),
            comparison: if nominal == operative { Comparison::Same } else { Comparison::Differs },
            only_nominal_texts: only(&first.texts, &second.texts),
            only_operative_texts: only(&second.texts, &first.texts),
            only_nominal_conditions: only(&first.conditions, &second.conditions),
            only_operative_conditions: only(&second.conditions, &first.conditions),
            only_nominal_names: only(&first.names, &second.names),
            only_operative_names: only(&second.names, &first.names),
            changes: match (&nominal, &operative) {
                (Some(nominal), Some(operative)) => line_changes(nominal, operative),
                _ => Examples::default(),
            },
            nominal: nominal.map(|text| facts(&text, first.closed)),
            operative: operative.map(|text| facts(&text, second.closed)),
        }
    };
    names.into_iter().map(row).collect()
}

fn facts(text: &str, closed: bool) -> TemplateFacts {
    let mut looks = looks(text);
    let controls = text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t'));
    looks.retain(|look| match look {
        Look::Bidirectional | Look::Invisible => true,
        Look::Control => controls,
        // A whole text may well be in several scripts.
        Look::MixedScripts | Look::LooksAscii => false,
    });
    TemplateFacts { bytes: text.len(), lines: text.lines().count(), looks, closed }
}

/// What a template holds.
#[derive(Default)]
struct Contents {
    texts: BTreeSet<String>,
    conditions: BTreeSet<String>,
    names: BTreeSet<String>,
    closed: bool,
}

/// Takes a template apart: tags and the text between them (Jinja's documentation, "Synopsis"). `raw` blocks and changed
/// delimiters are not known here: their contents are read like any other, so that nothing is passed over.
fn contents(template: Option<&str>) -> Contents {
    let mut contents = Contents { closed: true, ..Contents::default() };
    let mut rest = template.unwrap_or_default();
    while let Some(begin) = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min() {
        add_text(&rest[..begin], &mut contents.texts);
        let tag = &rest[begin + 2..];
        let length = match rest.as_bytes()[begin + 1] {
            b'{' => tag_length(tag, "}}"),
            b'%' => tag_length(tag, "%}"),
            _ => tag.find("#}"),
        };
        contents.closed &= length.is_some();
        let inside = &tag[..length.unwrap_or(tag.len())];
        if rest.as_bytes()[begin + 1] != b'#' {
            read_tag(inside, &mut contents);
        }
        rest = tag.get(length.map_or(tag.len(), |length| length + 2)..).unwrap_or_default();
    }
    add_text(rest, &mut contents.texts);
    contents
}

fn add_text(text: &str, texts: &mut BTreeSet<String>) {
    let text = text.trim();
    if !text.is_empty() {
        texts.insert(text.to_owned());
    }
}

/// The length of a tag up to its end, which does not count inside quotes.
fn tag_length(tag: &str, end: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (place, character) in tag.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if matches!(character, '\'' | '"') => quote = Some(character),
            None if tag[place..].starts_with(end) => return Some(place),
            None => {}
        }
    }
    None
}

/// Collects the texts and names in a tag, and its condition if it tests one.
fn read_tag(tag: &str, contents: &mut Contents) {
    let trimmed = tag.trim_matches(|character: char| character.is_whitespace() || matches!(character, '-' | '+'));
    for keyword in ["if ", "elif "] {
        if let Some(condition) = trimmed.strip_prefix(keyword) {
            contents.conditions.insert(condition.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    let mut characters = trimmed.chars().peekable();
    while let Some(character) = characters.next() {
        if matches!(character, '\'' | '"') {
            let mut text = String::new();
            while let Some(next) = characters.next() {
                match next {
                    '\\' => {
                        text.push('\\');
                        text.extend(characters.next());
                    }
                    next if next == character => break,
                    next => text.push(next),
                }
            }
            add_text(&text, &mut contents.texts);
        } else if character.is_alphabetic() || character == '_' {
            let mut name = String::from(character);
            while let Some(next) = characters.next_if(|&next| next.is_alphanumeric() || next == '_') {
                name.push(next);
            }
            contents.names.insert(name);
        }
    }
}
