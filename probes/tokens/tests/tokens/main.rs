//! Ids held to the reference implementations' own, what a variant's tokenizer says about itself, and how two differ.

mod coverage;
mod deployed;
mod description;
mod difference;
mod fixtures;
mod gguf;
mod languages;
mod metadata;
mod noise;
mod parity;
mod shared;
mod template;
mod texts;
