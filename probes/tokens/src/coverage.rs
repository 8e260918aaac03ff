//! What two tokenizers make of texts: cost, what they cannot spell, and where they disagree, language by language.

use std::collections::{BTreeMap, HashMap};

use crate::error::Error;
use crate::published::{Spelling, is_word};
use crate::tokenizer::Tokenizer;

/// The most pieces of a word or text that are shown.
const MOST_PIECES: usize = 24;
/// The most characters of a word that are shown.
const LONGEST_WORD: usize = 120;

/// A text and its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample<'a> {
    /// The language, under whatever code the caller uses.
    pub language: &'a str,
    /// The text.
    pub text: &'a str,
}

/// What one tokenizer makes of the texts in one language. Nothing is cut, and tokens around texts are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SideCounts {
    /// Pieces.
    pub pieces: usize,
    /// Pieces that are the unknown token.
    pub unknown_pieces: usize,
    /// Pieces that spell less than a character: byte tokens, and pieces of a byte-level vocabulary that are no whole
    /// characters by themselves.
    pub byte_pieces: usize,
    /// Words with an unknown token in them.
    pub unknown_words: usize,
    /// Words that become no piece at all.
    pub lost_words: usize,
    /// Texts that are longer than the tokenizer's limit, tokens around them included.
    pub cut_texts: usize,
}

/// Both tokenizers on the texts in one language.
///
/// Words are runs without white space (Unicode's `White_Space`) that hold a letter or a digit; runs of marks alone are
/// counted among the runs only, since nearly every vocabulary knows those. That rule belongs to no tokenizer, so that
/// both sides have the same words whatever they make of them, and it needs no dictionary. Unicode's own words (UAX 29)
/// would cut every Han, Thai or Khmer text into single letters, which are no words either: for texts that are mostly in
/// scripts written without spaces, [`LanguageCoverage::pieces_per_word`] is undefined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageCoverage {
    /// The language.
    pub language: String,
    /// Texts.
    pub texts: usize,
    /// Words.
    pub words: usize,
    /// Runs without white space, words among them.
    pub runs: usize,
    /// Code points, white space included.
    pub code_points: usize,
    /// Letters and digits.
    pub letters: usize,
    /// Letters of scripts that are written without spaces.
    pub unspaced_letters: usize,
    /// What the nominal tokenizer makes of them.
    pub nominal: SideCounts,
    /// What the operative tokenizer makes of them.
    pub operative: SideCounts,
    /// Texts whose ids differ between the two.
    pub differing_texts: usize,
    /// Words whose ids differ between the two.
    pub differing_words: usize,
    /// Runs whose ids differ between the two.
    pub differing_runs: usize,
    /// The first text whose ids differ.
    pub first: Option<FirstDifference>,
}

/// Where the two first disagree in a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstDifference {
    /// The text's place in the list that was given.
    pub text: usize,
    /// The first word whose ids differ, at most 120 characters of it; `None` when only pieces between words do.
    pub word: Option<String>,
    /// The nominal pieces of that word, or of the text; at most 24.
    pub nominal: Vec<String>,
    /// How many more nominal pieces there are.
    pub nominal_left_out: usize,
    /// The operative pieces of that word, or of the text; at most 24.
    pub operative: Vec<String>,
    /// How many more operative pieces there are.
    pub operative_left_out: usize,
}

const NO_TEXT: &str = "there is no text to count in";
const NO_WORD: &str = "there are no words to count";
const UNSPACED: &str = "the texts are mostly in a script that is written without spaces";

impl LanguageCoverage {
    /// Pieces per word of one side.
    ///
    /// # Errors
    /// The reason why it is undefined.
    pub fn pieces_per_word(&self, side: &SideCounts) -> Result<f64, &'static str> {
        if self.unspaced_letters * 2 > self.letters {
            return Err(UNSPACED);
        }
        share(side.pieces, self.words, NO_WORD)
    }

    /// Pieces per code point of one side. A vocabulary that turns whole words into one unknown token looks cheap by this
    /// number: show [`LanguageCoverage::unknown_word_share`] beside it.
    ///
    /// # Errors
    /// The reason why it is undefined.
    pub fn pieces_per_code_point(&self, side: &SideCounts) -> Result<f64, &'static str> {
        share(side.pieces, self.code_points, NO_TEXT)
    }

    /// The share of words that hold an unknown token.
    ///
    /// # Errors
    /// The reason why it is undefined.
    pub fn unknown_word_share(&self, side: &SideCounts) -> Result<f64, &'static str> {
        share(side.unknown_words, self.words, NO_WORD)
    }

    /// The share of pieces that are the unknown token.
    ///
    /// # Errors
    /// The reason why it is undefined.
    pub fn unknown_piece_share(&self, side: &SideCounts) -> Result<f64, &'static str> {
        share(side.unknown_pieces, side.pieces, NO_TEXT)
    }

    /// The share of pieces that spell less than a character.
    ///
    /// # Errors
    /// The reason why it is undefined.
    pub fn byte_piece_share(&self, side: &SideCounts) -> Result<f64, &'static str> {
        share(side.byte_pieces, side.pieces, NO_TEXT)
    }

    /// The share of texts whose ids differ.
    ///
    /// # Errors
    /// The reason why it is undefined.
    pub fn differing_text_share(&self) -> Result<f64, &'static str> {
        share(self.differing_texts, self.texts, NO_TEXT)
    }

    /// The share of words whose ids differ.
    ///
    /// # Errors
    /// The reason why it is undefined.
    pub fn differing_word_share(&self) -> Result<f64, &'static str> {
        share(self.differing_words, self.words, NO_WORD)
    }

    /// The share of runs without white space whose ids differ.
    ///
    /// # Errors
    /// The reason why it is undefined.
    pub fn differing_run_share(&self) -> Result<f64, &'static str> {
        share(self.differing_runs, self.runs, NO_TEXT)
    }
}

fn share(part: usize, whole: usize, otherwise: &'static str) -> Result<f64, &'static str> {
    if whole == 0 { Err(otherwise) } else { Ok(part as f64 / whole as f64) }
}

/// Reads all texts with both tokenizers; rows are sorted by language.
///
/// # Errors
/// When a tokenizer's own rules fail on a text.
pub fn compare_on_texts(
    nominal: &Tokenizer,
    operative: &Tokenizer,
    samples: &[Sample<'_>],
) -> Result<Vec<LanguageCoverage>, Error> {
    let mut rows: BTreeMap<&str, LanguageCoverage> = BTreeMap::new();
    let mut sides = [Side::new(nominal), Side::new(operative)];
    for (place, sample) in samples.iter().enumerate() {
        let row = rows.entry(sample.language).or_insert_with(|| LanguageCoverage {
            language: sample.language.to_owned(),
            texts: 0,
            words: 0,
            runs: 0,
            code_points: 0,
            letters: 0,
            unspaced_letters: 0,
            nominal: SideCounts::default(),
            operative: SideCounts::default(),
            differing_texts: 0,
            differing_words: 0,
            differing_runs: 0,
            first: None,
        });
        let words: Vec<&str> = sample.text.split_whitespace().collect();
        row.texts += 1;
        row.runs += words.len();
        row.words += words.iter().filter(|word| is_word(word)).count();
        for character in sample.text.chars() {
            row.code_points += 1;
            if character.is_alphanumeric() {
                row.letters += 1;
                row.unspaced_letters += usize::from(is_unspaced(character));
            }
        }
        let first = sides[0].read(sample.text, &words, &mut row.nominal)?;
        let second = sides[1].read(sample.text, &words, &mut row.operative)?;
        compare(place, &words, (nominal, &first), (operative, &second), row);
    }
    Ok(rows.into_values().collect())
}

/// One tokenizer, with what it has already said about its pieces.
struct Side<'t> {
    tokenizer: &'t Tokenizer,
    bytes: HashMap<u32, bool>,
}

/// A text's ids and, for each of its words, the ids that stand for it.
struct Read {
    ids: Vec<u32>,
    by_word: Vec<Vec<u32>>,
}

impl<'t> Side<'t> {
    fn new(tokenizer: &'t Tokenizer) -> Self {
        Side { tokenizer, bytes: HashMap::new() }
    }

    fn read(&mut self, text: &str, words: &[&str], counts: &mut SideCounts) -> Result<Read, Error> {
        let Spelling { ids, words: places } = self.tokenizer.spell_words(text)?;
        let unknown = self.tokenizer.special().unk;
        let mut by_word: Vec<Vec<u32>> = vec![Vec::new(); words.len()];
        for (&id, places) in ids.iter().zip(places) {
            counts.unknown_pieces += usize::from(Some(id) == unknown);
            let tokenizer = self.tokenizer;
            let is_byte = self.bytes.entry(id).or_insert_with(|| tokenizer.spells_bytes(id));
            counts.byte_pieces += usize::from(*is_byte);
            for place in places {
                if let Some(word) = by_word.get_mut(place) {
                    word.push(id);
                }
            }
        }
        counts.pieces += ids.len();
        let around = self.tokenizer.tokens_around();
        counts.cut_texts += usize::from(ids.len().saturating_add(around) > self.tokenizer.max_tokens());
        for (_, ids) in words.iter().zip(&by_word).filter(|(word, _)| is_word(word)) {
            counts.lost_words += usize::from(ids.is_empty());
            counts.unknown_words += usize::from(unknown.is_some_and(|unknown| ids.contains(&unknown)));
        }
        Ok(Read { ids, by_word })
    }
}

fn compare(
    place: usize,
    words: &[&str],
    (nominal, first): (&Tokenizer, &Read),
    (operative, second): (&Tokenizer, &Read),
    row: &mut LanguageCoverage,
) {
    let pairs = words.iter().zip(first.by_word.iter().zip(&second.by_word));
    let differing = pairs.filter(|(_, (first, second))| first != second);
    let shown = differing.clone().find(|(word, _)| is_word(word)).or_else(|| differing.clone().next());
    row.differing_words += differing.clone().filter(|(word, _)| is_word(word)).count();
    row.differing_runs += differing.count();
    if first.ids == second.ids {
        return;
    }
    row.differing_texts += 1;
    if row.first.is_some() {
        return;
    }
    let (word, (first, second)) = match shown {
        Some((word, ids)) => (Some(word.chars().take(LONGEST_WORD).collect()), ids),
        None => (None, (&first.ids, &second.ids)),
    };
    let pieces = |tokenizer: &Tokenizer, ids: &[u32]| -> Vec<String> {
        ids.iter().take(MOST_PIECES).map(|&id| tokenizer.piece(id)).collect()
    };
    row.first = Some(FirstDifference {
        text: place,
        word,
        nominal: pieces(nominal, first),
        nominal_left_out: first.len().saturating_sub(MOST_PIECES),
        operative: pieces(operative, second),
        operative_left_out: second.len().saturating_sub(MOST_PIECES),
    });
}

/// Letters of scripts that put no space between words: Han, Kana, Thai, Lao, Tibetan, Myanmar, Khmer.
fn is_unspaced(character: char) -> bool {
    matches!(u32::from(character),
        0x0E00..=0x0FFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF | 0xA9E0..=0xA9FF | 0xAA60..=0xAA7F | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Whether a piece of a byte-level vocabulary spells no whole characters by itself; false for one that is not written in
/// GPT-2's alphabet of bytes (OpenAI's `encoder.py`, `bytes_to_unicode`), such as an added token.
pub(crate) fn is_partial(piece: &str) -> bool {
    let bytes: Option<Vec<u8>> = piece.chars().map(byte_of).collect();
    bytes.is_some_and(|bytes| std::str::from_utf8(&bytes).is_err())
}

fn byte_of(character: char) -> Option<u8> {
    let code = u32::from(character);
    let printable = |code: u32| matches!(code, 0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF);
    if printable(code) {
        return u8::try_from(code).ok();
    }
    // The others are written as 256 and up, in their order.
    let place = code.checked_sub(256)?;
    (0..256u32).filter(|&code| !printable(code)).nth(place as usize).and_then(|code| u8::try_from(code).ok())
}

#[cfg(test)]
mod tests {
    use super::{byte_of, is_partial};

    #[test]
    fn every_byte_has_one_character_and_pieces_of_characters_are_told() {
        let all: Vec<u8> = (0..0x200u32).filter_map(char::from_u32).filter_map(byte_of).collect();
        let mut sorted = all.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..=255).collect::<Vec<u8>>(), "each byte once");
        assert_eq!(byte_of('\u{120}'), Some(b' '), "the space is GPT-2's");
        assert!(!is_partial("\u{120}the") && !is_partial("Ã©"), "whole characters");
        assert!(is_partial("Ã") && !is_partial("<｜x｜>"), "half a character, and an added token");
    }
}
