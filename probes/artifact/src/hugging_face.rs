//! The encoder's numbers as the JSON files of a Hugging Face folder state them. Nothing in those files is executed.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::shown;
use crate::{Activation, BertConfig, ConfigFault, Error, Pooling};

/// The JSON files that say how a model is built and run.
pub(crate) struct Sources<'a> {
    /// `folder/config.json`, for messages; the others are named beside it.
    pub(crate) config_file: &'a str,
    pub(crate) config: &'a [u8],
    pub(crate) sentence: Option<(&'a str, &'a [u8])>,
    pub(crate) tokenizer: Option<(&'a str, &'a [u8])>,
    /// What `modules.json` asks for, already read; `None` without that file.
    pub(crate) steps: Option<Steps>,
    pub(crate) pooling: Option<(&'a str, &'a [u8])>,
}

/// A config with what only a Hugging Face folder says.
pub(crate) struct HuggingFaceConfig {
    pub(crate) bert: BertConfig,
    /// Labels in index order; empty when the config has none.
    pub(crate) labels: Vec<String>,
    /// Whether `classifier.*` is a head over whole texts; `None` when the config does not say.
    pub(crate) sequence_head: Option<bool>,
}

/// What the steps of a sentence-transformers model amount to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Steps {
    /// The folder of the pooling step.
    pub(crate) pooling_folder: Option<String>,
    /// Whether vectors are scaled to length 1.
    pub(crate) normalize: bool,
}

#[derive(Deserialize)]
struct ConfigJson {
    model_type: Option<String>,
    #[serde(default)]
    architectures: Option<Vec<String>>,
    #[serde(default)]
    auto_map: Option<serde::de::IgnoredAny>,
    hidden_size: Option<usize>,
    num_hidden_layers: Option<usize>,
    num_attention_heads: Option<usize>,
    intermediate_size: Option<usize>,
    max_position_embeddings: Option<usize>,
    type_vocab_size: Option<usize>,
    vocab_size: Option<usize>,
    layer_norm_eps: Option<f64>,
    hidden_act: Option<String>,
    position_embedding_type: Option<String>,
    is_decoder: Option<bool>,
    problem_type: Option<String>,
    id2label: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct SentenceJson {
    max_seq_length: Option<usize>,
    do_lower_case: Option<bool>,
}

#[derive(Deserialize)]
struct TokenizerConfigJson {
    do_lower_case: Option<bool>,
    // transformers writes 1e30 for "no limit", so this is a float.
    model_max_length: Option<f64>,
}

#[derive(Deserialize)]
struct StepJson {
    #[serde(default)]
    name: String,
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct PoolingJson {
    pooling_mode: Option<String>,
    #[serde(default)]
    pooling_mode_cls_token: bool,
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
    #[serde(default)]
    pooling_mode_max_tokens: bool,
    #[serde(default)]
    pooling_mode_mean_sqrt_len_tokens: bool,
    #[serde(default)]
    pooling_mode_weightedmean_tokens: bool,
    #[serde(default)]
    pooling_mode_lasttoken: bool,
    include_prompt: Option<bool>,
}

fn parse<'a, T: Deserialize<'a>>(file: &str, bytes: &'a [u8]) -> Result<T, Error> {
    let invalid = |reason: String| fault(file, ConfigFault::Json { reason: shown(&reason) });
    // Checked as a whole, because serde_json does not look into the strings of fields it skips.
    let text = std::str::from_utf8(bytes).map_err(|_| invalid("not valid UTF-8".into()))?;
    serde_json::from_str(text).map_err(|error| invalid(error.to_string()))
}

fn fault(file: &str, fault: ConfigFault) -> Error {
    Error::Config { file: file.to_owned(), fault }
}

/// Reads `modules.json`: the steps from text to vector.
///
/// # Errors
/// A step that is not supported (a dense layer would change every vector), or one that lies outside the folder.
pub(crate) fn read_steps(file: &str, bytes: &[u8]) -> Result<Steps, Error> {
    let list: Vec<StepJson> = parse(file, bytes)?;
    let mut steps = Steps::default();
    for step in list {
        let kind = step.kind.rsplit('.').next().unwrap_or_default();
        let out_of_place = |step: StepJson| {
            let name = if step.name.is_empty() { step.kind } else { step.name };
            fault(file, ConfigFault::StepPath { step: shown(&name), path: shown(&step.path) })
        };
        match kind {
            "Transformer" if step.path.is_empty() => {}
            "Transformer" => return Err(out_of_place(step)),
            "Pooling" if is_plain_name(&step.path) => steps.pooling_folder = Some(step.path),
            "Pooling" => return Err(out_of_place(step)),
            "Normalize" => steps.normalize = true,
            _ => {
                let supported = "Transformer, Pooling, Normalize";
                return Err(fault(file, ConfigFault::Unsupported { key: "type", found: shown(&step.kind), supported }));
            }
        }
    }
    Ok(steps)
}

/// Whether a path named inside a file is the plain name of a folder beside it.
fn is_plain_name(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= 64
        && !path.starts_with('.')
        && path.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.'))
}

/// Puts the files together.
///
/// # Errors
/// Another architecture, a missing number, or a way of running the model that is not supported.
pub(crate) fn read_config(sources: &Sources<'_>) -> Result<HuggingFaceConfig, Error> {
    let file = sources.config_file;
    let config: ConfigJson = parse(file, sources.config)?;
    let architectures = config.architectures.clone().unwrap_or_default();
    check_architecture(file, &config, &architectures)?;

    let needed =
        |value: Option<usize>, key: &str| value.ok_or_else(|| fault(file, ConfigFault::Key { key: key.into() }));
    let sentence: Option<SentenceJson> = sources.sentence.map(|(file, bytes)| parse(file, bytes)).transpose()?;
    let tokenizer: Option<TokenizerConfigJson> =
        sources.tokenizer.map(|(file, bytes)| parse(file, bytes)).transpose()?;
    let pooling = sources.pooling.map(|(file, bytes)| read_pooling(file, bytes)).transpose()?.flatten();
    let activation = match config.hidden_act.as_deref() {
        None | Some("gelu") => Activation::GeluErf,
        Some("gelu_new" | "gelu_pytorch_tanh" | "gelu_fast") => Activation::GeluTanh,
        Some("relu") => Activation::Relu,
        Some(found) => {
            let supported = "gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, relu";
            return Err(fault(file, ConfigFault::Unsupported { key: "hidden_act", found: shown(found), supported }));
        }
    };
    let stated_length = sentence.as_ref().and_then(|sentence| sentence.max_seq_length);
    let tokenizer_length = tokenizer
        .as_ref()
        .and_then(|tokenizer| tokenizer.model_max_length)
        .filter(|&length| length >= 1.0 && length <= f64::from(1 << 20))
        .map(|length| length as usize);
    let bert = BertConfig {
        hidden_size: needed(config.hidden_size, "hidden_size")?,
        n_layers: needed(config.num_hidden_layers, "num_hidden_layers")?,
        n_heads: needed(config.num_attention_heads, "num_attention_heads")?,
        intermediate_size: needed(config.intermediate_size, "intermediate_size")?,
        max_position: needed(config.max_position_embeddings, "max_position_embeddings")?,
        // The two values transformers' BertConfig fills in when a file is silent.
        type_vocab_size: config.type_vocab_size.unwrap_or(2),
        layer_norm_eps: config.layer_norm_eps.unwrap_or(1e-12),
        vocab_size: needed(config.vocab_size, "vocab_size")?,
        activation,
        activation_stated: config.hidden_act,
        pooling,
        normalize: sources.steps.as_ref().map(|steps| steps.normalize),
        max_tokens: stated_length.or(tokenizer_length),
        lowercase: tokenizer.as_ref().and_then(|tokenizer| tokenizer.do_lower_case),
        lowercase_before_tokenizer: sentence.as_ref().and_then(|sentence| sentence.do_lower_case).unwrap_or(false),
        problem_type: config.problem_type,
    };
    bert.check().map_err(|reason| fault(file, reason))?;
    let labels = read_labels(config.id2label.unwrap_or_default()).map_err(|reason| fault(file, reason))?;
    let sequence_head = if architectures.is_empty() {
        None
    } else {
        Some(architectures.iter().any(|name| name == "BertForSequenceClassification"))
    };
    Ok(HuggingFaceConfig { bert, labels, sequence_head })
}

fn check_architecture(file: &str, config: &ConfigJson, architectures: &[String]) -> Result<(), Error> {
    let unsupported = |found: &str| Error::Architecture { file: file.to_owned(), found: shown(found) };
    match config.model_type.as_deref() {
        Some("bert") => {}
        Some(found) => return Err(unsupported(found)),
        None if architectures.is_empty() => return Err(fault(file, ConfigFault::Key { key: "model_type".into() })),
        None => {}
    }
    if let Some(other) = architectures.iter().find(|name| !name.starts_with("Bert")) {
        return Err(unsupported(other));
    }
    if config.auto_map.is_some() {
        return Err(fault(file, ConfigFault::OwnCode));
    }
    if let Some(found) = config.position_embedding_type.as_deref().filter(|&kind| kind != "absolute") {
        let (key, supported) = ("position_embedding_type", "absolute");
        return Err(fault(file, ConfigFault::Unsupported { key, found: shown(found), supported }));
    }
    if config.is_decoder == Some(true) {
        let (key, supported) = ("is_decoder", "false");
        return Err(fault(file, ConfigFault::Unsupported { key, found: "true".into(), supported }));
    }
    Ok(())
}

fn read_labels(id2label: BTreeMap<String, String>) -> Result<Vec<String>, ConfigFault> {
    let mut labels = vec![None; id2label.len()];
    for (id, label) in id2label {
        let index = id.parse::<usize>().ok().filter(|index| index.to_string() == id);
        *index.and_then(|index| labels.get_mut(index)).ok_or(ConfigFault::LabelIds)? = Some(label);
    }
    labels.into_iter().map(|label| label.ok_or(ConfigFault::LabelIds)).collect()
}

fn read_pooling(file: &str, bytes: &[u8]) -> Result<Option<Pooling>, Error> {
    let json: PoolingJson = parse(file, bytes)?;
    let supported = "one of cls_token, mean_tokens, lasttoken";
    let unsupported = |found: &str| {
        Err(fault(file, ConfigFault::Unsupported { key: "pooling_mode", found: shown(found), supported }))
    };
    if json.include_prompt == Some(false) {
        let (key, found) = ("include_prompt", "false".to_owned());
        return Err(fault(file, ConfigFault::Unsupported { key, found, supported: "true" }));
    }
    match json.pooling_mode.as_deref() {
        Some("mean") => return Ok(Some(Pooling::Mean)),
        Some("cls") => return Ok(Some(Pooling::Cls)),
        Some("lasttoken") => return Ok(Some(Pooling::Last)),
        Some(found) => return unsupported(found),
        None => {}
    }
    let chosen: Vec<&str> = [
        (json.pooling_mode_cls_token, "cls_token"),
        (json.pooling_mode_mean_tokens, "mean_tokens"),
        (json.pooling_mode_lasttoken, "lasttoken"),
        (json.pooling_mode_max_tokens, "max_tokens"),
        (json.pooling_mode_mean_sqrt_len_tokens, "mean_sqrt_len_tokens"),
        (json.pooling_mode_weightedmean_tokens, "weightedmean_tokens"),
    ]
    .into_iter()
    .filter_map(|(on, name)| on.then_some(name))
    .collect();
    match chosen[..] {
        [] => Ok(None),
        ["cls_token"] => Ok(Some(Pooling::Cls)),
        ["mean_tokens"] => Ok(Some(Pooling::Mean)),
        ["lasttoken"] => Ok(Some(Pooling::Last)),
        _ => unsupported(&chosen.join(" + ")),
    }
}
