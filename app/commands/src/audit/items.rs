//! Which items take part in what, and their states as matrices.

use std::collections::BTreeMap;

use ndarray::Array2;
use parallax_datasets::Suite;
use parallax_model::States;

use super::reading::{LanguageCheck, ReadItem, category_index};

/// Some items of one suite, by index into the list of all items.
pub(crate) struct Chosen {
    pub(crate) items: Vec<usize>,
    /// Category of each, as an index into the suite.
    pub(crate) labels: Vec<usize>,
    /// Template group of each; an item without one is a group of its own.
    pub(crate) groups: Vec<usize>,
    /// Language of each, as an index into `languages`.
    pub(crate) language_of: Vec<usize>,
    pub(crate) languages: Vec<String>,
}

impl Chosen {
    /// The items of `suite` in languages that can be tested; where `same_tokens`, only those that both variants read alike.
    pub(crate) fn testable(
        suites: &[Suite],
        suite: usize,
        items: &[ReadItem<'_>],
        checks: &[LanguageCheck],
        same_tokens: bool,
    ) -> Self {
        let languages: Vec<&LanguageCheck> =
            checks.iter().filter(|check| check.suite == suite && check.testable()).collect();
        let mut chosen: Vec<(usize, usize)> = Vec::new();
        for (language, check) in languages.iter().enumerate() {
            chosen.extend(
                check
                    .items
                    .iter()
                    .filter(|&&index| !same_tokens || items[index].same_tokens())
                    .map(|&index| (index, language)),
            );
        }
        // The order of the suite, so that nothing depends on how languages are listed.
        chosen.sort_unstable();
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut next = 0;
        let groups = chosen
            .iter()
            .map(|&(index, _)| {
                let fresh = next;
                let group = match &items[index].item.group {
                    Some(group) => *numbers.entry(group).or_insert(fresh),
                    None => fresh,
                };
                next += usize::from(group == fresh);
                group
            })
            .collect();
        Self {
            labels: chosen
                .iter()
                .map(|&(index, _)| category_index(&suites[suite], &items[index].item.category))
                .collect(),
            groups,
            language_of: chosen.iter().map(|&(_, language)| language).collect(),
            items: chosen.into_iter().map(|(index, _)| index).collect(),
            languages: languages.iter().map(|check| check.language.clone()).collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Positions of the items of one language.
    pub(crate) fn in_language(&self, language: usize) -> Vec<usize> {
        (0..self.len()).filter(|&position| self.language_of[position] == language).collect()
    }

    /// States at one tap, `[item, dim]`, in f64.
    pub(crate) fn states(&self, states: &States, tap: usize) -> Array2<f64> {
        matrix(states, &self.items, tap)
    }
}

/// States of `items` at one tap, `[item, dim]`, in f64.
pub(crate) fn matrix(states: &States, items: &[usize], tap: usize) -> Array2<f64> {
    let mut matrix = Array2::zeros((items.len(), states.dim));
    for (mut row, &item) in matrix.rows_mut().into_iter().zip(items) {
        for (to, from) in row.iter_mut().zip(states.state(item, tap)) {
            *to = f64::from(*from);
        }
    }
    matrix
}

/// `values` at `positions`.
pub(crate) fn pick<T: Copy>(values: &[T], positions: &[usize]) -> Vec<T> {
    positions.iter().map(|&position| values[position]).collect()
}
