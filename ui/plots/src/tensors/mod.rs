//! The tensors of a comparison: the grid of layers and kinds, the list beside it, and which rows of that are drawn.
//!
//! The grid is drawn by the page, as a table of buttons; what is computed for it is here, so that it can be tested.

mod grid;
mod list;
mod rows;

pub use grid::{Alone, Cell, Grid};
pub use list::{Column, Order, UNEXPLAINED, common_kind, listed};
pub use rows::Rows;

/// Which tensors are listed, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TensorQuery {
    /// Only tensors with this verdict; [`UNEXPLAINED`] for all that are not explained.
    pub verdict: Option<String>,
    /// Only tensors that are stored as this type.
    pub stored_type: Option<String>,
    /// Only tensors whose name holds this.
    pub search: Option<String>,
    /// Only tensors of this layer.
    pub layer: Option<u32>,
    /// Only tensors of this kind, with `*` for numbers inside it.
    pub kind: Option<String>,
    /// Column that the list is sorted by, with a `-` before it for the other way round.
    pub order: Option<String>,
}
