//! The files of a variant: what each is for, its size and its SHA-256.

use sha2::{Digest, Sha256};

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Trained numbers.
    Weights,
    /// How text becomes token ids.
    Tokenizer,
    /// How the model is built and run.
    Config,
    /// A chat or prompt template.
    Template,
    /// Names of the categories, when they have a file of their own.
    LabelMap,
    /// What the publisher says about the model.
    Card,
    /// Part of the release, none of the above: a licence, for example.
    Other,
}

impl Role {
    /// The word used in reports and in the case file.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Weights => "weights",
            Role::Tokenizer => "tokenizer",
            Role::Config => "config",
            Role::Template => "template",
            Role::LabelMap => "label_map",
            Role::Card => "card",
            Role::Other => "other",
        }
    }

    /// The role of a file with this name inside a variant's folder; `None` for names that do not count.
    pub(crate) fn of(name: &str) -> Option<Self> {
        KNOWN.iter().find(|(known, _)| *known == name).map(|&(_, role)| role)
    }
}

/// The names that count besides the weights, wherever a variant has a folder to itself.
pub(crate) const KNOWN: [(&str, Role); 29] = [
    ("config.json", Role::Config),
    ("modules.json", Role::Config),
    ("sentence_bert_config.json", Role::Config),
    ("config_sentence_transformers.json", Role::Config),
    ("generation_config.json", Role::Config),
    ("1_Pooling/config.json", Role::Config),
    ("tokenizer.json", Role::Tokenizer),
    ("tokenizer_config.json", Role::Tokenizer),
    ("special_tokens_map.json", Role::Tokenizer),
    ("added_tokens.json", Role::Tokenizer),
    ("vocab.txt", Role::Tokenizer),
    ("vocab.json", Role::Tokenizer),
    ("merges.txt", Role::Tokenizer),
    ("chat_template.jinja", Role::Template),
    ("chat_template.json", Role::Template),
    ("label_map.json", Role::LabelMap),
    ("id2label.json", Role::LabelMap),
    ("labels.json", Role::LabelMap),
    ("labels.txt", Role::LabelMap),
    ("README.md", Role::Card),
    ("CARD.md", Role::Card),
    ("card.md", Role::Card),
    ("MODEL_CARD.md", Role::Card),
    ("card.toml", Role::Card),
    ("LICENSE", Role::Other),
    ("LICENSE.md", Role::Other),
    ("LICENSE.txt", Role::Other),
    ("NOTICE", Role::Other),
    ("NOTICE.txt", Role::Other),
];

/// A file that counts as part of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactFile {
    /// What it is for.
    pub role: Role,
    /// Its name inside the variant's folder, with `/` between folder and file.
    pub name: String,
    /// `safetensors`, `gguf`, `json`, `markdown`, `text` ...
    pub format: &'static str,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of the whole file, 64 lower-case hex digits.
    pub sha256: String,
}

/// A file that lies in the folder and does not count: nothing here reads it, so it is listed and not hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UncountedFile {
    /// Its name inside the folder.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
}

/// The format behind a file name's ending.
pub(crate) fn format_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("safetensors") => "safetensors",
        Some("gguf") => "gguf",
        Some("onnx" | "onnx_data" | "data") => "onnx",
        Some("json") => "json",
        Some("md") => "markdown",
        Some("jinja") => "jinja",
        Some("toml") => "toml",
        _ => "text",
    }
}

/// SHA-256 as lower-case hex.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
