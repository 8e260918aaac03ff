//! A `tokenizer.json` described, with the roles that a `tokenizer_config.json` beside it gives.

use std::collections::HashMap;

use super::checks::{Lexicon, check_added, check_merges, check_pieces};
use super::model::{Model, UnknownToken};
use super::post_processor::Around;
use super::property::Answers;
use super::{
    AddedToken, Description, NamedToken, Oddities, Oddity, Origin, Piece, PieceKind, PropertyName, Role, Stated, looks,
    model, post_processor, steps,
};
use crate::error::Error;
use crate::json::Json;
use crate::published::{excerpt, unusable};

/// Describes a `tokenizer.json`. `tokenizer_config` is the `tokenizer_config.json` beside it, which alone says what most
/// special tokens are for; without it customary names are taken, and said to be assumed.
///
/// At most 128 MiB and three million values of a file are read, which costs at most 600 MiB besides the file's own texts;
/// the description copies those texts at most twice.
///
/// # Errors
/// When a file is no JSON, is too large, holds a key twice, or lacks what the tokenizers library needs.
pub fn describe_json(file: &str, tokenizer_json: &[u8], tokenizer_config: Option<&[u8]>) -> Result<Description, Error> {
    let json = Json::read(file, tokenizer_json)?;
    let config = tokenizer_config.map(|bytes| Json::read("tokenizer_config.json", bytes)).transpose()?;
    let entries = json.entries().ok_or_else(|| unusable(file, "it is no object"))?;
    let mut oddities = Oddities::default();
    for (key, _) in entries.iter().filter(|(key, _)| !KNOWN.contains(&key.as_ref())) {
        oddities.add(Oddity::UnknownField { path: excerpt(key) });
    }
    let mut answers = Answers::open("`tokenizer.json` gives its splitter no name");
    let json_model = json.get("model").ok_or_else(|| unusable(file, "it has no model"))?;
    let Model { kind, mut pieces, merges, unknown } = model::read(file, json_model, &mut answers, &mut oddities)?;
    let mut added = add_tokens(file, json.get("added_tokens"), &mut pieces, &mut oddities)?;
    pieces.sort_by(|first, second| (first.id, &first.text).cmp(&(second.id, &second.text)));
    added.sort_by(|first, second| (first.id, &first.content).cmp(&(second.id, &second.content)));
    steps::answer(file, json.get("normalizer"), json.get("pre_tokenizer"), &mut answers)?;
    answers.state(PropertyName::DecoderSteps, steps::shown(&steps::flatten(json.get("decoder"), "decoders")));
    answer_limits(json.get("truncation"), json.get("padding"), &mut answers);
    check_pieces(&pieces, &mut oddities);
    check_added(&added, &mut oddities);
    let roles = {
        let lexicon = Lexicon::new(&pieces);
        if let Some(merges) = &merges {
            let prefix = answers.value(PropertyName::ContinuingPrefix).filter(|&prefix| prefix != "none");
            check_merges(merges, &lexicon, prefix, &mut oddities);
        }
        let around = post_processor::answer(file, json.get("post_processor"), &lexicon, &mut answers)?;
        if let Some(config) = &config {
            check_config(config, &lexicon, &answers, &mut oddities);
        }
        let sources = Sources { lexicon: &lexicon, around: &around, config: config.as_ref(), json: &json };
        let roles = Role::ALL.into_iter().map(|role| (role, sources.role(role, unknown.as_ref(), &mut oddities)));
        roles.collect()
    };
    Ok(Description {
        file: file.to_owned(),
        origin: Origin::TokenizerJson,
        kind,
        pieces,
        merges,
        added: Some(added),
        roles,
        properties: answers.into_properties(),
        oddities,
    })
}

/// The fields of a `tokenizer.json` (tokenizers, `tokenizer/serialization.rs`).
const KNOWN: [&str; 9] = [
    "version",
    "truncation",
    "padding",
    "added_tokens",
    "normalizer",
    "pre_tokenizer",
    "post_processor",
    "decoder",
    "model",
];

/// Adds the added tokens to the vocabulary as the library does: one that the model knows keeps the model's id, another
/// gets the next number after the model's, whatever the file states (tokenizers, `added_vocabulary.rs`, `add_tokens`).
fn add_tokens(
    file: &str,
    list: Option<&Json<'_>>,
    pieces: &mut Vec<Piece>,
    oddities: &mut Oddities,
) -> Result<Vec<AddedToken>, Error> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let list = list.list().ok_or_else(|| unusable(file, "its `added_tokens` are no list"))?;
    let contents = list.iter().filter_map(|entry| entry.get("content").and_then(Json::text));
    // Where the model has them already; of several the library takes the last.
    let mut places: HashMap<&str, Option<usize>> = contents.map(|content| (content, None)).collect();
    for (place, piece) in pieces.iter().enumerate() {
        if let Some(known) = places.get_mut(piece.text.as_str()) {
            *known = Some(place);
        }
    }
    let mut next = u32::try_from(pieces.len()).map_err(|_| unusable(file, "its vocabulary has too many pieces"))?;
    let mut by_content: HashMap<&str, usize> = HashMap::new();
    let mut added: Vec<AddedToken> = Vec::with_capacity(list.len());
    for (index, entry) in list.iter().enumerate() {
        let wrong = |key: &str| unusable(file, format_args!("its added token {index} has no usable `{key}`"));
        let content = entry.get("content").and_then(Json::text).ok_or_else(|| wrong("content"))?;
        let stated = entry.get("id").and_then(Json::u32).ok_or_else(|| wrong("id"))?;
        let flag = |key: &str| entry.get(key).and_then(Json::bool).map(Some).ok_or_else(|| wrong(key));
        let special = flag("special")?;
        // The library passes over a token without text.
        if content.is_empty() {
            oddities.add(Oddity::EmptyPiece { id: stated });
            continue;
        }
        let kind = if special == Some(true) { PieceKind::Control } else { PieceKind::UserDefined };
        let known = places.get(content).copied().flatten();
        let earlier = by_content.get(content).copied();
        let id = match (known, earlier) {
            (Some(place), _) => {
                pieces[place].kind = kind;
                pieces[place].id
            }
            (None, Some(place)) => added[place].id,
            (None, None) => {
                let id = next;
                next = next.checked_add(1).ok_or_else(|| unusable(file, "its vocabulary has too many pieces"))?;
                pieces.push(Piece { id, text: content.to_owned(), score: None, kind });
                id
            }
        };
        if id != stated {
            oddities.add(Oddity::AddedElsewhere { content: excerpt(content), stated, given: id });
        }
        let token = AddedToken {
            id,
            content: content.to_owned(),
            special,
            single_word: flag("single_word")?,
            lstrip: flag("lstrip")?,
            rstrip: flag("rstrip")?,
            normalized: flag("normalized")?,
            looks: looks(content),
        };
        match earlier {
            // The library keeps the last.
            Some(place) => {
                oddities.add(Oddity::AddedTwice { content: excerpt(content) });
                added[place] = token;
            }
            None => {
                by_content.insert(content, added.len());
                added.push(token);
            }
        }
    }
    Ok(added)
}

fn answer_limits(truncation: Option<&Json<'_>>, padding: Option<&Json<'_>>, answers: &mut Answers) {
    let length = truncation.map_or("none".to_owned(), |rule| rule.get("max_length").map_or("none".into(), Json::shown));
    answers.state(PropertyName::TruncationLength, length);
    // The length has its own question.
    let rule = truncation.and_then(Json::entries).map(|entries| {
        let others = entries.iter().filter(|(key, _)| key != "max_length").cloned().collect();
        Json::Object(others).shown()
    });
    answers.state(PropertyName::TruncationRule, rule.as_deref().unwrap_or("none"));
    answers.state(PropertyName::PaddingRule, padding.map_or("none".to_owned(), Json::shown));
}

/// What a `tokenizer_config.json` says about the same things (transformers, `tokenization_utils_fast.py`, and
/// `BertTokenizerFast`, which builds the normaliser anew where the two disagree).
fn check_config(config: &Json<'_>, lexicon: &Lexicon<'_>, answers: &Answers, oddities: &mut Oddities) {
    for (key, name) in [
        ("do_lower_case", PropertyName::Lowercase),
        ("strip_accents", PropertyName::StripAccents),
        ("tokenize_chinese_chars", PropertyName::IsolateChinese),
    ] {
        let stated = config.get(key).and_then(Json::bool).map(|flag| flag.to_string());
        if let (Some(config), Some(value)) = (stated, answers.value(name))
            && config != value
        {
            oddities.add(Oddity::ConfigDisagrees { key: key.to_owned(), config, tokenizer_json: value.to_owned() });
        }
    }
    let decoder = config.get("added_tokens_decoder").and_then(Json::entries).unwrap_or_default();
    for (id, token) in decoder {
        let Some(content) = token.get("content").and_then(Json::text) else { continue };
        let given = lexicon.id(content).map(|id| id.to_string());
        if given.as_deref() != Some(id) {
            oddities.add(Oddity::ConfigDisagrees {
                key: format!("added_tokens_decoder.{}", excerpt(id)),
                config: excerpt(content),
                tokenizer_json: given.unwrap_or_else(|| "no such token".to_owned()),
            });
        }
    }
}

/// Where roles are written down.
struct Sources<'s, 'a> {
    lexicon: &'s Lexicon<'s>,
    around: &'s Around,
    config: Option<&'s Json<'a>>,
    json: &'s Json<'a>,
}

impl Sources<'_, '_> {
    fn role(&self, role: Role, unknown: Option<&UnknownToken>, oddities: &mut Oddities) -> Stated<Option<NamedToken>> {
        let named = |id: u32| NamedToken { id, content: self.lexicon.shown(id) };
        let mut by_content = |content: &str| {
            let id = self.lexicon.id(content);
            if id.is_none() {
                oddities.add(Oddity::RoleWithoutToken { role: role.as_str(), stated: excerpt(content) });
            }
            Stated::Stated(id.map(named))
        };
        match role {
            Role::Unknown => match unknown {
                None => return Stated::Stated(None),
                Some(UnknownToken::Content(content)) => return by_content(content),
                Some(UnknownToken::Id(id)) if self.lexicon.text(*id).is_some() => {
                    return Stated::Stated(Some(named(*id)));
                }
                Some(UnknownToken::Id(id)) => {
                    oddities.add(Oddity::RoleWithoutToken { role: role.as_str(), stated: id.to_string() });
                    return Stated::Stated(None);
                }
            },
            Role::Classifier if self.around.classifier.is_some() => {
                return Stated::Stated(self.around.classifier.map(named));
            }
            Role::Separator if self.around.separator.is_some() => {
                return Stated::Stated(self.around.separator.map(named));
            }
            Role::Padding => {
                let padding = self.json.get("padding");
                if let Some(id) = padding.and_then(|padding| padding.get("pad_id")).and_then(Json::u32) {
                    return Stated::Stated(Some(named(id)));
                }
            }
            _ => {}
        }
        if let Some(config) = self.config {
            let entry = config.get(&format!("{}_token", role.as_str()));
            let content = entry.and_then(|entry| entry.text().or_else(|| entry.get("content").and_then(Json::text)));
            return content.map_or(Stated::Stated(None), by_content);
        }
        let customary: &[&str] = match role {
            Role::Unknown => &[],
            Role::Padding => &["[PAD]", "<pad>"],
            Role::Begin => &["<s>", "<bos>", "<|begin_of_text|>"],
            Role::End => &["</s>", "<eos>", "<|end_of_text|>"],
            Role::Classifier => &["[CLS]"],
            Role::Separator => &["[SEP]"],
            Role::Mask => &["[MASK]", "<mask>"],
        };
        match customary.iter().find_map(|content| self.lexicon.id(content)) {
            Some(id) => Stated::Assumed { value: Some(named(id)), why: "its name is customary for that role" },
            None => Stated::Unknown { why: "`tokenizer.json` does not say, and no `tokenizer_config.json` was given" },
        }
    }
}
