//! Can anything be said about a language with this tokenizer? Counts only; reads no text.

use std::collections::BTreeMap;

use crate::Undefined;
use crate::geometry::check_length;

/// Share of words with an unknown token above which a language cannot be tested.
pub const MOST_UNKNOWN: f64 = 0.2;

/// What a tokenizer made of the items, one entry an item in every list.
#[derive(Clone, Copy, Debug)]
pub struct TokenizedItems<'a> {
    /// Language of each item, as an index.
    pub languages: &'a [usize],
    /// Category of each item.
    pub labels: &'a [usize],
    /// Token ids of each item.
    pub ids: &'a [Vec<u32>],
    /// Words of each item.
    pub words: &'a [usize],
    /// Words of each item that hold an unknown token.
    pub unknown_words: &'a [usize],
}

/// Whether a language can be tested, with the numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageCheck {
    /// Language, as an index.
    pub language: usize,
    /// Its items.
    pub n_items: usize,
    /// Its words.
    pub n_words: usize,
    /// Words with an unknown token.
    pub n_unknown_words: usize,
    /// Items whose ids equal those of an item of another category, ascending.
    pub confused_items: Vec<usize>,
}

impl LanguageCheck {
    /// Share of words with an unknown token; 0 where there are no words.
    pub fn unknown_share(&self) -> f64 {
        if self.n_words == 0 { 0.0 } else { self.n_unknown_words as f64 / self.n_words as f64 }
    }

    /// Whether too many words are unknown.
    pub fn too_many_unknown(&self) -> bool {
        self.unknown_share() > MOST_UNKNOWN
    }

    /// Whether nothing can be said about the language: too many unknown words, or items of different categories
    /// that the model cannot tell apart because it reads the same ids.
    pub fn cannot_test(&self) -> bool {
        self.too_many_unknown() || !self.confused_items.is_empty()
    }
}

/// Checks every language that has an item, ascending.
///
/// # Errors
/// [`Undefined::LengthDiffers`] unless every list has one entry an item.
pub fn check_languages(items: &TokenizedItems<'_>) -> Result<Vec<LanguageCheck>, Undefined> {
    let n = items.ids.len();
    check_length("languages", items.languages.len(), n)?;
    check_length("labels", items.labels.len(), n)?;
    check_length("words", items.words.len(), n)?;
    check_length("unknown words", items.unknown_words.len(), n)?;
    let mut checks: BTreeMap<usize, LanguageCheck> = BTreeMap::new();
    // Items with the same ids in the same language.
    let mut twins: BTreeMap<(usize, &[u32]), Vec<usize>> = BTreeMap::new();
    for item in 0..n {
        let language = items.languages[item];
        let check = checks.entry(language).or_insert(LanguageCheck {
            language,
            n_items: 0,
            n_words: 0,
            n_unknown_words: 0,
            confused_items: Vec::new(),
        });
        check.n_items += 1;
        check.n_words += items.words[item];
        check.n_unknown_words += items.unknown_words[item];
        twins.entry((language, &items.ids[item])).or_default().push(item);
    }
    for ((language, _), twins) in twins {
        let first = items.labels[twins[0]];
        if twins.iter().any(|&item| items.labels[item] != first)
            && let Some(check) = checks.get_mut(&language)
        {
            check.confused_items.extend(twins);
        }
    }
    Ok(checks
        .into_values()
        .map(|mut check| {
            check.confused_items.sort_unstable();
            check
        })
        .collect())
}
