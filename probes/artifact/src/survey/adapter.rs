//! `adapter_config.json`: what a low-rank adapter says it changes. Expressions in it are never run.
//! Format: PEFT's `LoraConfig` (huggingface/peft, `src/peft/tuners/lora/config.py`).

use serde_json::Value;

use super::note::{NoteKind, Notes};
use crate::error::shown;
use crate::json::{JsonFault, parse_json};

/// The most parts that an adapter may name.
const MOST_MODULES: usize = 1 << 16;

/// What an adapter says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct AdapterFacts {
    /// `peft_type`, for example `LORA`.
    pub kind: Option<String>,
    /// The rank `r`; `None` for kinds without one.
    pub rank: Option<u64>,
    /// `lora_alpha`: the product of the two matrices is scaled by `alpha / rank`,
    /// and by `alpha / sqrt(rank)` with `rank_stabilised`.
    pub alpha: Option<f64>,
    /// `use_rslora`.
    pub rank_stabilised: bool,
    /// `use_dora`: directions and lengths of rows are changed apart.
    pub weight_decomposed: bool,
    /// `fan_in_fan_out`: the base stores its matrices the other way round.
    pub transposed: bool,
    /// Parts of the model that are changed.
    pub targets: Targets,
    /// Parts that are stored whole beside the low-rank ones (`modules_to_save`).
    pub saved_modules: Vec<String>,
    /// Ranks of single parts (`rank_pattern`), sorted by name.
    pub rank_pattern: Vec<(String, u64)>,
    /// Scalings of single parts (`alpha_pattern`), sorted by name.
    pub alpha_pattern: Vec<(String, f64)>,
    /// `base_model_name_or_path`: the model that it is claimed to belong to.
    pub base_model: Option<String>,
    /// `revision` of that model.
    pub revision: Option<String>,
}

/// Which parts an adapter changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Targets {
    /// The file does not say.
    Unstated,
    /// By the ends of their names.
    Names(Vec<String>),
    /// By a regular expression, kept as text; the stored tensors say which parts it met.
    Pattern(String),
}

/// Reads an `adapter_config.json`.
///
/// # Errors
/// What is not strict JSON, and a field of another kind than PEFT writes.
pub fn parse_adapter(bytes: &[u8]) -> Result<AdapterFacts, JsonFault> {
    read(&parse_json(bytes)?)
}

pub(super) fn read(config: &Value) -> Result<AdapterFacts, JsonFault> {
    let wrong = |key: &str| JsonFault::Key { key: shown(key) };
    if !config.is_object() {
        return Err(JsonFault::NotAnObject);
    }
    let field = |key: &str| config.get(key).filter(|value| !value.is_null());
    let text = |key: &str| match field(key) {
        None => Ok(None),
        Some(value) => value.as_str().map(|text| Some(text.to_owned())).ok_or_else(|| wrong(key)),
    };
    let flag = |key: &str| match field(key) {
        None => Ok(false),
        Some(value) => value.as_bool().ok_or_else(|| wrong(key)),
    };
    let list = |key: &str, value: &Value| -> Result<Vec<String>, JsonFault> {
        let list = value.as_array().filter(|list| list.len() <= MOST_MODULES).ok_or_else(|| wrong(key))?;
        list.iter().map(|name| name.as_str().map(str::to_owned).ok_or_else(|| wrong(key))).collect()
    };
    let rank = match field("r") {
        None => None,
        Some(value) => Some(value.as_u64().ok_or_else(|| wrong("r"))?),
    };
    let alpha = match field("lora_alpha") {
        None => None,
        Some(value) => Some(value.as_f64().ok_or_else(|| wrong("lora_alpha"))?),
    };
    let targets = match field("target_modules") {
        None => Targets::Unstated,
        Some(Value::String(pattern)) => Targets::Pattern(pattern.clone()),
        Some(value) => Targets::Names(list("target_modules", value)?),
    };
    let pairs = |key: &str| match field(key) {
        None => Ok(Vec::new()),
        Some(value) => {
            let map = value.as_object().ok_or_else(|| wrong(key))?;
            let mut pairs: Vec<(String, &Value)> = map.iter().map(|(name, value)| (name.clone(), value)).collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            Ok(pairs)
        }
    };
    let ranks = pairs("rank_pattern")?.into_iter();
    let alphas = pairs("alpha_pattern")?.into_iter();
    Ok(AdapterFacts {
        kind: text("peft_type")?,
        rank,
        alpha,
        rank_stabilised: flag("use_rslora")?,
        weight_decomposed: flag("use_dora")?,
        transposed: flag("fan_in_fan_out")?,
        targets,
        saved_modules: field("modules_to_save").map_or(Ok(Vec::new()), |value| list("modules_to_save", value))?,
        rank_pattern: ranks
            .map(|(name, value)| Ok((name, value.as_u64().ok_or_else(|| wrong("rank_pattern"))?)))
            .collect::<Result<_, _>>()?,
        alpha_pattern: alphas
            .map(|(name, value)| Ok((name, value.as_f64().ok_or_else(|| wrong("alpha_pattern"))?)))
            .collect::<Result<_, _>>()?,
        base_model: text("base_model_name_or_path")?,
        revision: text("revision")?,
    })
}

/// Notes what an adapter says that no adapter can mean.
pub(super) fn note(file: &str, adapter: &AdapterFacts, notes: &mut Notes) {
    let implausible = |value: String, expected: &str| NoteKind::Implausible { value, expected: expected.to_owned() };
    if let Some(rank) = adapter.rank.filter(|&rank| rank == 0 || rank > 65_536) {
        notes.about_key(file, "r", implausible(rank.to_string(), "ranks lie between 1 and 65536"));
    }
    if let Some(alpha) = adapter.alpha.filter(|alpha| alpha.abs() > 1e6) {
        notes.about_key(file, "lora_alpha", implausible(format!("{alpha:e}"), "scalings lie within a million of zero"));
    }
    if let Targets::Pattern(pattern) = &adapter.targets {
        // PEFT gives this one word a meaning of its own: every linear layer.
        if pattern != "all-linear" {
            notes.about_key(file, "target_modules", NoteKind::TargetPattern { pattern: shown(pattern) });
        }
    }
}
