//! Intervals by resampling items in whole groups. Never lets a duplicate into a Gram matrix or a neighbourhood:
//! means of per-item values are bootstrapped with the values fixed, kernels are left out block by block.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Undefined;
use crate::geometry::check_length;

/// An interval at 95%.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Most blocks that a jackknife leaves out.
pub const MOST_BLOCKS: usize = 20;

/// Upper 2.5% points of Student's t with 1 to 19 degrees of freedom.
const STUDENT_T_975: [f64; MOST_BLOCKS - 1] = [
    12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004, 2.262_157, 2.228_139,
    2.200_985, 2.178_813, 2.160_369, 2.144_787, 2.131_450, 2.119_905, 2.109_816, 2.100_922, 2.093_024,
];

/// Items of each group, groups in ascending order of their index.
pub(crate) fn members(groups: &[usize]) -> Vec<Vec<usize>> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (item, &group) in groups.iter().enumerate() {
        members.entry(group).or_default().push(item);
    }
    members.into_values().collect()
}

/// Interval of the mean of per-item values, or of a share of items, by resampling whole groups.
///
/// The mean is the ratio of two group totals, `sum(values) / sum(weights)`: weight 1 for a plain mean, or 1 only for
/// the items a share is about. Groups are drawn with replacement `replicates` times, and the interval is that
/// of the 2.5% and 97.5% quantiles (cluster bootstrap; Davison and Hinkley 1997, "Bootstrap Methods and their
/// Application", section 3.8). Values are not computed anew, so neighbourhoods stay those of the whole list.
///
/// # Errors
/// [`Undefined::LengthDiffers`], [`Undefined::TooFewItems`] without a weight or a replicate, and
/// [`Undefined::TooFewGroups`] below two groups.
pub fn group_bootstrap(
    values: &[f64],
    weights: &[f64],
    groups: &[usize],
    replicates: usize,
    seed: u64,
) -> Result<Interval, Undefined> {
    check_length("weights", weights.len(), values.len())?;
    check_length("groups", groups.len(), values.len())?;
    // A group without weight can change nothing, and would only make draws empty.
    let totals: Vec<(f64, f64)> = members(groups)
        .iter()
        .map(|items| {
            items.iter().fold((0.0, 0.0), |(value, weight), &item| (value + values[item], weight + weights[item]))
        })
        .filter(|&(_, weight)| weight > 0.0)
        .collect();
    if replicates == 0 {
        return Err(Undefined::TooFewItems { needed: 1, got: 0 });
    }
    if totals.len() < 2 {
        return Err(Undefined::TooFewGroups { what: "the list".to_owned(), needed: 2, got: totals.len() });
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut means: Vec<f64> = (0..replicates)
        .map(|_| {
            let (value, weight) = (0..totals.len()).fold((0.0, 0.0), |(value, weight), _| {
                let drawn = totals[rng.random_range(0..totals.len())];
                (value + drawn.0, weight + drawn.1)
            });
            value / weight
        })
        .collect();
    means.sort_by(f64::total_cmp);
    Ok(Interval { low: quantile(&means, 0.025), high: quantile(&means, 0.975) })
}

/// Quantile of ascending numbers by linear interpolation (type 7 of Hyndman and Fan 1996). Must not be empty.
pub(crate) fn quantile(ascending: &[f64], probability: f64) -> f64 {
    let position = probability * (ascending.len() - 1) as f64;
    let (lower, upper) = (position.floor(), position.ceil());
    let (low, high) = (ascending[lower as usize], ascending[upper as usize]);
    low + (position - lower) * (high - low)
}

/// At most [`MOST_BLOCKS`] blocks of whole groups of about equal size, each the ascending items in it.
///
/// Groups are shuffled by `seed` and then, largest first, dealt to the block with the fewest items.
pub fn blocks(groups: &[usize], seed: u64) -> Vec<Vec<usize>> {
    let mut members = members(groups);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    members.shuffle(&mut rng);
    members.sort_by_key(|items| std::cmp::Reverse(items.len()));
    let mut blocks = vec![Vec::new(); members.len().min(MOST_BLOCKS)];
    for items in members {
        if let Some(smallest) = blocks.iter_mut().min_by_key(|block| block.len()) {
            smallest.extend(items);
        }
    }
    for block in &mut blocks {
        block.sort_unstable();
    }
    blocks
}

/// Interval of a statistic by leaving out one block at a time, for blocks of unequal size.
///
/// `without[j]` is the statistic without block j, of `sizes[j]` items. The variance is that of the delete-m_j
/// jackknife (Busing, Meijer and van der Leeden 1999, "Delete-m Jackknife for Unequal m": with h_j = n / m_j, the
/// pseudo-values are h_j whole - (h_j - 1) without_j and weigh 1 / (h_j - 1)), and the interval is centred on `whole`
/// with Student's t of one degree of freedom less than there are blocks.
///
/// # Errors
/// [`Undefined::TooFewGroups`] below three blocks, [`Undefined::LengthDiffers`].
pub fn weighted_jackknife(whole: f64, without: &[f64], sizes: &[usize]) -> Result<Interval, Undefined> {
    let n_blocks = without.len();
    check_length("block sizes", sizes.len(), n_blocks)?;
    if !(3..=MOST_BLOCKS).contains(&n_blocks) {
        return Err(Undefined::TooFewGroups { what: "the list".to_owned(), needed: 3, got: n_blocks });
    }
    let n = sizes.iter().sum::<usize>() as f64;
    let shares: Vec<f64> = sizes.iter().map(|&size| n / size as f64).collect();
    let estimate = n_blocks as f64 * whole
        - without.iter().zip(&shares).map(|(value, share)| (1.0 - 1.0 / share) * value).sum::<f64>();
    let variance = without
        .iter()
        .zip(&shares)
        .map(|(value, share)| {
            let pseudo = share * whole - (share - 1.0) * value;
            (pseudo - estimate) * (pseudo - estimate) / (share - 1.0)
        })
        .sum::<f64>()
        / n_blocks as f64;
    let reach = STUDENT_T_975[n_blocks - 2] * variance.sqrt();
    Ok(Interval { low: whole - reach, high: whole + reach })
}
