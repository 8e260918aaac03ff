//! What is asked of a model: suites, their checks, and the demonstration case. Knows no model, no measure and no case file.
//!
//! A suite is a folder:
//! - `suite.toml`: id, title, licence, categories with labels and meanings per language, who reviewed each language;
//! - `items.jsonl`: one item a line;
//! - `templates.toml` and `CARD.md`: where the items come from and what is known to be wrong with them. They are not read by [`load`].
//!
//! # Invariants
//! - Texts are kept as they are written: no normalisation, no trimming, no dropped joiners. What a model does with them is measured elsewhere.
//! - A suite that loads is complete: every item has a category that exists and a label in its own language.
//! - Everything is ordered, so that what is computed from a suite does not depend on a hash seed.

pub mod demo;
mod error;
mod read;
mod shipped;
mod suite;
pub mod templates;

pub use error::{Error, Fault};
pub use read::{MAX_FILE_BYTES, MAX_ITEMS, MAX_TEXT_CHARS, load};
pub use shipped::shipped;
pub use suite::{Category, Item, Suite, WordSet};
