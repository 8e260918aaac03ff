//! Readers fitted on all items of a list, for reading states that were not among them. Makes no held-out decision.

use linfa::Dataset;
use linfa::prelude::Fit;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, concatenate, s};

use crate::geometry::{check_finite, check_length};
use crate::probe::{LogisticValidParams, probabilities_of};
use crate::prototype::direction;
use crate::standardise::Standardiser;
use crate::{Error, Undefined};

/// Centroids of categories, as [`crate::prototype`] has them but with no group left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Prototypes {
    /// Mean of all states, `[dim]`.
    pub mean: Array1<f64>,
    /// Mean of the states of each category less [`Prototypes::mean`], `[category, dim]`; zeros for a category without
    /// items.
    pub centroids: Array2<f64>,
}

impl Prototypes {
    /// Learns the centroids of `states` [items, dim].
    ///
    /// # Errors
    /// [`Undefined::TooFewItems`] without any, [`Undefined::LengthDiffers`], [`Undefined::NotFinite`],
    /// [`Undefined::NoVariation`] when the states are equal but for rounding, and [`Error::OutOfRange`] for a label
    /// outside the list.
    pub fn fit(states: ArrayView2<'_, f64>, labels: &[usize], n_categories: usize) -> Result<Self, Error> {
        let n = states.nrows();
        check_length("labels", labels.len(), n)?;
        check_finite(states)?;
        if n == 0 {
            return Err(Undefined::TooFewItems { needed: 1, got: 0 }.into());
        }
        if let Some(&got) = labels.iter().find(|label| **label >= n_categories) {
            return Err(Error::OutOfRange { what: "label", got, bound: n_categories });
        }
        let mean = states.sum_axis(Axis(0)) / n as f64;
        let centred = &states - &mean;
        let energy = |values: ArrayView2<'_, f64>| values.iter().map(|value| value * value).sum::<f64>();
        // The same limit as `prototype` has: below it what is left is the rounding of the mean.
        if energy(centred.view()) <= 1e-24 * energy(states) {
            return Err(Undefined::NoVariation.into());
        }
        let mut centroids = Array2::<f64>::zeros((n_categories, states.ncols()));
        let mut counts = vec![0_usize; n_categories];
        for (row, &label) in centred.rows().into_iter().zip(labels) {
            centroids.row_mut(label).scaled_add(1.0, &row);
            counts[label] += 1;
        }
        for (mut centroid, &count) in centroids.rows_mut().into_iter().zip(&counts) {
            centroid /= count.max(1) as f64;
        }
        Ok(Self { mean, centroids })
    }

    /// Cosine of `state` [dim] to each centroid, both less the mean; `None` for a category without items.
    ///
    /// # Errors
    /// [`Undefined::DimensionsDiffer`], and [`Undefined::ZeroNorm`] when the state lies on the mean.
    pub fn cosines(&self, state: ArrayView1<'_, f64>) -> Result<Vec<Option<f64>>, Undefined> {
        if state.len() != self.mean.len() {
            return Err(Undefined::DimensionsDiffer { nominal: self.mean.len(), operative: state.len() });
        }
        let towards = direction(&(&state - &self.mean))?;
        let cosine = |centroid: ArrayView1<'_, f64>| {
            direction(&centroid.to_owned()).ok().map(|centroid| centroid.dot(&towards).clamp(-1.0, 1.0))
        };
        Ok(self.centroids.rows().into_iter().map(cosine).collect())
    }
}

/// A probe that reads raw states: the standardisation it was fitted with is part of its weights.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearProbe {
    /// Labels it can give, ascending.
    pub classes: Vec<usize>,
    /// Weights of each class and then its intercept, `[class, dim + 1]`; every number is one of f32.
    pub weights: Array2<f64>,
}

impl LinearProbe {
    /// Fits on `states` [items, dim], standardised by their own mean and deviation, as the folds of
    /// [`crate::category_probe`] are.
    ///
    /// # Errors
    /// As [`crate::category_probe::category_probe`].
    pub fn fit(states: ArrayView2<'_, f64>, labels: &[usize], params: &LogisticValidParams) -> Result<Self, Error> {
        check_length("labels", labels.len(), states.nrows())?;
        let standardiser = Standardiser::fit(states)?;
        let fitted = params.fit(&Dataset::new(standardiser.apply(states)?, Array1::from(labels.to_vec())))?;
        let (mut weights, mut intercept) = (fitted.weights, fitted.intercept);
        if fitted.classes.len() == 2 {
            // One column, the score of the upper class; the lower one scores 0.
            weights = concatenate(Axis(1), &[Array2::zeros((weights.nrows(), 1)).view(), weights.view()])
                .map_err(linfa::Error::from)?;
            intercept = Array1::from(vec![0.0, intercept[0]]);
        }
        Ok(Self { classes: fitted.classes, weights: standardiser.fold(&weights, &intercept) })
    }

    /// Probability of each class for a raw state [dim].
    ///
    /// # Errors
    /// [`Undefined::DimensionsDiffer`] when the state has another width than those fitted on.
    pub fn probabilities(&self, state: ArrayView1<'_, f64>) -> Result<Vec<f64>, Undefined> {
        let dim = self.weights.ncols().saturating_sub(1);
        if state.len() != dim {
            return Err(Undefined::DimensionsDiffer { nominal: dim, operative: state.len() });
        }
        let scores = self.weights.slice(s![.., ..dim]).dot(&state) + self.weights.column(dim);
        Ok(probabilities_of(scores.insert_axis(Axis(0))).into_raw_vec_and_offset().0)
    }
}
