//! How alike two sets of states are: kernels, neighbourhoods and plain differences. Decides nothing.

mod cka;
mod difference;
mod neighbours;

pub use cka::{Cka, CkaIntervals, cka, cka_jackknife};
pub use difference::{Difference, cosine_mean, differences, relative_error, self_cosine, sqnr_db};
pub use neighbours::{NeighbourAgreement, Neighbours, agreement, by_category, jaccard_chance, mutual_by_category};

use ndarray::{Array2, ArrayView2, Axis};

use crate::Undefined;

/// Refuses states that hold a NaN or an infinity.
pub(crate) fn check_finite(states: ArrayView2<'_, f64>) -> Result<(), Undefined> {
    match states.rows().into_iter().position(|row| row.iter().any(|value| !value.is_finite())) {
        Some(item) => Err(Undefined::NotFinite { item }),
        None => Ok(()),
    }
}

/// Refuses two sides with different numbers of items, and states that are not finite.
pub(crate) fn check_pair(nominal: ArrayView2<'_, f64>, operative: ArrayView2<'_, f64>) -> Result<(), Undefined> {
    if nominal.nrows() != operative.nrows() {
        return Err(Undefined::ItemsDiffer { nominal: nominal.nrows(), operative: operative.nrows() });
    }
    check_finite(nominal)?;
    check_finite(operative)
}

/// Refuses a per-item list of the wrong length.
pub(crate) fn check_length(what: &'static str, got: usize, items: usize) -> Result<(), Undefined> {
    if got == items { Ok(()) } else { Err(Undefined::LengthDiffers { what, got, items }) }
}

/// States less their mean over the items.
pub(crate) fn centred(states: ArrayView2<'_, f64>) -> Array2<f64> {
    let mean = states.sum_axis(Axis(0)) / states.nrows().max(1) as f64;
    &states - &mean
}

/// Rows scaled to length one.
///
/// # Errors
/// [`Undefined::ZeroNorm`] when a row is all zeros.
pub(crate) fn unit_rows(states: ArrayView2<'_, f64>) -> Result<Array2<f64>, Undefined> {
    let mut unit = states.to_owned();
    let mut zero = Vec::new();
    for (item, mut row) in unit.rows_mut().into_iter().enumerate() {
        // Dividing by the largest entry first keeps the squares from underflowing or overflowing.
        let largest = row.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        if largest == 0.0 {
            zero.push(item);
            continue;
        }
        row.mapv_inplace(|value| value / largest);
        let norm = row.dot(&row).sqrt();
        row.mapv_inplace(|value| value / norm);
    }
    match zero.first() {
        Some(&first) => Err(Undefined::ZeroNorm { count: zero.len(), first }),
        None => Ok(unit),
    }
}
