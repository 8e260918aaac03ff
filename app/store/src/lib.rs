//! The case file: one SQLite database per case. Rows in, rows out; knows no model, no sentence and no clock.
//!
//! # Invariants
//! - A case file is complete or it is not there: it is built under another name and renamed when it is whole.
//! - Every change and the event that records it are one transaction; the history only grows at its end.
//! - A run never changes, and a sealed revision of a contestation never changes.
//! - A file that is refused is left as it was, and nothing is made beside it.
//! - The signing key stays in the case file; no reading function but [`Case::key`] returns it.

mod case;
mod check;
mod create;
mod digest;
mod error;
mod open;
mod read;
mod schema;
mod table;
mod write;

pub use case::Case;
pub use create::NewCase;
pub use error::{Error, Result};
pub use schema::{APPLICATION_ID, VERSION};
pub use table::annotation::AnnotationFilter;
pub use table::item::{ItemFilter, ItemWays};
pub use table::seal::Seal;
