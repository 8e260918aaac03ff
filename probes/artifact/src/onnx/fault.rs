//! What breaks an ONNX file.

use thiserror::Error;

use crate::error::shown;

/// Why an ONNX file is not sound.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OnnxFault {
    /// A field ends beyond what holds it.
    #[error("at byte {at}, {length} more bytes are announced than there are")]
    Cut {
        /// Where.
        at: usize,
        /// How many.
        length: u64,
    },
    /// A number that no 64 bits hold.
    #[error("at byte {at} stands a number of more than 64 bits")]
    Number {
        /// Where.
        at: usize,
    },
    /// A field without a number, or of a kind that ONNX does not use.
    #[error("at byte {at} stands no field of an ONNX file")]
    Field {
        /// Where.
        at: usize,
    },
    /// A text that is none.
    #[error("the text at byte {at} is not valid UTF-8")]
    NotUtf8 {
        /// Where.
        at: usize,
    },
    /// There is nothing to look at.
    #[error("it has no graph")]
    NoGraph,
    /// What may be there once is there twice.
    #[error("{what} is there twice")]
    Twice {
        /// What.
        what: String,
    },
    /// A tensor that cannot be named in a sentence.
    #[error("the tensor at byte {at} has no name, or one that is too long or holds control characters")]
    BadName {
        /// Where the tensor begins.
        at: usize,
    },
    /// Dimensions that cannot be.
    #[error("the dimensions of tensor `{}` cannot be", shown(tensor))]
    Shape {
        /// Which tensor.
        tensor: String,
    },
    /// Bytes that do not fit type and shape.
    #[error("tensor `{}` of type {dtype} and shape {shape:?} cannot have {len} bytes", shown(tensor))]
    Length {
        /// Which tensor.
        tensor: String,
        /// Its type.
        dtype: &'static str,
        /// Its shape.
        shape: Vec<usize>,
        /// Its bytes.
        len: u64,
    },
    /// A place in another file that cannot be followed.
    #[error("where the bytes of tensor `{}` lie is not a place in a file beside it", shown(tensor))]
    External {
        /// Which tensor.
        tensor: String,
    },
    /// A file that tensors lie in is not there.
    #[error("the file `{}` with its tensors is missing", shown(location))]
    Missing {
        /// Its name.
        location: String,
    },
    /// Tensors that are stored by their places.
    #[error("it holds sparse tensors, which are not read here")]
    Sparse,
    /// More than any model has.
    #[error("it has more than {most} {what}")]
    TooMany {
        /// What.
        what: &'static str,
        /// How many are read.
        most: usize,
    },
    /// Tensors that share their bytes many times over.
    #[error("its tensors claim {claimed} bytes, more than twice the {available} that there are")]
    Overlaps {
        /// Bytes claimed.
        claimed: u64,
        /// Bytes there.
        available: usize,
    },
}
