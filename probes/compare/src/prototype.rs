//! Which category's centroid is an item nearest to: the schema a variant's states carry, without any fitting.

use ndarray::{Array1, Array2, ArrayView2};

use crate::folds::check_groups;
use crate::geometry::{check_length, check_pair};
use crate::probe::best;
use crate::{Decisions, Error, Undefined};

/// Nearest centroid of each item by cosine, its own group left out.
///
/// For an item of group g, with M the mean of all reference states outside g: the centroid of a category is the mean
/// of the reference states with that label outside g, less M; the item's state is taken less M too; the decision is the
/// category with the largest cosine, the lower index on a tie; the margin is the best cosine less the second best.
/// Subtracting M keeps a common direction of all states from swallowing the differences between categories.
///
/// `states` and `references` hold the same items: nominal states against nominal references read the disclosed
/// schema, operative against operative the deployed one, and operative states against nominal references (same basis
/// only) how the deployed states would be sorted by the disclosed schema.
///
/// # Errors
/// [`Undefined::TooFewGroups`] when a category has items in one group only, [`Undefined::TooFewCategories`],
/// [`Undefined::ZeroNorm`] when an item lies on the mean or a category's centroid does, widths or items that
/// differ, and numbers that are not finite.
pub fn prototype(
    states: ArrayView2<'_, f64>,
    references: ArrayView2<'_, f64>,
    labels: &[usize],
    groups: &[usize],
    n_categories: usize,
) -> Result<Decisions, Error> {
    check_pair(states, references)?;
    let (n, dim) = references.dim();
    if states.ncols() != dim {
        return Err(Undefined::DimensionsDiffer { nominal: dim, operative: states.ncols() }.into());
    }
    check_length("labels", labels.len(), n)?;
    let members = check_groups(labels, groups, n_categories)?;

    // Shifting both sides by one point changes nothing and keeps digits when states share a large mean.
    let shift = references.sum_axis(ndarray::Axis(0)) / n as f64;
    let length: f64 = references.iter().map(|value| value * value).sum();
    let (states, references) = (&states - &shift, &references - &shift);
    let variation: f64 = references.iter().map(|value| value * value).sum();
    if variation <= 1e-24 * length {
        // What is left is the rounding of the mean, and points nowhere.
        return Err(Undefined::NoVariation.into());
    }
    let mut sums = Array2::<f64>::zeros((n_categories, dim));
    let mut counts = vec![0_usize; n_categories];
    for (row, &label) in references.rows().into_iter().zip(labels) {
        sums.row_mut(label).scaled_add(1.0, &row);
        counts[label] += 1;
    }

    let mut decisions = Decisions { categories: vec![0; n], margins: vec![0.0; n] };
    for items in members {
        let (mut outside, mut outside_counts) = (sums.clone(), counts.clone());
        for &item in &items {
            outside.row_mut(labels[item]).scaled_add(-1.0, &references.row(item));
            outside_counts[labels[item]] -= 1;
        }
        let mean = outside.sum_axis(ndarray::Axis(0)) / (n - items.len()) as f64;
        let centroids = outside
            .rows()
            .into_iter()
            .zip(&outside_counts)
            .map(|(sum, &count)| (count > 0).then(|| direction(&(&sum / count as f64 - &mean))).transpose())
            .collect::<Result<Vec<Option<Array1<f64>>>, Undefined>>()
            .map_err(|_| Undefined::NoVariation)?;
        for &item in &items {
            let direction =
                direction(&(&states.row(item) - &mean)).map_err(|_| Undefined::ZeroNorm { count: 1, first: item })?;
            // A category of the list without items has no centroid and is never chosen.
            let cosines = centroids
                .iter()
                .map(|centroid| centroid.as_ref().map_or(f64::NEG_INFINITY, |centroid| centroid.dot(&direction)));
            let (category, margin) = best(cosines);
            decisions.categories[item] = category;
            decisions.margins[item] = margin;
        }
    }
    Ok(decisions)
}

pub(crate) fn direction(vector: &Array1<f64>) -> Result<Array1<f64>, Undefined> {
    let norm = vector.dot(vector).sqrt();
    if norm > 0.0 { Ok(vector / norm) } else { Err(Undefined::ZeroNorm { count: 1, first: 0 }) }
}
