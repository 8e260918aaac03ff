//! Settings for generating text that files carry along: `generation_config.json`, and `general.sampling.*` in a GGUF.
//! Keys: transformers' `GenerationConfig`; gguf-py's `constants.py`, "Recommended Sampler Parameters".

use std::collections::BTreeMap;

use parallax_artifact::{GgufMetadata, GgufValue};

use crate::difference::Comparison;
use crate::error::Error;
use crate::json::Json;
use crate::published::unusable;

/// One setting of one side. Numbers with a fraction are written as 32-bit numbers, which is how engines hold them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerationSetting {
    /// Its name in `generation_config.json`, or the GGUF's where that file has none.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// One setting on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerationRow {
    /// Its name.
    pub name: String,
    /// The nominal value; `None` when that side does not state it.
    pub nominal: Option<String>,
    /// The operative value; `None` when that side does not state it.
    pub operative: Option<String>,
    /// Whether they are the same; unknown when one side does not state it.
    pub comparison: Comparison,
}

/// The settings of a `generation_config.json`; nulls are not stated.
///
/// # Errors
/// When the file is no JSON object.
pub fn generation_settings_json(file: &str, generation_config: &[u8]) -> Result<Vec<GenerationSetting>, Error> {
    let json = Json::read(file, generation_config)?;
    let entries = json.entries().ok_or_else(|| unusable(file, "it is no object"))?;
    let stated = entries.iter().filter(|(_, value)| *value != Json::Null);
    Ok(stated
        .map(|(name, value)| GenerationSetting {
            name: one_name(name).to_owned(),
            value: match value {
                Json::Number(value) => (*value as f32).to_string(),
                Json::Text(text) => text.to_string(),
                other => other.shown(),
            },
        })
        .collect())
}

/// The settings that a GGUF recommends to its engine.
pub fn generation_settings_gguf(metadata: &GgufMetadata) -> Vec<GenerationSetting> {
    let setting = |(key, value): (&str, &GgufValue)| {
        let name = one_name(key.strip_prefix("general.sampling.")?).to_owned();
        Some(GenerationSetting { name, value: shown(value)? })
    };
    metadata.entries().filter_map(setting).collect()
}

/// One name for what the two files call differently.
fn one_name(name: &str) -> &str {
    match name {
        "temp" => "temperature",
        "penalty_repeat" => "repetition_penalty",
        other => other,
    }
}

/// A single value; lists are no settings.
fn shown(value: &GgufValue) -> Option<String> {
    Some(match value {
        GgufValue::U8(value) => value.to_string(),
        GgufValue::I8(value) => value.to_string(),
        GgufValue::U16(value) => value.to_string(),
        GgufValue::I16(value) => value.to_string(),
        GgufValue::U32(value) => value.to_string(),
        GgufValue::I32(value) => value.to_string(),
        GgufValue::U64(value) => value.to_string(),
        GgufValue::I64(value) => value.to_string(),
        GgufValue::F32(value) => value.to_string(),
        GgufValue::F64(value) => (*value as f32).to_string(),
        GgufValue::Bool(value) => value.to_string(),
        GgufValue::String(value) => value.clone(),
        GgufValue::Array(_) => return None,
    })
}

/// Compares settings by name, sorted by name. Of several with one name the last counts.
pub fn compare_generation(nominal: &[GenerationSetting], operative: &[GenerationSetting]) -> Vec<GenerationRow> {
    let mut rows: BTreeMap<&str, (Option<&String>, Option<&String>)> = BTreeMap::new();
    for setting in nominal {
        rows.entry(&setting.name).or_default().0 = Some(&setting.value);
    }
    for setting in operative {
        rows.entry(&setting.name).or_default().1 = Some(&setting.value);
    }
    rows.into_iter()
        .map(|(name, (nominal, operative))| GenerationRow {
            name: name.to_owned(),
            comparison: Comparison::of(nominal, operative),
            nominal: nominal.cloned(),
            operative: operative.cloned(),
        })
        .collect()
}
