//! A tiny model of random weights written by the tests themselves, so that they need no shared data.

use std::collections::HashMap;
use std::path::Path;

use candle_core::{Device, Tensor};

pub(crate) const DIM: usize = 32;
pub(crate) const VOCAB: usize = 50;
pub(crate) const POSITIONS: usize = 40;
const LAYERS: usize = 2;
const INNER: usize = 64;

/// Writes the model into a folder; `change` may spoil its tensors before.
pub(crate) fn write(folder: &Path, activation: &str, change: impl FnOnce(&mut HashMap<String, Tensor>)) {
    let config = serde_json::json!({
        "architectures": ["BertForSequenceClassification"], "model_type": "bert", "hidden_act": activation,
        "hidden_size": DIM, "intermediate_size": INNER, "num_attention_heads": 4, "num_hidden_layers": LAYERS,
        "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "vocab_size": VOCAB, "layer_norm_eps": 1e-12,
        "pad_token_id": 0, "id2label": {"0": "a", "1": "b", "2": "c"}, "label2id": {"a": 0, "b": 1, "c": 2},
    });
    std::fs::write(folder.join("config.json"), config.to_string()).expect("the folder is writable");
    let mut shapes = vec![
        ("bert.embeddings.word_embeddings.weight".to_owned(), vec![VOCAB, DIM]),
        ("bert.embeddings.position_embeddings.weight".to_owned(), vec![POSITIONS, DIM]),
        ("bert.embeddings.token_type_embeddings.weight".to_owned(), vec![2, DIM]),
        ("bert.embeddings.LayerNorm.weight".to_owned(), vec![DIM]),
        ("bert.embeddings.LayerNorm.bias".to_owned(), vec![DIM]),
        ("bert.pooler.dense.weight".to_owned(), vec![DIM, DIM]),
        ("bert.pooler.dense.bias".to_owned(), vec![DIM]),
        ("classifier.weight".to_owned(), vec![3, DIM]),
        ("classifier.bias".to_owned(), vec![3]),
    ];
    for layer in 0..LAYERS {
        let dense = [
            ("attention.self.query", DIM, DIM),
            ("attention.self.key", DIM, DIM),
            ("attention.self.value", DIM, DIM),
            ("attention.output.dense", DIM, DIM),
            ("intermediate.dense", INNER, DIM),
            ("output.dense", DIM, INNER),
        ];
        for (part, n_out, n_in) in dense {
            shapes.push((format!("bert.encoder.layer.{layer}.{part}.weight"), vec![n_out, n_in]));
            shapes.push((format!("bert.encoder.layer.{layer}.{part}.bias"), vec![n_out]));
        }
        for part in ["attention.output.LayerNorm", "output.LayerNorm"] {
            shapes.push((format!("bert.encoder.layer.{layer}.{part}.weight"), vec![DIM]));
            shapes.push((format!("bert.encoder.layer.{layer}.{part}.bias"), vec![DIM]));
        }
    }
    let mut state = 1u32;
    let mut tensors = HashMap::new();
    for (name, shape) in shapes {
        let near = if name.ends_with("LayerNorm.weight") { 1.0 } else { 0.0 };
        let values: Vec<f32> = (0..shape.iter().product())
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                near + (state >> 8) as f32 / (1 << 24) as f32 * 0.4 - 0.2
            })
            .collect();
        tensors.insert(name, Tensor::from_vec(values, shape, &Device::Cpu).expect("as many values as the shape holds"));
    }
    change(&mut tensors);
    candle_core::safetensors::save(&tensors, folder.join("model.safetensors")).expect("the folder is writable");
}

/// Texts of many lengths.
pub(crate) fn texts() -> Vec<Vec<u32>> {
    (0..60u32).map(|i| (0..1 + i * 17 % 40).map(|j| (i * 31 + j * 7) % VOCAB as u32).collect()).collect()
}
