//! Exact nearest neighbours by cosine, and how far two variants agree on them. Never holds a matrix of items by items.

use ndarray::{ArrayView2, s};
use rayon::prelude::*;

use super::{check_finite, check_length, unit_rows};
use crate::Undefined;

/// Rows whose similarities to all items are held at once.
const BLOCK: usize = 128;

/// The `k` nearest other items of every item by cosine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbours {
    k: usize,
    /// `k` indices an item, nearest first.
    lists: Vec<Vec<usize>>,
}

impl Neighbours {
    /// Finds the `k` items with the largest cosine to each row of `states` [items, dim], itself left out.
    ///
    /// Exact, in f64; where cosines are equal the lower index comes first. Blocks of rows are compared with all
    /// rows, so that memory grows with n and not with its square.
    ///
    /// # Errors
    /// [`Undefined::TooFewItems`] unless there are more than `k` items and `k` is positive,
    /// [`Undefined::ZeroNorm`] and [`Undefined::NotFinite`].
    pub fn find(states: ArrayView2<'_, f64>, k: usize) -> Result<Self, Undefined> {
        let n = states.nrows();
        let needed = k.max(1).saturating_add(1);
        if n < needed || k == 0 {
            return Err(Undefined::TooFewItems { needed, got: n });
        }
        check_finite(states)?;
        let unit = unit_rows(states)?;
        let starts: Vec<usize> = (0..n).step_by(BLOCK).collect();
        let lists = starts
            .par_iter()
            .flat_map_iter(|&start| {
                let stop = (start + BLOCK).min(n);
                let similarity = unit.slice(s![start..stop, ..]).dot(&unit.t());
                (start..stop)
                    .map(|item| {
                        let row = similarity.row(item - start);
                        let mut order: Vec<usize> = (0..n).filter(|&other| other != item).collect();
                        let nearer = |a: &usize, b: &usize| row[*b].total_cmp(&row[*a]).then(a.cmp(b));
                        if k < order.len() {
                            order.select_nth_unstable_by(k, nearer);
                            order.truncate(k);
                        }
                        order.sort_unstable_by(nearer);
                        order
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        Ok(Self { k, lists })
    }

    /// How many neighbours each item has.
    pub fn k(&self) -> usize {
        self.k
    }

    /// Neighbours of each item, nearest first.
    pub fn lists(&self) -> &[Vec<usize>] {
        &self.lists
    }

    /// For each item, ascending, those neighbours that have it as a neighbour too.
    fn mutual(&self) -> Vec<Vec<usize>> {
        self.lists
            .iter()
            .enumerate()
            .map(|(item, list)| {
                let mut mutual: Vec<usize> =
                    list.iter().copied().filter(|&other| self.lists[other].contains(&item)).collect();
                mutual.sort_unstable();
                mutual
            })
            .collect()
    }
}

/// How far two variants agree on who is near whom.
#[derive(Clone, Debug, PartialEq)]
pub struct NeighbourAgreement {
    /// Neighbours an item.
    pub k: usize,
    /// Number of items.
    pub n: usize,
    /// Neighbours shared, item by item: 0 to k.
    pub shared: Vec<usize>,
    /// `knn-overlap@k`, item by item: shared over k. Its mean is the measure (mutual-kNN alignment in
    /// Huh, Cheung, Wang and Isola 2024, "The Platonic Representation Hypothesis").
    pub overlap: Vec<f64>,
    /// `knn-jaccard@k`, item by item: shared over the union of both lists.
    pub jaccard: Vec<f64>,
    /// `mutual-knn@k`: edges of both mutual-neighbour graphs over edges of either.
    pub mutual: Result<f64, Undefined>,
    /// Edges of the mutual-neighbour graphs: nominal, operative, both.
    pub mutual_edges: [usize; 3],
    /// Overlap expected of unrelated states: k / (n - 1).
    pub chance: f64,
    /// Jaccard expected of unrelated states.
    pub jaccard_chance: f64,
    /// What `mutual` would be if both graphs kept their numbers of edges and had nothing to do with each other.
    pub mutual_chance: f64,
}

impl NeighbourAgreement {
    /// Mean of the per-item overlaps.
    pub fn overlap_mean(&self) -> f64 {
        self.overlap.iter().sum::<f64>() / self.n as f64
    }

    /// Mean of the per-item Jaccard indices.
    pub fn jaccard_mean(&self) -> f64 {
        self.jaccard.iter().sum::<f64>() / self.n as f64
    }
}

/// Members of two ascending lists that are in both.
fn shared_count(a: &[usize], b: &[usize]) -> usize {
    a.iter().filter(|member| b.binary_search(member).is_ok()).count()
}

fn check_same(nominal: &Neighbours, operative: &Neighbours) -> Result<(), Undefined> {
    if nominal.lists.len() != operative.lists.len() {
        return Err(Undefined::ItemsDiffer { nominal: nominal.lists.len(), operative: operative.lists.len() });
    }
    check_length("neighbours of an operative item", operative.k, nominal.k)
}

/// Compares the neighbours two variants give to the same items.
///
/// # Errors
/// [`Undefined::ItemsDiffer`], and [`Undefined::LengthDiffers`] when the two were found with different k.
pub fn agreement(nominal: &Neighbours, operative: &Neighbours) -> Result<NeighbourAgreement, Undefined> {
    check_same(nominal, operative)?;
    let (k, n) = (nominal.k, nominal.lists.len());
    let shared: Vec<usize> = nominal
        .lists
        .iter()
        .zip(&operative.lists)
        .map(|(a, b)| {
            let mut b = b.clone();
            b.sort_unstable();
            shared_count(a, &b)
        })
        .collect();
    let (nominal_mutual, operative_mutual) = (nominal.mutual(), operative.mutual());
    // Every edge is seen from both of its ends.
    let edges = |mutual: &[Vec<usize>]| mutual.iter().map(Vec::len).sum::<usize>() / 2;
    let (in_nominal, in_operative) = (edges(&nominal_mutual), edges(&operative_mutual));
    let in_both = nominal_mutual.iter().zip(&operative_mutual).map(|(a, b)| shared_count(a, b)).sum::<usize>() / 2;
    let pairs = (n * (n - 1)) as f64 / 2.0;
    let expected = in_nominal as f64 * in_operative as f64 / pairs;
    let in_either = in_nominal + in_operative - in_both;
    Ok(NeighbourAgreement {
        k,
        n,
        overlap: shared.iter().map(|&shared| shared as f64 / k as f64).collect(),
        jaccard: shared.iter().map(|&shared| shared as f64 / (2 * k - shared) as f64).collect(),
        mutual: if in_either == 0 { Err(Undefined::NoMutualNeighbours) } else { Ok(in_both as f64 / in_either as f64) },
        mutual_edges: [in_nominal, in_operative, in_both],
        chance: k as f64 / (n - 1) as f64,
        jaccard_chance: jaccard_chance(k, n),
        mutual_chance: if in_either == 0 { 0.0 } else { expected / ((in_nominal + in_operative) as f64 - expected) },
        shared,
    })
}

/// `mutual-knn@k` of each category: over the edges with at least one end in it.
///
/// # Errors
/// As [`agreement`], and [`Undefined::LengthDiffers`] unless `labels` has one entry an item. A category without
/// any such edge is undefined by itself.
pub fn mutual_by_category(
    nominal: &Neighbours,
    operative: &Neighbours,
    labels: &[usize],
    n_categories: usize,
) -> Result<Vec<Result<f64, Undefined>>, Undefined> {
    check_same(nominal, operative)?;
    check_length("labels", labels.len(), nominal.lists.len())?;
    let (nominal_mutual, operative_mutual) = (nominal.mutual(), operative.mutual());
    let touched = |mutual: &[usize], item: usize, category: usize| {
        // An edge inside the category is counted once, from its lower end.
        mutual.iter().filter(|&&other| labels[other] != category || item < other).copied().collect::<Vec<_>>()
    };
    Ok((0..n_categories)
        .map(|category| {
            let (mut both, mut either) = (0, 0);
            for item in (0..labels.len()).filter(|&item| labels[item] == category) {
                let a = touched(&nominal_mutual[item], item, category);
                let b = touched(&operative_mutual[item], item, category);
                let shared = shared_count(&a, &b);
                both += shared;
                either += a.len() + b.len() - shared;
            }
            if either == 0 { Err(Undefined::NoMutualNeighbours) } else { Ok(both as f64 / either as f64) }
        })
        .collect())
}

/// Mean of per-item values in each category; undefined where a category has no item.
///
/// # Errors
/// [`Undefined::LengthDiffers`] unless `labels` has one entry a value.
pub fn by_category(
    values: &[f64],
    labels: &[usize],
    n_categories: usize,
) -> Result<Vec<Result<f64, Undefined>>, Undefined> {
    check_length("labels", labels.len(), values.len())?;
    Ok((0..n_categories)
        .map(|category| {
            let (mut sum, mut count) = (0.0, 0_usize);
            for (value, _) in values.iter().zip(labels).filter(|(_, label)| **label == category) {
                sum += value;
                count += 1;
            }
            if count == 0 { Err(Undefined::TooFewItems { needed: 1, got: 0 }) } else { Ok(sum / count as f64) }
        })
        .collect())
}

/// Jaccard index expected of two unrelated lists of `k` out of n - 1 others: the mean of x / (2k - x) over the
/// hypergeometric distribution of the number x they share.
pub fn jaccard_chance(k: usize, n: usize) -> f64 {
    let others = n.saturating_sub(1);
    if k == 0 || others < k {
        return 0.0;
    }
    let log_choose =
        |n: usize, k: usize| -> f64 { (0..k).map(|step| ((n - step) as f64 / (step + 1) as f64).ln()).sum() };
    let whole = log_choose(others, k);
    (0..=k)
        .filter(|shared| k - shared <= others - k)
        .map(|shared| {
            let probability = (log_choose(k, shared) + log_choose(others - k, k - shared) - whole).exp();
            probability * shared as f64 / (2 * k - shared) as f64
        })
        .sum()
}
