//! The penalised log loss, its gradient and its curvature along a direction. Does not solve anything.
//!
//! For scores `Z = X W + 1 b'` the objective is `sum_i loss(z_i, y_i) + alpha/2 ||W||_F^2`; the intercept `b` is free.
//! More than two classes: one column a class and the softmax loss (Bishop 2006, "Pattern Recognition and Machine
//! Learning", equations 4.104 and 4.108). Two classes: one column, the score of the upper class, and the logistic loss
//! (equations 4.87 and 4.90), because a softmax with two columns would halve the penalty.

use ndarray::{Array2, ArrayView2, Axis, s};

use super::design::Design;

/// A fit's data: features, class of each item as a column index, penalty.
pub(crate) struct Objective<'a> {
    pub(crate) design: &'a dyn Design,
    /// Class index of each item.
    pub(crate) classes: &'a [usize],
    pub(crate) n_classes: usize,
    pub(crate) penalty: f64,
}

/// What the objective is at one point.
pub(crate) struct Point {
    /// Weights over intercepts, [features + 1, columns].
    pub(crate) parameters: Array2<f64>,
    pub(crate) value: f64,
    /// Probability of each column's class, [items, columns].
    pub(crate) probabilities: Array2<f64>,
}

/// Probabilities of each column from scores; one column holds the upper of two classes.
pub(crate) fn probabilities_of(mut scores: Array2<f64>) -> Array2<f64> {
    if scores.ncols() == 1 {
        scores.mapv_inplace(|score| {
            // Both branches keep the exponent at or below zero.
            if score >= 0.0 { 1.0 / (1.0 + (-score).exp()) } else { score.exp() / (1.0 + score.exp()) }
        });
        return scores;
    }
    for mut row in scores.rows_mut() {
        let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.mapv_inplace(|score| (score - largest).exp());
        let sum = row.sum();
        row.mapv_inplace(|value| value / sum);
    }
    scores
}

impl Objective<'_> {
    /// Columns of scores: one for two classes.
    pub(crate) fn n_columns(&self) -> usize {
        if self.n_classes == 2 { 1 } else { self.n_classes }
    }

    /// Shape of the parameters.
    pub(crate) fn shape(&self) -> (usize, usize) {
        (self.design.n_columns() + 1, self.n_columns())
    }

    fn scores(&self, parameters: ArrayView2<'_, f64>) -> Array2<f64> {
        let features = self.design.n_columns();
        let mut scores = self.design.forward(parameters.slice(s![..features, ..]));
        scores += &parameters.row(features);
        scores
    }

    /// Value and probabilities at `parameters`.
    pub(crate) fn at(&self, parameters: Array2<f64>) -> Point {
        let features = self.design.n_columns();
        let scores = self.scores(parameters.view());
        let mut loss = 0.0;
        for (row, &class) in scores.rows().into_iter().zip(self.classes) {
            if row.len() == 1 {
                let score = if class == 1 { row[0] } else { -row[0] };
                loss += (-score).max(0.0) + (-score.abs()).exp().ln_1p();
            } else {
                let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = row.iter().map(|score| (score - largest).exp()).sum();
                loss += largest - row[class] + sum.ln();
            }
        }
        let norm: f64 = parameters.slice(s![..features, ..]).iter().map(|weight| weight * weight).sum();
        Point { parameters, value: loss + 0.5 * self.penalty * norm, probabilities: probabilities_of(scores) }
    }

    /// `X' r` with the column sums of `r` below it, plus `penalty * weights`.
    fn pull_back(&self, residuals: &Array2<f64>, parameters: ArrayView2<'_, f64>) -> Array2<f64> {
        let features = self.design.n_columns();
        let mut pulled = Array2::zeros(self.shape());
        pulled.slice_mut(s![..features, ..]).assign(&self.design.adjoint(residuals.view()));
        pulled.slice_mut(s![..features, ..]).scaled_add(self.penalty, &parameters.slice(s![..features, ..]));
        pulled.row_mut(features).assign(&residuals.sum_axis(Axis(0)));
        pulled
    }

    /// Gradient at a point.
    pub(crate) fn gradient(&self, point: &Point) -> Array2<f64> {
        let mut residuals = point.probabilities.clone();
        for (mut row, &class) in residuals.rows_mut().into_iter().zip(self.classes) {
            if row.len() == 1 {
                row[0] -= class as f64;
            } else {
                row[class] -= 1.0;
            }
        }
        self.pull_back(&residuals, point.parameters.view())
    }

    /// Hessian at a point times a direction: `X' (D (X v)) + penalty v`, with `D` the covariance of the
    /// class indicator, `diag(p) - p p'` (Bishop 2006, equation 4.110) or `p (1 - p)` (equation 4.97).
    pub(crate) fn curvature(&self, point: &Point, direction: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut scores = self.scores(direction);
        for (mut row, probabilities) in scores.rows_mut().into_iter().zip(point.probabilities.rows()) {
            if row.len() == 1 {
                row[0] *= probabilities[0] * (1.0 - probabilities[0]);
            } else {
                let mean: f64 = row.iter().zip(probabilities).map(|(score, p)| score * p).sum();
                for (score, p) in row.iter_mut().zip(probabilities) {
                    *score = p * (*score - mean);
                }
            }
        }
        self.pull_back(&scores, direction)
    }
}
