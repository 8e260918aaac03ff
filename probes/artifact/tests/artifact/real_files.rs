//! Real models open, and say what independent readers say about them.

use parallax_artifact::{Activation, Format, Pooling, open};

use crate::shared::shared;

#[test]
fn the_published_minilm_opens_with_everything_it_says() {
    let Some(path) = shared("models/all-MiniLM-L6-v2") else { return };
    let variant = open(&path).expect("a real folder opens");
    assert_eq!(variant.name(), "all-MiniLM-L6-v2", "the name is the folder's");
    assert_eq!(variant.format(), Format::HuggingFaceFolder, "it has a config and safetensors");
    let config = variant.config();
    assert_eq!((config.hidden_size, config.n_layers, config.n_heads), (384, 6, 12), "as in config.json");
    assert_eq!((config.intermediate_size, config.max_position, config.type_vocab_size), (1536, 512, 2), "as in config.json");
    assert_eq!(config.activation, Activation::GeluErf, "`gelu` is the exact one");
    assert_eq!(config.pooling, Some(Pooling::Mean), "as in 1_Pooling/config.json");
    assert_eq!(config.normalize, Some(true), "modules.json ends with Normalize");
    assert_eq!(config.max_tokens, Some(256), "sentence_bert_config.json comes before the tokenizer's 512");
    assert_eq!(config.lowercase, Some(true), "as in tokenizer_config.json");
    assert!(!variant.has_head() && variant.labels().is_empty(), "a pooler left over from pre-training is no head");
    assert_eq!(variant.n_params(), 22_713_216, "the number of trained values");
    assert!(variant.tokenizer_json().is_some(), "it has a tokenizer");
}
