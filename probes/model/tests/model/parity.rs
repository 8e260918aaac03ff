//! States and logits against the reference implementation's numbers.

use std::path::Path;

use parallax_model::Pooling;

use crate::shared::{largest_difference, load, represent, shared, tensors, token_ids, values};

/// Holds a model's pooled states against `[tap, item, dim]` of a golden file.
fn check(model: &str, ids: &str, golden: &str, tolerance: f32) {
    let (Some(model), Some(ids), Some(golden)) = (shared(model), shared(ids), shared(golden)) else { return };
    let golden = tensors(&golden);
    let all = token_ids(&ids);
    let chosen: Vec<Vec<u32>> = match golden.get("ids") {
        Some(rows) => rows
            .flatten_all()
            .and_then(|rows| rows.to_dtype(candle_core::DType::I64)?.to_vec1::<i64>())
            .expect("row numbers")
            .iter()
            .map(|row| all[*row as usize].clone())
            .collect(),
        None => all,
    };
    let bert = load(&model);
    for (pooling, name) in [(Pooling::Mean, "mean"), (Pooling::Cls, "cls")] {
        let states = represent(&bert, &chosen, pooling).expect("the golden texts fit the model");
        let expected = &golden[name];
        assert_eq!(
            expected.dims(),
            [states.n_taps, states.n_items, states.dim],
            "the golden file has every tap and item"
        );
        let by_item = expected.transpose(0, 1).and_then(|t| t.contiguous()).expect("three dimensions");
        let off = largest_difference(&states.pooled, &values(&by_item));
        assert!(off < tolerance, "{name} states are off by {off}, more than {tolerance}");
    }
}

#[test]
fn minilm_in_f32_agrees_with_transformers() {
    check("models/all-MiniLM-L6-v2", "oracle/golden/token_ids.json", "oracle/golden/hidden_f32.safetensors", 1e-4);
}

#[test]
fn minilm_in_q8_0_agrees_with_its_dequantized_reference() {
    check(
        "models/gguf/minilm-q8_0.gguf",
        "oracle/golden/token_ids.json",
        "oracle/golden/hidden_q8_0.safetensors",
        5e-4,
    );
}

#[test]
fn minilm_in_q4_0_agrees_with_its_dequantized_reference() {
    check(
        "models/gguf/minilm-q4_0.gguf",
        "oracle/golden/token_ids.json",
        "oracle/golden/hidden_q4_0.safetensors",
        5e-4,
    );
}

#[test]
fn a_true_k_quant_model_agrees_with_its_dequantized_reference() {
    for (model, golden) in [
        ("tiny/model", "hidden_f32"),
        ("tiny/tiny-q4_k_m.gguf", "hidden_q4_k_m"),
        ("tiny/tiny-q6_k.gguf", "hidden_q6_k"),
    ] {
        let file = |name: &str| format!("oracle/golden/{name}");
        check(&file(model), &file("tiny/token_ids.json"), &file(&format!("tiny/{golden}.safetensors")), 1e-4);
    }
}

/// Expected pooled states, `[item, tap, dim]`, from padded token states.
fn pooled(folder: &Path, pooling: Pooling) -> (Vec<Vec<u32>>, Vec<f32>, Vec<f32>) {
    let expected = tensors(&folder.join("expected.safetensors"));
    let ids = expected["ids"].to_vec2::<i64>().expect("ids of every text");
    let mask = expected["mask"].to_vec2::<i64>().expect("a mask for every text");
    let n_taps = expected["hidden"].dims()[0];
    let (mut texts, mut states) = (Vec::new(), Vec::new());
    for (item, (ids, mask)) in ids.iter().zip(&mask).enumerate() {
        let n = mask.iter().filter(|one| **one == 1).count();
        texts.push(ids[..n].iter().map(|id| *id as u32).collect());
        for tap in 0..n_taps {
            let rows =
                expected["hidden"].get(tap).and_then(|t| t.get(item)).and_then(|t| t.to_vec2::<f32>()).expect("states");
            match pooling {
                Pooling::Mean => {
                    let mean = |column: usize| rows[..n].iter().map(|row| row[column]).sum::<f32>() / n as f32;
                    states.extend((0..rows[0].len()).map(mean));
                }
                Pooling::Cls => states.extend(&rows[0]),
                Pooling::Last => states.extend(&rows[n - 1]),
            }
        }
    }
    (texts, states, values(&expected["logits"]))
}

#[test]
fn a_classifier_agrees_with_transformers_in_states_and_logits() {
    let Some(folder) = shared("oracle/golden/families/bert-classifier") else { return };
    let bert = load(&folder);
    for pooling in [Pooling::Mean, Pooling::Cls, Pooling::Last] {
        let (texts, expected, logits) = pooled(&folder, pooling);
        let states = represent(&bert, &texts, pooling).expect("the reference texts fit the model");
        let off = largest_difference(&states.pooled, &expected);
        assert!(off < 1e-5, "{pooling:?} states are off by {off}");
        let off = largest_difference(states.logits.as_deref().expect("the model has a head"), &logits);
        assert!(off < 1e-5, "logits are off by {off}");
        assert_eq!(states.n_labels, 5, "one logit for each label");
    }
}

#[test]
fn a_deployment_that_dropped_the_pooler_has_the_states_but_not_the_logits() {
    let (Some(folder), Some(gguf)) =
        (shared("oracle/golden/families/bert-classifier"), shared("oracle/golden/families-gguf/bert-classifier.gguf"))
    else {
        return;
    };
    let (texts, expected, logits) = pooled(&folder, Pooling::Mean);
    let states = represent(&load(&gguf), &texts, Pooling::Mean).expect("the reference texts fit the model");
    let off = largest_difference(&states.pooled, &expected);
    assert!(off < 1e-5, "the converter kept every layer, but states are off by {off}");
    let off = largest_difference(states.logits.as_deref().expect("the file has a head"), &logits);
    assert!(off > 1e-3, "without its pooler the head cannot give the published logits");
}
