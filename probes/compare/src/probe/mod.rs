//! Multinomial logistic regression as a linfa model: linear probes of states and of token counts. Splits nothing.

mod design;
mod newton;
mod objective;
mod reference;

use linfa::ParamGuard;
use linfa::dataset::{AsSingleTargets, DatasetBase};
use linfa::traits::{Fit, PredictInplace};
use ndarray::{Array1, Array2, ArrayBase, ArrayView2, Data, Ix2, s};

pub use design::SparseRows;

use crate::{Error, Undefined};
use design::Design;
pub(crate) use objective::probabilities_of;
use objective::{Objective, Point};

/// What finds the optimum. Both minimise the same objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Solver {
    /// The trust-region Newton method of this crate.
    Ours,
    /// linfa-logistic's L-BFGS, for checking; slower, and it does not say how many iterations it took.
    Linfa,
}

/// Settings of a probe that have been checked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogisticValidParams {
    penalty: f64,
    gradient_tolerance: f64,
    max_iterations: usize,
    solver: Solver,
}

/// Settings of a probe: `sum of log losses + penalty/2 ||W||^2`, intercept free.
///
/// A penalty of 1 is scikit-learn's `C = 1` and linfa-logistic's `alpha(1.0)`. Two classes share one weight vector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogisticParams(LogisticValidParams);

impl LogisticParams {
    /// Penalty 1, gradient tolerance 1e-6 (largest absolute entry), at most 1000 iterations.
    pub fn new(solver: Solver) -> Self {
        Self(LogisticValidParams { penalty: 1.0, gradient_tolerance: 1e-6, max_iterations: 1000, solver })
    }

    /// Weight of half the squared norm of the weights.
    pub fn penalty(mut self, penalty: f64) -> Self {
        self.0.penalty = penalty;
        self
    }

    /// Largest absolute gradient entry at which a fit counts as converged.
    pub fn gradient_tolerance(mut self, tolerance: f64) -> Self {
        self.0.gradient_tolerance = tolerance;
        self
    }

    /// Most iterations of the solver.
    pub fn max_iterations(mut self, iterations: usize) -> Self {
        self.0.max_iterations = iterations;
        self
    }
}

impl ParamGuard for LogisticParams {
    type Checked = LogisticValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&LogisticValidParams, Error> {
        let LogisticValidParams { penalty, gradient_tolerance, max_iterations, .. } = self.0;
        if !penalty.is_finite() || penalty <= 0.0 {
            return Err(Error::InvalidPenalty { got: penalty });
        }
        if !gradient_tolerance.is_finite() || gradient_tolerance <= 0.0 {
            return Err(Error::InvalidTolerance { got: gradient_tolerance });
        }
        if max_iterations == 0 {
            return Err(Error::InvalidIterations);
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<LogisticValidParams, Error> {
        self.check_ref().copied()
    }
}

/// A fitted probe.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedLogistic {
    /// Labels seen in fitting, ascending.
    pub classes: Vec<usize>,
    /// Weights [features, columns]: a column a class, or one column for the upper of two classes.
    pub weights: Array2<f64>,
    /// Intercept of each column.
    pub intercept: Array1<f64>,
    /// Objective at the end.
    pub objective: f64,
    /// Iterations of the solver; `None` for linfa-logistic, which does not say.
    pub iterations: Option<usize>,
    /// Largest absolute entry of the gradient at the end.
    pub gradient_norm: f64,
}

impl FittedLogistic {
    fn probabilities_from(&self, design: &dyn Design) -> Array2<f64> {
        let mut scores = design.forward(self.weights.view());
        scores += &self.intercept;
        let probabilities = probabilities_of(scores);
        if self.classes.len() > 2 {
            return probabilities;
        }
        let upper = probabilities.column(0).to_owned();
        let mut both = Array2::zeros((upper.len(), 2));
        both.column_mut(0).assign(&upper.mapv(|p| 1.0 - p));
        both.column_mut(1).assign(&upper);
        both
    }

    /// Probability of each of [`FittedLogistic::classes`] for rows of features, [items, classes].
    ///
    /// # Errors
    /// [`Undefined::DimensionsDiffer`] when the rows have another width than those fitted on.
    pub fn probabilities(&self, records: ArrayView2<'_, f64>) -> Result<Array2<f64>, Undefined> {
        self.check_width(records.ncols())?;
        Ok(self.probabilities_from(&records))
    }

    /// As [`FittedLogistic::probabilities`], for sparse rows.
    ///
    /// # Errors
    /// As [`FittedLogistic::probabilities`].
    pub fn probabilities_sparse(&self, records: &SparseRows) -> Result<Array2<f64>, Undefined> {
        self.check_width(records.n_columns())?;
        Ok(self.probabilities_from(records))
    }

    fn check_width(&self, width: usize) -> Result<(), Undefined> {
        if width == self.weights.nrows() {
            Ok(())
        } else {
            Err(Undefined::DimensionsDiffer { nominal: self.weights.nrows(), operative: width })
        }
    }
}

/// Index of the largest entry of a row, the lower one on a tie, and how far it is ahead of the second largest.
pub(crate) fn best(row: impl IntoIterator<Item = f64>) -> (usize, f64) {
    let (mut best, mut first, mut second) = (0, f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (index, value) in row.into_iter().enumerate() {
        if value > first {
            (best, second, first) = (index, first, value);
        } else if value > second {
            second = value;
        }
    }
    (best, if second.is_finite() { first - second } else { 0.0 })
}

impl<D: Data<Elem = f64>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>> for FittedLogistic {
    /// The most probable label of each row; the lower label on a tie.
    ///
    /// # Panics
    /// When the rows have another width than those fitted on, as linfa's own models do; use
    /// [`FittedLogistic::probabilities`] where that can happen.
    fn predict_inplace<'a>(&'a self, records: &'a ArrayBase<D, Ix2>, targets: &mut Array1<usize>) {
        assert_eq!(records.ncols(), self.weights.nrows(), "rows must be as wide as those the probe was fitted on");
        let probabilities = self.probabilities_from(&records.view());
        for (target, row) in targets.iter_mut().zip(probabilities.rows()) {
            *target = self.classes[best(row.iter().copied()).0];
        }
    }

    fn default_target(&self, records: &ArrayBase<D, Ix2>) -> Array1<usize> {
        Array1::zeros(records.nrows())
    }
}

/// Labels seen, ascending, and the index of each item's label among them.
fn index_classes<'a>(labels: impl Iterator<Item = &'a usize> + Clone) -> Result<(Vec<usize>, Vec<usize>), Undefined> {
    let mut classes: Vec<usize> = labels.clone().copied().collect();
    classes.sort_unstable();
    classes.dedup();
    if classes.len() < 2 {
        return Err(Undefined::TooFewCategories { got: classes.len() });
    }
    // Every label is in the list it was made from, so the search always finds it.
    let indices = labels.map(|label| classes.partition_point(|class| class < label)).collect();
    Ok((classes, indices))
}

impl LogisticValidParams {
    /// Takes a solution apart, or says that it is none.
    fn finish(
        &self,
        classes: Vec<usize>,
        point: Point,
        iterations: Option<usize>,
        gradient_norm: f64,
        tolerance: f64,
    ) -> Result<FittedLogistic, Error> {
        // Written so that a NaN counts as unconverged.
        if gradient_norm <= tolerance && point.value.is_finite() {
            let features = point.parameters.nrows() - 1;
            return Ok(FittedLogistic {
                classes,
                weights: point.parameters.slice(s![..features, ..]).to_owned(),
                intercept: point.parameters.row(features).to_owned(),
                objective: point.value,
                iterations,
                gradient_norm,
            });
        }
        let iterations = iterations.unwrap_or(self.max_iterations);
        Err(Error::Unconverged { iterations, gradient_norm, tolerance })
    }

    fn fit_ours(
        &self,
        design: &dyn Design,
        labels: &[usize],
        near: Option<&FittedLogistic>,
    ) -> Result<FittedLogistic, Error> {
        crate::geometry::check_length("labels", labels.len(), design.n_rows())?;
        let (classes, indices) = index_classes(labels.iter())?;
        let objective = Objective { design, classes: &indices, n_classes: classes.len(), penalty: self.penalty };
        let mut start = Array2::zeros(objective.shape());
        if let Some(near) = near.filter(|near| near.classes == classes) {
            let features = design.n_columns();
            if near.weights.dim() == (features, objective.n_columns()) {
                start.slice_mut(s![..features, ..]).assign(&near.weights);
                start.row_mut(features).assign(&near.intercept);
            }
        }
        let solution = newton::minimise(&objective, start, self.gradient_tolerance, self.max_iterations);
        let (iterations, norm) = (solution.iterations, solution.gradient_norm);
        self.finish(classes, solution.point, Some(iterations), norm, self.gradient_tolerance)
    }

    /// Fits on sparse rows. Always by our solver: linfa-logistic takes dense rows only.
    ///
    /// # Errors
    /// [`Error::Unconverged`], and [`Error::Undefined`] with fewer than two labels.
    pub fn fit_sparse(&self, records: &SparseRows, labels: &[usize]) -> Result<FittedLogistic, Error> {
        self.fit_ours(records, labels, None)
    }

    /// Fits on dense rows, starting from a probe of similar rows with the same labels.
    ///
    /// The objective has one optimum, so the start changes the time and, below the tolerance, the digits; a probe
    /// of other labels or another width is ignored, and linfa-logistic always starts from zero.
    ///
    /// # Errors
    /// As `fit`.
    pub fn fit_near(
        &self,
        dataset: &DatasetBase<Array2<f64>, Array1<usize>>,
        near: &FittedLogistic,
    ) -> Result<FittedLogistic, Error> {
        if self.solver == Solver::Linfa {
            return self.fit(dataset);
        }
        let records = dataset.records().view();
        crate::geometry::check_finite(records)?;
        self.fit_ours(&records, &dataset.targets().to_vec(), Some(near))
    }
}

impl<D, T> Fit<ArrayBase<D, Ix2>, T, Error> for LogisticValidParams
where
    D: Data<Elem = f64>,
    T: AsSingleTargets<Elem = usize>,
{
    type Object = FittedLogistic;

    /// Fits on dense rows.
    ///
    /// # Errors
    /// [`Error::Unconverged`]; [`Error::Undefined`] with fewer than two labels or numbers that are not finite;
    /// linfa-logistic's own errors with [`Solver::Linfa`].
    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<FittedLogistic, Error> {
        let records = dataset.records().view();
        crate::geometry::check_finite(records)?;
        if self.solver == Solver::Ours {
            return self.fit_ours(&records, &dataset.targets().as_single_targets().to_vec(), None);
        }
        reference::fit(self, dataset)
    }
}
