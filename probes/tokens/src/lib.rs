//! Texts to token ids, as the published tokenizer reads them and as the deployed engine does.
//! It knows no weights and no categories, and decides nothing about what a difference means.

mod engine;
mod error;
mod published;
mod reference;
mod tokenizer;
mod vocabulary;

pub use error::Error;
pub use tokenizer::{Encoding, Reading, SpecialTokens, Tokenizer};
