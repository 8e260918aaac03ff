//! A suite in memory: categories, items and who has read them. Reading and checking is in `read`.

use std::collections::{BTreeMap, BTreeSet};

/// Categories and items to ask a model about, as read from a folder and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// Short name, unique among the suites of an audit.
    pub id: String,
    /// Title per language tag.
    pub title: BTreeMap<String, String>,
    /// Version as its author writes it.
    pub version: String,
    /// Licence as an SPDX expression.
    pub licence: String,
    /// Whether the items were made up for the suite rather than collected.
    pub synthetic: bool,
    /// Native readers who have read the items, per language tag; empty or absent until someone has.
    pub reviewed_by: BTreeMap<String, Vec<String>>,
    /// Categories in the order of the file, at least two.
    pub categories: Vec<Category>,
    /// Items in the order of the file.
    pub items: Vec<Item>,
    /// Named lists of words for association measures; often none.
    pub word_sets: Vec<WordSet>,
    /// SHA-256 in lower-case hex of the bytes of `suite.toml` followed by those of `items.jsonl`
    /// (`cat suite.toml items.jsonl | sha256sum`).
    pub sha256: String,
}

/// A class that people or situations are sorted into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Id, unique in the suite.
    pub id: String,
    /// A word or two per language tag; every language of the items has one.
    pub labels: BTreeMap<String, String>,
    /// A sentence that says what belongs here, per language tag; may lack languages.
    pub meanings: BTreeMap<String, String>,
}

/// One text with the category that the suite gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Id, unique in the suite.
    pub id: String,
    /// The text exactly as written: not normalised, joiners kept.
    pub text: String,
    /// Language tag.
    pub language: String,
    /// Id of its category.
    pub category: String,
    /// Template it was drawn from, the same across languages; folds hold out whole groups.
    pub group: Option<String>,
}

/// A named list of words per language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordSet {
    /// Id, unique in the suite.
    pub id: String,
    /// Words per language tag.
    pub words: BTreeMap<String, Vec<String>>,
}

impl Suite {
    /// The languages of the items, in order of their tags.
    pub fn languages(&self) -> Vec<String> {
        let languages: BTreeSet<&String> = self.items.iter().map(|item| &item.language).collect();
        languages.into_iter().cloned().collect()
    }

    /// The languages of the items that no native reader has read: a limit on every finding from them.
    pub fn unreviewed(&self) -> Vec<String> {
        let mut languages = self.languages();
        languages.retain(|language| self.reviewed_by.get(language).is_none_or(Vec::is_empty));
        languages
    }
}
