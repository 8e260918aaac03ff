//! May the two variants' vectors be subtracted? Decided on items, with the numbers it was decided on. Changes no state.

use ndarray::{ArrayView2, Axis};

use crate::Undefined;
use crate::geometry::self_cosine;
use crate::standardise::median;

/// Fewer items than this cannot decide.
pub const FEWEST_ITEMS: usize = 20;
/// At most so many items, evenly spaced in the list, are looked at.
pub const MOST_ITEMS: usize = 1000;
/// Median centred self-cosine from which states share a basis.
///
/// Unrelated states of dim d have cosines of about 0 with deviation `1/sqrt(d)`, so 0.5 is six deviations off at d = 144;
/// a rounding to three bits keeps it above 0.8.
pub const SAME_COSINE: f64 = 0.5;
/// Median centred self-cosine below which they do not.
pub const DIFFERENT_COSINE: f64 = 0.25;
/// Share of items that must find themselves again, so that one dimension that both variants blow up cannot carry the
/// cosine by itself. At 20 items chance is 0.05.
pub const SAME_RETRIEVAL: f64 = 0.25;

/// How two variants' vectors relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegimeKind {
    /// Vectors may be subtracted and probes transferred.
    SameBasis,
    /// Only invariant measures.
    DifferentBasis,
    /// The items do not suffice, or say both.
    Undetermined,
}

/// Why a regime was decided.
#[derive(Clone, Debug, PartialEq)]
pub enum RegimeReason {
    /// The states are not equally wide.
    Widths {
        /// Nominal width.
        nominal: usize,
        /// Operative width.
        operative: usize,
    },
    /// Fewer than [`FEWEST_ITEMS`] items.
    TooFewItems {
        /// Number of items.
        n: usize,
    },
    /// A value it is decided on does not exist.
    Undefined(Undefined),
    /// Decided on these numbers.
    Items {
        /// Items looked at.
        n: usize,
        /// Median over items of the centred cosine of nominal and operative state.
        median_cosine: f64,
        /// Share of items whose nearest operative state is their own.
        self_retrieval: f64,
        /// Retrieval expected of unrelated states: 1/n.
        chance: f64,
    },
}

/// A regime and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Regime {
    /// Which.
    pub kind: RegimeKind,
    /// Why.
    pub reason: RegimeReason,
}

/// Decides whether `nominal` and `operative` [items, dim] share a basis.
///
/// Widths that differ are a different basis. Otherwise each side is centred by its own mean, and both the median of
/// the items' self-cosines and the share of items that find themselves among all operative states must be high
/// ([`SAME_COSINE`], [`SAME_RETRIEVAL`]) for the same basis; a low median ([`DIFFERENT_COSINE`]) is a different one;
/// anything between stays undetermined.
pub fn regime(nominal: ArrayView2<'_, f64>, operative: ArrayView2<'_, f64>) -> Regime {
    let undetermined = |reason| Regime { kind: RegimeKind::Undetermined, reason };
    if nominal.ncols() != operative.ncols() {
        let reason = RegimeReason::Widths { nominal: nominal.ncols(), operative: operative.ncols() };
        return Regime { kind: RegimeKind::DifferentBasis, reason };
    }
    let n = nominal.nrows();
    if n != operative.nrows() {
        return undetermined(RegimeReason::Undefined(Undefined::ItemsDiffer {
            nominal: n,
            operative: operative.nrows(),
        }));
    }
    if n < FEWEST_ITEMS {
        return undetermined(RegimeReason::TooFewItems { n });
    }
    let chosen: Vec<usize> =
        if n <= MOST_ITEMS { (0..n).collect() } else { (0..MOST_ITEMS).map(|step| step * n / MOST_ITEMS).collect() };
    let (nominal, operative) = (nominal.select(Axis(0), &chosen), operative.select(Axis(0), &chosen));
    let (cosines, self_retrieval) = match self_cosine(nominal.view(), operative.view()) {
        Ok(found) => found,
        Err(reason) => return undetermined(RegimeReason::Undefined(reason)),
    };
    let n = cosines.len();
    let median_cosine = median(cosines);
    let kind = if median_cosine >= SAME_COSINE && self_retrieval >= SAME_RETRIEVAL {
        RegimeKind::SameBasis
    } else if median_cosine < DIFFERENT_COSINE {
        RegimeKind::DifferentBasis
    } else {
        RegimeKind::Undetermined
    };
    let reason = RegimeReason::Items { n, median_cosine, self_retrieval, chance: 1.0 / n as f64 };
    Regime { kind, reason }
}
