//! Tensor pairs streamed from two variants: how far they differ, and whether the claimed transform explains the deployed bytes.
//! It builds no model, knows no database, window, network or clock, and holds a few rows of a tensor at a time.

mod blocks;
mod view;

pub use blocks::dequantize;
pub use view::{Layout, Precision, Source, TensorView};
