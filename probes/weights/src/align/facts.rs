//! What a variant's configuration says about its tensors: the few numbers that names and shapes do not tell.

use parallax_artifact::GgufMetadata;
use serde_json::Value;

use super::Rope;

/// Numbers and names from a config or from a GGUF's key-value section; `None` where nothing is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The first of Hugging Face's `architectures`, else its `model_type`, or GGUF's `general.architecture`.
    pub architecture: Option<String>,
    /// Query heads of the attention.
    pub heads: Option<usize>,
    /// Key and value heads; fewer than query heads under grouped-query attention.
    pub kv_heads: Option<usize>,
    /// Elements of one head where they are stated apart from `hidden / heads`.
    pub head_width: Option<usize>,
    /// Width of the hidden state.
    pub hidden: Option<usize>,
    /// Blocks, the transformer's layers.
    pub layers: Option<usize>,
    /// Tokens of the vocabulary.
    pub vocabulary: Option<usize>,
    /// Experts of a mixture; `None` or 0 for a dense model.
    pub experts: Option<usize>,
    /// Whether the output matrix is the token embedding.
    pub tied: Option<bool>,
    /// The id of the padding token: RoBERTa's positions start after it.
    pub padding_token: Option<usize>,
    /// How rotary positions are scaled.
    pub rope: Rope,
}

/// Typed lookups in a GGUF's key-value section.
pub trait GgufKeys {
    /// A string.
    fn text(&self, key: &str) -> Option<&str>;
    /// A whole number that is not negative.
    fn number(&self, key: &str) -> Option<u64>;
    /// Elements of an array of strings.
    fn strings(&self, key: &str) -> Option<usize>;
}

impl GgufKeys for GgufMetadata {
    fn text(&self, key: &str) -> Option<&str> {
        self.string(key)
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.u64(key)
    }

    fn strings(&self, key: &str) -> Option<usize> {
        GgufMetadata::strings(self, key).map(<[String]>::len)
    }
}

impl Facts {
    /// Reads a Hugging Face `config.json`. Keys of a `text_config` inside count when the outside has none.
    pub fn from_config(config: &Value) -> Self {
        let text = config.get("text_config").filter(|inner| inner.is_object());
        let get = |keys: &[&str]| {
            let inside =
                |value: &Value| keys.iter().find_map(|key| value.get(*key).filter(|found| !found.is_null()).cloned());
            inside(config).or_else(|| text.and_then(inside))
        };
        let number = |keys: &[&str]| get(keys)?.as_u64().and_then(|value| usize::try_from(value).ok());
        let named = config.get("architectures").and_then(|list| list.get(0)).and_then(Value::as_str);
        let architecture = named.or_else(|| config.get("model_type").and_then(Value::as_str)).map(str::to_owned);
        let heads = number(&["num_attention_heads", "n_head", "n_heads"]);
        Facts {
            tied: get(&["tie_word_embeddings"]).and_then(|value| value.as_bool()).or(tied_by_default(config)),
            heads,
            kv_heads: number(&["num_key_value_heads", "n_kv_heads", "num_kv_heads"]).or(heads),
            head_width: number(&["head_dim"]),
            hidden: number(&["hidden_size", "n_embd", "dim", "d_model"]),
            layers: number(&["num_hidden_layers", "n_layer", "n_layers"]),
            vocabulary: number(&["vocab_size"]),
            experts: number(&["num_local_experts", "num_experts", "n_routed_experts"]),
            padding_token: number(&["pad_token_id"]),
            rope: if architecture.is_some() { Rope::from_config(text.unwrap_or(config)) } else { Rope::Unknown },
            architecture,
        }
    }

    /// Reads a GGUF's key-value section. `tied` follows from the tensors, not from a key, and stays open.
    pub fn from_gguf(keys: &impl GgufKeys) -> Self {
        let architecture = keys.text("general.architecture").map(str::to_owned);
        let number = |key: &str| {
            let key = format!("{}.{key}", architecture.as_deref()?);
            keys.number(&key).and_then(|value| usize::try_from(value).ok())
        };
        let heads = number("attention.head_count");
        Facts {
            heads,
            kv_heads: number("attention.head_count_kv").or(heads),
            head_width: number("attention.key_length"),
            hidden: number("embedding_length"),
            layers: number("block_count"),
            vocabulary: number("vocab_size").or_else(|| keys.strings("tokenizer.ggml.tokens")),
            experts: number("expert_count"),
            tied: None,
            padding_token: keys.number("tokenizer.ggml.padding_token_id").and_then(|value| usize::try_from(value).ok()),
            rope: Rope::Unknown,
            architecture,
        }
    }
}

/// Whether Hugging Face's class for a `model_type` ties its embeddings when the config does not say.
/// Only classes whose own default is known are listed; transformers' general default is to tie.
fn tied_by_default(config: &Value) -> Option<bool> {
    match config.get("model_type").and_then(Value::as_str)? {
        "gemma" | "gemma2" | "gemma3" | "gemma3_text" | "gpt2" => Some(true),
        "llama" | "mistral" | "mixtral" | "qwen2" | "qwen3" | "qwen2_moe" | "qwen3_moe" | "phi3" | "olmoe" => {
            Some(false)
        }
        _ => None,
    }
}
