//! `tokenizer.json` through the library it was written by, without the padding and truncation that file may carry.

use std::collections::BTreeSet;
use std::ops::Range;

use tokenizers::decoders::DecoderWrapper;
use tokenizers::{ModelWrapper, TruncationDirection};

use crate::error::Error;
use crate::tokenizer::{Encoding, SpecialTokens};

/// A library tokenizer with its own padding and truncation off.
#[derive(Debug)]
pub(crate) struct Published {
    file: String,
    tokenizer: tokenizers::Tokenizer,
    /// Tokens that the post-processor adds to every text.
    added: usize,
    lowercase_first: bool,
    /// Whether its pieces are written in GPT-2's alphabet of bytes.
    byte_level: bool,
}

/// The ids of a text without the tokens around it, each with the white-space words that it stands for.
#[derive(Debug, Default)]
pub(crate) struct Spelling {
    pub(crate) ids: Vec<u32>,
    /// For each id the words that it overlaps, by their place in the text; empty when it stands for none.
    pub(crate) words: Vec<Range<usize>>,
}

impl Spelling {
    /// Finds the words of ids that stand for these bytes of a text.
    pub(crate) fn new(text: &str, spelled: impl Iterator<Item = (u32, Range<usize>)>) -> Self {
        let start = text.as_ptr() as usize;
        let place = |word: &str| word.as_ptr() as usize - start;
        let words: Vec<Range<usize>> =
            text.split_whitespace().map(|word| place(word)..place(word) + word.len()).collect();
        let overlapped = |(id, range): (u32, Range<usize>)| {
            let first = words.partition_point(|word| word.end <= range.start);
            let last = words.partition_point(|word| word.start < range.end);
            (id, first..last.max(first))
        };
        let (ids, words) = spelled.map(overlapped).unzip();
        Spelling { ids, words }
    }
}

/// Reads `tokenizer.json`. `rows` is the size of the model's token table.
pub(crate) fn load(
    file: &str,
    bytes: &[u8],
    rows: usize,
    lowercase_first: bool,
) -> Result<(Published, SpecialTokens, usize), Error> {
    let tokenizer = tokenizers::Tokenizer::from_bytes(bytes).map_err(|error| unusable(file, error))?;
    let vocabulary = tokenizer.get_vocab(true);
    if let Some(id) = vocabulary.values().copied().max().filter(|&id| id as usize >= rows) {
        return Err(Error::BeyondTable { file: file.to_owned(), id, rows });
    }
    let id = |token: &str| tokenizer.token_to_id(token);
    let unk = match tokenizer.get_model() {
        ModelWrapper::WordPiece(model) => id(&model.unk_token),
        ModelWrapper::WordLevel(model) => id(&model.unk_token),
        ModelWrapper::BPE(model) => model.unk_token.as_deref().and_then(id),
        ModelWrapper::Unigram(_) => id("<unk>").or_else(|| id("[UNK]")),
    };
    let special = SpecialTokens { cls: id("[CLS]"), sep: id("[SEP]"), pad: id("[PAD]"), unk, mask: id("[MASK]") };
    Ok((Published::new(file, tokenizer, lowercase_first)?, special, vocabulary.len()))
}

pub(crate) fn unusable(file: &str, reason: impl ToString) -> Error {
    // The reason may quote the file, which may hold what a terminal obeys.
    let reason = excerpt(&reason.to_string()).replace(char::is_control, " ");
    Error::Unusable { file: file.to_owned(), reason }
}

/// The most characters of a stranger's text that are quoted.
const LONGEST_QUOTE: usize = 300;

/// A text, or the beginning of a long one.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

impl Published {
    pub(crate) fn new(file: &str, mut tokenizer: tokenizers::Tokenizer, lowercase_first: bool) -> Result<Self, Error> {
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| unusable(file, error))?;
        let added = tokenizer.encode_fast("", true).map_err(|error| unusable(file, error))?.len();
        let byte_level = tokenizer.get_decoder().is_some_and(is_byte_level);
        Ok(Published { file: file.to_owned(), tokenizer, added, lowercase_first, byte_level })
    }

    /// How many tokens are put around every text.
    pub(crate) fn tokens_around(&self) -> usize {
        self.added
    }

    /// Whether pieces are written in GPT-2's alphabet of bytes.
    pub(crate) fn byte_level(&self) -> bool {
        self.byte_level
    }

    /// The ids of a text of any length, each with the white-space words that it stands for.
    pub(crate) fn spell_words(&self, text: &str) -> Result<Spelling, Error> {
        let lowered;
        // Lower-casing neither makes nor removes white space, so that words keep their places.
        let text = if self.lowercase_first {
            lowered = text.to_lowercase();
            &lowered
        } else {
            text
        };
        let failed = |error: tokenizers::Error| Error::Encode { file: self.file.clone(), reason: error.to_string() };
        let encoded = self.tokenizer.encode(text, false).map_err(failed)?;
        let spelled =
            encoded.get_ids().iter().copied().zip(encoded.get_offsets().iter().map(|&(begin, end)| begin..end));
        Ok(Spelling::new(text, spelled))
    }

    /// The token of an id; the library gives every id that it encodes to one.
    pub(crate) fn piece(&self, id: u32) -> String {
        self.tokenizer.id_to_token(id).unwrap_or_default()
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
        let mut encoded = self.tokenizer.encode(text, false).map_err(failed)?;
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
        let encoded = self.tokenizer.post_process(encoded, None, true).map_err(failed)?;
        Ok(Encoding {
            ids: encoded.get_ids().to_vec(),
            words: words.len(),
            unknown_words: unknown_words.len(),
            truncated,
        })
    }
}

/// Byte-level tokenizers bring the decoder that undoes their alphabet.
fn is_byte_level(decoder: &DecoderWrapper) -> bool {
    match decoder {
        DecoderWrapper::ByteLevel(_) => true,
        DecoderWrapper::Sequence(sequence) => sequence.get_decoders().iter().any(is_byte_level),
        _ => false,
    }
}

/// Whether a piece of text counts as a word: punctuation marks and symbols do not, because a vocabulary that knows
/// only those would otherwise seem to know a good part of every text.
pub(crate) fn is_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}
