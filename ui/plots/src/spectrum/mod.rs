//! The spectrum: the strongest directions of what remains of a tensor's difference, beside those of honest rounding.
//!
//! Rounding spreads over all directions, so that its values fall slowly from the edge that noise has.
//! An addition of low rank lies in a few directions, whose values stand above that edge.

mod canvas;
mod draw;

use crate::Palette;
use crate::strip::Range;

pub use canvas::spectrum_ui;
pub use draw::{Series, key_svg, spectrum_axes, spectrum_svg};

/// What a spectrum is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct SpectrumInput<'a> {
    /// Singular values of what remains, largest first.
    pub values: &'a [f64],
    /// The same of the published tensor stored again; empty where it was not.
    pub null: &'a [f64],
    /// The largest value that noise of this size has; `None` where it is not known.
    pub edge: Option<f64>,
    /// The direction under the pointer, as an index.
    pub hovered: Option<usize>,
    /// Colours.
    pub palette: &'a Palette,
}

impl SpectrumInput<'_> {
    /// Number of directions that either side has a value for.
    pub fn directions(&self) -> usize {
        self.values.len().max(self.null.len())
    }

    /// Values of both sides at a direction, without what cannot be drawn.
    fn at(&self, direction: usize) -> [Option<f64>; 2] {
        [self.values, self.null].map(|side| side.get(direction).copied().filter(|value| value.is_finite()))
    }

    fn finite_edge(&self) -> Option<f64> {
        self.edge.filter(|edge| edge.is_finite())
    }

    /// Values at the bottom and at the top: everything that is drawn, and the edge.
    fn range(&self) -> Range {
        let both = self.values.iter().chain(self.null).copied().filter(|value| value.is_finite());
        let (low, high) = both
            .chain(self.finite_edge())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low <= high { Range::spanning(low, high) } else { Range::spanning(0.0, 1.0) }
    }
}

/// A drawn spectrum, and what the page needs to tell which direction the pointer is at.
#[derive(Clone, Debug, PartialEq)]
pub struct SpectrumPicture {
    /// The picture, as an `svg` element.
    pub svg: String,
    /// Where the first direction begins, in points from the left edge.
    pub left: f32,
    /// Width of one direction, in points.
    pub step_width: f32,
}

impl SpectrumPicture {
    /// The direction at a place, in points from the left edge.
    pub fn direction_at(&self, x: f32, directions: usize) -> Option<usize> {
        let step = ((x - self.left) / self.step_width).floor();
        (step >= 0.0 && step < directions as f32).then_some(step as usize)
    }
}

/// One row of the equivalent table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpectrumRow {
    /// The direction, counted from 1, the strongest first.
    pub direction: usize,
    /// Its value in what remains; `None` where there is none.
    pub value: Option<f64>,
    /// Its value in the published tensor stored again.
    pub null: Option<f64>,
}

/// The values of a spectrum as rows, the strongest first; a number that is not finite is undefined.
pub fn spectrum_table(input: &SpectrumInput<'_>) -> Vec<SpectrumRow> {
    (0..input.directions())
        .map(|direction| {
            let [value, null] = input.at(direction);
            SpectrumRow { direction: direction + 1, value, null }
        })
        .collect()
}
