//! Two thousand texts and sixty-four awkward strings give the ids that tokenizers and llama.cpp gave.

use std::path::Path;

use parallax_artifact::{Variant, open};
use parallax_tokens::{Reading, Tokenizer};
use serde_json::Value;

use crate::shared::shared;

const GGUFS: [&str; 3] = ["minilm-q8_0.gguf", "minilm-q4_0.gguf", "minilm-q4_k_m.gguf"];

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("the file is readable")).expect("the file is JSON")
}

fn ids(value: &Value) -> Vec<u32> {
    let list = value.as_array().expect("ids are a list");
    list.iter().map(|id| id.as_u64().expect("an id is a number") as u32).collect()
}

fn check_texts(tokenizer: &Tokenizer, texts: &Value, expected: &Value) {
    let texts = texts.as_array().expect("texts are a list");
    let expected = expected.as_array().expect("ids are a list");
    assert_eq!(texts.len(), expected.len(), "one list of ids for each text");
    for (text, expected) in texts.iter().zip(expected) {
        let text = text["text"].as_str().expect("a text is a string");
        let encoding = tokenizer.encode(text).expect("a text can be encoded");
        assert_eq!(encoding.ids, ids(expected), "{text} read from {}", tokenizer.source());
    }
}

/// Cases whose ids are the expected ones cut at the tokenizer's limit: the references were made without one.
fn check_cases(tokenizer: &Tokenizer, cases: &Value) {
    let cases = cases.as_array().expect("cases are a list");
    assert_eq!(cases.len(), 64, "all cases are there");
    for case in cases {
        let text = case["text"].as_str().expect("a text is a string");
        let mut expected = ids(&case["ids"]);
        let truncated = expected.len() > tokenizer.max_tokens();
        if truncated {
            let sep = expected.pop().expect("ends with [SEP]");
            expected.truncate(tokenizer.max_tokens() - 1);
            expected.push(sep);
        }
        let encoding = tokenizer.encode(text).expect("a text can be encoded");
        assert_eq!(encoding.ids, expected, "{text:?} in the {:?} reading", tokenizer.reading());
        assert_eq!(encoding.truncated, truncated, "{text:?} says whether it was cut");
    }
}

fn gguf(name: &str) -> Option<Variant> {
    Some(open(&shared(&format!("models/gguf/{name}"))?).expect("a real GGUF opens"))
}

#[test]
fn the_published_tokenizer_gives_the_reference_ids() {
    let Some(model) = shared("models/all-MiniLM-L6-v2") else { return };
    let Some(golden) = shared("oracle/golden") else { return };
    let variant = open(&model).expect("a real folder opens");
    let tokenizer = Tokenizer::nominal(&variant).expect("it has a tokenizer");
    assert_eq!(tokenizer.reading(), Reading::Published, "tokenizer.json comes first");
    assert_eq!(tokenizer.max_tokens(), 256, "sentence_bert_config.json comes before the 128 in tokenizer.json");
    check_texts(&tokenizer, &json(&golden.join("texts.json")), &json(&golden.join("token_ids.json")));
    check_cases(&tokenizer, &json(&golden.join("token_cases.json")));
}

#[test]
fn every_gguf_gives_the_reference_ids_in_the_reference_reading() {
    let Some(golden) = shared("oracle/golden") else { return };
    let (texts, expected) = (json(&golden.join("texts.json")), json(&golden.join("token_ids.json")));
    let cases = json(&golden.join("token_cases.json"));
    for name in GGUFS {
        let Some(variant) = gguf(name) else { return };
        let tokenizer = Tokenizer::with_reading(&variant, Reading::Reference).expect("its metadata hold a tokenizer");
        assert!(tokenizer.lowercase_assumed(), "{name} does not say whether it lower-cases");
        check_texts(&tokenizer, &texts, &expected);
        check_cases(&tokenizer, &cases);
    }
}

#[test]
fn the_engine_reading_gives_llama_cpps_ids_and_differs_where_llama_cpp_does() {
    let Some(golden) = shared("oracle/golden") else { return };
    let engine_cases = json(&golden.join("token_cases_llamacpp.json"));
    let cases = json(&golden.join("token_cases.json"));
    for name in GGUFS {
        let Some(variant) = gguf(name) else { return };
        let tokenizer = Tokenizer::operative(&variant).expect("its metadata hold a tokenizer");
        assert_eq!(tokenizer.reading(), Reading::Engine, "{name} has no tokenizer.json beside it");
        check_cases(&tokenizer, &engine_cases);
    }
    let pairs = engine_cases.as_array().expect("a list").iter().zip(cases.as_array().expect("a list"));
    let differ = pairs.filter(|(engine, reference)| engine["ids"] != reference["ids"]).count();
    assert_eq!(differ, 9, "the two references differ on nine of the cases");
}

#[test]
fn the_tiny_model_gives_the_reference_ids_in_both_formats() {
    let Some(tiny) = shared("oracle/golden/tiny") else { return };
    let (texts, expected) = (json(&tiny.join("texts.json")), json(&tiny.join("token_ids.json")));
    let published = open(&tiny.join("model")).expect("the tiny folder opens");
    check_texts(&Tokenizer::nominal(&published).expect("it has a tokenizer"), &texts, &expected);
    for name in ["tiny-q4_k_m.gguf", "tiny-q6_k.gguf"] {
        let variant = open(&tiny.join(name)).expect("a tiny GGUF opens");
        check_texts(&Tokenizer::nominal(&variant).expect("it has a tokenizer"), &texts, &expected);
    }
}
