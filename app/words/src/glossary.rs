//! The words a newcomer may not know, in the order in which the report explains them.

use crate::{Error, Words};

/// Ids of the words that are explained; each has `word-<id>` and `explain-<id>`.
pub const GLOSSARY: [&str; 50] = [
    "model",
    "published",
    "deployed",
    "variant",
    "item",
    "suite",
    "synthetic",
    "category",
    "reader",
    "head",
    "prototype",
    "probe",
    "flip",
    "rounding",
    "rounding-control",
    "floor",
    "chance",
    "interval",
    "positive-control",
    "negative-control",
    "tokenizer",
    "token",
    "unknown-token",
    "tap",
    "hidden-state",
    "nearest-neighbours",
    "cka",
    "regime",
    "held-out",
    "group",
    "finding",
    "limit",
    "preflight",
    "hash",
    "seed",
    "gguf",
    "safetensors",
    "annotation",
    "contestation",
    "bundle",
    "fingerprint",
    "tensor",
    "weight",
    "quantization",
    "block",
    "scale",
    "claim",
    "verdict",
    "residual",
    "chat-template",
];

/// One word with its explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlossaryEntry {
    /// Id, one of [`GLOSSARY`].
    pub id: &'static str,
    /// The word as it stands in sentences.
    pub word: String,
    /// One plain sentence.
    pub explanation: String,
}

impl Words {
    /// All explained words, in reading order.
    ///
    /// # Errors
    /// When a word has no explanation.
    pub fn glossary(&self) -> Result<Vec<GlossaryEntry>, Error> {
        GLOSSARY
            .iter()
            .map(|id| {
                let word = self.text(&format!("word-{id}"))?;
                let explanation = self.text(&format!("explain-{id}"))?;
                Ok(GlossaryEntry { id, word, explanation })
            })
            .collect()
    }
}
