//! What a config says about quantized weights, and whether the stored types agree. Packed codes are never weights.

use serde_json::Value;

use super::container::StoredTensor;
use super::note::{NoteKind, Notes};
use crate::error::shown;
use crate::{DType, JsonFault};

/// How a config says that weights are stored.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantizationFacts {
    /// The file that says so.
    pub file: String,
    /// `quant_method` in the file's own spelling: `gptq`, `awq`, `bitsandbytes`, `fp8`, `compressed-tensors`, …
    pub method: String,
    /// Bits of a code, when stated.
    pub bits: Option<u64>,
    /// Values that share a scale; -1 for a whole column, when stated.
    pub group_size: Option<i64>,
    /// Whether codes are symmetric around zero, when stated.
    pub symmetric: Option<bool>,
    /// Parts that are left as they were, when stated.
    pub left_out: Vec<String>,
}

impl QuantizationFacts {
    /// Whether several codes share one stored number, so that stored integers are neither weights nor codes.
    pub fn is_packed(&self) -> bool {
        match self.method.as_str() {
            "bitsandbytes" => self.bits == Some(4),
            "fp8" | "fbgemm_fp8" => false,
            "compressed-tensors" => self.bits.is_none_or(|bits| bits < 8),
            _ => true,
        }
    }
}

/// Reads `quantization_config` of a `config.json`, or a whole `quantize_config.json` of older tools.
///
/// # Errors
/// A config that is no object, or a field of another kind.
pub(super) fn read(file: &str, config: &Value, method: Option<&str>) -> Result<QuantizationFacts, JsonFault> {
    let wrong = |key: &str| JsonFault::Key { key: format!("quantization_config.{key}") };
    if !config.is_object() {
        return Err(JsonFault::Key { key: "quantization_config".into() });
    }
    let field = |key: &str| config.get(key).filter(|value| !value.is_null());
    let flag = |key: &str| field(key).and_then(Value::as_bool).unwrap_or(false);
    let stated = match field("quant_method") {
        Some(value) => Some(value.as_str().ok_or_else(|| wrong("quant_method"))?),
        None => None,
    };
    let is_bits_and_bytes = config.get("load_in_4bit").is_some() || config.get("load_in_8bit").is_some();
    let method = stated.or(method).unwrap_or(if is_bits_and_bytes { "bitsandbytes" } else { "not stated" });
    let number = |names: &[&str]| -> Result<Option<i64>, JsonFault> {
        match names.iter().find_map(|name| Some((name, field(name)?))) {
            None => Ok(None),
            Some((name, value)) => value.as_i64().map(Some).ok_or_else(|| wrong(name)),
        }
    };
    // compressed-tensors states them for groups of parts; the first group speaks for most files.
    let group = config.pointer("/config_groups/group_0/weights");
    let in_group = |key: &str| group.and_then(|weights| weights.get(key));
    let bits = match number(&["bits", "w_bit"])? {
        Some(bits) => u64::try_from(bits).ok(),
        None if flag("load_in_4bit") => Some(4),
        None if flag("load_in_8bit") => Some(8),
        None => in_group("num_bits").and_then(Value::as_u64),
    };
    let lists = ["modules_to_not_convert", "ignore", "llm_int8_skip_modules"];
    let left_out = lists.iter().filter_map(|key| field(key)?.as_array()).flatten();
    Ok(QuantizationFacts {
        file: file.to_owned(),
        method: shown(method),
        bits,
        group_size: number(&["group_size", "q_group_size"])?.or_else(|| in_group("group_size")?.as_i64()),
        symmetric: field("sym").or(in_group("symmetric")).and_then(Value::as_bool),
        left_out: left_out.filter_map(Value::as_str).map(shown).collect(),
    })
}

/// Whether a tensor holds codes that are packed into larger numbers, by the names that GPTQ, AWQ and their kin give them.
pub(super) fn looks_packed(tensor: &StoredTensor) -> bool {
    let part = tensor.name.rsplit('.').next().unwrap_or_default();
    tensor.dtype.is_integer() && matches!(part, "qweight" | "qzeros" | "weight_packed" | "quant_map")
}

/// Notes a config and stored types that contradict each other.
pub(super) fn note(facts: Option<&QuantizationFacts>, weights: &str, tensors: &[StoredTensor], notes: &mut Notes) {
    let Some(facts) = facts else {
        if let Some(tensor) = tensors.iter().find(|tensor| looks_packed(tensor)) {
            let kind = NoteKind::PackedWithoutConfig { tensor: tensor.name.clone() };
            notes.about_key(weights, &tensor.name, kind);
        }
        return;
    };
    if tensors.is_empty() {
        return;
    }
    let any = |holds: &dyn Fn(&StoredTensor) -> bool| tensors.iter().any(holds);
    let ends = |tensor: &StoredTensor, end: &str| tensor.name.ends_with(end);
    let is_fp8 = |tensor: &StoredTensor| tensor.type_name().starts_with("F8_E");
    let found = match (facts.method.as_str(), facts.bits) {
        ("gptq" | "awq", _) if !any(&|tensor| ends(tensor, ".qweight") && tensor.dtype == DType::I32) => {
            Some("no tensor `….qweight` of 32-bit integers is stored")
        }
        ("bitsandbytes", Some(4)) if !any(&|tensor| ends(tensor, ".weight") && tensor.dtype == DType::U8) => {
            Some("no tensor `….weight` of bytes is stored")
        }
        ("bitsandbytes", Some(8)) if !any(&|tensor| ends(tensor, ".weight") && tensor.dtype == DType::I8) => {
            Some("no tensor `….weight` of 8-bit integers is stored")
        }
        ("fp8" | "fbgemm_fp8", _) if !any(&is_fp8) => Some("no tensor of 8-bit floating point is stored"),
        ("compressed-tensors", _)
            if !any(&|tensor| tensor.dtype.is_integer() || is_fp8(tensor) || tensor.unknown_type.is_some()) =>
        {
            Some("every tensor is stored in a plain floating point type")
        }
        _ => None,
    };
    if let Some(found) = found {
        let kind = NoteKind::QuantizationContradicted { method: facts.method.clone(), found };
        notes.about_key(&facts.file, "quantization_config", kind);
    }
}
