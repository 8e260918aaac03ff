//! The model of a `tokenizer.json`: vocabulary, scores and merges, and what they say about spelling.

use super::property::{Answers, PropertyName};
use super::{Merge, ModelKind, Oddities, Oddity, Piece, PieceKind};
use crate::error::Error;
use crate::json::Json;
use crate::published::{excerpt, unusable};

/// What the model holds. Pieces are in file order.
pub(super) struct Model {
    pub(super) kind: ModelKind,
    pub(super) pieces: Vec<Piece>,
    pub(super) merges: Option<Vec<Merge>>,
    /// What stands for the unknown: a text, or for Unigram an id. `None` when nothing does.
    pub(super) unknown: Option<UnknownToken>,
}

/// How a model names its unknown token.
pub(super) enum UnknownToken {
    Content(String),
    Id(u32),
}

/// Reads the model and answers the questions about it.
///
/// # Errors
/// A kind that is not described, or a vocabulary or merge of another form than the library reads.
pub(super) fn read(
    file: &str,
    model: &Json<'_>,
    answers: &mut Answers,
    oddities: &mut Oddities,
) -> Result<Model, Error> {
    let kind = kind_of(file, model)?;
    let pieces = match kind {
        ModelKind::Unigram => scored(file, model)?,
        ModelKind::WordPiece | ModelKind::Bpe | ModelKind::WordLevel => by_text(file, model)?,
    };
    let merges = match kind {
        ModelKind::Bpe => Some(read_merges(file, model)?),
        _ => None,
    };
    let unknown = match kind {
        ModelKind::Unigram => match model.get("unk_id") {
            None => None,
            Some(id) => Some(UnknownToken::Id(id.u32().ok_or_else(|| unusable(file, "its `unk_id` is no id"))?)),
        },
        _ => match model.get("unk_token") {
            None if kind == ModelKind::Bpe => None,
            None => return Err(unusable(file, "its model names no `unk_token`")),
            Some(token) => {
                let text = token.text().ok_or_else(|| unusable(file, "its `unk_token` is no text"))?;
                Some(UnknownToken::Content(text.to_owned()))
            }
        },
    };
    answer(kind, model, answers);
    for (key, _) in model.entries().unwrap_or_default() {
        if !KNOWN.contains(&key.as_ref()) {
            oddities.add(Oddity::UnknownField { path: format!("model.{}", excerpt(key)) });
        }
    }
    let mut model = Model { kind, pieces, merges, unknown };
    if answers_bytes(answers) {
        mark_bytes(&mut model.pieces);
    }
    Ok(model)
}

/// The fields of all kinds of models (tokenizers, `models/*/serialization.rs`).
const KNOWN: [&str; 13] = [
    "type",
    "vocab",
    "merges",
    "unk_token",
    "unk_id",
    "dropout",
    "continuing_subword_prefix",
    "end_of_word_suffix",
    "max_input_chars_per_word",
    "fuse_unk",
    "byte_fallback",
    "ignore_merges",
    "cache_capacity",
];

fn kind_of(file: &str, model: &Json<'_>) -> Result<ModelKind, Error> {
    match model.get("type").and_then(Json::text) {
        Some("WordPiece") => Ok(ModelKind::WordPiece),
        Some("BPE") => Ok(ModelKind::Bpe),
        Some("Unigram") => Ok(ModelKind::Unigram),
        Some("WordLevel") => Ok(ModelKind::WordLevel),
        Some(other) => {
            Err(Error::UnknownKind { file: file.to_owned(), found: excerpt(other).replace(char::is_control, " ") })
        }
        // Files from before the field was written are told apart by what they hold.
        None if model.get("merges").is_some() => Ok(ModelKind::Bpe),
        None if model.get("vocab").and_then(Json::list).is_some() => Ok(ModelKind::Unigram),
        None if model.get("max_input_chars_per_word").is_some() => Ok(ModelKind::WordPiece),
        None if model.get("vocab").is_some() => Ok(ModelKind::WordLevel),
        None => Err(unusable(file, "its model has no vocabulary")),
    }
}

/// A vocabulary that gives each text an id.
fn by_text(file: &str, model: &Json<'_>) -> Result<Vec<Piece>, Error> {
    let entries = model.get("vocab").and_then(Json::entries);
    let entries = entries.ok_or_else(|| unusable(file, "its model's `vocab` is no object"))?;
    entries
        .iter()
        .map(|(text, id)| {
            let id = id.u32().ok_or_else(|| unusable(file, format_args!("the id of piece `{text}` is no id")))?;
            Ok(Piece { id, text: text.to_string(), score: None, kind: PieceKind::Normal })
        })
        .collect()
}

/// A vocabulary in the order of ids, each piece with its score.
fn scored(file: &str, model: &Json<'_>) -> Result<Vec<Piece>, Error> {
    let list = model.get("vocab").and_then(Json::list);
    let list = list.ok_or_else(|| unusable(file, "its model's `vocab` is no list"))?;
    list.iter()
        .enumerate()
        .map(|(id, entry)| match entry.list() {
            Some([Json::Text(text), score]) if score.f64().is_some() => {
                Ok(Piece { id: id as u32, text: text.to_string(), score: score.f64(), kind: PieceKind::Normal })
            }
            _ => Err(unusable(file, format_args!("piece {id} is no pair of text and score"))),
        })
        .collect()
}

/// Merges as pairs, or as texts with one space between the two, which is how files before 2024 write them.
fn read_merges(file: &str, model: &Json<'_>) -> Result<Vec<Merge>, Error> {
    let list = model.get("merges").and_then(Json::list);
    let list = list.ok_or_else(|| unusable(file, "its model's `merges` are no list"))?;
    let texts = list.iter().filter(|entry| !entry.text().is_some_and(|text| text.starts_with("#version")));
    texts
        .enumerate()
        .map(|(rank, entry)| {
            let pair = match entry {
                Json::Text(text) => text.split_once(' ').filter(|(_, right)| !right.contains(' ')),
                _ => match entry.list() {
                    Some([Json::Text(left), Json::Text(right)]) => Some((left.as_ref(), right.as_ref())),
                    _ => None,
                },
            };
            let (left, right) = pair.ok_or_else(|| unusable(file, format_args!("merge {rank} is not two pieces")))?;
            Ok(Merge { left: left.to_owned(), right: right.to_owned() })
        })
        .collect()
}

fn answer(kind: ModelKind, model: &Json<'_>, answers: &mut Answers) {
    let text = |key: &str| {
        let found = model.get(key).and_then(Json::text).filter(|text| !text.is_empty());
        found.unwrap_or("none").to_owned()
    };
    let flag = |key: &str| model.get(key).and_then(Json::bool).unwrap_or(false);
    let bpe = kind == ModelKind::Bpe;
    answers.state(PropertyName::ContinuingPrefix, text("continuing_subword_prefix"));
    answers.state(PropertyName::EndOfWordSuffix, text("end_of_word_suffix"));
    let limit = model.get("max_input_chars_per_word").filter(|_| kind == ModelKind::WordPiece);
    answers.state(PropertyName::LongestWord, limit.map_or("none".to_owned(), Json::shown));
    answers.state(PropertyName::ByteFallback, flag("byte_fallback"));
    // The library always fuses them for Unigram.
    answers.state(PropertyName::FuseUnknown, kind == ModelKind::Unigram || bpe && flag("fuse_unk"));
    answers.state(PropertyName::IgnoreMerges, bpe && flag("ignore_merges"));
    let dropout = model.get("dropout").and_then(Json::f64).filter(|&share| share != 0.0);
    answers.state(PropertyName::Dropout, dropout.map_or("none".to_owned(), |share| share.to_string()));
}

fn answers_bytes(answers: &Answers) -> bool {
    answers.value(PropertyName::ByteFallback).is_some_and(|value| value == "true")
}

/// Gives the pieces that stand for bytes their kind.
fn mark_bytes(pieces: &mut [Piece]) {
    for piece in pieces {
        if is_byte_piece(&piece.text) {
            piece.kind = PieceKind::Byte;
        }
    }
}

/// Whether a piece is `<0x00>` to `<0xFF>`, as SentencePiece writes bytes.
pub(crate) fn is_byte_piece(text: &str) -> bool {
    let digits = text.strip_prefix("<0x").and_then(|rest| rest.strip_suffix('>'));
    digits.is_some_and(|digits| digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}
