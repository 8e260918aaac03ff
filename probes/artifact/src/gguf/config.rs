//! The encoder's numbers as a GGUF's metadata state them.

use super::GgufMetadata;
use crate::error::shown;
use crate::{Activation, BertConfig, ConfigFault, Error, Pooling, TensorInfo};

/// Reads the config of a BERT GGUF and the labels of its head.
///
/// # Errors
/// Another architecture, a missing key, or a way of running the model that is not supported.
pub(crate) fn read_config(
    file: &str,
    meta: &GgufMetadata,
    tensors: &[TensorInfo],
) -> Result<(BertConfig, Vec<String>), Error> {
    let wrong = |fault| Error::Config { file: file.to_owned(), fault };
    let architecture = meta.string("general.architecture");
    if architecture != Some("bert") {
        return Err(match architecture {
            Some(found) => Error::Architecture { file: file.to_owned(), found: shown(found) },
            None => wrong(ConfigFault::Key { key: "general.architecture".into() }),
        });
    }
    let number = |key: &str| {
        let value = meta.u64(key).and_then(|value| usize::try_from(value).ok());
        value.ok_or_else(|| wrong(ConfigFault::Key { key: key.into() }))
    };
    // Where a file states a number twice, both must agree: engines differ on which one they believe.
    let agrees = |key: &str, what, found: usize| match meta.get(key) {
        None => Ok(()),
        Some(_) => match number(key)? {
            stated if stated == found => Ok(()),
            stated => Err(wrong(ConfigFault::Disagrees { key: key.into(), stated, what, found })),
        },
    };
    let rows = |name: &str| tensors.iter().find(|tensor| tensor.name == name).map(|tensor| tensor.shape[0]);

    // Where a table is missing any size does: the check of the tensors then names the table.
    let tokens = meta.strings("tokenizer.ggml.tokens");
    let vocab_size = rows("token_embd.weight").or(tokens.map(<[String]>::len)).unwrap_or(1);
    let type_vocab_size = rows("token_types.weight").unwrap_or(2);
    let config = BertConfig {
        hidden_size: number("bert.embedding_length")?,
        n_layers: number("bert.block_count")?,
        n_heads: number("bert.attention.head_count")?,
        intermediate_size: number("bert.feed_forward_length")?,
        max_position: number("bert.context_length")?,
        type_vocab_size,
        vocab_size,
        layer_norm_eps: meta
            .f64("bert.attention.layer_norm_epsilon")
            .ok_or_else(|| wrong(ConfigFault::Key { key: "bert.attention.layer_norm_epsilon".into() }))?,
        activation: Activation::GeluErf,
        activation_stated: None,
        pooling: read_pooling(meta).map_err(wrong)?,
        normalize: None,
        max_tokens: None,
        lowercase: meta.bool("tokenizer.ggml.normalizer.lowercase"),
        lowercase_before_tokenizer: false,
        problem_type: None,
    };
    config.check().map_err(wrong)?;
    agrees("bert.vocab_size", "the token table's number of rows", vocab_size)?;
    agrees("tokenizer.ggml.token_type_count", "the token type table's number of rows", type_vocab_size)?;
    agrees("bert.attention.head_count_kv", "the number of attention heads", config.n_heads)?;
    let head_width = config.hidden_size / config.n_heads;
    agrees("bert.attention.key_length", "the width of an attention head", head_width)?;
    agrees("bert.attention.value_length", "the width of an attention head", head_width)?;
    if meta.bool("bert.attention.causal") == Some(true) {
        return Err(wrong(ConfigFault::Unsupported {
            key: "bert.attention.causal",
            found: "true".into(),
            supported: "false",
        }));
    }
    if let Some(tokens) = tokens
        && tokens.len() != vocab_size
    {
        return Err(wrong(ConfigFault::Disagrees {
            key: "number of tokenizer.ggml.tokens".into(),
            stated: tokens.len(),
            what: "the token table's number of rows",
            found: vocab_size,
        }));
    }
    Ok((config, meta.strings("bert.classifier.output_labels").unwrap_or_default().to_vec()))
}

/// llama.cpp's `enum llama_pooling_type`: 0 none, 1 mean, 2 CLS, 3 last, 4 rank (a head on the CLS vector).
fn read_pooling(meta: &GgufMetadata) -> Result<Option<Pooling>, ConfigFault> {
    let key = "bert.pooling_type";
    if meta.get(key).is_none() {
        return Ok(None);
    }
    match meta.u64(key) {
        Some(0) => Ok(None),
        Some(1) => Ok(Some(Pooling::Mean)),
        Some(2 | 4) => Ok(Some(Pooling::Cls)),
        Some(3) => Ok(Some(Pooling::Last)),
        Some(found) => Err(ConfigFault::Unsupported { key, found: found.to_string(), supported: "0, 1, 2, 3, 4" }),
        None => Err(ConfigFault::Key { key: key.into() }),
    }
}
