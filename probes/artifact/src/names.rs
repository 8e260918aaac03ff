//! One name per tensor: Hugging Face's BERT names and llama.cpp's for the same thing.
//! Source of the pairs: `tensor_mapping.py` of llama.cpp's gguf-py. The head pair follows llama.cpp's `cls` and `cls.output`.

/// Parts outside the layers: Hugging Face's stem, llama.cpp's stem.
const OUTSIDE: [(&str, &str); 4] = [
    ("embeddings.word_embeddings", "token_embd"),
    ("embeddings.position_embeddings", "position_embd"),
    ("embeddings.token_type_embeddings", "token_types"),
    ("embeddings.LayerNorm", "token_embd_norm"),
];

/// Parts of one layer.
const INSIDE: [(&str, &str); 8] = [
    ("attention.self.query", "attn_q"),
    ("attention.self.key", "attn_k"),
    ("attention.self.value", "attn_v"),
    ("attention.output.dense", "attn_output"),
    ("attention.output.LayerNorm", "attn_output_norm"),
    ("intermediate.dense", "ffn_up"),
    ("output.dense", "ffn_down"),
    ("output.LayerNorm", "layer_output_norm"),
];

/// The classification head: its pooler and its output.
const HEAD: [(&str, &str); 2] = [("pooler.dense", "cls"), ("classifier", "cls.output")];

/// llama.cpp's name for a Hugging Face BERT tensor, with or without the `bert.` prefix.
/// `head` says whether the model has a sequence classification head: without one a pooler is a leftover of pre-training.
pub(crate) fn canonical_from_hugging_face(name: &str, head: bool) -> Option<String> {
    let bare = name.strip_prefix("bert.").unwrap_or(name);
    let (stem, suffix) = bare.rsplit_once('.')?;
    // Checkpoints converted from TensorFlow kept its words for a layer normalisation's two vectors.
    let suffix = match suffix {
        "weight" | "gamma" => "weight",
        "bias" | "beta" => "bias",
        _ => return None,
    };
    let find = |table: &[(&str, &str)], stem: &str| {
        table.iter().find(|(theirs, _)| *theirs == stem).map(|(_, ours)| (*ours).to_owned())
    };
    let stem = if let Some(rest) = stem.strip_prefix("encoder.layer.") {
        let (index, part) = rest.split_once('.')?;
        format!("blk.{}.{}", layer_number(index)?, find(&INSIDE, part)?)
    } else if let Some(stem) = find(&OUTSIDE, stem) {
        stem
    } else if head {
        find(&HEAD, stem)?
    } else {
        return None;
    };
    Some(format!("{stem}.{suffix}"))
}

/// The name itself when it is one of llama.cpp's names for a BERT tensor.
pub(crate) fn canonical_from_gguf(name: &str) -> Option<String> {
    hugging_face_name(name).map(|_| name.to_owned())
}

/// Hugging Face's name, without prefix, for one of llama.cpp's.
pub(crate) fn hugging_face_name(canonical: &str) -> Option<String> {
    let (stem, suffix) = canonical.rsplit_once('.')?;
    if suffix != "weight" && suffix != "bias" {
        return None;
    }
    let find = |table: &[(&'static str, &str)], stem: &str| {
        table.iter().find(|(_, ours)| *ours == stem).map(|(theirs, _)| *theirs)
    };
    let stem = if let Some(rest) = stem.strip_prefix("blk.") {
        let (index, part) = rest.split_once('.')?;
        format!("encoder.layer.{}.{}", layer_number(index)?, find(&INSIDE, part)?)
    } else {
        find(&OUTSIDE, stem).or_else(|| find(&HEAD, stem))?.to_owned()
    };
    Some(format!("{stem}.{suffix}"))
}

/// The layer a llama.cpp name belongs to.
pub(crate) fn layer_of(canonical: &str) -> Option<usize> {
    layer_number(canonical.strip_prefix("blk.")?.split_once('.')?.0)
}

/// A layer number in its one spelling, so that `01` and `1` cannot be two names for one layer.
fn layer_number(digits: &str) -> Option<usize> {
    digits.parse::<usize>().ok().filter(|number| number.to_string() == digits)
}
