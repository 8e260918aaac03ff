//! Whether two tensors have a common origin, when no transform explains the one from the other.
//!
//! Cosines of weights are held against what the order of the units alone can tell. A cosine of 0.01 over a million
//! weights is ten standard deviations of what independent numbers give, and still says nothing: tensors that were trained
//! apart share means, scales and outlying columns. What they do not share is which unit is which.

use ndarray::{Array1, Array2, Axis, s};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::residual::{Rows, Undecided, check_shapes, for_each_block, normal_upper_tail};

/// Units that are compared at most.
const MOST_UNITS: usize = 512;
/// Fewer units say nothing about their order.
const FEWEST_UNITS: usize = 32;
/// Numbers of one side that are held when whole rows are compared.
const MOST_NUMBERS: usize = 1 << 23;
/// p-values below this are called related: a variant has some hundred tensors, and a wrong call accuses somebody.
const RELATED: f64 = 1e-6;
/// p-values above this, with a test that would have seen something, are called unrelated.
const UNRELATED: f64 = 0.01;
/// A test that cannot see a mean cosine of this size says nothing by finding none.
const VISIBLE: f64 = 0.2;

/// Which side of a tensor is made of units that a training run could have put in any other order: the hidden side of a
/// feed-forward block, or the side of the hidden states. Never tokens or positions, which mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    /// Every row is a unit.
    Rows,
    /// Every column is a unit.
    Columns,
}

/// What is said about two tensors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Relation {
    /// They have a common origin.
    Related {
        /// The probability of at least this much agreement between tensors that were trained apart.
        p: f64,
    },
    /// Nothing speaks for a common origin, and the test would have seen mean cosines from `visible` on.
    Unrelated {
        /// The mean cosine between counterparts that is found in 99 of 100 cases.
        visible: f64,
    },
    /// The test says nothing.
    NotDecidable {
        /// Why.
        reason: NotDecidable,
    },
}

/// Why a test of origin says nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NotDecidable {
    /// Fewer units than needed hold anything on both sides.
    TooFewUnits {
        /// Units that do.
        units: usize,
    },
    /// Only mean cosines beyond this would have been seen.
    TooWeak {
        /// The mean cosine between counterparts that is found in 99 of 100 cases.
        visible: f64,
    },
    /// The p-value lies between the two bounds.
    Between {
        /// The p-value.
        p: f64,
    },
}

/// The agreement of two tensors, unit by unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Lineage {
    /// Units that were compared.
    pub units: usize,
    /// Mean cosine between counterparts.
    pub cosine: f64,
    /// Mean cosine between all pairs of units: what counterparts share with everybody.
    pub cosine_of_all: f64,
    /// The first less the second, in standard deviations of what other orders of the units give.
    pub z: f64,
    /// Spearman's correlation of each unit's place with that of the unit it is matched with.
    pub spearman: f64,
    /// Units that are matched with their counterpart.
    pub matched: usize,
    /// Mean cosine of the matched pairs. When this is high and few are matched with their counterpart, the units may
    /// have been put in another order.
    pub matched_cosine: f64,
    /// What is said.
    pub relation: Relation,
}

/// Tests whether two tensors have a common origin, on at most 512 units drawn with `seed`.
///
/// Under the null hypothesis that the two were trained apart, the units of one of them could as well stand in any other
/// order, so that every order is equally likely. Three statistics are held against that:
///
/// - The mean cosine between counterparts, against its mean and variance over all orders, which have closed forms
///   (Hoeffding 1951, "A Combinatorial Central Limit Theorem").
/// - Spearman's correlation of the matching that maximises the sum of cosines with the identity (Zeng et al. 2025,
///   "Independence Tests for Language Models", arXiv:2502.12292), whose variance is one over the number of
///   units less one. The normal tail is heavier than the true one far out, where it matters.
/// - The number `m` of units matched with their counterpart: at least `m` have a probability of at most one over `m!`.
///
/// The p-value is three times the least of theirs (Bonferroni).
///
/// # Errors
/// [`Undecided::ShapesDiffer`], [`Undecided::NotFinite`], [`Undecided::NoVariation`] when all cosines are equal.
pub fn lineage(deployed: &dyn Rows, source: &dyn Rows, units: Units, seed: u64) -> Result<Lineage, Undecided> {
    check_shapes(deployed, source)?;
    let cosines = match units {
        Units::Rows => cosines_of_rows(deployed, source, seed)?,
        Units::Columns => cosines_of_columns(deployed, source, seed)?,
    };
    let n = cosines.nrows();
    if n < FEWEST_UNITS {
        let relation = Relation::NotDecidable { reason: NotDecidable::TooFewUnits { units: n } };
        let nothing = Lineage {
            units: n,
            cosine: 0.0,
            cosine_of_all: 0.0,
            z: 0.0,
            spearman: 0.0,
            matched: 0,
            matched_cosine: 0.0,
            relation,
        };
        return Ok(nothing);
    }
    let count = n as f64;
    let rows = cosines.sum_axis(Axis(1)) / count;
    let columns = cosines.sum_axis(Axis(0)) / count;
    let cosine_of_all = rows.sum() / count;
    let centred = &cosines - &rows.insert_axis(Axis(1)) - &columns + cosine_of_all;
    // Of the mean over the units, where Hoeffding has the sum.
    let deviation = (centred.mapv(|value| value * value).sum() / (count - 1.0)).sqrt() / count;
    if deviation <= 1e-12 {
        return Err(Undecided::NoVariation);
    }
    let cosine = cosines.diag().sum() / count;
    let z = (cosine - cosine_of_all) / deviation;
    let matching = best_matching(&cosines);
    let matched = matching.iter().enumerate().filter(|(unit, other)| unit == *other).count();
    let matched_cosine = matching.iter().enumerate().map(|(unit, &other)| cosines[[unit, other]]).sum::<f64>() / count;
    let squares: f64 = matching.iter().enumerate().map(|(unit, &other)| (unit as f64 - other as f64).powi(2)).sum();
    let spearman = 1.0 - 6.0 * squares / (count * (count * count - 1.0));
    let by_count = (1..=matched).fold(1.0, |p, factor| p / factor as f64);
    let least = normal_upper_tail(z).min(normal_upper_tail(spearman * (count - 1.0).sqrt())).min(by_count);
    let p = (3.0 * least).min(1.0);
    // The bound's quantile (of a third of it) and that of 99 in 100.
    let visible = (5.0 + 2.33) * deviation;
    let relation = if p < RELATED {
        Relation::Related { p }
    } else if visible > VISIBLE {
        Relation::NotDecidable { reason: NotDecidable::TooWeak { visible } }
    } else if p > UNRELATED {
        Relation::Unrelated { visible }
    } else {
        Relation::NotDecidable { reason: NotDecidable::Between { p } }
    };
    Ok(Lineage { units: n, cosine, cosine_of_all, z, spearman, matched, matched_cosine, relation })
}

/// `most` of `of` units, in their order.
fn draw(of: usize, most: usize, seed: u64) -> Vec<usize> {
    let mut places = rand::seq::index::sample(&mut ChaCha8Rng::seed_from_u64(seed), of, most.min(of)).into_vec();
    places.sort_unstable();
    places
}

fn cosines_of_rows(deployed: &dyn Rows, source: &dyn Rows, seed: u64) -> Result<Array2<f64>, Undecided> {
    let columns = source.columns();
    let drawn = draw(source.rows(), MOST_UNITS.min(MOST_NUMBERS / columns.max(1)), seed);
    let read = |side: &dyn Rows| -> Result<Array2<f32>, Undecided> {
        let mut numbers = Array2::<f32>::zeros((drawn.len(), columns));
        for (mut out, &row) in numbers.outer_iter_mut().zip(&drawn) {
            if let Some(out) = out.as_slice_mut() {
                side.read(row, out);
                if let Some(column) = out.iter().position(|value| !value.is_finite()) {
                    return Err(Undecided::NotFinite { row, column });
                }
            }
        }
        Ok(numbers)
    };
    let (left, right) = (read(deployed)?, read(source)?);
    let squares = |side: &Array2<f32>| -> Array1<f64> {
        side.outer_iter().map(|row| row.iter().map(|&value| f64::from(value).powi(2)).sum()).collect()
    };
    Ok(normalised(left.dot(&right.t()).mapv(f64::from), &squares(&left), &squares(&right)))
}

fn cosines_of_columns(deployed: &dyn Rows, source: &dyn Rows, seed: u64) -> Result<Array2<f64>, Undecided> {
    let drawn = draw(source.columns(), MOST_UNITS, seed);
    let mut products = Array2::<f64>::zeros((drawn.len(), drawn.len()));
    let mut squares = [Array1::<f64>::zeros(drawn.len()), Array1::zeros(drawn.len())];
    for_each_block([deployed, source], |first, sides| {
        for row in 0..sides[0].nrows() {
            let finite = |&&column: &&usize| sides.iter().all(|side| side[[row, column]].is_finite());
            if let Some(&column) = drawn.iter().find(|column| !finite(column)) {
                return Err(Undecided::NotFinite { row: first + row, column });
            }
        }
        let picked = sides.map(|side| side.select(Axis(1), &drawn));
        for (sum, side) in squares.iter_mut().zip(&picked) {
            *sum += &side.mapv(|value| f64::from(value).powi(2)).sum_axis(Axis(0));
        }
        products += &picked[0].t().dot(&picked[1]).mapv(f64::from);
        Ok(())
    })?;
    Ok(normalised(products, &squares[0], &squares[1]))
}

/// Inner products divided by the lengths; units that are zero on either side are left out.
fn normalised(products: Array2<f64>, left: &Array1<f64>, right: &Array1<f64>) -> Array2<f64> {
    let present: Vec<usize> = (0..left.len()).filter(|&unit| left[unit] > 0.0 && right[unit] > 0.0).collect();
    Array2::from_shape_fn((present.len(), present.len()), |(a, b)| {
        let (a, b) = (present[a], present[b]);
        products[[a, b]] / (left[a] * right[b]).sqrt()
    })
}

/// For each row the column it is matched with, so that the sum of the entries is largest: the assignment problem, by
/// shortest augmenting paths (Jonker and Volgenant 1987, "A Shortest Augmenting Path Algorithm for Dense and Sparse
/// Linear Assignment Problems").
fn best_matching(gains: &Array2<f64>) -> Vec<usize> {
    let n = gains.nrows();
    let (mut row_price, mut column_price) = (vec![0.0; n], vec![0.0; n]);
    let mut row_of: Vec<Option<usize>> = vec![None; n];
    for start in 0..n {
        let mut distance = vec![f64::INFINITY; n];
        let mut before = vec![None; n];
        let mut done = vec![false; n];
        let mut row = start;
        let mut from = None;
        let mut reached = 0.0;
        // From row to row along columns that are taken, until one is free.
        let free = loop {
            let gains = gains.slice(s![row, ..]);
            let mut next = 0;
            let mut nearest = f64::INFINITY;
            for column in 0..n {
                if done[column] {
                    continue;
                }
                let through = reached - gains[column] - row_price[row] - column_price[column];
                if through < distance[column] {
                    distance[column] = through;
                    before[column] = from;
                }
                if distance[column] < nearest {
                    nearest = distance[column];
                    next = column;
                }
            }
            done[next] = true;
            reached = nearest;
            from = Some(next);
            match row_of[next] {
                Some(other) => row = other,
                None => break next,
            }
        };
        row_price[start] += reached;
        for column in (0..n).filter(|&column| done[column] && column != free) {
            column_price[column] += distance[column] - reached;
            if let Some(row) = row_of[column] {
                row_price[row] += reached - distance[column];
            }
        }
        let mut column = free;
        while let Some(other) = before[column] {
            row_of[column] = row_of[other];
            column = other;
        }
        row_of[column] = Some(start);
    }
    let mut matching = vec![0; n];
    for (column, row) in row_of.iter().enumerate() {
        if let Some(row) = row {
            matching[*row] = column;
        }
    }
    matching
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    /// The best sum over all orders.
    fn best_sum(gains: &Array2<f64>, row: usize, taken: &mut Vec<bool>) -> f64 {
        if row == gains.nrows() {
            return 0.0;
        }
        let mut best = f64::NEG_INFINITY;
        for column in 0..gains.ncols() {
            if !taken[column] {
                taken[column] = true;
                best = best.max(gains[[row, column]] + best_sum(gains, row + 1, taken));
                taken[column] = false;
            }
        }
        best
    }

    #[test]
    fn the_matching_is_the_best_of_all() {
        let mut draw = ChaCha8Rng::seed_from_u64(3);
        for n in 1..=7 {
            for _ in 0..20 {
                let gains = Array2::from_shape_simple_fn((n, n), || draw.random::<f64>() * 2.0 - 1.0);
                let matching = best_matching(&gains);
                let mut sorted = matching.clone();
                sorted.sort_unstable();
                assert_eq!(sorted, (0..n).collect::<Vec<_>>(), "every column once");
                let sum: f64 = matching.iter().enumerate().map(|(row, &column)| gains[[row, column]]).sum();
                assert!((sum - best_sum(&gains, 0, &mut vec![false; n])).abs() < 1e-12);
            }
        }
    }
}
