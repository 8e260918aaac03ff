//! The items as both variants read them: token ids, unknown words, and the languages nothing can be said about.

use parallax_compare::language::{LanguageCheck as Check, TokenizedItems, check_languages as check};
use parallax_datasets::{Item, Suite};
use parallax_tokens::Encoding;
use parallax_wire::Error;

use super::subject::Subject;
use crate::error::Coded;

/// One item of one suite in both readings.
pub(crate) struct ReadItem<'a> {
    /// Index of its suite.
    pub(crate) suite: usize,
    pub(crate) item: &'a Item,
    pub(crate) nominal: Encoding,
    pub(crate) operative: Encoding,
}

impl ReadItem<'_> {
    /// Whether both variants see the same token ids.
    pub(crate) fn same_tokens(&self) -> bool {
        self.nominal.ids == self.operative.ids
    }
}

/// Reads every item of every suite with both tokenizers, in the order of the suites.
pub(crate) fn read<'a>(
    suites: &'a [Suite],
    nominal: &Subject,
    operative: &Subject,
) -> Result<Vec<ReadItem<'a>>, Error> {
    let mut items = Vec::new();
    for (suite, asked) in suites.iter().enumerate() {
        for item in &asked.items {
            items.push(ReadItem {
                suite,
                item,
                nominal: nominal.tokenizer.encode(&item.text).bad_input()?,
                operative: operative.tokenizer.encode(&item.text).bad_input()?,
            });
        }
    }
    Ok(items)
}

/// What both variants can make of one language of one suite.
pub(crate) struct LanguageCheck {
    pub(crate) suite: usize,
    pub(crate) language: String,
    pub(crate) nominal: Check,
    pub(crate) operative: Check,
    /// Indices of the items, in the order of the suite.
    pub(crate) items: Vec<usize>,
    /// Indices of the items that the two variants read as different token ids.
    pub(crate) different_ids: Vec<usize>,
}

impl LanguageCheck {
    /// Whether category decisions in this language mean anything in both variants.
    pub(crate) fn testable(&self) -> bool {
        !self.nominal.cannot_test() && !self.operative.cannot_test()
    }
}

/// Checks every language of every suite; languages in alphabetical order within their suite.
pub(crate) fn check_languages(suites: &[Suite], items: &[ReadItem<'_>]) -> Result<Vec<LanguageCheck>, Error> {
    let mut checks = Vec::new();
    for (suite, asked) in suites.iter().enumerate() {
        for language in asked.languages() {
            let chosen: Vec<usize> = (0..items.len())
                .filter(|&index| items[index].suite == suite && items[index].item.language == language)
                .collect();
            if chosen.is_empty() {
                continue;
            }
            let nominal = one_language(asked, items, &chosen, |read| &read.nominal)?;
            let operative = one_language(asked, items, &chosen, |read| &read.operative)?;
            let different_ids = chosen.iter().copied().filter(|&index| !items[index].same_tokens()).collect();
            checks.push(LanguageCheck { suite, language, nominal, operative, items: chosen, different_ids });
        }
    }
    Ok(checks)
}

fn one_language(
    suite: &Suite,
    items: &[ReadItem<'_>],
    chosen: &[usize],
    encoding: for<'b> fn(&'b ReadItem<'b>) -> &'b Encoding,
) -> Result<Check, Error> {
    let labels: Vec<usize> = chosen.iter().map(|&index| category_index(suite, &items[index].item.category)).collect();
    let encodings: Vec<&Encoding> = chosen.iter().map(|&index| encoding(&items[index])).collect();
    let tokenized = TokenizedItems {
        languages: &vec![0; chosen.len()],
        labels: &labels,
        ids: &encodings.iter().map(|encoding| encoding.ids.clone()).collect::<Vec<_>>(),
        words: &encodings.iter().map(|encoding| encoding.words).collect::<Vec<_>>(),
        unknown_words: &encodings.iter().map(|encoding| encoding.unknown_words).collect::<Vec<_>>(),
    };
    let checks = check(&tokenized).internal()?;
    checks
        .into_iter()
        .next()
        .ok_or_else(|| Error::new(parallax_wire::Code::Internal, "a language without items was checked"))
}

/// Index of a category in its suite; a suite that was read holds no item of another category.
pub(crate) fn category_index(suite: &Suite, category: &str) -> usize {
    suite.categories.iter().position(|known| known.id == category).unwrap_or_default()
}
