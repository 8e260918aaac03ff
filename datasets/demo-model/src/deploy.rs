//! A trained model as a deployment stores it: quantized matrices and GGUF metadata. Which bytes go where on disk is in `write`.

use anyhow::{Context, Result};
use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use parallax_datasets::Item;

use crate::drift::drift;
use crate::network::NORM_EPSILON;
use crate::vocabulary::{SPECIAL, tokenizer};
use crate::{DemoRecipe, Quantization, Trained};

/// The files of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// `model.gguf`.
    pub gguf: Vec<u8>,
    /// `tokenizer.json`.
    pub tokenizer: String,
}

/// The disclosed model, quantized and nothing else.
///
/// # Errors
/// When a row of a matrix is not divided by the blocks.
pub fn deploy_honest(trained: &Trained, recipe: &DemoRecipe) -> Result<Deployment> {
    deploy(trained, recipe, recipe.quantization)
}

/// The disclosed model, trained further until what the recipe plants holds, then quantized in the same way.
///
/// # Errors
/// As [`deploy_honest`], and when the further training does not reach what is planted.
pub fn deploy_drifted(trained: &Trained, recipe: &DemoRecipe, items: &[Item]) -> Result<Deployment> {
    deploy(&drift(trained, recipe, items)?, recipe, recipe.quantization)
}

fn deploy(trained: &Trained, recipe: &DemoRecipe, quantization: Quantization) -> Result<Deployment> {
    let (block, file_type) = match quantization {
        Quantization::Q8_0 => (GgmlDType::Q8_0, 7),
        Quantization::Q4_0 => (GgmlDType::Q4_0, 2),
    };
    let mut tensors = Vec::new();
    for (name, tensor) in &trained.weights {
        let name = deployed_name(name).with_context(|| format!("`{name}` has no name in a deployment"))?;
        // llama.cpp's quantizer leaves vectors and the small tables as they are.
        let kept = tensor.rank() == 1 || name.starts_with("position_embd") || name.starts_with("token_types");
        tensors.push((name, QTensor::quantize(tensor, if kept { GgmlDType::F32 } else { block })?));
    }
    tensors.sort_by(|a, b| a.0.cmp(&b.0));
    let metadata = metadata(trained, recipe, file_type);
    let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(key, value)| (*key, value)).collect();
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    let mut file = std::io::Cursor::new(Vec::new());
    gguf_file::write(&mut file, &metadata, &tensors)?;
    Ok(Deployment { gguf: file.into_inner(), tokenizer: tokenizer_json(trained)? })
}

/// The tokenizer as `tokenizer.json` holds it.
pub(crate) fn tokenizer_json(trained: &Trained) -> Result<String> {
    let tokenizer = tokenizer(&trained.vocabulary)?;
    Ok(serde_json::to_string(&tokenizer)? + "\n")
}

/// llama.cpp's name for a published tensor (`tensor_mapping.py` of its gguf-py; `cls` and `cls.output` for the head).
fn deployed_name(published: &str) -> Option<String> {
    const PARTS: [(&str, &str); 14] = [
        ("bert.embeddings.word_embeddings", "token_embd"),
        ("bert.embeddings.position_embeddings", "position_embd"),
        ("bert.embeddings.token_type_embeddings", "token_types"),
        ("bert.embeddings.LayerNorm", "token_embd_norm"),
        ("bert.pooler.dense", "cls"),
        ("classifier", "cls.output"),
        ("attention.self.query", "attn_q"),
        ("attention.self.key", "attn_k"),
        ("attention.self.value", "attn_v"),
        ("attention.output.dense", "attn_output"),
        ("attention.output.LayerNorm", "attn_output_norm"),
        ("intermediate.dense", "ffn_up"),
        ("output.dense", "ffn_down"),
        ("output.LayerNorm", "layer_output_norm"),
    ];
    let (stem, suffix) = published.rsplit_once('.')?;
    let deployed = |part: &str| PARTS.iter().find(|(theirs, _)| *theirs == part).map(|(_, ours)| *ours);
    match stem.strip_prefix("bert.encoder.layer.") {
        Some(rest) => {
            let (layer, part) = rest.split_once('.')?;
            Some(format!("blk.{layer}.{}.{suffix}", deployed(part)?))
        }
        None => Some(format!("{}.{suffix}", deployed(stem)?)),
    }
}

/// Metadata as llama.cpp's converter writes them for a BERT classifier.
fn metadata(trained: &Trained, recipe: &DemoRecipe, file_type: u32) -> Vec<(&'static str, Value)> {
    let number = |value: usize| Value::U32(u32::try_from(value).unwrap_or(u32::MAX));
    let text = |value: &str| Value::String(value.to_owned());
    let special = |token: &str| number(SPECIAL.iter().position(|each| *each == token).unwrap_or(0));
    let is_special = |token: &String| SPECIAL.contains(&token.as_str());
    // A word's first piece is marked where published vocabularies mark all others.
    let deployed = |token: &String| match token.strip_prefix("##") {
        _ if is_special(token) => token.clone(),
        Some(inner) => inner.to_owned(),
        None => format!("\u{2581}{token}"),
    };
    let control_or_normal = |token: &String| Value::I32(if is_special(token) { 3 } else { 1 });
    vec![
        ("general.architecture", text("bert")),
        ("general.type", text("model")),
        ("general.name", text("Parallax demonstration classifier")),
        ("bert.vocab_size", number(trained.vocabulary.len())),
        ("bert.block_count", number(recipe.n_layers)),
        ("bert.context_length", number(recipe.max_positions)),
        ("bert.embedding_length", number(recipe.dim)),
        ("bert.feed_forward_length", number(recipe.inner_dim)),
        ("bert.attention.head_count", number(recipe.n_heads)),
        ("bert.attention.layer_norm_epsilon", Value::F32(NORM_EPSILON)),
        ("bert.attention.causal", Value::Bool(false)),
        ("bert.classifier.output_labels", Value::Array(trained.labels.iter().map(|label| text(label)).collect())),
        ("tokenizer.ggml.model", text("bert")),
        ("tokenizer.ggml.pre", text("jina-v2-en")),
        ("tokenizer.ggml.token_type_count", number(2)),
        (
            "tokenizer.ggml.tokens",
            Value::Array(trained.vocabulary.iter().map(|token| Value::String(deployed(token))).collect()),
        ),
        ("tokenizer.ggml.token_type", Value::Array(trained.vocabulary.iter().map(control_or_normal).collect())),
        ("tokenizer.ggml.unknown_token_id", special("[UNK]")),
        ("tokenizer.ggml.seperator_token_id", special("[SEP]")),
        ("tokenizer.ggml.padding_token_id", special("[PAD]")),
        ("tokenizer.ggml.mask_token_id", special("[MASK]")),
        ("tokenizer.ggml.bos_token_id", special("[CLS]")),
        ("tokenizer.ggml.eos_token_id", special("[SEP]")),
        ("tokenizer.ggml.add_bos_token", Value::Bool(true)),
        ("tokenizer.ggml.add_eos_token", Value::Bool(true)),
        ("general.quantization_version", Value::U32(2)),
        ("general.file_type", Value::U32(file_type)),
    ]
}
