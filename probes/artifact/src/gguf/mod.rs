//! GGUF files: the header's metadata and tensors, read strictly. Tensor values are not decoded.
//! Format: ggml's `docs/gguf.md`; strictness: that of ggml's own reader, `gguf.cpp`, and more where a file could hide something.

mod config;
mod metadata;
mod reader;
mod tensors;

pub(crate) use config::read_config;
pub use metadata::{GgufArray, GgufMetadata, GgufValue};
pub(crate) use tensors::{Header, parse, read_header};
