//! Why a variant's tokenizer cannot be used: one sentence each, naming the variant or the file.

use thiserror::Error;

/// Why a variant's tokenizer cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Error {
    /// The variant brings no tokenizer.
    #[error("`{variant}` has no tokenizer: there is no `tokenizer.json`{}", if *gguf { " beside it and its metadata hold none" } else { " in it" })]
    Missing {
        /// The variant's name.
        variant: String,
        /// Whether it is a GGUF.
        gguf: bool,
    },
    /// A reading was asked for that this variant does not offer.
    #[error("`{variant}` cannot be read that way: it has no {what}")]
    NoSuchReading {
        /// The variant's name.
        variant: String,
        /// What it would take.
        what: &'static str,
    },
    /// `tokenizer.json` cannot be used.
    #[error("`{file}` is not a usable tokenizer: {reason}")]
    Unusable {
        /// Which file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// A GGUF's tokenizer is of another kind.
    #[error("`{file}`: tokenizer `{found}` is not supported; supported: bert (WordPiece)")]
    Unsupported {
        /// Which file.
        file: String,
        /// What `tokenizer.ggml.model` says.
        found: String,
    },
    /// A file that claims more than any tokenizer needs.
    #[error("`{file}` holds more than {most} {what}, the most that is read")]
    TooLarge {
        /// Which file.
        file: String,
        /// What there is too much of.
        what: &'static str,
        /// The most that is read.
        most: usize,
    },
    /// A kind of tokenizer that cannot be described.
    #[error("`{file}`: tokenizer `{found}` cannot be described; described are WordPiece, BPE, Unigram and WordLevel")]
    UnknownKind {
        /// Which file.
        file: String,
        /// What it says it is.
        found: String,
    },
    /// An id for which the model has no vector.
    #[error("`{file}` uses token id {id}, but the model's token table has {rows} rows")]
    BeyondTable {
        /// Which file.
        file: String,
        /// The id.
        id: u32,
        /// Rows of the table.
        rows: usize,
    },
    /// A text could not be encoded.
    #[error("`{file}` cannot encode a text: {reason}")]
    Encode {
        /// The tokenizer's file.
        file: String,
        /// What is wrong.
        reason: String,
    },
}
