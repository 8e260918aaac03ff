//! Why a value about a pair of tensors does not exist.

use thiserror::Error;

/// Why a measure or a test has no value on the given tensors.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Undefined {
    /// The two sides must be of one size.
    #[error("the published tensor is {} by {}, the deployed one {} by {}", nominal.0, nominal.1, operative.0, operative.1)]
    ShapesDiffer {
        /// Rows and columns of the published tensor, after its layout change.
        nominal: (usize, usize),
        /// Rows and columns of the deployed tensor.
        operative: (usize, usize),
    },
    /// The bytes do not hold what type and shape say, or the layout change does not fit the shape.
    #[error("the bytes or the layout of the {side} tensor do not fit its shape")]
    Malformed {
        /// `published` or `deployed`.
        side: &'static str,
    },
    /// The test says nothing about tensors of this type.
    #[error("tensors of type {name} cannot be tested in this way")]
    TypeNotTested {
        /// The type's name.
        name: &'static str,
    },
    /// No published number says what such a code must be.
    #[error(
        "tools that store numbers as {name} change some of them to make up for the rounding of others, so that it \
         cannot be decided which numbers these were made from"
    )]
    MakesUpForErrors {
        /// What the type is called.
        name: &'static str,
    },
    /// Codes are other than the nearest, or scales other than usual, which other encoders might have chosen.
    #[error(
        "{codes} of {tested} stored codes are not the nearest to the published numbers and {scales} scales are not what \
         they would give; whether another tool chose them so cannot be decided"
    )]
    NotNearest {
        /// Codes that are not the nearest.
        codes: u64,
        /// Codes that were held against their numbers.
        tested: u64,
        /// Scales that are not usual.
        scales: u64,
    },
    /// The tensor would have to be unpacked whole.
    #[error("the tensor has more than {most} numbers, which is more than is unpacked at a time")]
    TooLarge {
        /// Numbers that are unpacked at most.
        most: usize,
    },
    /// There is no element to look at.
    #[error("the tensor has no elements")]
    Empty,
    /// NaN or infinities have no place in a sum.
    #[error("{nominal} published and {operative} deployed numbers are not finite, the first in row {row}")]
    NotFinite {
        /// How many published ones.
        nominal: u64,
        /// How many deployed ones.
        operative: u64,
        /// The first row that holds one.
        row: usize,
    },
    /// A side of zeros has no size to relate an error to, and no direction.
    #[error("the {side} tensor is all zeros")]
    AllZero {
        /// `published` or `deployed`.
        side: &'static str,
    },
    /// The two sides are equal, so that a ratio to their difference has no bound.
    #[error("the two sides are equal")]
    NoError,
    /// All numbers are equal.
    #[error("the numbers do not vary")]
    NoVariation,
    /// Fewer counts than the statistic needs.
    #[error("needs at least {needed} {what}, got {got}")]
    TooFew {
        /// What is counted.
        what: &'static str,
        /// How many are needed.
        needed: u64,
        /// How many there are.
        got: u64,
    },
    /// The blocks must be encoded again, and nobody said how.
    #[error("tensors of type {name} must be encoded again for this")]
    NeedsEncoder {
        /// The type's name.
        name: &'static str,
    },
}
