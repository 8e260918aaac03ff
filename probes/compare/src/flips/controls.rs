//! Could the flip test have seen a change? Injects known ones and counts those it finds. Never part of a finding itself.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{FlipInput, adjust, check, test_all};
use crate::Error;

/// Which items of a category an injected change moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Injection {
    /// All items of this share of the category's groups, rounded up; the first groups by index.
    ///
    /// Six groups are the fewest that can be found at 5%, and more where other things moved too, so that a half of
    /// ten groups goes unseen: [`smallest_detectable_groups`] says what would not.
    Groups {
        /// Share of groups, above 0 and up to 1.
        share: f64,
    },
    /// Every `every`-th item of the category, in each of its groups, the first item of a group included.
    Items {
        /// 2 for half of the items, 1 for all.
        every: usize,
    },
}

/// Which injected changes were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositiveControl {
    /// Language and category of each change found.
    pub found: Vec<(usize, usize)>,
    /// Language and category of each change missed.
    pub missed: Vec<(usize, usize)>,
}

impl PositiveControl {
    /// Share of changes found; `None` where nothing could be injected.
    pub fn share(&self) -> Option<f64> {
        let all = self.found.len() + self.missed.len();
        (all > 0).then(|| self.found.len() as f64 / all as f64)
    }
}

/// How small a change in a category could be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detectable {
    /// Language, as an index.
    pub language: usize,
    /// Category that nominal puts the items into.
    pub from: usize,
    /// Groups with such items.
    pub groups_total: usize,
    /// Fewest groups that had to move to the next category as a whole; `None` when even all were not found.
    pub groups_needed: Option<usize>,
}

/// Languages and categories in which nominal puts an item, ascending.
fn present(input: &FlipInput<'_>) -> Vec<(usize, usize)> {
    let present: BTreeSet<(usize, usize)> =
        input.languages.iter().copied().zip(input.nominal.iter().copied()).collect();
    present.into_iter().collect()
}

/// Items of a category in a language, with the groups they are in.
fn items_of(input: &FlipInput<'_>, language: usize, from: usize) -> (Vec<usize>, Vec<usize>) {
    let items: Vec<usize> = (0..input.nominal.len())
        .filter(|&item| input.languages[item] == language && input.nominal[item] == from)
        .collect();
    let groups: BTreeSet<usize> = items.iter().map(|&item| input.groups[item]).collect();
    (items, groups.into_iter().collect())
}

/// Whether the test finds `items` of (`language`, `from`) moved to the next category, on top of operative.
fn finds(input: &FlipInput<'_>, language: usize, from: usize, items: &[usize], alpha: f64) -> bool {
    let to = (from + 1) % input.n_categories;
    let mut operative = input.operative.to_vec();
    for &item in items {
        operative[item] = to;
    }
    let injected = FlipInput { operative: &operative, ..*input };
    let (adjusted, _, _) = adjust(&test_all(&injected), alpha);
    adjusted.get(&(language, from, Some(to))).is_some_and(|p| *p <= alpha)
}

/// Injects one change for each language and category, and counts those the test finds at `alpha`.
///
/// A change decides the chosen items of category a as the next category, on top of the operative decisions as they
/// are, so that the test has to find it among whatever else moved.
///
/// # Errors
/// As [`super::flips`].
pub fn positive_control(input: &FlipInput<'_>, alpha: f64, injection: Injection) -> Result<PositiveControl, Error> {
    check(input)?;
    if input.n_categories < 2 {
        return Ok(PositiveControl { found: Vec::new(), missed: Vec::new() });
    }
    let outcomes: Vec<((usize, usize), bool)> = present(input)
        .into_par_iter()
        .map(|(language, from)| {
            let (items, groups) = items_of(input, language, from);
            let chosen: Vec<usize> = match injection {
                Injection::Groups { share } => {
                    let count = (share * groups.len() as f64).ceil() as usize;
                    let taken: BTreeSet<usize> = groups.into_iter().take(count).collect();
                    items.into_iter().filter(|&item| taken.contains(&input.groups[item])).collect()
                }
                Injection::Items { every } => groups
                    .iter()
                    .flat_map(|group| {
                        items.iter().copied().filter(|&item| input.groups[item] == *group).step_by(every.max(1))
                    })
                    .collect(),
            };
            ((language, from), finds(input, language, from, &chosen, alpha))
        })
        .collect();
    let pick = |wanted: bool| outcomes.iter().filter(|(_, found)| *found == wanted).map(|(key, _)| *key).collect();
    Ok(PositiveControl { found: pick(true), missed: pick(false) })
}

/// For each language and category, the fewest groups that must move as a whole to be found at `alpha`.
///
/// Groups are moved in the order of their index, on top of the operative decisions as they are.
///
/// # Errors
/// As [`super::flips`].
pub fn smallest_detectable_groups(input: &FlipInput<'_>, alpha: f64) -> Result<Vec<Detectable>, Error> {
    check(input)?;
    if input.n_categories < 2 {
        return Ok(Vec::new());
    }
    Ok(present(input)
        .into_par_iter()
        .map(|(language, from)| {
            let (items, groups) = items_of(input, language, from);
            let groups_needed = (1..=groups.len()).find(|&count| {
                let taken: BTreeSet<usize> = groups.iter().take(count).copied().collect();
                let chosen: Vec<usize> =
                    items.iter().copied().filter(|&item| taken.contains(&input.groups[item])).collect();
                finds(input, language, from, &chosen, alpha)
            });
            Detectable { language, from, groups_total: groups.len(), groups_needed }
        })
        .collect())
}
