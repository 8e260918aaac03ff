//! The two configurations, setting by setting, whatever format each is written in.

use std::collections::BTreeSet;

use parallax_artifact::{GgufValue, Survey};
use parallax_wire::{PreflightStatus, SettingRow};
use serde_json::Value;

/// A setting: its name in a `config.json` under every spelling, and its key in a GGUF after the architecture's name.
const SHARED: [(&[&str], &str); 14] = [
    (&["hidden_size", "n_embd", "dim", "d_model"], "embedding_length"),
    (&["num_hidden_layers", "n_layer", "n_layers"], "block_count"),
    (&["num_attention_heads", "n_head", "n_heads"], "attention.head_count"),
    (&["num_key_value_heads", "num_kv_heads"], "attention.head_count_kv"),
    (&["intermediate_size", "n_inner", "hidden_dim"], "feed_forward_length"),
    (&["max_position_embeddings", "n_positions", "n_ctx"], "context_length"),
    (&["layer_norm_eps", "layer_norm_epsilon"], "attention.layer_norm_epsilon"),
    (&["rms_norm_eps"], "attention.layer_norm_rms_epsilon"),
    (&["rope_theta", "rotary_emb_base"], "rope.freq_base"),
    (&["sliding_window"], "attention.sliding_window"),
    (&["num_local_experts", "num_experts", "n_routed_experts"], "expert_count"),
    (&["num_experts_per_tok"], "expert_used_count"),
    (&["attn_logit_softcapping"], "attn_logit_softcapping"),
    (&["final_logit_softcapping"], "final_logit_softcapping"),
];

/// Keys of a `config.json` that say nothing about how the model runs.
const UNIMPORTANT: [&str; 5] = ["_name_or_path", "transformers_version", "torch_dtype", "dtype", "architectures"];

/// Every setting that either side makes.
pub(super) fn rows(nominal: &Survey, operative: &Survey) -> Vec<SettingRow> {
    match (nominal.gguf(), operative.gguf(), nominal.config(), operative.config()) {
        (None, None, Some(left), Some(right)) => by_key(&config_keys(left), &config_keys(right), |key| {
            (left.get(key).map(Value::to_string), right.get(key).map(Value::to_string))
        }),
        (Some(left), Some(right), ..) => {
            let keys = |metadata: &parallax_artifact::GgufMetadata| -> BTreeSet<String> {
                let named = metadata.entries().filter(|(key, _)| !key.starts_with("tokenizer."));
                named.map(|(key, _)| key.to_owned()).collect()
            };
            by_key(&keys(left), &keys(right), |key| (left.get(key).map(shown), right.get(key).map(shown)))
        }
        _ => across(nominal, operative),
    }
}

fn config_keys(config: &Value) -> BTreeSet<String> {
    let keys = config.as_object().map(|object| object.keys().cloned().collect::<BTreeSet<_>>()).unwrap_or_default();
    keys.into_iter().filter(|key| !UNIMPORTANT.contains(&key.as_str())).collect()
}

fn by_key(
    left: &BTreeSet<String>,
    right: &BTreeSet<String>,
    values: impl Fn(&str) -> (Option<String>, Option<String>),
) -> Vec<SettingRow> {
    left.union(right)
        .map(|key| {
            let (nominal, operative) = values(key);
            let status = if nominal == operative { PreflightStatus::Same } else { PreflightStatus::Differs };
            SettingRow { setting: key.clone(), nominal, operative, status }
        })
        .collect()
}

/// The settings that both formats have a word for; one that only one side makes is unknown on the other.
fn across(nominal: &Survey, operative: &Survey) -> Vec<SettingRow> {
    let mut rows = Vec::new();
    for (names, key) in SHARED {
        let (left, right) = (value(nominal, names, key), value(operative, names, key));
        if left.is_none() && right.is_none() {
            continue;
        }
        // A GGUF stores numbers with a fraction in 32 bits.
        let same = left.zip(right).map(|(left, right)| left as f32 == right as f32);
        rows.push(SettingRow {
            setting: names[0].to_owned(),
            nominal: left.map(number),
            operative: right.map(number),
            status: match same {
                Some(true) => PreflightStatus::Same,
                Some(false) => PreflightStatus::Differs,
                None => PreflightStatus::Unknown,
            },
        });
    }
    rows
}

fn value(survey: &Survey, names: &[&str], key: &str) -> Option<f64> {
    if let Some(gguf) = survey.gguf() {
        let key = format!("{}.{key}", gguf.string("general.architecture")?);
        return gguf.u64(&key).map(|value| value as f64).or_else(|| gguf.f64(&key));
    }
    let config = survey.config()?;
    let inner = config.get("text_config");
    names.iter().find_map(|name| config.get(*name).or_else(|| inner?.get(*name))?.as_f64())
}

/// A number in as few digits as a GGUF's 32 bits tell apart.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 { format!("{:e}", value as f32) } else { (value as f32).to_string() }
}

/// A value as text; long arrays by their length.
fn shown(value: &GgufValue) -> String {
    match value {
        GgufValue::Array(array) => format!("array of {}", array.count()),
        GgufValue::String(text) => text.clone(),
        GgufValue::Bool(value) => value.to_string(),
        GgufValue::U8(value) => value.to_string(),
        GgufValue::I8(value) => value.to_string(),
        GgufValue::U16(value) => value.to_string(),
        GgufValue::I16(value) => value.to_string(),
        GgufValue::U32(value) => value.to_string(),
        GgufValue::I32(value) => value.to_string(),
        GgufValue::U64(value) => value.to_string(),
        GgufValue::I64(value) => value.to_string(),
        GgufValue::F32(value) => value.to_string(),
        GgufValue::F64(value) => value.to_string(),
    }
}
