//! The last layer against candle-transformers' BertModel, read from the same file.

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use parallax_model::Pooling;

use crate::shared::{largest_difference, load, represent, shared, tensors, token_ids, values};

#[test]
fn the_last_layer_agrees_with_candle_transformers() {
    let (Some(model), Some(ids)) = (shared("models/all-MiniLM-L6-v2"), shared("oracle/golden/token_ids.json")) else {
        return;
    };
    let texts = &token_ids(&ids)[..12];
    let ours = represent(&load(&model), texts, Pooling::Cls).expect("the texts fit the model");
    let config = std::fs::read_to_string(model.join("config.json")).expect("the model has a configuration");
    let config: Config = serde_json::from_str(&config).expect("the configuration is a BERT's");
    let weights = VarBuilder::from_tensors(tensors(&model.join("model.safetensors")), DType::F32, &Device::Cpu);
    let theirs = BertModel::load(weights, &config).expect("the reference model is complete");
    for (item, text) in texts.iter().enumerate() {
        let ids = Tensor::new(text.as_slice(), &Device::Cpu).and_then(|ids| ids.unsqueeze(0)).expect("one row of ids");
        let types = ids.zeros_like().expect("one row of zeros");
        let states =
            theirs.forward(&ids, &types, None).and_then(|states| states.get(0)?.get(0)).expect("a forward pass");
        let off = largest_difference(ours.state(item, ours.n_taps - 1), &values(&states));
        assert!(off < 1e-4, "item {item} is off by {off}");
    }
}
