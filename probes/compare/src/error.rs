//! Why a value does not exist, and why a fit or a test could not be made.

use thiserror::Error;

/// Why a measure has no value on the given items.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Undefined {
    /// Fewer items than the formula needs.
    #[error("needs at least {needed} items, got {got}")]
    TooFewItems {
        /// Items needed.
        needed: usize,
        /// Items given.
        got: usize,
    },
    /// Both sides must be about the same items.
    #[error("the two sides hold {nominal} and {operative} items")]
    ItemsDiffer {
        /// Items on the nominal side.
        nominal: usize,
        /// Items on the operative side.
        operative: usize,
    },
    /// A per-item list does not have one entry an item.
    #[error("{what} holds {got} entries for {items} items")]
    LengthDiffers {
        /// Which list.
        what: &'static str,
        /// Its length.
        got: usize,
        /// Number of items.
        items: usize,
    },
    /// Vectors can be subtracted only when they have the same width.
    #[error("the states are {nominal} and {operative} wide, so they cannot be subtracted")]
    DimensionsDiffer {
        /// Width of the nominal states.
        nominal: usize,
        /// Width of the operative states.
        operative: usize,
    },
    /// A state holds NaN or an infinity.
    #[error("the state of item {item} holds a number that is not finite")]
    NotFinite {
        /// First such item.
        item: usize,
    },
    /// A state of zeros has no direction.
    #[error("the states of {count} items, the first of them item {first}, are all zeros and have no direction")]
    ZeroNorm {
        /// How many items.
        count: usize,
        /// First such item.
        first: usize,
    },
    /// All states are equal, or nearly so.
    #[error("the states do not vary over the items")]
    NoVariation,
    /// The unbiased estimate of a variance-like term came out at or below zero, but for rounding.
    #[error("the unbiased estimate in the denominator is {value:e}, not above zero but for rounding")]
    DenominatorNotPositive {
        /// The estimate.
        value: f64,
    },
    /// There is nothing to relate the value to.
    #[error("the two sides are equal, so the ratio of signal to noise has no bound")]
    NoNoise,
    /// Neither side has a single mutual neighbour.
    #[error("no two items are mutual neighbours on either side")]
    NoMutualNeighbours,
    /// A category or a whole list has too few groups to hold one out.
    #[error("{what} has {got} groups, needs at least {needed}")]
    TooFewGroups {
        /// Which category or list.
        what: String,
        /// Groups needed.
        needed: usize,
        /// Groups given.
        got: usize,
    },
    /// Only one category is left.
    #[error("needs at least two categories, got {got}")]
    TooFewCategories {
        /// Categories given.
        got: usize,
    },
    /// There is nothing to compare with.
    #[error("no {what} was given to compare with")]
    NoControl {
        /// What is missing.
        what: &'static str,
    },
}

/// Why a probe could not be fitted or a test could not be made.
#[derive(Debug, Error)]
pub enum Error {
    /// A value it needs does not exist.
    #[error(transparent)]
    Undefined(#[from] Undefined),
    /// The penalty must be positive, or the optimum may not exist.
    #[error("the penalty must be a positive finite number, got `{got}`")]
    InvalidPenalty {
        /// Given penalty.
        got: f64,
    },
    /// The tolerance must be positive.
    #[error("the gradient tolerance must be a positive finite number, got `{got}`")]
    InvalidTolerance {
        /// Given tolerance.
        got: f64,
    },
    /// The solver must be allowed to move.
    #[error("the solver must be allowed at least one iteration")]
    InvalidIterations,
    /// The solver stopped before the gradient was small enough.
    #[error(
        "the probe did not converge: gradient norm {gradient_norm:e} after {iterations} iterations, needs {tolerance:e}"
    )]
    Unconverged {
        /// Iterations made; for linfa-logistic those allowed, as it does not say.
        iterations: usize,
        /// Largest absolute entry of the gradient at the end.
        gradient_norm: f64,
        /// Norm that was asked for.
        tolerance: f64,
    },
    /// An index is outside its list.
    #[error("{what} `{got}` is not below {bound}")]
    OutOfRange {
        /// Which index.
        what: &'static str,
        /// Given index.
        got: usize,
        /// First index that is too large.
        bound: usize,
    },
    /// linfa refused the data.
    #[error("linfa refused the data")]
    Linfa(#[from] linfa::Error),
    /// linfa-logistic refused the data or failed.
    #[error("linfa-logistic failed")]
    LinfaLogistic(#[from] linfa_logistic::error::Error),
}
