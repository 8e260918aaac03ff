//! Nearest neighbours of the nominal states at every tap, found once for everything that asks for them.

use parallax_compare::Undefined;
use parallax_compare::geometry::Neighbours;
use parallax_model::States;
use rayon::prelude::*;

use super::items::Chosen;
use super::measures::NEIGHBOURS;

/// Neighbours of one suite's chosen items, tap by tap.
pub(crate) struct Nearest(Vec<Result<Neighbours, Undefined>>);

impl Nearest {
    /// Finds them in the nominal states.
    pub(crate) fn find(chosen: &Chosen, nominal: &States) -> Self {
        let taps = (0..nominal.n_taps).into_par_iter();
        Self(taps.map(|tap| Neighbours::find(chosen.states(nominal, tap).view(), NEIGHBOURS)).collect())
    }

    /// Those at a tap.
    ///
    /// # Errors
    /// Why they do not exist.
    pub(crate) fn at(&self, tap: usize) -> Result<&Neighbours, Undefined> {
        self.0[tap].as_ref().map_err(Clone::clone)
    }

    /// Those at the last tap.
    ///
    /// # Errors
    /// Why they do not exist.
    pub(crate) fn last(&self) -> Result<&Neighbours, Undefined> {
        self.at(self.0.len() - 1)
    }
}
