//! What a comparison of two variants' tokenizers found (`parallax-tokens/1`).

use serde::{Deserialize, Serialize};

use crate::{Cost, PreflightStatus, SettingRow};

/// Name of the schema of a comparison of tokenizers.
pub const TOKENS_SCHEMA: &str = "parallax-tokens/1";

/// What a comparison of tokenizers is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokensRequest {
    /// Path of the nominal variant.
    pub nominal: String,
    /// Path of the operative variant.
    pub operative: String,
    /// Path of a file of texts; the items of the shipped suites when `None`.
    pub texts: Option<String>,
}

/// A difference between the two tokenizers, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenizerRow {
    /// What was held side by side, for example `normalizer` or `vocabulary`.
    pub part: String,
    /// `same`, `differs` or `unknown`.
    pub status: PreflightStatus,
    /// Nominal value as text.
    pub nominal: Option<String>,
    /// Operative value as text.
    pub operative: Option<String>,
    /// How many pieces, merges or the like differ; `None` where that is no question of number.
    pub count: Option<u64>,
    /// Where, for at most 20 of them.
    pub examples: Vec<String>,
}

/// How one side reads the texts of one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadingCost {
    /// Pieces in all.
    pub pieces: u64,
    /// Pieces per word.
    pub pieces_per_word: Option<f64>,
    /// Pieces per code point.
    pub pieces_per_code_point: Option<f64>,
    /// Words that hold an unknown token.
    pub unknown_words: u64,
    /// Share of words that hold an unknown token.
    pub unknown_share: Option<f64>,
    /// Words that become no piece at all.
    pub lost_words: u64,
    /// Share of pieces that spell less than a character.
    pub byte_share: Option<f64>,
}

/// The texts of one language, as both sides read them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LanguageTokens {
    /// BCP 47 tag; `und` where the texts do not say.
    pub language: String,
    /// Texts.
    pub texts: u64,
    /// Words.
    pub words: u64,
    /// The published side.
    pub nominal: ReadingCost,
    /// The deployed side.
    pub operative: ReadingCost,
    /// Texts that the two sides read as different ids.
    pub texts_differ: u64,
    /// Words that the two sides read as different ids.
    pub words_differ: u64,
    /// The first text that they read differently.
    pub first: Option<FirstDifference>,
}

/// A text that the two sides read differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstDifference {
    /// Id of the item, or its place among the texts.
    pub item: String,
    /// The first word that differs.
    pub word: String,
    /// Its pieces on the published side.
    pub nominal: Vec<String>,
    /// Its pieces on the deployed side.
    pub operative: Vec<String>,
}

/// What a comparison of tokenizers found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokensReport {
    /// `parallax-tokens/1`.
    pub schema: String,
    /// Name of the published variant.
    pub nominal: String,
    /// Name of the deployed variant.
    pub operative: String,
    /// How the published one was read: `reference` or `engine`.
    pub nominal_mode: String,
    /// How the deployed one was read.
    pub operative_mode: String,
    /// The tokenizers themselves.
    pub rows: Vec<TokenizerRow>,
    /// Chat templates, line by line: ` `, `-` or `+` before each line; empty when both are the same.
    pub template: Vec<String>,
    /// Settings of generation.
    pub generation: Vec<SettingRow>,
    /// The texts, by language.
    pub languages: Vec<LanguageTokens>,
    /// Why no texts were read; `None` when they were.
    pub not_read: Option<String>,
    /// What it took.
    pub cost: Cost,
}
