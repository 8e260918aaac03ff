//! Damaged and invented files: refused with a reason or described, and never a panic.

use parallax_tokens::{
    ChatTemplate, compare_templates, describe_gguf, describe_json, difference, generation_settings_json, looks,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::difference::describe;
use crate::fixtures::{bpe, unigram, word_piece};
use crate::gguf::{fractions, metadata, numbers, text, texts};

fn run<S: Strategy>(cases: u32, strategy: &S, rule: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config).run(strategy, rule).expect("the rule holds for every case");
}

/// What a value may be replaced by.
fn oddments() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!(u64::MAX)),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!(true)),
        any::<u32>().prop_map(|number| json!(number)),
        "\\PC{0,6}".prop_map(|text| json!(text)),
        Just(json!([["a", "b"]])),
        Just(json!({"type": "Sequence", "normalizers": [{"type": "Replace"}], "pretokenizers": [{}]})),
    ]
}

/// Every place in a value, by pointer.
fn places(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                self::places(inner, format!("{at}/{index}"), places);
            }
        }
        Value::Object(entries) => {
            for (key, inner) in entries {
                self::places(inner, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        _ => {}
    }
    places.push(at);
}

#[test]
fn a_tokenizer_with_any_values_replaced_never_panics() {
    for original in [word_piece(), bpe(), unigram()] {
        let whole = describe(&original);
        let mut all = Vec::new();
        places(&original, String::new(), &mut all);
        let change = (0..all.len(), oddments());
        let strategy = proptest::collection::vec(change, 1..4);
        run(500, &strategy, |changes| {
            let mut json = original.clone();
            for (place, value) in changes {
                if let Some(at) = json.pointer_mut(&all[place]) {
                    *at = value;
                }
            }
            if let Ok(described) = describe_json("tokenizer.json", json.to_string().as_bytes(), None) {
                let there = difference(&whole, &described);
                let back = difference(&described, &whole);
                prop_assert_eq!(difference(&described, &described).count(), 0, "nothing differs from itself");
                prop_assert_eq!(
                    there.vocabulary.only_nominal.count(),
                    back.vocabulary.only_operative.count(),
                    "what one side lacks the other has"
                );
                prop_assert_eq!(there.vocabulary.swapped.count(), back.vocabulary.swapped.count(), "swaps are mutual");
            }
            Ok(())
        });
    }
}

#[test]
fn a_tokenizer_with_any_bytes_replaced_never_panics() {
    let original = word_piece().to_string().into_bytes();
    let strategy = (proptest::collection::vec((0..original.len(), any::<u8>()), 1..6), 0..original.len());
    run(1500, &strategy, |(changes, length)| {
        let mut bytes = original.clone();
        for (place, byte) in changes {
            bytes[place] = byte;
        }
        if length % 3 == 0 {
            bytes.truncate(length);
        }
        if let Err(error) = describe_json("tokenizer.json", &bytes, Some(&bytes)) {
            prop_assert!(!error.to_string().chars().any(char::is_control), "a message is safe to print: {error}");
        }
        let _settings = generation_settings_json("generation_config.json", &bytes);
        Ok(())
    });
}

#[test]
fn any_metadata_are_described_or_refused() {
    let model = prop_oneof![Just("bert"), Just("gpt2"), Just("llama"), Just("t5")];
    let token = prop_oneof!["\\PC{0,4}", "▁[a-c]{0,2}", "\\[PAD[0-3]\\]", "<0x[0-9A-F]{2}>"];
    let tokens = proptest::collection::vec((token, -1..8i32, any::<f32>()), 1..8);
    let merges = proptest::collection::vec("\\PC{0,5}", 0..4);
    let whole = describe(&word_piece());
    run(300, &(model, tokens, merges), |(model, tokens, merges)| {
        let entries = [
            ("tokenizer.ggml.model", text(model)),
            ("tokenizer.ggml.tokens", texts(&tokens.iter().map(|token| &*token.0).collect::<Vec<_>>())),
            ("tokenizer.ggml.token_type", numbers(&tokens.iter().map(|token| token.1).collect::<Vec<_>>())),
            ("tokenizer.ggml.scores", fractions(&tokens.iter().map(|token| token.2).collect::<Vec<_>>())),
            ("tokenizer.ggml.merges", texts(&merges.iter().map(String::as_str).collect::<Vec<_>>())),
        ];
        if let Ok(described) = describe_gguf("small.gguf", &metadata(&entries, tokens.len())) {
            prop_assert_eq!(difference(&described, &described).count(), 0, "nothing differs from itself");
            difference(&whole, &described);
            difference(&described, &whole);
        }
        Ok(())
    });
}

#[test]
fn any_text_is_a_template_and_a_token() {
    let tags = "[a-c'\"\\\\ ]{0,3}(\\{\\{|\\{%|\\{#|\\}\\}|%\\}|#\\}|if |\n){0,9}\\PC{0,9}";
    run(800, &(tags, ".{0,40}"), |(first, second)| {
        let template = |text: &str| [ChatTemplate { name: "default".into(), text: text.into() }];
        let rows = compare_templates(&template(&first), &template(&second));
        prop_assert_eq!(rows.len(), 1, "one name");
        prop_assert!((first == second) == (rows[0].changes.count() == 0), "lines tell every difference");
        looks(&second);
        Ok(())
    });
}
