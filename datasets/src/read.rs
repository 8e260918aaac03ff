//! Reads a suite and refuses one that cannot be measured with, naming file and line. Templates are read in `templates`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::error::{Error, Fault};
use crate::suite::{Category, Item, Suite, WordSet};

/// Most bytes that are read of one file.
pub const MAX_FILE_BYTES: u64 = 64_000_000;
/// Most characters of one text.
pub const MAX_TEXT_CHARS: usize = 10_000;
/// Most items of one suite.
pub const MAX_ITEMS: usize = 100_000;

/// Reads and checks the suite in the folder `path`: its `suite.toml` and `items.jsonl`.
///
/// # Errors
/// [`Error`] names the file, and the line for everything that is wrong inside one.
pub fn load(path: &Path) -> Result<Suite, Error> {
    let shown = path.display().to_string();
    let kind = path.metadata().map_err(|error| unreadable(&shown, &error))?;
    if !kind.is_dir() {
        return Err(Error::NotAFolder { path: shown });
    }
    let read = |name: &str| -> Result<(String, Vec<u8>), Error> {
        let file = path.join(name);
        let shown = file.display().to_string();
        let bytes = read_bounded(&file, &shown)?;
        Ok((shown, bytes))
    };
    let (suite_name, suite_bytes) = read("suite.toml")?;
    let (items_name, items_bytes) = read("items.jsonl")?;
    parse((&suite_name, &suite_bytes), (&items_name, &items_bytes))
}

/// Checks the bytes of the two files of a suite; each comes with the name to use in messages.
pub(crate) fn parse(suite_file: (&str, &[u8]), items_file: (&str, &[u8])) -> Result<Suite, Error> {
    let mut digest = Sha256::new();
    digest.update(suite_file.1);
    digest.update(items_file.1);
    let sha256 = format!("{:x}", digest.finalize());

    let header = parse_header(suite_file.0, text_of(suite_file.0, suite_file.1)?)?;
    let items = parse_items(items_file.0, text_of(items_file.0, items_file.1)?, &header.categories)?;
    Ok(Suite {
        id: header.id,
        title: header.title,
        version: header.version,
        licence: header.licence,
        synthetic: header.synthetic,
        reviewed_by: header.reviewed_by,
        categories: header.categories,
        items,
        word_sets: header.word_sets,
        sha256,
    })
}

/// The file's bytes as text, without the byte-order mark that some editors put in front.
pub(crate) fn text_of<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Error::at(file, line, Fault::NotUtf8)
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Parses TOML and turns the parser's position into a line.
pub(crate) fn parse_toml<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, Error> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        Error::at(file, line_at(text, offset), Fault::Toml(error.message().replace('\n', " ")))
    })
}

/// The line, from 1, of a byte offset.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// Refuses ids that could not stand in `suite/category`.
pub(crate) fn check_name(what: &'static str, id: &str) -> Result<(), Fault> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if id.is_empty() || id.len() > 64 || !id.chars().all(allowed) {
        return Err(Fault::BadName { what, id: id.chars().take(80).collect() });
    }
    Ok(())
}

/// Refuses what does not look like a language tag (BCP 47: a primary subtag and further subtags).
pub(crate) fn check_language(language: &str) -> Result<(), Fault> {
    let mut parts = language.split('-');
    let primary = parts.next().unwrap_or_default();
    let fits = (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if fits { Ok(()) } else { Err(Fault::BadLanguage { language: language.chars().take(80).collect() }) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SuiteFile {
    id: Spanned<String>,
    title: Spanned<BTreeMap<String, String>>,
    version: String,
    licence: Spanned<String>,
    synthetic: bool,
    #[serde(default)]
    reviewed_by: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    category: Vec<Spanned<CategoryFile>>,
    #[serde(default)]
    word_set: Vec<Spanned<WordSetFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryFile {
    id: String,
    labels: BTreeMap<String, String>,
    #[serde(default)]
    meanings: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordSetFile {
    id: String,
    words: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a JSON object")]
struct ItemLine {
    id: String,
    text: String,
    language: String,
    category: String,
    #[serde(default)]
    group: Option<String>,
}

struct Header {
    id: String,
    title: BTreeMap<String, String>,
    version: String,
    licence: String,
    synthetic: bool,
    reviewed_by: BTreeMap<String, Vec<String>>,
    categories: Vec<Category>,
    word_sets: Vec<WordSet>,
}

fn parse_header(file: &str, text: &str) -> Result<Header, Error> {
    let parsed: SuiteFile = parse_toml(file, text)?;
    let at = |offset: usize, fault: Fault| Error::at(file, line_at(text, offset), fault);

    let start = parsed.id.span().start;
    check_name("suite", parsed.id.get_ref()).map_err(|fault| at(start, fault))?;
    let start = parsed.title.span().start;
    check_texts("title", parsed.title.get_ref()).map_err(|fault| at(start, fault))?;
    if parsed.licence.get_ref().trim().is_empty() {
        return Err(at(parsed.licence.span().start, Fault::Empty { what: "licence".to_owned() }));
    }

    let found = parsed.category.len();
    if found < 2 {
        let start = parsed.category.first().map_or(0, |category| category.span().start);
        return Err(at(start, Fault::FewCategories { found }));
    }
    let mut categories = Vec::with_capacity(found);
    let mut seen = BTreeMap::new();
    for category in parsed.category {
        let start = category.span().start;
        let CategoryFile { id, labels, meanings } = category.into_inner();
        check_name("category", &id).map_err(|fault| at(start, fault))?;
        check_texts(&format!("label of category `{id}`"), &labels).map_err(|fault| at(start, fault))?;
        if !meanings.is_empty() {
            check_texts(&format!("meaning of category `{id}`"), &meanings).map_err(|fault| at(start, fault))?;
        }
        if let Some(first_line) = seen.insert(id.clone(), line_at(text, start)) {
            return Err(at(start, Fault::DuplicateId { what: "category", id, first_line }));
        }
        categories.push(Category { id, labels, meanings });
    }

    let mut word_sets = Vec::with_capacity(parsed.word_set.len());
    let mut seen = BTreeMap::new();
    for word_set in parsed.word_set {
        let start = word_set.span().start;
        let WordSetFile { id, words } = word_set.into_inner();
        check_name("word set", &id).map_err(|fault| at(start, fault))?;
        if let Some(language) = words.iter().find(|(_, list)| list.iter().any(|word| word.trim().is_empty())) {
            let what = format!("word of word set `{id}` in language `{}`", language.0);
            return Err(at(start, Fault::Empty { what }));
        }
        if let Some(first_line) = seen.insert(id.clone(), line_at(text, start)) {
            return Err(at(start, Fault::DuplicateId { what: "word set", id, first_line }));
        }
        word_sets.push(WordSet { id, words });
    }

    Ok(Header {
        id: parsed.id.into_inner(),
        title: parsed.title.into_inner(),
        version: parsed.version,
        licence: parsed.licence.into_inner(),
        synthetic: parsed.synthetic,
        reviewed_by: parsed.reviewed_by,
        categories,
        word_sets,
    })
}

/// At least one language, each a tag, none with an empty text.
fn check_texts(what: &str, texts: &BTreeMap<String, String>) -> Result<(), Fault> {
    if texts.is_empty() {
        return Err(Fault::Empty { what: what.to_owned() });
    }
    for (language, text) in texts {
        check_language(language)?;
        if text.trim().is_empty() {
            return Err(Fault::Empty { what: format!("{what} in language `{language}`") });
        }
    }
    Ok(())
}

fn parse_items(file: &str, text: &str, categories: &[Category]) -> Result<Vec<Item>, Error> {
    let known: BTreeSet<&str> = categories.iter().map(|category| category.id.as_str()).collect();
    let mut items: Vec<Item> = Vec::new();
    let mut lines_by_id: BTreeMap<String, usize> = BTreeMap::new();
    // Language and text to the line and category where it stood first.
    let mut first_by_text: BTreeMap<(String, String), (usize, String)> = BTreeMap::new();
    let mut languages: BTreeSet<String> = BTreeSet::new();
    let mut used: BTreeSet<String> = BTreeSet::new();

    for (index, content) in text.lines().enumerate() {
        let line = index + 1;
        let at = |fault: Fault| Error::at(file, line, fault);
        if content.trim().is_empty() {
            continue;
        }
        if items.len() == MAX_ITEMS {
            return Err(at(Fault::ManyItems { limit: MAX_ITEMS }));
        }
        let parsed: ItemLine = serde_json::from_str(content).map_err(|error| at(json_fault(&error)))?;
        let ItemLine { id, text, language, category, group } = parsed;

        check_id("item", &id).map_err(at)?;
        if let Some(group) = &group {
            check_id("group", group).map_err(at)?;
        }
        if let Some(first_line) = lines_by_id.insert(id.clone(), line) {
            return Err(at(Fault::DuplicateId { what: "item", id, first_line }));
        }
        if !known.contains(category.as_str()) {
            return Err(at(Fault::UnknownCategory { item: id, category }));
        }
        if languages.insert(language.clone()) {
            check_language(&language).map_err(at)?;
            if let Some(unlabelled) = categories.iter().find(|each| !each.labels.contains_key(&language)) {
                return Err(at(Fault::NoLabel { item: id, language, category: unlabelled.id.clone() }));
            }
        }
        if text.trim().is_empty() {
            return Err(at(Fault::EmptyText { item: id }));
        }
        let found = text.chars().count();
        if found > MAX_TEXT_CHARS {
            return Err(at(Fault::LongText { item: id, found, limit: MAX_TEXT_CHARS }));
        }
        let (first_line, other) =
            first_by_text.entry((language.clone(), text.clone())).or_insert_with(|| (line, category.clone()));
        if *other != category {
            let (first_line, other) = (*first_line, other.clone());
            return Err(at(Fault::TextInTwoCategories { item: id, category, first_line, other }));
        }
        used.insert(category.clone());
        items.push(Item { id, text, language, category, group });
    }

    let last_line = text.lines().count().max(1);
    match used.pop_first() {
        None => Err(Error::at(file, last_line, Fault::NoItems)),
        Some(category) if used.is_empty() => Err(Error::at(file, last_line, Fault::OneCategoryUsed { category })),
        Some(_) => Ok(items),
    }
}

fn check_id(what: &'static str, id: &str) -> Result<(), Fault> {
    let length = id.chars().count();
    if length == 0 || length > 200 || id.chars().any(|c| c.is_whitespace() || c.is_control()) {
        let id = id.chars().filter(|c| !c.is_control()).take(80).collect();
        return Err(Fault::BadId { what, id });
    }
    Ok(())
}

/// The parser counts lines within the one line it was given; only its column is of use.
fn json_fault(error: &serde_json::Error) -> Fault {
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or(&message).to_owned();
    Fault::Json { reason, column: error.column() }
}

fn read_bounded(path: &Path, shown: &str) -> Result<Vec<u8>, Error> {
    let file = File::open(path).map_err(|error| unreadable(shown, &error))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(shown, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Error::TooLarge { file: shown.to_owned(), limit: MAX_FILE_BYTES });
    }
    Ok(bytes)
}

fn unreadable(path: &str, error: &std::io::Error) -> Error {
    let path = path.to_owned();
    match error.kind() {
        ErrorKind::NotFound => Error::Missing { path },
        _ => Error::Unreadable { path, reason: error.to_string() },
    }
}
