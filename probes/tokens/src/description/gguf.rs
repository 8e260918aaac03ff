//! The tokenizer in a GGUF's metadata described, the converter's changes undone.
//! Keys: ggml's `docs/gguf.md`; what llama.cpp takes where a key is missing: its `llama-vocab.cpp`, `impl::load`.

use parallax_artifact::{GgufArray, GgufMetadata, GgufValue};

use super::checks::{Lexicon, check_added, check_merges, check_pieces};
use super::engine::{Engine, answer};
use super::property::Answers;
use super::{
    AddedToken, Description, Merge, ModelKind, NamedToken, Oddities, Oddity, Origin, Piece, PieceKind, Role, Stated,
    looks,
};
use crate::error::Error;
use crate::published::{excerpt, unusable};
use crate::vocabulary::WORD_START;

/// Describes the tokenizer in a GGUF's metadata: the kinds `bert` (WordPiece), `gpt2` (byte-level BPE), `llama`
/// (SentencePiece BPE) and `t5` (Unigram). What the metadata already hold is copied at most twice.
///
/// # Errors
/// When there is no tokenizer, one of another kind, or lists of different lengths.
pub fn describe_gguf(file: &str, metadata: &GgufMetadata) -> Result<Description, Error> {
    let missing = || Error::Missing { variant: file.to_owned(), gguf: true };
    let engine = match metadata.string("tokenizer.ggml.model") {
        Some("bert") => Engine::Bert,
        Some("gpt2") => Engine::Gpt2,
        Some("llama") => Engine::Llama,
        Some("t5") => Engine::T5,
        None | Some("no_vocab" | "none") => return Err(missing()),
        Some(found) => {
            let found = excerpt(found).replace(char::is_control, " ");
            return Err(Error::UnknownKind { file: file.to_owned(), found });
        }
    };
    let tokens = metadata.strings("tokenizer.ggml.tokens").filter(|tokens| !tokens.is_empty()).ok_or_else(missing)?;
    let mut oddities = Oddities::default();
    let kinds = read_kinds(file, metadata, tokens.len())?;
    let scores = read_scores(file, metadata, tokens.len())?;
    let kind_at = |index: usize| kinds.as_ref().map_or(PieceKind::Normal, |kinds| kinds[index]);
    let score_at = |index: usize| scores.as_ref().map(|scores| scores[index]);
    let pieces: Vec<Piece> = tokens
        .iter()
        .enumerate()
        .map(|(index, token)| {
            let kind = kind_at(index);
            let text = if engine == Engine::Bert { published(token, kind) } else { token.clone() };
            Piece { id: index as u32, text, score: score_at(index), kind }
        })
        .collect();
    let merges = match engine {
        Engine::Gpt2 => Some(read_merges(file, metadata, &mut oddities)?),
        Engine::Bert | Engine::Llama | Engine::T5 => None,
    };
    let added = kinds.is_some().then(|| added_tokens(&pieces));
    check_pieces(&pieces, &mut oddities);
    check_added(added.as_deref().unwrap_or_default(), &mut oddities);
    let lexicon = Lexicon::new(&pieces);
    if let Some(merges) = &merges {
        check_merges(merges, &lexicon, None, &mut oddities);
    }
    let roles: Vec<_> =
        Role::ALL.into_iter().map(|role| (role, read_role(role, engine, metadata, &lexicon, &mut oddities))).collect();
    let mut answers = Answers::open("a GGUF does not say");
    answer(engine, metadata, &pieces, &roles, &mut answers);
    Ok(Description {
        file: file.to_owned(),
        origin: Origin::Gguf,
        kind: match engine {
            Engine::Bert => ModelKind::WordPiece,
            Engine::Gpt2 | Engine::Llama => ModelKind::Bpe,
            Engine::T5 => ModelKind::Unigram,
        },
        merges,
        added,
        roles,
        properties: answers.into_properties(),
        oddities,
        pieces,
    })
}

/// A WordPiece as a published vocabulary writes it: the converter takes `##` off pieces that continue a word and puts
/// U+2581 before all others but special tokens (llama.cpp, `BertModel.set_vocab`).
fn published(token: &str, kind: PieceKind) -> String {
    match (kind, token.strip_prefix(WORD_START)) {
        (PieceKind::Control, _) => token.to_owned(),
        (_, Some(word)) => word.to_owned(),
        // Added tokens and fillers are written without the mark by some converters.
        (PieceKind::UserDefined | PieceKind::Unknown | PieceKind::Unused, None) => token.to_owned(),
        (_, None) => format!("##{token}"),
    }
}

/// llama.cpp's `enum llama_token_type`.
fn read_kinds(file: &str, metadata: &GgufMetadata, n_tokens: usize) -> Result<Option<Vec<PieceKind>>, Error> {
    const KEY: &str = "tokenizer.ggml.token_type";
    if metadata.get(KEY).is_none() {
        return Ok(None);
    }
    let types = metadata.u32s(KEY).filter(|types| types.len() == n_tokens);
    let types =
        types.ok_or_else(|| unusable(file, "`tokenizer.ggml.token_type` does not give one number per token"))?;
    let kind = |number| match number {
        2 => PieceKind::Unknown,
        3 => PieceKind::Control,
        4 => PieceKind::UserDefined,
        5 => PieceKind::Unused,
        6 => PieceKind::Byte,
        _ => PieceKind::Normal,
    };
    Ok(Some(types.into_iter().map(kind).collect()))
}

fn read_scores(file: &str, metadata: &GgufMetadata, n_tokens: usize) -> Result<Option<Vec<f64>>, Error> {
    let scores: Vec<f64> = match metadata.get("tokenizer.ggml.scores") {
        None => return Ok(None),
        Some(GgufValue::Array(GgufArray::F32(scores))) => scores.iter().map(|&score| score.into()).collect(),
        Some(GgufValue::Array(GgufArray::I32(scores))) => scores.iter().map(|&score| score.into()).collect(),
        Some(_) => return Err(unusable(file, "`tokenizer.ggml.scores` is no list of scores")),
    };
    if scores.len() != n_tokens {
        return Err(unusable(file, "`tokenizer.ggml.scores` does not give one score per token"));
    }
    Ok(Some(scores))
}

/// Merges are texts with a space between the two pieces; the first character is never that space.
fn read_merges(file: &str, metadata: &GgufMetadata, oddities: &mut Oddities) -> Result<Vec<Merge>, Error> {
    let list = metadata.strings("tokenizer.ggml.merges");
    let list = list.ok_or_else(|| unusable(file, "its metadata hold no `tokenizer.ggml.merges`"))?;
    let split = |(rank, text): (usize, &String)| {
        let after_first = text.char_indices().nth(1).map_or(text.len(), |(index, _)| index);
        let space = text[after_first..].find(' ').map(|index| index + after_first);
        let (left, right) = match space {
            Some(space) => (&text[..space], &text[space + 1..]),
            None => {
                oddities.add(Oddity::MergeMalformed { rank });
                (text.as_str(), "")
            }
        };
        Merge { left: left.to_owned(), right: right.to_owned() }
    };
    Ok(list.iter().enumerate().map(split).collect())
}

/// The tokens whose types set them apart; how they are matched is not in the metadata.
fn added_tokens(pieces: &[Piece]) -> Vec<AddedToken> {
    let special = |kind| match kind {
        PieceKind::Control | PieceKind::Unknown => Some(true),
        PieceKind::UserDefined => Some(false),
        PieceKind::Normal | PieceKind::Unused | PieceKind::Byte => None,
    };
    let pieces = pieces.iter().filter_map(|piece| Some((piece, special(piece.kind)?)));
    pieces
        .map(|(piece, special)| AddedToken {
            id: piece.id,
            content: piece.text.clone(),
            special: Some(special),
            single_word: None,
            lstrip: None,
            rstrip: None,
            normalized: None,
            looks: looks(&piece.text),
        })
        .collect()
}

const DEFAULT: &str = "llama.cpp takes this where the key is missing";
/// How a GGUF writes that there is no such token.
const NO_TOKEN: u32 = u32::MAX;

fn read_role(
    role: Role,
    engine: Engine,
    metadata: &GgufMetadata,
    lexicon: &Lexicon<'_>,
    oddities: &mut Oddities,
) -> Stated<Option<NamedToken>> {
    // The misspelling is the format's own. A BERT file's first and last tokens are those of the role before.
    let keys: &[&str] = match role {
        Role::Unknown => &["tokenizer.ggml.unknown_token_id"],
        Role::Padding => &["tokenizer.ggml.padding_token_id"],
        Role::Begin => &["tokenizer.ggml.bos_token_id"],
        Role::End => &["tokenizer.ggml.eos_token_id"],
        Role::Classifier if engine == Engine::Bert => &["tokenizer.ggml.cls_token_id", "tokenizer.ggml.bos_token_id"],
        Role::Separator if engine == Engine::Bert => {
            &["tokenizer.ggml.seperator_token_id", "tokenizer.ggml.eos_token_id"]
        }
        Role::Classifier => &["tokenizer.ggml.cls_token_id"],
        Role::Separator => &["tokenizer.ggml.seperator_token_id"],
        Role::Mask => &["tokenizer.ggml.mask_token_id"],
    };
    let named = |id: u32| lexicon.text(id).map(|text| NamedToken { id, content: text.to_owned() });
    for key in keys.iter().filter(|key| metadata.get(key).is_some()) {
        match metadata.u32(key) {
            Some(id) if lexicon.text(id).is_some() => return Stated::Stated(named(id)),
            Some(NO_TOKEN) => return Stated::Stated(None),
            // llama.cpp passes over an id beyond the vocabulary and keeps its default.
            stated => {
                let stated = stated.map_or_else(|| "no id".to_owned(), |id| id.to_string());
                oddities.add(Oddity::RoleWithoutToken { role: role.as_str(), stated });
            }
        }
    }
    let default = match (engine, role) {
        (Engine::Bert, Role::Unknown) => 100,
        (Engine::Bert, Role::Begin | Role::Classifier) => 101,
        (Engine::Bert, Role::Separator) => 102,
        (Engine::Bert, Role::Padding) => 0,
        (Engine::Bert, Role::Mask) => 103,
        (Engine::Gpt2, Role::Begin | Role::End) => 11,
        (Engine::Llama, Role::Unknown) => 0,
        (Engine::Llama, Role::Begin) => 1,
        (Engine::Llama, Role::End) => 2,
        (Engine::T5, Role::Padding) => 0,
        (Engine::T5, Role::End) => 1,
        (Engine::T5, Role::Unknown) => 2,
        _ => return Stated::Unknown { why: "the metadata do not say" },
    };
    Stated::Assumed { value: named(default), why: DEFAULT }
}
