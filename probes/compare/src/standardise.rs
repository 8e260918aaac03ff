//! Standardisation by one variant's mean and deviation. Knows nothing of folds: it is given the rows to learn from.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use crate::Undefined;

/// A dimension whose deviation is below this share of the median deviation is left out.
///
/// Models switch dimensions off by tiny gains; dividing by their deviation would bring them back at full weight.
pub const SWITCHED_OFF: f64 = 1e-6;

/// Mean and population deviation of each dimension, learnt from some rows and applied to others.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardiser {
    mean: Array1<f64>,
    /// One over the deviation; zero for a dimension that is left out.
    scale: Array1<f64>,
    left_out: Vec<usize>,
}

impl Standardiser {
    /// Learns mean and population deviation (divisor n, as scikit-learn's `StandardScaler`) of `states` [items, dim].
    ///
    /// # Errors
    /// [`Undefined::TooFewItems`] below two rows, [`Undefined::NotFinite`], and [`Undefined::NoVariation`]
    /// when no dimension varies.
    pub fn fit(states: ArrayView2<'_, f64>) -> Result<Self, Undefined> {
        let n = states.nrows();
        if n < 2 {
            return Err(Undefined::TooFewItems { needed: 2, got: n });
        }
        crate::geometry::check_finite(states)?;
        let mean = states.sum_axis(Axis(0)) / n as f64;
        let mut variance = Array1::<f64>::zeros(states.ncols());
        for row in states.rows() {
            for ((sum, value), mean) in variance.iter_mut().zip(row).zip(&mean) {
                *sum += (value - mean) * (value - mean);
            }
        }
        let deviation = variance.mapv(|sum| (sum / n as f64).sqrt());
        let limit = SWITCHED_OFF * median(deviation.to_vec());
        let mut left_out = Vec::new();
        let scale = deviation
            .iter()
            .enumerate()
            .map(|(dimension, &deviation)| {
                // A deviation of exactly zero is left out even where the median is zero too.
                if deviation < limit || deviation == 0.0 {
                    left_out.push(dimension);
                    0.0
                } else {
                    1.0 / deviation
                }
            })
            .collect::<Array1<f64>>();
        if left_out.len() == states.ncols() {
            return Err(Undefined::NoVariation);
        }
        Ok(Self { mean, scale, left_out })
    }

    /// `(states - mean) / deviation`, with zeros in the dimensions that are left out.
    ///
    /// # Errors
    /// [`Undefined::DimensionsDiffer`] when `states` has another width than the rows learnt from, and
    /// [`Undefined::NotFinite`].
    pub fn apply(&self, states: ArrayView2<'_, f64>) -> Result<Array2<f64>, Undefined> {
        if states.ncols() != self.mean.len() {
            return Err(Undefined::DimensionsDiffer { nominal: self.mean.len(), operative: states.ncols() });
        }
        crate::geometry::check_finite(states)?;
        let mut standardised = states.to_owned();
        for mut row in standardised.rows_mut() {
            for ((value, mean), scale) in row.iter_mut().zip(&self.mean).zip(&self.scale) {
                *value = (*value - mean) * scale;
            }
        }
        Ok(standardised)
    }

    /// Weights that give on raw states the scores that `weights` [dim, columns] and `intercept` give on standardised
    /// ones: `[column, dim + 1]`, the intercept last.
    ///
    /// Every number is rounded to one that f32 holds, so that it can be stored so. The intercept makes up for what the
    /// rounding of the weights does at the mean.
    pub(crate) fn fold(&self, weights: &Array2<f64>, intercept: &Array1<f64>) -> Array2<f64> {
        let dim = self.mean.len();
        let short = |value: f64| f64::from(value as f32);
        let mut folded = Array2::zeros((weights.ncols(), dim + 1));
        for ((mut row, column), &intercept) in folded.rows_mut().into_iter().zip(weights.columns()).zip(intercept) {
            let mut at_mean = 0.0;
            for ((to, &weight), (&scale, &mean)) in row.iter_mut().zip(column).zip(self.scale.iter().zip(&self.mean)) {
                *to = short(weight * scale);
                at_mean += *to * mean;
            }
            row[dim] = short(intercept - at_mean);
        }
        folded
    }

    /// Dimensions that are left out, ascending.
    pub fn left_out(&self) -> &[usize] {
        &self.left_out
    }
}

/// Median of finite numbers; the mean of the middle two for an even count. `values` must not be empty.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { 0.5 * (values[middle - 1] + values[middle]) }
}
