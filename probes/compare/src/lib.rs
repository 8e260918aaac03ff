//! Probes, geometry and statistics: representations and decisions in, numbers and tests out. Knows no model, file, clock or screen.
//!
//! # Invariants
//! - Everything is computed in f64 from plain arrays; rows are items, in the same order for every variant.
//! - A value that does not exist is an [`Undefined`] with its reason, never a NaN.
//! - Nothing depends on the number of threads; everything that is drawn takes a seed (ChaCha8).
//! - Items are resampled in whole groups, and never so that a duplicate enters a Gram matrix or a neighbourhood.
//!
//! # Where to look
//! [`flips`] is the test that findings rest on; [`drift`] and [`geometry`] say how far states moved;
//! [`category_probe`] and [`prototype`] make decisions from states, and [`fitted`] keeps what they learnt for texts
//! that come later; [`projection`] draws states in a plane; [`regime`] and [`language`] say whether any of it may be
//! asked.

pub mod category_probe;
pub mod drift;
mod error;
pub mod fitted;
pub mod flips;
pub mod folds;
pub mod geometry;
pub mod interval;
pub mod language;
pub mod multiplicity;
pub mod probe;
pub mod projection;
pub mod prototype;
pub mod regime;
pub mod sign_flip;
pub mod standardise;

pub use error::{Error, Undefined};

/// Category decisions for a list of items.
#[derive(Clone, Debug, PartialEq)]
pub struct Decisions {
    /// Category of each item, as an index.
    pub categories: Vec<usize>,
    /// How far the best category is ahead of the second best; the unit is the reader's, at least 0.
    pub margins: Vec<f64>,
}
