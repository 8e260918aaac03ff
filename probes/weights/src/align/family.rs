//! What converters do to the tensors of a family, besides renaming them. Source: llama.cpp's `conversion/*.py`.

use super::Facts;

/// Architectures whose query and key rows llama.cpp interleaves (`undo_permute` or a call of `LlamaModel.permute`).
/// Hugging Face's class names and GGUF's names, lower case.
const PERMUTED: [&str; 15] = [
    "apertusforcausallm",
    "arceeforcausallm",
    "deciforcausallm",
    "deepseekforcausallm",
    "graniteforcausallm",
    "granitemoeforcausallm",
    "internlm3forcausallm",
    "llama",
    "llamamodel",
    "minicpmforcausallm",
    "mistral",
    "mixtral",
    "olmoforcausallm",
    "smollm3forcausallm",
    "xverseforcausallm",
];

/// Beginnings of class names of the same families, whatever head the class carries.
const PERMUTED_CLASSES: [&str; 5] = ["llamafor", "llavafor", "mistral3for", "mistralfor", "mixtralfor"];

/// Architectures whose rows are known to stay in order.
const IN_ORDER: [&str; 15] = [
    "bert",
    "camembert",
    "distilbert",
    "electra",
    "gemma",
    "gpt2",
    "modern",
    "nomic",
    "olmo2",
    "olmoe",
    "phi",
    "qwen",
    "roberta",
    "starcoder2",
    "xlm",
];

/// The changes to expect, from whichever side says more about its architecture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Family {
    /// Query and key rows are interleaved for rotary positions; `None` when the architecture is not known.
    pub permutes: Option<bool>,
    /// Weights of normalisations are stored with one added.
    pub adds_one: bool,
    /// Position embeddings start after the padding token.
    pub skips_positions: bool,
    /// Linear maps of the checkpoint are stored transposed.
    pub transposes: bool,
    /// The output matrix is the token embedding whatever the checkpoint stores.
    pub always_tied: bool,
}

impl Family {
    /// Reads the family off both sides' architectures; the name of a Hugging Face class says more than a GGUF's.
    pub(super) fn of(nominal: &Facts, operative: &Facts) -> Self {
        let lower = |facts: &Facts| facts.architecture.as_deref().map(str::to_ascii_lowercase);
        let names: Vec<String> = [lower(nominal), lower(operative)].into_iter().flatten().collect();
        let any = |test: &dyn Fn(&str) -> bool| names.iter().any(|name| test(name));
        let starts = |prefixes: &[&str]| any(&|name| prefixes.iter().any(|prefix| name.starts_with(prefix)));
        let permutes = if any(&|name| PERMUTED.contains(&name)) || starts(&PERMUTED_CLASSES) {
            Some(true)
        } else if any(&|name| name != "llama" && IN_ORDER.iter().any(|prefix| name.starts_with(prefix))) {
            Some(false)
        } else {
            None
        };
        let gemma = any(&|name| {
            let rest = name.strip_prefix("gemma").map(|rest| rest.trim_start_matches(['-', '_']));
            rest.is_some_and(|rest| !rest.starts_with("3n") && !rest.starts_with('4'))
        });
        Family {
            permutes,
            adds_one: gemma || starts(&["nemotronforcausallm", "nemotron_", "qwen3next", "qwen3_next"]),
            skips_positions: any(&|name| name.contains("roberta")),
            transposes: starts(&["gpt2", "gpt-2", "gptlmhead"]),
            always_tied: gemma || any(&|name| name.starts_with("gemma")),
        }
    }
}
