//! What can go wrong in a forward pass, with the values that explain it; nothing is recovered here.

/// Failure to load a model or to represent texts with it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A tensor that the architecture needs is not in the variant.
    #[error("tensor `{name}` is missing from the weights")]
    MissingTensor {
        /// Canonical name.
        name: String,
    },
    /// A tensor has another shape than the configuration says.
    #[error("tensor `{name}` has shape {got:?} where the configuration asks for {expected:?}")]
    Shape {
        /// Canonical name.
        name: String,
        /// Shape the configuration asks for, outermost first.
        expected: Vec<usize>,
        /// Shape in the file, outermost first.
        got: Vec<usize>,
    },
    /// The stored bytes of a tensor do not have the length its type and shape ask for.
    #[error("tensor `{name}` has {got} bytes where {expected} are needed for its type and shape")]
    Length {
        /// Canonical name.
        name: String,
        /// Bytes needed.
        expected: usize,
        /// Bytes there are.
        got: usize,
    },
    /// A tensor is stored in a type that cannot be turned into f32 here.
    #[error("tensor `{name}` is stored as {dtype}, which the forward pass cannot read")]
    UnsupportedType {
        /// Canonical name.
        name: String,
        /// Stored type.
        dtype: &'static str,
    },
    /// A weight is NaN or infinite.
    #[error("tensor `{name}` holds a value that is not a finite number, at position {position}")]
    NonFiniteWeight {
        /// Canonical name.
        name: String,
        /// Position in the flattened tensor.
        position: usize,
    },
    /// A text has no tokens at all.
    #[error("item {item} has no tokens")]
    EmptyItem {
        /// Position of the item.
        item: usize,
    },
    /// A text has more tokens than the model has positions.
    #[error("item {item} has {got} tokens, more than the model's {max} positions")]
    TooLong {
        /// Position of the item.
        item: usize,
        /// Tokens of the item.
        got: usize,
        /// Positions of the model.
        max: usize,
    },
    /// A token id has no row in the embedding table.
    #[error("item {item} has token id {id}, but the model knows only {vocab_size} tokens")]
    UnknownToken {
        /// Position of the item.
        item: usize,
        /// The id.
        id: u32,
        /// Rows of the embedding table.
        vocab_size: usize,
    },
    /// A state overflowed.
    #[error("item {item} has a state that is not a finite number at tap {tap}")]
    NonFiniteState {
        /// Position of the item.
        item: usize,
        /// Tap; one more than the last tap stands for the logits.
        tap: usize,
    },
    /// The observer asked to stop.
    #[error("cancelled after {done} of {all} items")]
    Cancelled {
        /// Items done.
        done: usize,
        /// Items asked for.
        all: usize,
    },
    /// A worker thread could not be started.
    #[error("a worker thread could not be started: {reason}")]
    Threads {
        /// What the system said.
        reason: String,
    },
    /// candle refused a tensor operation.
    #[error("a tensor operation failed: {0}")]
    Candle(#[from] candle_core::Error),
}
