//! Every sentence the product can say, in every language it speaks; knows no file at run time, no model and no database.
//!
//! # Invariants
//! - A sentence is a whole message of a Fluent file; nothing is glued together from fragments.
//! - A finding or limit is a [`Statement`] with a guard; without its guard it is not said.
//! - A missing message or slot is an error, never half a sentence.
//! - It builds for wasm32: the Fluent files are part of the program.

mod error;
mod glossary;
mod guard;
mod locale;
mod slot;
mod statement;
mod visible;
mod weights;
mod words;

pub use error::Error;
pub use glossary::{GLOSSARY, GlossaryEntry};
pub use locale::LANGUAGES;
pub use slot::Which;
pub use statement::Statement;
pub use visible::{visible, without_isolates};
pub use weights::{Whole, percent_text};
pub use words::{Isolation, Words, params};
