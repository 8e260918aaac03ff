//! A GGUF's tokenizer read as the published one it was converted from would read: the conversion undone, then the
//! normaliser, splitter and piece matcher of its kind.

use std::collections::BTreeSet;

use ahash::AHashMap;
use tokenizers::decoders::byte_fallback::ByteFallback;
use tokenizers::models::bpe::BPE;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::{BertNormalizer, Prepend, Replace, Sequence};
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence as Splitters;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::processors::bert::BertProcessing;
use tokenizers::processors::template::TemplateProcessing;
use tokenizers::{AddedToken, SplitDelimiterBehavior, Tokenizer};

use crate::description::{Description, Merge, PieceKind, PropertyName, Role, patterns_of};
use crate::error::Error;
use crate::published::{Published, unusable};
use crate::vocabulary::{Kind, Vocabulary, WORD_START};

/// Builds the library tokenizer.
pub(crate) fn build(file: &str, vocabulary: &Vocabulary<'_>) -> Result<Published, Error> {
    let mut pieces = AHashMap::with_capacity(vocabulary.tokens.len());
    let mut special = Vec::new();
    let mut added = Vec::new();
    for (index, (piece, kind)) in vocabulary.published_pieces().into_iter().zip(&vocabulary.kinds).enumerate() {
        match kind {
            Kind::Control => special.push(AddedToken::from(piece.clone(), true).normalized(false)),
            Kind::UserDefined => added.push(AddedToken::from(piece.clone(), false)),
            Kind::Piece => {}
        }
        if let Some(other) = pieces.insert(piece, index as u32) {
            return Err(unusable(file, format_args!("tokens {other} and {index} are the same")));
        }
    }
    let piece = |id: u32| {
        let token = &vocabulary.tokens[id as usize];
        token.strip_prefix(WORD_START).unwrap_or(token).to_owned()
    };
    // A file may leave its special tokens untyped; they are special all the same.
    let typed: BTreeSet<String> = special.iter().map(|token| token.content.clone()).collect();
    for id in [vocabulary.cls, vocabulary.sep, vocabulary.unk]
        .into_iter()
        .chain(vocabulary.special.pad)
        .chain(vocabulary.special.mask)
    {
        if !typed.contains(&piece(id)) {
            special.push(AddedToken::from(piece(id), true).normalized(false));
        }
    }
    let model = WordPiece::builder()
        .vocab(pieces)
        .unk_token(piece(vocabulary.unk))
        .build()
        .map_err(|error| unusable(file, error))?;
    let mut library = Tokenizer::new(model);
    let normalizer = BertNormalizer::new(true, true, vocabulary.strip_accents, vocabulary.lowercase.unwrap_or(true));
    library.with_normalizer(Some(normalizer)).map_err(|error| unusable(file, error))?;
    library.with_pre_tokenizer(Some(BertPreTokenizer));
    let (cls, sep) = (vocabulary.cls, vocabulary.sep);
    library.with_post_processor(Some(BertProcessing::new((piece(sep), sep), (piece(cls), cls))));
    library.add_special_tokens(special).map_err(|error| unusable(file, error))?;
    library.add_tokens(added).map_err(|error| unusable(file, error))?;
    Published::new(file, library, false)
}

/// Builds the library tokenizer of a described GGUF of the kind `gpt2`: byte-level BPE. Text is not normalised: the
/// metadata do not say whether the published tokenizer does (NFC, for some).
pub(crate) fn build_byte_level(described: &Description) -> Result<Published, Error> {
    let file = &described.file;
    let name = described.property(PropertyName::SplitterName).value().map(String::as_str).unwrap_or_default();
    let patterns = patterns_of(name).ok_or_else(|| {
        let shown = name.replace(char::is_control, " ");
        unusable(file, format_args!("the pattern of its splitter `{shown}` is not known to this reader"))
    })?;
    let merges = described.merges.as_deref().unwrap_or_default();
    let mut library = Tokenizer::new(byte_pairs(described, merges, false)?);
    let mut splitters: Vec<PreTokenizerWrapper> = Vec::new();
    for pattern in patterns {
        let pattern = SplitPattern::Regex(pattern.to_owned());
        let split = Split::new(pattern, SplitDelimiterBehavior::Isolated, false);
        splitters.push(split.map_err(|error| unusable(file, error))?.into());
    }
    let prefix = is_true(described, PropertyName::SpacePrefix);
    splitters.push(ByteLevel::new(prefix, true, false).into());
    library.with_pre_tokenizer(Some(Splitters::new(splitters)));
    library.with_decoder(Some(ByteLevel::default()));
    finish(described, library)
}

/// Builds the library tokenizer of a described GGUF of the kind `llama`: BPE whose merges follow from the scores, as
/// transformers derives them from a SentencePiece model (`convert_slow_tokenizer.py`, `SentencePieceExtractor`).
pub(crate) fn build_sentence_piece(described: &Description) -> Result<Published, Error> {
    let file = &described.file;
    let bytes = described.pieces.iter().any(|piece| piece.kind == PieceKind::Byte);
    let mut library = Tokenizer::new(byte_pairs(described, &merges_of_scores(described), bytes)?);
    let space = Replace::new(" ", WORD_START.to_string()).map_err(|error| unusable(file, error))?;
    let mut steps = vec![space.into()];
    if is_true(described, PropertyName::SpacePrefix) {
        steps.insert(0, Prepend::new(WORD_START.to_string()).into());
    }
    library.with_normalizer(Some(Sequence::new(steps))).map_err(|error| unusable(file, error))?;
    library.with_decoder(Some(ByteFallback::default()));
    finish(described, library)
}

/// Every way to make a piece of two others, the best-scored pieces first; for one piece by the ids of the two.
fn merges_of_scores(described: &Description) -> Vec<Merge> {
    let ids: AHashMap<&str, u32> = described.pieces.iter().map(|piece| (piece.text.as_str(), piece.id)).collect();
    let mut scored: Vec<(f64, Merge)> = Vec::new();
    for piece in &described.pieces {
        let mut ways: Vec<(u32, u32, Merge)> = Vec::new();
        for (place, _) in piece.text.char_indices().skip(1) {
            let (left, right) = piece.text.split_at(place);
            if let (Some(&first), Some(&second)) = (ids.get(left), ids.get(right)) {
                ways.push((first, second, Merge { left: left.to_owned(), right: right.to_owned() }));
            }
        }
        ways.sort_by_key(|&(first, second, _)| (first, second));
        scored.extend(ways.into_iter().map(|(_, _, merge)| (piece.score.unwrap_or_default(), merge)));
    }
    // The order of pieces is kept among equal scores.
    scored.sort_by(|first, second| second.0.partial_cmp(&first.0).unwrap_or(std::cmp::Ordering::Equal));
    scored.into_iter().map(|(_, merge)| merge).collect()
}

fn byte_pairs(described: &Description, merges: &[Merge], bytes: bool) -> Result<BPE, Error> {
    let mut pieces = AHashMap::with_capacity(described.pieces.len());
    for piece in &described.pieces {
        if let Some(other) = pieces.insert(piece.text.clone(), piece.id) {
            return Err(unusable(&described.file, format_args!("tokens {other} and {} are the same", piece.id)));
        }
    }
    let merges = merges.iter().map(|merge| (merge.left.clone(), merge.right.clone())).collect();
    let mut builder = BPE::builder().vocab_and_merges(pieces, merges).byte_fallback(bytes).fuse_unk(bytes);
    builder = builder.ignore_merges(is_true(described, PropertyName::IgnoreMerges));
    if let Some(unknown) = described.role(Role::Unknown).value().and_then(Option::as_ref).filter(|_| bytes) {
        builder = builder.unk_token(unknown.content.clone());
    }
    builder.build().map_err(|error| unusable(&described.file, error))
}

/// Adds the added tokens, and the tokens around a text.
fn finish(described: &Description, mut library: Tokenizer) -> Result<Published, Error> {
    let file = &described.file;
    let fault = |error: tokenizers::Error| unusable(file, error);
    let added = described.added.as_deref().unwrap_or_default().iter().filter(|token| !token.content.is_empty());
    let added =
        added.map(|token| AddedToken::from(token.content.clone(), token.special == Some(true)).normalized(false));
    let (special, ordinary): (Vec<_>, Vec<_>) = added.partition(|token| token.special);
    library.add_special_tokens(special).map_err(fault)?;
    library.add_tokens(ordinary).map_err(fault)?;
    let around = |name, role| {
        let token = described.role(role).value().and_then(Option::as_ref);
        token.filter(|_| described.property(name).value().is_some_and(|value| value != "none"))
    };
    let (before, after) = (around(PropertyName::Before, Role::Begin), around(PropertyName::After, Role::End));
    // Names of its own, because a token's text may hold what means something in a template.
    let template = match (before.is_some(), after.is_some()) {
        (false, false) => return Published::new(file, library, false),
        (true, false) => "begin $A",
        (false, true) => "$A end",
        (true, true) => "begin $A end",
    };
    let tokens = [("begin", before), ("end", after)].into_iter().filter_map(|(name, token)| Some((name, token?.id)));
    let template = TemplateProcessing::builder()
        .try_single(template)
        .map_err(|error| unusable(file, error))?
        .special_tokens(tokens.collect::<Vec<_>>())
        .build()
        .map_err(|error| unusable(file, error))?;
    library.with_post_processor(Some(template));
    Published::new(file, library, false)
}

fn is_true(described: &Description, name: PropertyName) -> bool {
    described.property(name).value().is_some_and(|value| value == "true")
}
