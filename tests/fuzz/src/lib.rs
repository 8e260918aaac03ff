//! One function over bytes for each reader of strangers' files: it must come back, whatever the bytes are.
//! What drives it lies beside it: libFuzzer for `cargo xtask fuzz`, and the committed seeds in a test.

use parallax_artifact::{fuzzing, parse_adapter, parse_card, parse_tokenizer};

/// A reader that takes any bytes.
pub type Target = fn(&[u8]);

/// Every reader, by the name that `cargo xtask fuzz` takes and the folder of its seeds has.
pub const TARGETS: [(&str, Target); 8] = [
    ("safetensors", fuzzing::safetensors),
    ("index", fuzzing::index),
    ("gguf", fuzzing::gguf),
    ("onnx", fuzzing::onnx),
    ("tokenizer", tokenizer),
    ("config", fuzzing::config),
    ("adapter", adapter),
    ("card", card),
];

/// The reader of a name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(known, _)| *known == name).map(|&(_, target)| target)
}

/// `tokenizer.json`: what is counted must agree with itself.
fn tokenizer(bytes: &[u8]) {
    if let Ok(facts) = parse_tokenizer(bytes) {
        assert!(facts.tokens <= facts.vocabulary + facts.added.len() as u64, "no token comes from nowhere");
        assert_eq!(facts.largest_id.is_none(), facts.tokens == 0, "tokens have ids");
        assert!(facts.unknown_merges <= facts.merges.unwrap_or(0), "no more merges than there are");
    }
}

/// `adapter_config.json`.
fn adapter(bytes: &[u8]) {
    if let Ok(facts) = parse_adapter(bytes) {
        assert!(facts.alpha.is_none_or(f64::is_finite), "JSON has no infinite numbers");
    }
}

/// The front matter of a model card: each key once, and no list that is longer than the text.
fn card(bytes: &[u8]) {
    if let Ok(Some(card)) = parse_card("noise", bytes) {
        let mut keys: Vec<&String> = card.fields.iter().map(|(key, _)| key).collect();
        keys.sort();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "each key once");
        let texts: usize = card.fields.iter().flat_map(|(key, _)| card.texts(key)).map(str::len).sum();
        assert!(texts <= bytes.len(), "nothing is read twice");
    }
}
