//! How near two tensors are as a whole, and whether one is another tensor altogether.

use ndarray::ArrayView1;
use rayon::prelude::*;

use super::{Rows, Undecided, check_shapes, for_each_block};

/// Below this correlation a tensor is another one and no rounding of the published one: the coarsest format that is
/// read, Q2_K, leaves 0.94 of Gaussian weights and 0.93 of heavy-tailed ones.
pub const REPLACED_BELOW: f64 = 0.5;

/// Two tensors held side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Elements of each.
    pub elements: usize,
    /// Elements that are the same number.
    pub equal: usize,
    /// Rows in which some element differs.
    pub rows_changed: usize,
    /// Cosine of the two as vectors; `None` when one of them is zero.
    pub cosine: Option<f64>,
    /// Pearson's correlation: the cosine after each one's mean is taken off, so that weights that are all positive are
    /// not alike for that alone; `None` when one of them is the same number everywhere.
    pub correlation: Option<f64>,
    /// Norm of the difference as a share of the published tensor's norm; `None` when that is zero and the other is not.
    pub relative_error: Option<f64>,
}

impl Agreement {
    /// Whether the deployed tensor has so little in common with the published one that it was put in its place.
    /// A tensor with its rows or elements in another order also has: ask [`super::order`] first.
    pub fn is_replaced(&self) -> bool {
        let alike = self.correlation.or(self.cosine);
        self.equal < self.elements && alike.is_none_or(|alike| alike < REPLACED_BELOW)
    }
}

/// Sums over pairs of elements.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    equal: usize,
    rows_changed: usize,
    left: f64,
    right: f64,
    left_squares: f64,
    pub(super) right_squares: f64,
    products: f64,
    difference: f64,
}

impl Sums {
    pub(super) fn over(left: &dyn Rows, right: &dyn Rows) -> Result<Self, Undecided> {
        check_shapes(left, right)?;
        let mut all = Self::default();
        for_each_block([left, right], |first, [left, right]| {
            let rows: Vec<Self> =
                (0..left.nrows()).into_par_iter().map(|row| Self::of(left.row(row), right.row(row))).collect();
            for (row, sums) in rows.iter().enumerate() {
                if !(sums.left_squares + sums.right_squares).is_finite() {
                    let both = left.row(row).into_iter().zip(right.row(row));
                    let column = both.into_iter().position(|(a, b)| !(a.is_finite() && b.is_finite())).unwrap_or(0);
                    return Err(Undecided::NotFinite { row: first + row, column });
                }
                all.add(sums);
            }
            Ok(())
        })?;
        Ok(all)
    }

    /// The factor of the right side that is nearest to the left one; 1 where that side is zero.
    pub(super) fn gain(&self) -> f64 {
        if self.right_squares > 0.0 { self.products / self.right_squares } else { 1.0 }
    }

    /// Of the difference's energy, the share that lies along the right side.
    pub(super) fn explained_by_gain(&self) -> f64 {
        let along = (self.products - self.right_squares).powi(2) / self.right_squares;
        // Below this the numerator is what rounding left of two large sums.
        let known = self.right_squares > 0.0 && self.difference > 1e-13 * self.right_squares;
        if known { (along / self.difference).min(1.0) } else { 0.0 }
    }

    fn of(left: ArrayView1<'_, f32>, right: ArrayView1<'_, f32>) -> Self {
        let mut sums = Self::default();
        for (&a, &b) in left.iter().zip(right) {
            sums.equal += usize::from(a == b);
            let (a, b) = (f64::from(a), f64::from(b));
            sums.left += a;
            sums.right += b;
            sums.left_squares += a * a;
            sums.right_squares += b * b;
            sums.products += a * b;
            sums.difference += (a - b) * (a - b);
        }
        sums.rows_changed = usize::from(sums.equal < left.len());
        sums
    }

    fn add(&mut self, other: &Self) {
        self.equal += other.equal;
        self.rows_changed += other.rows_changed;
        self.left += other.left;
        self.right += other.right;
        self.left_squares += other.left_squares;
        self.right_squares += other.right_squares;
        self.products += other.products;
        self.difference += other.difference;
    }
}

/// Compares the deployed tensor with the published one, or with the published one as the claimed encoder rounds it.
///
/// # Errors
/// [`Undecided::ShapesDiffer`], [`Undecided::NotFinite`].
pub fn agreement(deployed: &dyn Rows, source: &dyn Rows) -> Result<Agreement, Undecided> {
    let all = Sums::over(deployed, source)?;
    let elements = deployed.rows() * deployed.columns();
    let n = elements as f64;
    let cosine = |product: f64, left: f64, right: f64| {
        // What is left of a variance after the mean was taken off may be rounding only.
        let enough = left > 1e-12 * all.left_squares && right > 1e-12 * all.right_squares;
        enough.then(|| (product / (left * right).sqrt()).clamp(-1.0, 1.0))
    };
    let relative_error = if all.right_squares > 0.0 {
        Some((all.difference / all.right_squares).sqrt())
    } else {
        (all.difference == 0.0).then_some(0.0)
    };
    Ok(Agreement {
        elements,
        equal: all.equal,
        rows_changed: all.rows_changed,
        cosine: cosine(all.products, all.left_squares, all.right_squares),
        correlation: cosine(
            all.products - all.left * all.right / n,
            all.left_squares - all.left * all.left / n,
            all.right_squares - all.right * all.right / n,
        ),
        relative_error,
    })
}
