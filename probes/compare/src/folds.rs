//! Grouped folds: items that share a group are never on both sides of a split. Fits nothing.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::geometry::check_length;
use crate::interval::members;
use crate::{Error, Undefined};

/// Folds used unless there are fewer groups.
pub const DEFAULT_FOLDS: usize = 5;

/// One split of the items, both sides ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Items to fit on.
    pub train: Vec<usize>,
    /// Items held out.
    pub test: Vec<usize>,
}

/// Refuses labels and groups that cannot be held out, and returns the items of each group.
pub(crate) fn check_groups(labels: &[usize], groups: &[usize], n_categories: usize) -> Result<Vec<Vec<usize>>, Error> {
    check_length("groups", groups.len(), labels.len())?;
    if let Some(&got) = labels.iter().find(|label| **label >= n_categories) {
        return Err(Error::OutOfRange { what: "label", got, bound: n_categories });
    }
    let members = members(groups);
    let mut groups_of = vec![0_usize; n_categories];
    for items in &members {
        let mut present: Vec<usize> = items.iter().map(|&item| labels[item]).collect();
        present.sort_unstable();
        present.dedup();
        for label in present {
            groups_of[label] += 1;
        }
    }
    if groups_of.iter().filter(|count| **count > 0).count() < 2 {
        let got = groups_of.iter().filter(|count| **count > 0).count();
        return Err(Undefined::TooFewCategories { got }.into());
    }
    if let Some(category) = groups_of.iter().position(|count| *count == 1) {
        let what = format!("category {category}");
        return Err(Undefined::TooFewGroups { what, needed: 2, got: 1 }.into());
    }
    Ok(members)
}

/// Deals whole groups into `n_folds` folds (fewer when there are fewer groups), each category as evenly as it goes.
///
/// Groups are shuffled by `seed` and taken with the largest first; each goes to the fold where the category counts,
/// as shares of each category, become least uneven (the greedy rule of scikit-learn's `StratifiedGroupKFold`).
/// Ties go to the fold with the fewest items, then to the first. A category of `n_categories` without any item is
/// allowed, as the caller's list may be longer than this selection of items.
///
/// # Errors
/// [`Undefined::TooFewGroups`] when a category has one group only or a fold would leave a category without
/// training items, [`Undefined::TooFewCategories`], [`Error::OutOfRange`] for a label outside the list.
pub fn grouped_folds(
    labels: &[usize],
    groups: &[usize],
    n_categories: usize,
    n_folds: usize,
    seed: u64,
) -> Result<Vec<Fold>, Error> {
    let mut members = check_groups(labels, groups, n_categories)?;
    let n_folds = n_folds.clamp(2, members.len());
    let mut totals = vec![0.0_f64; n_categories];
    for &label in labels {
        totals[label] += 1.0;
    }
    members.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    members.sort_by_key(|items| std::cmp::Reverse(items.len()));

    // Share of each category in each fold so far.
    let mut shares = vec![vec![0.0_f64; n_categories]; n_folds];
    let mut tests: Vec<Vec<usize>> = vec![Vec::new(); n_folds];
    for items in members {
        let mut addition = vec![0.0_f64; n_categories];
        for &item in &items {
            addition[labels[item]] += 1.0 / totals[labels[item]];
        }
        let unevenness = |fold: usize| -> f64 {
            // Sum over folds of squared shares: the variance over folds up to a constant, as the total is fixed.
            let now: f64 = shares[fold].iter().zip(&addition).map(|(share, add)| (share + add) * (share + add)).sum();
            let before: f64 = shares[fold].iter().map(|share| share * share).sum();
            now - before
        };
        let chosen = (0..n_folds)
            .min_by(|&a, &b| {
                // Equal unevenness differs in its last digits only; those must not decide.
                let (left, right) = (unevenness(a), unevenness(b));
                let order =
                    if (left - right).abs() < 1e-12 { std::cmp::Ordering::Equal } else { left.total_cmp(&right) };
                order.then(tests[a].len().cmp(&tests[b].len())).then(a.cmp(&b))
            })
            .unwrap_or(0);
        for (share, add) in shares[chosen].iter_mut().zip(&addition) {
            *share += add;
        }
        tests[chosen].extend(items);
    }

    tests.retain(|test| !test.is_empty());
    for (category, total) in totals.iter().enumerate().filter(|(_, total)| **total > 0.0) {
        let everything =
            |test: &Vec<usize>| test.iter().filter(|&&item| labels[item] == category).count() as f64 == *total;
        if tests.iter().any(everything) {
            let what = format!("category {category} outside one fold");
            return Err(Undefined::TooFewGroups { what, needed: 1, got: 0 }.into());
        }
    }
    Ok(tests
        .into_iter()
        .map(|mut test| {
            test.sort_unstable();
            let train = (0..labels.len()).filter(|item| test.binary_search(item).is_err()).collect();
            Fold { train, test }
        })
        .collect())
}
