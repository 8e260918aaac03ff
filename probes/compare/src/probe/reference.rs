//! linfa-logistic behind the same settings, for holding our solver against it. Fits dense rows only.

use linfa::dataset::{AsSingleTargets, DatasetBase};
use linfa::prelude::Fit;
use linfa_logistic::{LogisticRegression, MultiLogisticRegression};
use ndarray::{Array1, ArrayBase, Axis, Data, Ix2, concatenate};

use super::newton::largest;
use super::objective::Objective;
use super::{FittedLogistic, LogisticValidParams, index_classes};
use crate::Error;

/// linfa-logistic may stop where its line search finds nothing better, above the tolerance it was given; beyond this it
/// counts as unconverged. Easily separated categories do that, and starting it again does not help.
const TOLERANCE: f64 = 1e-3;

/// Fits by linfa-logistic, and measures what it left of the gradient.
pub(super) fn fit<D, T>(
    params: &LogisticValidParams,
    dataset: &DatasetBase<ArrayBase<D, Ix2>, T>,
) -> Result<FittedLogistic, Error>
where
    D: Data<Elem = f64>,
    T: AsSingleTargets<Elem = usize>,
{
    let records = dataset.records().view();
    let targets = dataset.targets().as_single_targets();
    crate::geometry::check_length("labels", targets.len(), records.nrows())?;
    let (classes, indices) = index_classes(targets.iter())?;
    let iterations = params.max_iterations as u64;
    let (weights, intercept) = if classes.len() == 2 {
        let fitted = LogisticRegression::default()
            .alpha(params.penalty)
            .gradient_tolerance(params.gradient_tolerance)
            .max_iterations(iterations)
            .fit(dataset)?;
        // Its positive class is the more frequent one; ours is the larger label.
        let sign = if fitted.labels().pos.class == classes[1] { 1.0 } else { -1.0 };
        let weights = fitted.params().mapv(|weight| sign * weight).insert_axis(Axis(1));
        (weights, Array1::from_elem(1, sign * fitted.intercept()))
    } else {
        let fitted = MultiLogisticRegression::default()
            .alpha(params.penalty)
            .gradient_tolerance(params.gradient_tolerance)
            .max_iterations(iterations)
            .fit(dataset)?;
        (fitted.params().to_owned(), fitted.intercept().to_owned())
    };
    let parameters =
        concatenate(Axis(0), &[weights.view(), intercept.insert_axis(Axis(0)).view()]).map_err(linfa::Error::from)?;
    let objective =
        Objective { design: &records, classes: &indices, n_classes: classes.len(), penalty: params.penalty };
    let point = objective.at(parameters);
    let norm = largest(&objective.gradient(&point));
    params.finish(classes, point, None, norm, params.gradient_tolerance.max(TOLERANCE))
}
