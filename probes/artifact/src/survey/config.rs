//! What a config or a GGUF says that no model can mean, that asks for code, or that the stored tensors contradict.

use serde_json::Value;

use super::container::{Container, StoredTensor};
use super::note::{NoteKind, Notes};
use crate::error::shown;
use crate::{GgufMetadata, GgufValue};

/// Whole numbers of a config: its key, the same of a GGUF, the least and the most that is plausible.
const NUMBERS: [(&str, &str, u64, u64); 11] = [
    ("hidden_size", "embedding_length", 1, 1 << 17),
    ("num_hidden_layers", "block_count", 1, 4_096),
    ("num_attention_heads", "attention.head_count", 1, 4_096),
    ("num_key_value_heads", "attention.head_count_kv", 1, 4_096),
    ("head_dim", "attention.key_length", 1, 1 << 14),
    ("intermediate_size", "feed_forward_length", 1, 1 << 22),
    ("max_position_embeddings", "context_length", 1, 1 << 27),
    ("vocab_size", "vocab_size", 1, 1 << 24),
    ("num_local_experts", "expert_count", 0, 1 << 14),
    ("num_experts", "expert_count", 0, 1 << 14),
    ("num_experts_per_tok", "expert_used_count", 0, 1 << 14),
];

/// Keys whose values name code that is not part of the library.
const CODE_KEYS: [&str; 2] = ["auto_map", "custom_pipelines"];
/// Keys that choose kernels: a name with a slash is a repository whose kernels would be downloaded and run.
const KERNEL_KEYS: [&str; 3] = ["_attn_implementation", "_attn_implementation_internal", "attn_implementation"];
/// Libraries that PEFT may import a class from without running a stranger's code.
const LIBRARIES: [&str; 3] = ["transformers", "diffusers", "sentence_transformers"];

/// Notes every key of a JSON file that asks for code, at any depth.
pub(super) fn note_code(file: &str, value: &Value, notes: &mut Notes) {
    walk(file, &mut Vec::new(), value, notes);
}

/// `at` holds the keys above; their names are put together only where something is noted.
fn walk<'v>(file: &str, at: &mut Vec<&'v str>, value: &'v Value, notes: &mut Notes) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            for key in keys {
                let below = &map[key];
                at.push(key);
                let asks = (CODE_KEYS.contains(&key.as_str()) && !is_nothing(below))
                    || (key == "trust_remote_code" && below == &Value::Bool(true))
                    || (KERNEL_KEYS.contains(&key.as_str()) && below.as_str().is_some_and(|name| name.contains('/')))
                    || (key == "auto_mapping" && imports_other(below));
                if asks {
                    notes.about_key(file, &at.join("."), NoteKind::RemoteCode { value: shown(&below.to_string()) });
                } else {
                    walk(file, at, below, notes);
                }
                at.pop();
            }
        }
        Value::Array(list) => list.iter().for_each(|below| walk(file, at, below, notes)),
        _ => {}
    }
}

/// Whether PEFT would import a class from a library that is not one of the usual ones.
fn imports_other(mapping: &Value) -> bool {
    let library = mapping.get("parent_library").and_then(Value::as_str);
    library.is_some_and(|library| !LIBRARIES.contains(&library.split('.').next().unwrap_or_default()))
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Notes steps of a sentence-transformers model that are not that library's own.
pub(super) fn note_steps(file: &str, steps: &Value, notes: &mut Notes) {
    for (index, step) in steps.as_array().into_iter().flatten().enumerate() {
        if let Some(kind) = step.get("type").and_then(Value::as_str)
            && !kind.starts_with("sentence_transformers.")
        {
            notes.about_key(file, &format!("{index}.type"), NoteKind::RemoteCode { value: shown(kind) });
        }
    }
}

/// Notes numbers of a `config.json` that no model has.
pub(super) fn note_config(file: &str, config: &Value, notes: &mut Notes) {
    for (level, prefix) in [(Some(config), ""), (config.get("text_config"), "text_config.")] {
        let Some(level) = level else { continue };
        for (key, _, least, most) in NUMBERS {
            let Some(value) = level.get(key).filter(|value| value.is_number()) else { continue };
            if !value.as_u64().is_some_and(|value| (least..=most).contains(&value)) {
                note_number(file, &format!("{prefix}{key}"), &value.to_string(), least, most, notes);
            }
        }
        let number = |key: &str| level.get(key).and_then(Value::as_u64).filter(|&value| value > 0);
        if let (Some(width), Some(heads)) = (number("hidden_size"), number("num_attention_heads"))
            && number("head_dim").is_none()
            && !width.is_multiple_of(heads)
        {
            let expected = format!("a number that {heads} attention heads divide is expected");
            let key = format!("{prefix}hidden_size");
            notes.about_key(file, &key, NoteKind::Implausible { value: width.to_string(), expected });
        }
        for key in ["rope_theta", "layer_norm_eps", "rms_norm_eps"] {
            let value = level.get(key).filter(|value| value.is_number());
            if let Some(value) = value.filter(|value| !value.as_f64().is_some_and(|value| value > 0.0)) {
                note_positive(file, &format!("{prefix}{key}"), value.to_string(), notes);
            }
        }
    }
}

/// Notes numbers of a GGUF that no model has.
pub(super) fn note_gguf(file: &str, gguf: &GgufMetadata, tensors: &[StoredTensor], notes: &mut Notes) {
    for (key, value) in gguf.entries() {
        if matches!(value, GgufValue::String(text) if text.contains('\0')) {
            notes.about_key(file, key, NoteKind::ZeroByte { key: key.to_owned() });
        }
    }
    // Models without attention or without feed-forward blocks state zero for what they do not have.
    let has = |part: &str| tensors.iter().any(|tensor| tensor.name.contains(part));
    let (attention, feed_forward) = (has(".attn_q"), has(".ffn_up."));
    let Some(architecture) = gguf.string("general.architecture") else { return };
    for (index, (_, key, least, most)) in NUMBERS.iter().enumerate() {
        if NUMBERS[..index].iter().any(|(_, earlier, ..)| earlier == key) {
            continue;
        }
        let absent = (key.starts_with("attention.") && !attention) || (*key == "feed_forward_length" && !feed_forward);
        let least = if absent { 0 } else { *least };
        let key = format!("{architecture}.{key}");
        // Some models list one number per layer: nothing to hold against limits made for one.
        let Some(value) = gguf.get(&key).filter(|value| !matches!(value, GgufValue::Array(_))) else { continue };
        if !gguf.u64(&key).is_some_and(|value| (least..=*most).contains(&value)) {
            note_number(file, &key, &plain(value), least, *most, notes);
        }
    }
    let positive = ["rope.freq_base", "attention.layer_norm_epsilon", "attention.layer_norm_rms_epsilon"];
    for key in positive.map(|key| format!("{architecture}.{key}")) {
        if let Some(value) = gguf.f64(&key).filter(|value| !(value.is_finite() && *value > 0.0)) {
            note_positive(file, &key, value.to_string(), notes);
        }
    }
}

/// A value of a GGUF as people write it.
fn plain(value: &GgufValue) -> String {
    match value {
        GgufValue::U8(number) => number.to_string(),
        GgufValue::I8(number) => number.to_string(),
        GgufValue::U16(number) => number.to_string(),
        GgufValue::I16(number) => number.to_string(),
        GgufValue::U32(number) => number.to_string(),
        GgufValue::I32(number) => number.to_string(),
        GgufValue::F32(number) => number.to_string(),
        GgufValue::Bool(truth) => truth.to_string(),
        GgufValue::String(text) => shown(text),
        GgufValue::Array(_) => "a list".to_owned(),
        GgufValue::U64(number) => number.to_string(),
        GgufValue::I64(number) => number.to_string(),
        GgufValue::F64(number) => number.to_string(),
    }
}

fn note_number(file: &str, key: &str, value: &str, least: u64, most: u64, notes: &mut Notes) {
    let expected = format!("a whole number between {least} and {most} is expected");
    notes.about_key(file, key, NoteKind::Implausible { value: shown(value), expected });
}

fn note_positive(file: &str, key: &str, value: String, notes: &mut Notes) {
    let expected = "a finite number above zero is expected".to_owned();
    notes.about_key(file, key, NoteKind::Implausible { value, expected });
}

/// Names that input embeddings and output matrices have in folders of transformers and in GGUFs.
const EMBEDDINGS: [&str; 4] = [".embed_tokens.weight", "embed_tokens.weight", "transformer.wte.weight", "wte.weight"];
const HEADS: [&str; 2] = ["lm_head.weight", "language_model.lm_head.weight"];

/// Notes a config that ties the output to the input embedding against what is stored.
pub(super) fn note_head(
    file: &str,
    config: &Value,
    tensors: &[StoredTensor],
    containers: &[Container],
    notes: &mut Notes,
) {
    let level = [Some(config), config.get("text_config")];
    let tied = level.into_iter().flatten().find_map(|level| level.get("tie_word_embeddings")?.as_bool());
    let find = |names: &[&str]| {
        tensors.iter().find(|tensor| {
            names
                .iter()
                .any(|name| if name.starts_with('.') { tensor.name.ends_with(name) } else { tensor.name == *name })
        })
    };
    let (Some(tied), Some(embedding)) = (tied, find(&EMBEDDINGS)) else { return };
    let causal = config.get("architectures").and_then(Value::as_array).into_iter().flatten();
    let causal = causal.filter_map(Value::as_str).any(|name| name.ends_with("ForCausalLM"));
    match find(&HEADS) {
        Some(head) if tied => {
            let bytes = |tensor: &StoredTensor| {
                let pages = containers[tensor.file].pages();
                (tensor.dtype, tensor.shape.clone(), pages.sha256(tensor.offset, tensor.offset + tensor.len))
            };
            if bytes(head) != bytes(embedding) {
                let kind = NoteKind::HeadDiffers { head: head.name.clone(), embedding: embedding.name.clone() };
                notes.about_key(file, "tie_word_embeddings", kind);
            }
        }
        None if !tied && causal => {
            let kind = NoteKind::HeadMissing { embedding: embedding.name.clone() };
            notes.about_key(file, "tie_word_embeddings", kind);
        }
        _ => {}
    }
}

/// The rows of the token table, by the names that common models give it.
pub(super) fn embedding_rows(tensors: &[StoredTensor]) -> Option<u64> {
    let names = [
        "token_embd.weight",
        ".word_embeddings.weight",
        "word_embeddings.weight",
        "model.embeddings.tok_embeddings.weight",
    ];
    let matches = |tensor: &&StoredTensor| {
        tensor.shape.len() == 2
            && names
                .iter()
                .chain(&EMBEDDINGS)
                .any(|name| if name.starts_with('.') { tensor.name.ends_with(name) } else { tensor.name == *name })
    };
    Some(tensors.iter().find(matches)?.shape[0] as u64)
}
