//! Linear centred kernel alignment, biased and debiased, in feature form: no matrix of items by items is ever made.
//!
//! Biased: Kornblith, Norouzi, Lee and Hinton 2019, "Similarity of Neural Network Representations Revisited",
//! section 3 (linear kernel), `||Yc' Xc||_F^2 / (||Xc' Xc||_F ||Yc' Yc||_F)`.
//! Debiased: the ratio of unbiased HSIC estimates, Song, Smola, Gretton, Bedo and Borgwardt 2012,
//! "Feature Selection via Dependence Maximization", equation 5, with linear kernels; the traces and sums of the
//! zero-diagonal Gram matrices are written in terms of `X'Y`, column sums and squared row lengths.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

use super::{centred, check_pair};
use crate::Undefined;
use crate::interval::{Interval, blocks, weighted_jackknife};

/// Both alignments of two sets of states.
#[derive(Clone, Debug, PartialEq)]
pub struct Cka {
    /// `cka-linear`: 1 for equal geometry, and far above 0 for unrelated states when dim is not far below n.
    pub biased: Result<f64, Undefined>,
    /// `cka-linear-debiased`: near 0 for unrelated states; may be slightly negative.
    pub debiased: Result<f64, Undefined>,
}

/// Intervals of both alignments.
#[derive(Clone, Debug, PartialEq)]
pub struct CkaIntervals {
    /// Interval of `cka-linear`.
    pub biased: Result<Interval, Undefined>,
    /// Interval of `cka-linear-debiased`.
    pub debiased: Result<Interval, Undefined>,
}

/// States less their mean, with what the formulas need of each row.
struct Side {
    states: Array2<f64>,
    /// Squared length of each row: the diagonal of the Gram matrix.
    diagonal: Array1<f64>,
}

/// Share of the largest term below which what is left of the unbiased estimate is rounding.
const CANCELLATION: f64 = 1e-12;

/// States that vary by less than this share of their length are constant up to rounding.
const CONSTANT: f64 = 1e-12;

impl Side {
    fn new(states: ArrayView2<'_, f64>) -> Self {
        let energy: f64 = states.iter().map(|value| value * value).sum();
        let mut states = centred(states);
        let mut diagonal: Array1<f64> = states.rows().into_iter().map(|row| row.dot(&row)).collect();
        if diagonal.sum() <= CONSTANT * CONSTANT * energy {
            // What is left is the rounding of the mean, and has no geometry.
            states.fill(0.0);
            diagonal.fill(0.0);
        }
        Self { states, diagonal }
    }
}

/// `X'Y` over all rows.
fn cross(x: &Side, y: &Side) -> Array2<f64> {
    x.states.t().dot(&y.states)
}

/// `X'Y` over some rows.
fn cross_of(x: &Side, y: &Side, rows: &[usize]) -> Array2<f64> {
    x.states.select(Axis(0), rows).t().dot(&y.states.select(Axis(0), rows))
}

fn squared_norm(matrix: &Array2<f64>) -> f64 {
    matrix.iter().map(|value| value * value).sum()
}

/// Both estimates of HSIC, up to factors that cancel in the ratio.
#[derive(Clone, Copy)]
struct Hsic {
    biased: f64,
    unbiased: f64,
    /// Unbiased estimates up to this size are rounding of the terms that cancel in them.
    rounding: f64,
}

/// HSIC of the rows marked in `kept`, given `gram = X'Y` over those rows.
fn hsic(x: &Side, y: &Side, gram: &Array2<f64>, kept: ArrayView1<'_, f64>) -> Hsic {
    let n = kept.sum();
    let (x_sum, y_sum) = (x.states.t().dot(&kept), y.states.t().dot(&kept));

    // Biased: the states of the kept rows are centred by their own mean.
    let mut centred_gram = gram.clone();
    for (mut row, x_total) in centred_gram.rows_mut().into_iter().zip(&x_sum) {
        row.scaled_add(-x_total / n, &y_sum);
    }
    let biased = squared_norm(&centred_gram);

    // Song et al. 2012, equation 5. The statistic does not depend on a common shift of the states,
    // so those centred by the mean of all rows serve for every subset and keep the digits.
    let product_of_diagonals: f64 =
        kept.iter().zip(&x.diagonal).zip(&y.diagonal).map(|((keep, a), b)| keep * a * b).sum();
    let whole = squared_norm(gram);
    let trace = whole - product_of_diagonals;
    let x_rows = (x.states.dot(&x_sum) - &x.diagonal) * kept;
    let y_rows = (y.states.dot(&y_sum) - &y.diagonal) * kept;
    let unbiased = (trace + x_rows.sum() * y_rows.sum() / ((n - 1.0) * (n - 2.0))
        - 2.0 * x_rows.dot(&y_rows) / (n - 2.0))
        / (n * (n - 3.0));
    Hsic { biased, unbiased, rounding: (CANCELLATION * whole / (n * (n - 3.0))).abs() }
}

/// The ratio of both estimates from (X,Y), (X,X) and (Y,Y).
fn ratios(n: usize, xy: Hsic, xx: Hsic, yy: Hsic) -> Cka {
    let biased = {
        // Both self terms are sums of squares, so only exact or numerical constancy makes them vanish.
        let product = xx.biased.sqrt() * yy.biased.sqrt();
        if n < 2 {
            Err(Undefined::TooFewItems { needed: 2, got: n })
        } else if product > 0.0 && product.is_finite() {
            Ok(xy.biased / product)
        } else {
            Err(Undefined::NoVariation)
        }
    };
    let debiased = if n < 4 {
        Err(Undefined::TooFewItems { needed: 4, got: n })
    } else if xx.biased == 0.0 || yy.biased == 0.0 {
        Err(Undefined::NoVariation)
    } else if let Some(vanishing) = [xx, yy].iter().find(|own| own.unbiased <= own.rounding || own.unbiased.is_nan()) {
        // In exact numbers it is a sum of squares (Szekely and Rizzo 2014, "Partial Distance Correlation", section 3),
        // so only states whose pairs are all alike get here.
        Err(Undefined::DenominatorNotPositive { value: vanishing.unbiased })
    } else {
        Ok(xy.unbiased / (xx.unbiased.sqrt() * yy.unbiased.sqrt()))
    };
    Cka { biased, debiased }
}

/// Biased and debiased linear CKA of `nominal` [items, dim] and `operative` [items, other dim].
///
/// Invariant to rotation, common scale and shift of either side; dominated by outlying dimensions, which a
/// standardised second reading shows.
///
/// # Errors
/// [`Undefined`] when the numbers of items differ or a number is not finite. Either value inside may be undefined
/// by itself.
pub fn cka(nominal: ArrayView2<'_, f64>, operative: ArrayView2<'_, f64>) -> Result<Cka, Undefined> {
    check_pair(nominal, operative)?;
    let n = nominal.nrows();
    let (x, y) = (Side::new(nominal), Side::new(operative));
    let kept = Array1::ones(n);
    let of = |a: &Side, b: &Side| hsic(a, b, &cross(a, b), kept.view());
    Ok(ratios(n, of(&x, &y), of(&x, &x), of(&y, &y)))
}

/// Intervals at 95% of both alignments by leaving out blocks of whole groups.
///
/// `groups` has one group index an item. Groups are dealt into at most 20 blocks of about equal size by `seed`;
/// blocks are left out one at a time, so that no item is ever in a Gram matrix twice, as a bootstrap would have it.
/// The interval is that of [`weighted_jackknife`].
///
/// # Errors
/// As [`cka`]; each interval is undefined with fewer than three blocks or where a block's value is undefined.
pub fn cka_jackknife(
    nominal: ArrayView2<'_, f64>,
    operative: ArrayView2<'_, f64>,
    groups: &[usize],
    seed: u64,
) -> Result<CkaIntervals, Undefined> {
    check_pair(nominal, operative)?;
    let n = nominal.nrows();
    super::check_length("groups", groups.len(), n)?;
    let blocks = blocks(groups, seed);
    let (x, y) = (Side::new(nominal), Side::new(operative));

    let terms = |a: &Side, b: &Side| -> (Vec<Hsic>, Hsic) {
        let total = cross(a, b);
        let without = blocks
            .par_iter()
            .map(|rows| {
                let mut kept = Array1::ones(n);
                for &row in rows {
                    kept[row] = 0.0;
                }
                hsic(a, b, &(&total - &cross_of(a, b, rows)), kept.view())
            })
            .collect();
        (without, hsic(a, b, &total, Array1::ones(n).view()))
    };
    let (xy, xy_all) = terms(&x, &y);
    let (xx, xx_all) = terms(&x, &x);
    let (yy, yy_all) = terms(&y, &y);
    let whole = ratios(n, xy_all, xx_all, yy_all);
    let parts: Vec<Cka> = blocks
        .iter()
        .enumerate()
        .map(|(block, rows)| ratios(n - rows.len(), xy[block], xx[block], yy[block]))
        .collect();
    let sizes: Vec<usize> = blocks.iter().map(Vec::len).collect();
    let interval =
        |whole: Result<f64, Undefined>, parts: Result<Vec<f64>, Undefined>| weighted_jackknife(whole?, &parts?, &sizes);
    Ok(CkaIntervals {
        biased: interval(whole.biased, parts.iter().map(|part| part.biased.clone()).collect()),
        debiased: interval(whole.debiased, parts.iter().map(|part| part.debiased.clone()).collect()),
    })
}
