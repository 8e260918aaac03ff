//! `tokenizer.json` for looking at it: how many tokens, which ones were added, and the kinds of its steps.
//! Nothing is tokenized, and no expression in it is run.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::error::shown;
use crate::json::{self, JsonFault, Tree};

/// The most bytes of a `tokenizer.json`; the largest real ones have about 40 MB.
const MOST_BYTES: usize = 128 << 20;
/// The most tokens and the most merges; the largest real vocabularies have about a million.
const MOST_TOKENS: usize = 1 << 21;
/// The most values besides vocabulary and merges; an added token has eight.
const MOST_VALUES: usize = 1 << 20;
/// The most added tokens; real files have up to a few thousand.
const MOST_ADDED: usize = 1 << 17;

/// What a `tokenizer.json` holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenizerFacts {
    /// `WordPiece`, `BPE`, `Unigram`, `WordLevel`; `None` when the file does not say.
    pub model: Option<String>,
    /// Entries of the model's own vocabulary.
    pub vocabulary: u64,
    /// Tokens with different ids, the added ones included.
    pub tokens: u64,
    /// The largest id; `None` without any token.
    pub largest_id: Option<u64>,
    /// Tokens of the vocabulary whose id an earlier one has too, and the smallest such id.
    pub duplicate_ids: Option<(u64, u64)>,
    /// Merges; `None` for models without any.
    pub merges: Option<u64>,
    /// Merges with a part, or a result, that is no entry of the vocabulary.
    pub unknown_merges: u64,
    /// For models that fall back on bytes: how many of the 256 tokens `<0x00>` to `<0xFF>` are not in the vocabulary.
    pub missing_bytes: Option<u64>,
    /// Whether a normalizer's table of replacements (`precompiled_charsmap`) is not valid Base64.
    pub broken_charsmap: bool,
    /// Tokens beside the vocabulary, in the file's order.
    pub added: Vec<AddedToken>,
    /// Kinds of the normalizer's steps in their order: `["NFC", "Lowercase"]`; empty without a normalizer.
    pub normalizer: Vec<String>,
    /// Kinds of the pre-tokenizer's steps.
    pub pre_tokenizer: Vec<String>,
    /// Kinds of the steps after the model.
    pub post_processor: Vec<String>,
    /// Kinds of the steps from tokens back to text.
    pub decoder: Vec<String>,
    /// Regular expressions of its steps, as text; they are never run here.
    pub expressions: Vec<String>,
    /// Whether the file says how texts are cut to a length.
    pub truncates: bool,
}

/// A token beside the model's vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedToken {
    /// Its id.
    pub id: u64,
    /// Its text.
    pub content: String,
    /// Whether it is a control token and no text.
    pub special: bool,
    /// Whether it is looked for in the text after normalisation.
    pub normalized: bool,
}

/// Reads a `tokenizer.json` for looking at it.
///
/// # Errors
/// What is not sound JSON of that shape, a key or a token twice, an id that is no whole number from 0 to 2^32 - 1,
/// and what passes the limits above.
pub fn parse_tokenizer(bytes: &[u8]) -> Result<TokenizerFacts, JsonFault> {
    if bytes.len() > MOST_BYTES {
        return Err(JsonFault::TooLarge { size: bytes.len(), most: MOST_BYTES });
    }
    let raw = json::read_with(bytes, Top)?;
    let mut facts = TokenizerFacts::default();
    for token in raw.added.as_array().map(Vec::as_slice).unwrap_or_default() {
        facts.added.push(added_token(token)?);
    }
    if facts.added.len() > MOST_ADDED {
        return Err(JsonFault::TooLarge { size: facts.added.len(), most: MOST_ADDED });
    }
    for (key, kinds) in [
        ("normalizer", &mut facts.normalizer),
        ("pre_tokenizer", &mut facts.pre_tokenizer),
        ("post_processor", &mut facts.post_processor),
        ("decoder", &mut facts.decoder),
    ] {
        if let Some(step) = raw.steps.get(key) {
            collect_kinds(key, step, kinds, &mut facts.expressions)?;
            facts.broken_charsmap |= has_broken_charsmap(step);
        }
    }
    facts.truncates = raw.steps.get("truncation").is_some_and(|value| !value.is_null());
    facts.model = raw.model.kind.as_deref().map(shown);
    facts.merges = raw.model.merges.is_some().then_some(raw.model.n_merges);
    facts.unknown_merges = raw.model.unknown_merges();
    facts.missing_bytes = raw.model.falls_back.then(|| {
        let missing = (0..=255u8).filter(|byte| !raw.model.vocabulary.contains_key(&format!("<0x{byte:02X}>")));
        missing.count() as u64
    });
    let mut ids: Vec<u32> = raw.model.vocabulary.into_values().collect();
    facts.vocabulary = ids.len() as u64;
    ids.sort_unstable();
    let repeated: Vec<u32> = ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    facts.duplicate_ids = repeated.first().map(|&first| (repeated.len() as u64, u64::from(first)));
    // An added token usually has the id of an entry of the vocabulary: it is the same token.
    for token in &facts.added {
        ids.push(u32::try_from(token.id).map_err(|_| JsonFault::Key { key: "added_tokens.id".into() })?);
    }
    ids.sort_unstable();
    ids.dedup();
    facts.tokens = ids.len() as u64;
    facts.largest_id = ids.last().map(|&id| u64::from(id));
    Ok(facts)
}

fn added_token(token: &Value) -> Result<AddedToken, JsonFault> {
    let wrong = |field: &str| JsonFault::Key { key: format!("added_tokens.{field}") };
    let flag = |field: &str| match token.get(field) {
        None => Ok(false),
        Some(value) => value.as_bool().ok_or_else(|| wrong(field)),
    };
    Ok(AddedToken {
        id: token.get("id").and_then(Value::as_u64).ok_or_else(|| wrong("id"))?,
        content: token.get("content").and_then(Value::as_str).ok_or_else(|| wrong("content"))?.to_owned(),
        special: flag("special")?,
        normalized: flag("normalized")?,
    })
}

/// The kinds of a step: its `type`, or those of the steps in a sequence, and the expressions among them.
fn collect_kinds(
    key: &str,
    step: &Value,
    kinds: &mut Vec<String>,
    expressions: &mut Vec<String>,
) -> Result<(), JsonFault> {
    if step.is_null() {
        return Ok(());
    }
    let kind = step.get("type").and_then(Value::as_str);
    let kind = kind.ok_or_else(|| JsonFault::Key { key: format!("{key}.type") })?;
    if kind == "Sequence" {
        let lists = ["normalizers", "pretokenizers", "processors", "decoders"];
        for part in lists.iter().filter_map(|list| step.get(list)?.as_array()).flatten() {
            // The depth of the JSON is bounded, and so is that of this.
            collect_kinds(key, part, kinds, expressions)?;
        }
        return Ok(());
    }
    kinds.push(shown(kind));
    if let Some(expression) = step.pointer("/pattern/Regex").and_then(Value::as_str) {
        expressions.push(expression.to_owned());
    }
    Ok(())
}

/// Whether a step, or a step inside it, has a table of replacements that is not Base64 (RFC 4648, section 4).
fn has_broken_charsmap(step: &Value) -> bool {
    match step {
        Value::Object(map) => map.iter().any(|(key, value)| match value.as_str() {
            Some(text) if key == "precompiled_charsmap" => {
                let digits = text.trim_end_matches('=');
                let sound = digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
                !(sound && text.len().is_multiple_of(4) && text.len() - digits.len() <= 2)
            }
            _ => has_broken_charsmap(value),
        }),
        Value::Array(list) => list.iter().any(has_broken_charsmap),
        _ => false,
    }
}

/// The file's parts before they are counted.
#[derive(Default)]
struct Raw {
    added: Value,
    steps: BTreeMap<String, Value>,
    model: Model,
}

#[derive(Default)]
struct Model {
    kind: Option<String>,
    vocabulary: BTreeMap<String, u32>,
    /// Both parts of each merge, one after the other; `None` for models without any.
    merges: Option<Vec<String>>,
    n_merges: u64,
    falls_back: bool,
}

impl Model {
    fn unknown_merges(&self) -> u64 {
        let Some(merges) = &self.merges else { return 0 };
        let has = |token: &str| self.vocabulary.contains_key(token);
        let known = |pair: &[String]| match pair {
            [left, right] => has(left) && has(right) && has(&format!("{left}{right}")),
            _ => false,
        };
        merges.chunks(2).filter(|pair| !known(pair)).count() as u64
    }
}

fn twice<E: serde::de::Error>(what: &str, name: &str) -> E {
    E::custom(format_args!("{what} `{}` occurs twice", shown(name)))
}

struct Top;

impl<'de> DeserializeSeed<'de> for Top {
    type Value = Raw;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top {
    type Value = Raw;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with `model`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut raw = Raw::default();
        let mut seen: Vec<String> = Vec::new();
        let left = Cell::new(MOST_VALUES);
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(twice("key", &key));
            }
            if seen.len() == 64 {
                return Err(A::Error::custom("more keys than a tokenizer has"));
            }
            match key.as_str() {
                "model" => raw.model = map.next_value_seed(ModelPart { left: &left })?,
                "added_tokens" => raw.added = map.next_value_seed(Tree { left: &left })?,
                _ => {
                    let value = map.next_value_seed(Tree { left: &left })?;
                    raw.steps.insert(key.clone(), value);
                }
            }
            seen.push(key);
        }
        if !seen.iter().any(|key| key == "model") {
            return Err(A::Error::missing_field("model"));
        }
        Ok(raw)
    }
}

struct ModelPart<'c> {
    left: &'c Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for ModelPart<'_> {
    type Value = Model;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Model, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ModelPart<'_> {
    type Value = Model;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with `vocab`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Model, A::Error> {
        let mut model = Model::default();
        let mut seen: Vec<String> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(twice("key", &key));
            }
            if seen.len() == 64 {
                return Err(A::Error::custom("more keys than a tokenizer's model has"));
            }
            match key.as_str() {
                "vocab" => model.vocabulary = map.next_value_seed(Vocabulary)?,
                "merges" => {
                    if let Some(merges) = map.next_value_seed(Merges)? {
                        model.n_merges = (merges.len() / 2) as u64;
                        model.merges = Some(merges);
                    }
                }
                "type" => {
                    let kind = map.next_value_seed(Tree { left: self.left })?;
                    model.kind = kind.as_str().map(str::to_owned);
                }
                "byte_fallback" => {
                    model.falls_back = map.next_value_seed(Tree { left: self.left })? == Value::Bool(true);
                }
                _ => {
                    map.next_value_seed(Tree { left: self.left })?;
                }
            }
            seen.push(key);
        }
        Ok(model)
    }
}

/// Ids by token, or a list of tokens with scores, whose places are their ids.
struct Vocabulary;

impl<'de> DeserializeSeed<'de> for Vocabulary {
    type Value = BTreeMap<String, u32>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Vocabulary {
    type Value = BTreeMap<String, u32>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ids by token, or a list of tokens with scores")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut vocabulary = BTreeMap::new();
        while let Some((token, id)) = map.next_entry::<String, u32>()? {
            if vocabulary.len() == MOST_TOKENS {
                return Err(A::Error::custom(format_args!("more than {MOST_TOKENS} tokens")));
            }
            if vocabulary.contains_key(&token) {
                return Err(twice("token", &token));
            }
            vocabulary.insert(token, id);
        }
        Ok(vocabulary)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut vocabulary = BTreeMap::new();
        let mut id = 0u32;
        while let Some((token, _)) = list.next_element::<(String, f64)>()? {
            if id as usize == MOST_TOKENS {
                return Err(A::Error::custom(format_args!("more than {MOST_TOKENS} tokens")));
            }
            if vocabulary.contains_key(&token) {
                return Err(twice("token", &token));
            }
            vocabulary.insert(token, id);
            id += 1;
        }
        Ok(vocabulary)
    }
}

/// Merges, each as two texts or as one with a space between its parts.
struct Merges;

impl<'de> DeserializeSeed<'de> for Merges {
    type Value = Option<Vec<String>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Merges {
    type Value = Option<Vec<String>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of merges")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut parts = Vec::new();
        while let Some(Merge(left, right)) = list.next_element()? {
            if parts.len() == 2 * MOST_TOKENS {
                return Err(A::Error::custom(format_args!("more than {MOST_TOKENS} merges")));
            }
            parts.push(left);
            parts.push(right);
        }
        Ok(Some(parts))
    }
}

struct Merge(String, String);

impl<'de> serde::Deserialize<'de> for Merge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts;
        impl<'de> Visitor<'de> for Parts {
            type Value = Merge;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("two texts, or one with a space in it")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Merge, E> {
                let (left, right) = text.split_once(' ').ok_or_else(|| E::custom("a merge without a space"))?;
                Ok(Merge(left.to_owned(), right.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Merge, A::Error> {
                let left = list.next_element::<String>()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                let right = list.next_element::<String>()?.ok_or_else(|| A::Error::invalid_length(1, &self))?;
                if list.next_element::<serde::de::IgnoredAny>()?.is_some() {
                    return Err(A::Error::invalid_length(3, &self));
                }
                Ok(Merge(left, right))
            }
        }
        deserializer.deserialize_any(Parts)
    }
}
