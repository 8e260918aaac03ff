//! Text that people wrote, with its language and direction.

use serde::{Deserialize, Serialize};

/// Direction in which a text runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
    /// Decided by the first strong character.
    #[default]
    Auto,
}

/// A text in one language, stored exactly as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalText {
    /// BCP 47 language tag.
    pub lang: String,
    /// Direction of the text.
    pub dir: Direction,
    /// The text itself, never normalised.
    pub value: String,
}

impl LocalText {
    /// A text whose direction follows from its characters.
    pub fn new(lang: impl Into<String>, value: impl Into<String>) -> Self {
        Self { lang: lang.into(), dir: Direction::Auto, value: value.into() }
    }
}
