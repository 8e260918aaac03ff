//! What is left between a deployed tensor and what the claimed transform makes of the published one.
//!
//! A rounding error looks like noise: no direction stands out, every row carries its share. An edit does not.
//! [`compare_spectra`] looks for directions (a merged adapter), [`localise`] for rows and columns (scaled or swapped
//! embeddings), [`agreement`] and [`order`] for tensors that were replaced or whose rows were shuffled.
//! Every answer is held against the published tensor as the same encoder rounds it, because honest rounding errors are
//! neither centred nor independent of the weights.

mod added;
mod agreement;
mod comparison;
mod order;
mod rows;
mod sparse;
mod spectrum;
mod tail;

use thiserror::Error;

pub use added::Added;
pub use agreement::{Agreement, REPLACED_BELOW, agreement};
pub use comparison::{Reference, SpectrumComparison, compare_spectra};
pub use order::{Order, kept_rows, order};
pub use rows::{Difference, Rows, RowsFrom};
pub use sparse::{Changed, Freedom, Localised, Spread, localise};
pub use spectrum::{Spectrum, SpectrumSettings, spectrum};

pub(crate) use rows::{check_shapes, for_each_block};
pub(crate) use tail::{holm, normal_upper_tail};

/// Why a question about a pair of tensors has no answer.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Undecided {
    /// The two sides are not of one shape, as `[rows, columns]`.
    #[error("the tensors have different shapes: {left:?} and {right:?}")]
    ShapesDiffer {
        /// Rows and columns of the first side.
        left: [usize; 2],
        /// Rows and columns of the second side.
        right: [usize; 2],
    },
    /// A number is infinite or not a number.
    #[error("the number at row {row}, column {column} is not finite")]
    NotFinite {
        /// Row of the first such number.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// Too few rows or columns for a statement about directions or units.
    #[error("a matrix of {rows} by {columns} is too small: at least {needed} of each are needed")]
    TooSmall {
        /// Rows that carry something.
        rows: usize,
        /// Columns that carry something.
        columns: usize,
        /// The fewest of each.
        needed: usize,
    },
    /// There is no difference at all.
    #[error("there is no residual: the two sides are equal")]
    NoResidual,
    /// One of the tensors holds the same number everywhere, or rows without any variation.
    #[error("a side without variation can be related to nothing")]
    NoVariation,
    /// The adapter's factors do not fit the tensor.
    #[error("an adapter of {up:?} times {down:?} does not fit a tensor of {tensor:?}")]
    AdapterShape {
        /// Rows and columns of the factor that is multiplied from the left (B).
        up: [usize; 2],
        /// Rows and columns of the other factor (A).
        down: [usize; 2],
        /// Rows and columns of the tensor.
        tensor: [usize; 2],
    },
    /// Arrays of codes, scales or zero points are not of the lengths that belong together.
    #[error("{what} has {got} elements where {needed} belong")]
    Length {
        /// Which array.
        what: &'static str,
        /// Elements it has.
        got: usize,
        /// Elements that belong there.
        needed: usize,
    },
    /// A scale that nothing can be divided by.
    #[error("the scale of channel {channel} is {scale}")]
    Scale {
        /// Index of the first such scale.
        channel: usize,
        /// The scale: zero, negative, infinite or not a number.
        scale: f32,
    },
    /// A decomposition did not succeed.
    #[error("a matrix could not be decomposed")]
    Decomposition,
}
