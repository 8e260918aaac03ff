//! What a weights file says about one tensor. The bytes stay in the file.

use crate::DType;

/// Name, type, shape and place of one tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// The name as stored.
    pub name: String,
    /// llama.cpp's name for the same tensor; `None` when a BERT encoder has no such tensor.
    pub canonical: Option<String>,
    /// Storage type.
    pub dtype: DType,
    /// Dimensions, outermost first: `[rows, columns]` for a matrix. GGUF stores them the other way round.
    pub shape: Vec<usize>,
    /// First byte, counted from the beginning of the weights file.
    pub offset: usize,
    /// Length in bytes.
    pub len: usize,
}

impl TensorInfo {
    /// Number of elements; 1 for a scalar. Cannot overflow: the product was checked when the file was opened.
    pub fn n_elements(&self) -> usize {
        self.shape.iter().product()
    }
}
