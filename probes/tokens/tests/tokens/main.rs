//! Ids held to the reference implementations' own, and what a variant's tokenizer says about itself.

mod languages;
mod metadata;
mod parity;
mod shared;
mod texts;
