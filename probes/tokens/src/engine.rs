//! A GGUF's WordPiece read as llama.cpp reads it, differences from the published tokenizer included.
//! Source of the rules: llama.cpp's `llama-vocab.cpp` (`llm_tokenizer_wpm_session`) and `unicode.cpp`, held to its ids by the tests.

use std::collections::HashMap;

use unicode_general_category::get_general_category;
use unicode_normalization::char::decompose_canonical;

use crate::error::Error;
use crate::published::{Spelling, is_word, unusable};
use crate::tokenizer::Encoding;
use crate::vocabulary::{Kind, Vocabulary, WORD_START};

/// llama.cpp's WordPiece tokenizer.
#[derive(Debug)]
pub(crate) struct EngineWordPiece {
    ids: HashMap<String, u32>,
    /// The token of each id, as a published vocabulary writes it.
    pieces: Vec<String>,
    longest: usize,
    cls: u32,
    sep: u32,
    unk: u32,
    lowercase: bool,
    strip_accents: bool,
}

impl EngineWordPiece {
    pub(crate) fn new(file: &str, vocabulary: &Vocabulary<'_>) -> Result<Self, Error> {
        // llama.cpp matches these in the text first, at any place; no BERT file is known to have one.
        if let Some(index) = vocabulary.kinds.iter().position(|&kind| kind == Kind::UserDefined) {
            let reason =
                format_args!("token {index} is user-defined, which the engine reading does not cover").to_string();
            return Err(unusable(file, reason));
        }
        let mut ids = HashMap::with_capacity(vocabulary.tokens.len());
        for (index, token) in vocabulary.tokens.iter().enumerate() {
            if let Some(other) = ids.insert(token.clone(), index as u32) {
                return Err(unusable(file, format_args!("tokens {other} and {index} are the same")));
            }
        }
        let pieces = vocabulary.published_pieces();
        Ok(EngineWordPiece {
            ids,
            pieces,
            longest: vocabulary.tokens.iter().map(String::len).max().unwrap_or(0),
            cls: vocabulary.cls,
            sep: vocabulary.sep,
            unk: vocabulary.unk,
            lowercase: vocabulary.lowercase.unwrap_or(true),
            // llama.cpp's default for accents is its value for lower-casing.
            strip_accents: vocabulary.strip_accents.or(vocabulary.lowercase).unwrap_or(true),
        })
    }

    /// The token of an id that this reading gave.
    pub(crate) fn piece(&self, id: u32) -> String {
        self.pieces.get(id as usize).cloned().unwrap_or_default()
    }

    pub(crate) fn encode(&self, text: &str, max_tokens: usize) -> Encoding {
        let words = self.split(text);
        let mut ids = vec![self.cls];
        let mut unknown_words = 0;
        for word in &words {
            if !self.spell(word, &mut ids) {
                unknown_words += usize::from(is_word(word));
            }
        }
        // The engine refuses what does not fit; its callers cut, and keep the closing token as the published library does.
        let room = max_tokens.saturating_sub(1);
        let truncated = ids.len() > room;
        ids.truncate(room);
        ids.push(self.sep);
        Encoding { ids, words: words.iter().filter(|word| is_word(word)).count(), unknown_words, truncated }
    }

    /// The ids of every white-space word by itself: white space always parts words here, so that they are those of the text.
    pub(crate) fn spell_words(&self, text: &str) -> Spelling {
        let mut spelling = Spelling::default();
        for (place, word) in text.split_whitespace().enumerate() {
            for part in self.split(word) {
                self.spell(&part, &mut spelling.ids);
            }
            spelling.words.resize(spelling.ids.len(), place..place + 1);
        }
        spelling
    }

    /// Adds a word's ids; false when it is unknown as a whole.
    fn spell(&self, word: &str, ids: &mut Vec<u32>) -> bool {
        let before = ids.len();
        let known = self.match_pieces(word, ids);
        if !known {
            ids.truncate(before);
            ids.push(self.unk);
        }
        known
    }

    /// Words as llama.cpp sees them: marks and controls gone, every punctuation mark and CJK character by itself.
    fn split(&self, text: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut word = String::new();
        for character in text.chars() {
            let character = if self.strip_accents { first_of_decomposition(character) } else { character };
            if character.is_whitespace() {
                words.extend(take(&mut word));
                continue;
            }
            let category = get_general_category(character).abbreviation();
            let dropped = category.starts_with('C')
                || character == char::REPLACEMENT_CHARACTER
                || (self.strip_accents && category.starts_with('M'));
            if dropped {
                continue;
            }
            let written = if self.lowercase { character.to_lowercase().next().unwrap_or(character) } else { character };
            let alone = category.starts_with('P')
                || (character < '\u{7f}' && category.starts_with('S'))
                || is_chinese_character(character);
            if alone {
                words.extend(take(&mut word));
                words.push(written.to_string());
            } else {
                word.push(written);
            }
        }
        words.extend(take(&mut word));
        words
    }

    /// Greedy longest match from the left. False when some part of the word matches nothing: the whole word is unknown then.
    fn match_pieces(&self, word: &str, ids: &mut Vec<u32>) -> bool {
        let word = format!("{WORD_START}{word}");
        let mut rest = word.as_str();
        while !rest.is_empty() {
            let longest = rest.len().min(self.longest);
            let matched = (1..=longest).rev().find_map(|end| Some((end, *self.ids.get(rest.get(..end)?)?)));
            let Some((end, id)) = matched else { return false };
            ids.push(id);
            rest = &rest[end..];
        }
        true
    }
}

fn take(word: &mut String) -> Option<String> {
    (!word.is_empty()).then(|| std::mem::take(word))
}

/// llama.cpp's table maps each code point to the first one of its canonical decomposition and forgets the others,
/// which turns a Hangul syllable into its first consonant.
fn first_of_decomposition(character: char) -> char {
    let mut first = None;
    decompose_canonical(character, |part| {
        first.get_or_insert(part);
    });
    first.unwrap_or(character)
}

/// The ranges llama.cpp isolates, among them its 0x2B920 where the Unicode block begins at 0x2B820.
fn is_chinese_character(character: char) -> bool {
    matches!(u32::from(character),
        0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x20000..=0x2A6DF | 0x2A700..=0x2B73F
        | 0x2B740..=0x2B81F | 0x2B920..=0x2CEAF | 0xF900..=0xFAFF | 0x2F800..=0x2FA1F)
}
