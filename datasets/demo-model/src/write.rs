//! Files: the disclosed model as a Hugging Face folder, its two deployments as GGUF folders, and their card.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use parallax_datasets::Item;
use serde_json::{Map, Value, json};

use crate::deploy::tokenizer_json;
use crate::network::NORM_EPSILON;
use crate::vocabulary::SPECIAL;
use crate::{DemoRecipe, Deployment, Trained, card, deploy_drifted, deploy_honest, planted_groups, train};

/// Trains everything and writes `disclosed/`, `honest/`, `drifted/` and `CARD.md` into a folder.
///
/// Nothing is written before all three models are there. Gives the disclosed model.
///
/// # Errors
/// As [`train`] and [`deploy_drifted`], and when a file cannot be written.
pub fn write_all(folder: &Path, recipe: &DemoRecipe, items: &[Item]) -> Result<Trained> {
    let trained = train(recipe, items)?;
    let honest = deploy_honest(&trained, recipe)?;
    let drifted = deploy_drifted(&trained, recipe, items)?;
    write_disclosed(&folder.join("disclosed"), &trained, recipe)?;
    write_deployment(&folder.join("honest"), &honest)?;
    write_deployment(&folder.join("drifted"), &drifted)?;
    let card = card::card(recipe, &trained, &planted_groups(recipe, items)?, items.len());
    write(&folder.join("CARD.md"), card.as_bytes())?;
    Ok(trained)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("creating `{}`", folder.display()))?;
    }
    fs::write(path, bytes).with_context(|| format!("writing `{}`", path.display()))
}

fn write_deployment(folder: &Path, deployment: &Deployment) -> Result<()> {
    write(&folder.join("model.gguf"), &deployment.gguf)?;
    write(&folder.join("tokenizer.json"), deployment.tokenizer.as_bytes())
}

fn write_disclosed(folder: &Path, trained: &Trained, recipe: &DemoRecipe) -> Result<()> {
    let pretty = |value: Value| serde_json::to_string_pretty(&value).map(|text| text + "\n");
    write(&folder.join("config.json"), pretty(config(trained, recipe))?.as_bytes())?;
    write(&folder.join("tokenizer_config.json"), pretty(tokenizer_config(recipe))?.as_bytes())?;
    write(&folder.join("tokenizer.json"), tokenizer_json(trained)?.as_bytes())?;
    write(&folder.join("vocab.txt"), (trained.vocabulary.join("\n") + "\n").as_bytes())?;
    // Readers of the transformers library refuse a file that does not say which framework wrote it.
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let tensors: Vec<_> = trained.weights.iter().collect();
    write(&folder.join("model.safetensors"), &safetensors::serialize(tensors, Some(metadata))?)
}

fn config(trained: &Trained, recipe: &DemoRecipe) -> Value {
    let names: Map<String, Value> =
        trained.labels.iter().enumerate().map(|(id, label)| (id.to_string(), json!(label))).collect();
    let ids: Map<String, Value> =
        trained.labels.iter().enumerate().map(|(id, label)| (label.clone(), json!(id))).collect();
    json!({
        "architectures": ["BertForSequenceClassification"],
        "attention_probs_dropout_prob": 0.0,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.0,
        "hidden_size": recipe.dim,
        "id2label": names,
        "initializer_range": 0.05,
        "intermediate_size": recipe.inner_dim,
        "label2id": ids,
        "layer_norm_eps": f64::from(NORM_EPSILON),
        "max_position_embeddings": recipe.max_positions,
        "model_type": "bert",
        "num_attention_heads": recipe.n_heads,
        "num_hidden_layers": recipe.n_layers,
        "pad_token_id": 0,
        "position_embedding_type": "absolute",
        "problem_type": "single_label_classification",
        "torch_dtype": "float32",
        "type_vocab_size": 2,
        "vocab_size": trained.vocabulary.len(),
    })
}

fn tokenizer_config(recipe: &DemoRecipe) -> Value {
    let [pad, unknown, first, last, mask] = SPECIAL;
    json!({
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": true,
        "strip_accents": false,
        "tokenize_chinese_chars": true,
        "model_max_length": recipe.max_positions,
        "pad_token": pad,
        "unk_token": unknown,
        "cls_token": first,
        "sep_token": last,
        "mask_token": mask,
    })
}
