//! Differences of vectors item by item: only for variants that share a basis, which the caller has to know from `regime`.

use ndarray::ArrayView2;

use super::{centred, check_pair, unit_rows};
use crate::Undefined;

/// How far one item's state moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Cosine of the nominal and the operative state.
    pub cosine: f64,
    /// Length of the difference over the length of the nominal state.
    pub relative_error: f64,
}

fn check_same_basis(nominal: ArrayView2<'_, f64>, operative: ArrayView2<'_, f64>) -> Result<(), Undefined> {
    check_pair(nominal, operative)?;
    if nominal.nrows() == 0 {
        return Err(Undefined::TooFewItems { needed: 1, got: 0 });
    }
    if nominal.ncols() != operative.ncols() {
        return Err(Undefined::DimensionsDiffer { nominal: nominal.ncols(), operative: operative.ncols() });
    }
    Ok(())
}

/// Signal and noise: sums over all entries of `nominal^2` and of `(nominal - operative)^2`.
fn energies(nominal: ArrayView2<'_, f64>, operative: ArrayView2<'_, f64>) -> (f64, f64) {
    nominal
        .iter()
        .zip(operative)
        .fold((0.0, 0.0), |(signal, noise), (a, b)| (signal + a * a, noise + (a - b) * (a - b)))
}

/// Cosine and relative error of every item. Same basis only.
///
/// # Errors
/// [`Undefined`] when items or widths differ, a number is not finite, or a state is all zeros.
pub fn differences(nominal: ArrayView2<'_, f64>, operative: ArrayView2<'_, f64>) -> Result<Vec<Difference>, Undefined> {
    check_same_basis(nominal, operative)?;
    let (nominal_unit, operative_unit) = (unit_rows(nominal)?, unit_rows(operative)?);
    Ok((0..nominal.nrows())
        .map(|item| {
            let (signal, noise) = energies(
                nominal.row(item).insert_axis(ndarray::Axis(0)),
                operative.row(item).insert_axis(ndarray::Axis(0)),
            );
            Difference {
                cosine: nominal_unit.row(item).dot(&operative_unit.row(item)).clamp(-1.0, 1.0),
                relative_error: (noise / signal).sqrt(),
            }
        })
        .collect())
}

/// `cosine-mean`: mean over items of the cosine of nominal and operative state. Same basis only.
///
/// # Errors
/// As [`differences`].
pub fn cosine_mean(nominal: ArrayView2<'_, f64>, operative: ArrayView2<'_, f64>) -> Result<f64, Undefined> {
    let differences = differences(nominal, operative)?;
    Ok(differences.iter().map(|difference| difference.cosine).sum::<f64>() / differences.len() as f64)
}

/// `relative-error`: Frobenius norm of the difference over that of nominal. Same basis only.
///
/// # Errors
/// [`Undefined`] when items or widths differ, a number is not finite, or nominal is all zeros.
pub fn relative_error(nominal: ArrayView2<'_, f64>, operative: ArrayView2<'_, f64>) -> Result<f64, Undefined> {
    check_same_basis(nominal, operative)?;
    let (signal, noise) = energies(nominal, operative);
    if signal == 0.0 {
        return Err(Undefined::ZeroNorm { count: nominal.nrows(), first: 0 });
    }
    Ok((noise / signal).sqrt())
}

/// `sqnr-db`: ten times the decimal logarithm of signal energy over noise energy, in decibels. Same basis only.
///
/// # Errors
/// [`Undefined::NoNoise`] when both sides are equal; otherwise as [`relative_error`].
pub fn sqnr_db(nominal: ArrayView2<'_, f64>, operative: ArrayView2<'_, f64>) -> Result<f64, Undefined> {
    check_same_basis(nominal, operative)?;
    let (signal, noise) = energies(nominal, operative);
    if signal == 0.0 {
        return Err(Undefined::ZeroNorm { count: nominal.nrows(), first: 0 });
    }
    if noise == 0.0 {
        return Err(Undefined::NoNoise);
    }
    Ok(10.0 * (signal / noise).log10())
}

/// Centred self-cosine of every item and the share of items that find themselves again.
///
/// Each side is centred by its own mean, so that a common direction (anisotropy) does not count as likeness.
/// An item finds itself when no other operative item has a larger cosine with its nominal state; chance is 1/n.
///
/// # Errors
/// [`Undefined`] when items or widths differ, a number is not finite, or a centred state is all zeros.
pub fn self_cosine(nominal: ArrayView2<'_, f64>, operative: ArrayView2<'_, f64>) -> Result<(Vec<f64>, f64), Undefined> {
    check_same_basis(nominal, operative)?;
    let nominal = unit_rows(centred(nominal).view())?;
    let operative = unit_rows(centred(operative).view())?;
    let n = nominal.nrows();
    let mut cosines = Vec::with_capacity(n);
    let mut found = 0_usize;
    for start in (0..n).step_by(256) {
        let stop = (start + 256).min(n);
        let block = nominal.slice(ndarray::s![start..stop, ..]).dot(&operative.t());
        for (row, item) in block.rows().into_iter().zip(start..stop) {
            cosines.push(row[item].clamp(-1.0, 1.0));
            if row.iter().all(|&other| other <= row[item]) {
                found += 1;
            }
        }
    }
    Ok((cosines, found as f64 / n as f64))
}
