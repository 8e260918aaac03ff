//! Which tensors a BERT encoder of a given config must have, and whether a weights file has exactly those.

use std::collections::BTreeMap;

use crate::{BertConfig, Error, Format, TensorInfo, names};

/// Checks names, shapes and types of everything the forward pass needs.
///
/// Returns the tensors' positions by llama.cpp's names.
///
/// # Errors
/// A missing tensor, another shape than the config's, a layer beyond the config's, a type that cannot be read.
pub(crate) fn check(
    file: &str,
    format: Format,
    config: &BertConfig,
    tensors: &[TensorInfo],
) -> Result<BTreeMap<String, usize>, Error> {
    let mut by_canonical: BTreeMap<String, usize> = BTreeMap::new();
    for (index, tensor) in tensors.iter().enumerate() {
        let Some(canonical) = &tensor.canonical else { continue };
        if let Some(layer) = names::layer_of(canonical).filter(|&layer| layer >= config.n_layers) {
            let (tensor, n_layers) = (tensor.name.clone(), config.n_layers);
            return Err(Error::LayerBeyond { file: file.to_owned(), tensor, layer, n_layers });
        }
        if let Some(earlier) = by_canonical.insert(canonical.clone(), index) {
            let (first, second) = (tensors[earlier].name.clone(), tensor.name.clone());
            return Err(Error::SameTensorTwice { file: file.to_owned(), first, second });
        }
    }
    let head_rows = by_canonical.get("cls.output.weight").and_then(|&index| tensors[index].shape.first().copied());
    for (canonical, expected, required) in needed(config, head_rows, format) {
        let Some(&index) = by_canonical.get(&canonical) else {
            if !required {
                continue;
            }
            let tensor = match format {
                Format::Gguf => canonical,
                Format::HuggingFaceFolder | Format::Safetensors => {
                    names::hugging_face_name(&canonical).unwrap_or(canonical)
                }
            };
            return Err(Error::TensorMissing { file: file.to_owned(), tensor, expected });
        };
        let tensor = &tensors[index];
        if tensor.shape != expected {
            let (tensor, found) = (tensor.name.clone(), tensor.shape.clone());
            return Err(Error::ShapeDisagrees { file: file.to_owned(), tensor, expected, found });
        }
        if !tensor.dtype.is_readable() {
            let (tensor, found) = (tensor.name.clone(), tensor.dtype.name());
            return Err(Error::TypeUnsupported { file: file.to_owned(), tensor, found });
        }
    }
    Ok(by_canonical)
}

/// Every tensor the forward pass reads: name, shape, and whether it must be there.
fn needed(config: &BertConfig, head_rows: Option<usize>, format: Format) -> Vec<(String, Vec<usize>, bool)> {
    let hidden = config.hidden_size;
    let inner = config.intermediate_size;
    let mut list = vec![
        ("token_embd.weight".to_owned(), vec![config.vocab_size, hidden], true),
        ("position_embd.weight".to_owned(), vec![config.max_position, hidden], true),
        ("token_types.weight".to_owned(), vec![config.type_vocab_size, hidden], true),
        ("token_embd_norm.weight".to_owned(), vec![hidden], true),
        ("token_embd_norm.bias".to_owned(), vec![hidden], true),
    ];
    for layer in 0..config.n_layers {
        for (part, rows, columns) in [
            ("attn_q", hidden, Some(hidden)),
            ("attn_k", hidden, Some(hidden)),
            ("attn_v", hidden, Some(hidden)),
            ("attn_output", hidden, Some(hidden)),
            ("attn_output_norm", hidden, None),
            ("ffn_up", inner, Some(hidden)),
            ("ffn_down", hidden, Some(inner)),
            ("layer_output_norm", hidden, None),
        ] {
            let shape = std::iter::once(rows).chain(columns).collect();
            list.push((format!("blk.{layer}.{part}.weight"), shape, true));
            list.push((format!("blk.{layer}.{part}.bias"), vec![rows], true));
        }
    }
    if let Some(labels) = head_rows {
        list.push(("cls.output.weight".to_owned(), vec![labels, hidden], true));
        list.push(("cls.output.bias".to_owned(), vec![labels], true));
        // llama.cpp's converter leaves the pooler out, and its engine then runs the head without one.
        let pooler = format != Format::Gguf;
        list.push(("cls.weight".to_owned(), vec![hidden, hidden], pooler));
        list.push(("cls.bias".to_owned(), vec![hidden], pooler));
    }
    list
}
