//! A GGUF's WordPiece read as the published tokenizer it was converted from would read:
//! the conversion undone, then BERT's own normaliser, splitter and piece matcher.

use std::collections::BTreeSet;

use ahash::AHashMap;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::{AddedToken, Tokenizer};

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
