//! BERT forward passes with a tap after the embeddings and after every layer.
//!
//! The crate exists because no model of candle-transformers exposes its hidden states; that crate's
//! BERT is the yardstick of the tests. candle loads and dequantizes the tensors and multiplies the
//! matrices; everything between two products is done here on plain slices, one pass each.
//!
//! # Invariants
//! - Texts come in as token ids; which ids a text has is `parallax-tokens`' business.
//! - No file is opened here: the bytes come from a checked `parallax_artifact::Variant`.
//! - Weights are computed with in f32 whatever their stored type ("dequantized" precision).
//! - Texts are packed one behind the other, never padded, and attention never crosses a text.
//! - Results do not depend on the number of threads: the batches are fixed by the texts alone.

mod arithmetic;
mod attention;
mod bert;
mod decode;
mod error;
mod perturb;
mod represent;

pub use bert::Bert;
pub use error::Error;
pub use parallax_artifact::Pooling;
pub use perturb::{Perturbation, stored_types};
pub use represent::{RepresentOptions, States};
