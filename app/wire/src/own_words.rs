//! Own words: a text that a person types, and how each variant sorts it, reader by reader.

use serde::{Deserialize, Serialize};

use crate::{RegimeKind, Series};

/// What a reader learned from the items of an audit, so that it can read a text that was not among them.
///
/// A classification head needs nothing of the kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedReader {
    /// Suite whose categories it reads.
    pub suite: String,
    /// `prototype` or `probe`.
    pub reader: String,
    /// Category ids in order.
    pub categories: Vec<String>,
    /// BCP 47 tags of the languages it has its own numbers for; empty when one set serves all.
    pub languages: Vec<String>,
    /// Width of a nominal state.
    pub nominal_dim: u32,
    /// Width of an operative state.
    pub operative_dim: u32,
    /// What is read on nominal states. Prototype: for each language the mean state and then, less that mean, the centroid
    /// of each category, zeros where it has no items, `[language, 1 + category, dim]`.
    /// Probe: for each category its weights and then its intercept, `[category, dim + 1]`, on raw states.
    pub nominal: Series,
    /// The same for operative states; where the bases agree, a probe's equals the nominal one.
    pub operative: Series,
}

/// What the worker needs to sort a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SortRequest {
    /// Path of the nominal variant.
    pub nominal: String,
    /// Path of the operative variant.
    pub operative: String,
    /// SHA-256 of the files that the audit saw, nominal; other files are refused.
    pub nominal_sha256: Vec<String>,
    /// The same for operative.
    pub operative_sha256: Vec<String>,
    /// The text, exactly as typed.
    pub text: String,
    /// BCP 47 tag of its language.
    pub language: String,
    /// Suites of the audit: id and category ids.
    pub suites: Vec<(String, Vec<String>)>,
    /// Regime of the audit.
    pub regime: RegimeKind,
    /// Readers fitted by the audit.
    pub fitted: Vec<FittedReader>,
}

/// A category with the score that a reader gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoredCategory {
    /// Category id.
    pub category: String,
    /// Probability of a head or probe, cosine of a prototype.
    pub score: f64,
}

/// How one reader sorts a text in both variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SortedBy {
    /// Suite whose categories are read.
    pub suite: String,
    /// `head`, `prototype` or `probe`.
    pub reader: String,
    /// Categories in the nominal variant, the best first; empty with `undefined`.
    pub nominal: Vec<ScoredCategory>,
    /// Categories in the operative variant, the best first.
    pub operative: Vec<ScoredCategory>,
    /// Why it could not be read.
    pub undefined: Option<String>,
}

/// How one variant reads a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadText {
    /// Pieces that the model sees, special tokens left out.
    pub pieces: Vec<String>,
    /// Number of words.
    pub words: u64,
    /// Words that hold an unknown token.
    pub unknown_words: u64,
    /// True when the text was longer than the model reads.
    pub truncated: bool,
}

/// How both variants read and sort a text that a person typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SortedWords {
    /// The text, exactly as typed.
    pub text: String,
    /// BCP 47 tag of its language.
    pub language: String,
    /// How the nominal variant reads it.
    pub nominal: ReadText,
    /// How the operative variant reads it.
    pub operative: ReadText,
    /// True when both read it as the same token ids.
    pub same_tokens: bool,
    /// Reader by reader.
    pub sorted: Vec<SortedBy>,
}

/// Own words that a person chose to keep in the case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptWords {
    /// Random UUID v4.
    pub id: String,
    /// Day they were kept, `YYYY-MM-DD`.
    pub created: String,
    /// The text and how it was sorted.
    pub sorted: SortedWords,
}
