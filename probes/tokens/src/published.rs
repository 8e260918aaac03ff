//! `tokenizer.json` through the library it was written by, without the padding and truncation that file may carry.

use std::collections::BTreeSet;

use tokenizers::{ModelWrapper, TruncationDirection};

use crate::error::Error;
use crate::tokenizer::{Encoding, SpecialTokens};

/// A library tokenizer with its own padding and truncation off.
#[derive(Debug)]
pub(crate) struct Published {
    file: String,
    library: tokenizers::Tokenizer,
    /// Tokens that the post-processor adds to every text.
    added: usize,
    lowercase_first: bool,
}

/// Reads `tokenizer.json`. `rows` is the size of the model's token table.
pub(crate) fn load(
    file: &str,
    bytes: &[u8],
    rows: usize,
    lowercase_first: bool,
) -> Result<(Published, SpecialTokens, usize), Error> {
    let library = tokenizers::Tokenizer::from_bytes(bytes).map_err(|error| unusable(file, error))?;
    let vocabulary = library.get_vocab(true);
    if let Some(id) = vocabulary.values().copied().max().filter(|&id| id as usize >= rows) {
        return Err(Error::BeyondTable { file: file.to_owned(), id, rows });
    }
    let id = |token: &str| library.token_to_id(token);
    let unk = match library.get_model() {
        ModelWrapper::WordPiece(model) => id(&model.unk_token),
        ModelWrapper::WordLevel(model) => id(&model.unk_token),
        ModelWrapper::BPE(model) => model.unk_token.as_deref().and_then(id),
        ModelWrapper::Unigram(_) => id("<unk>").or_else(|| id("[UNK]")),
    };
    let special = SpecialTokens { cls: id("[CLS]"), sep: id("[SEP]"), pad: id("[PAD]"), unk, mask: id("[MASK]") };
    Ok((Published::new(file, library, lowercase_first)?, special, vocabulary.len()))
}

pub(crate) fn unusable(file: &str, reason: impl ToString) -> Error {
    // The reason may quote the file, which may hold what a terminal obeys.
    Error::Unusable { file: file.to_owned(), reason: reason.to_string().replace(char::is_control, " ") }
}

impl Published {
    pub(crate) fn new(file: &str, mut library: tokenizers::Tokenizer, lowercase_first: bool) -> Result<Self, Error> {
        library.with_padding(None);
        library.with_truncation(None).map_err(|error| unusable(file, error))?;
        let added = library.encode_fast("", true).map_err(|error| unusable(file, error))?.len();
        Ok(Published { file: file.to_owned(), library, added, lowercase_first })
    }

    /// The token of an id; the library gives every id that it encodes to one.
    pub(crate) fn piece(&self, id: u32) -> String {
        self.library.id_to_token(id).unwrap_or_default()
    }

    pub(crate) fn encode(&self, text: &str, max_tokens: usize, unk: Option<u32>) -> Result<Encoding, Error> {
        let failed = |error: tokenizers::Error| Error::Encode { file: self.file.clone(), reason: error.to_string() };
        let lowered;
        let text = if self.lowercase_first {
            lowered = text.to_lowercase();
            &lowered
        } else {
            text
        };
        // Special tokens come after truncation, as in the library's own order.
        // The library's faster variant of this call leaves out which word a token belongs to.
        let mut encoded = self.library.encode(text, false).map_err(failed)?;
        let mut words = BTreeSet::new();
        let mut unknown_words = BTreeSet::new();
        let tokens = encoded.get_word_ids().iter().zip(encoded.get_offsets()).zip(encoded.get_ids());
        for ((word, &(begin, end)), &id) in tokens {
            if text.get(begin..end).is_some_and(is_word) {
                words.insert(*word);
                if Some(id) == unk {
                    unknown_words.insert(*word);
                }
            }
        }
        let room = max_tokens.saturating_sub(self.added);
        let truncated = encoded.len() > room;
        encoded.truncate(room, 0, TruncationDirection::Right);
        let encoded = self.library.post_process(encoded, None, true).map_err(failed)?;
        Ok(Encoding {
            ids: encoded.get_ids().to_vec(),
            words: words.len(),
            unknown_words: unknown_words.len(),
            truncated,
        })
    }
}

/// Whether a piece of text counts as a word: punctuation marks and symbols do not, because a vocabulary that knows
/// only those would otherwise seem to know a good part of every text.
pub(crate) fn is_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}
