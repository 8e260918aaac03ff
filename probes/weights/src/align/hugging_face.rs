//! Hugging Face's names in llama.cpp's words. Source of the pairs: `tensor_mapping.py` of llama.cpp's gguf-py and the
//! `filter_tensors` and `modify_tensors` functions of its `conversion/*.py`.

use super::Reason;
use super::meaning::{Atom, Meaning, Named, adapter, atoms, layer_number};

/// Prefixes of whole models and of wrappers around them, which say nothing about the tensor.
const ROOTS: [&str; 10] = [
    "module.",
    "_orig_mod.",
    "base_model.model.",
    "bert.",
    "roberta.",
    "distilbert.",
    "electra.",
    "language_model.",
    "model.",
    "transformer.",
];

/// What stands before a block's number.
const BLOCKS: [&str; 5] = ["encoder.layer.", "encoder.layers.", "layers.", "layer.", "h."];

/// Tensors outside the blocks.
const OUTSIDE: [(&str, &[&str]); 23] = [
    ("classifier", &["cls.output", "cls"]),
    ("classifier.dense", &["cls"]),
    ("classifier.out_proj", &["cls.output"]),
    ("emb_ln", &["token_embd_norm"]),
    ("embed_tokens", &["token_embd"]),
    ("embeddings.LayerNorm", &["token_embd_norm"]),
    ("embeddings.norm", &["token_embd_norm"]),
    ("embeddings.position_embeddings", &["position_embd"]),
    ("embeddings.tok_embeddings", &["token_embd"]),
    ("embeddings.token_type_embeddings", &["token_types"]),
    ("embeddings.word_embeddings", &["token_embd"]),
    ("final_norm", &["output_norm"]),
    ("head.dense", &["cls"]),
    ("head.norm", &["cls.norm"]),
    ("lm_head", &["output"]),
    ("ln_f", &["output_norm"]),
    ("norm", &["output_norm"]),
    ("pooler.dense", &["cls"]),
    ("pre_classifier", &["cls"]),
    ("score", &["cls.output"]),
    ("tok_embeddings", &["token_embd"]),
    ("wpe", &["position_embd"]),
    ("wte", &["token_embd"]),
];

/// Tensors of one block; the names that depend on the rest of the file are in [`Style`].
const INSIDE: [(&str, &str); 72] = [
    ("attention.k_lin", "attn_k"),
    ("attention.out_lin", "attn_output"),
    ("attention.output.LayerNorm", "attn_output_norm"),
    ("attention.output.dense", "attn_output"),
    ("attention.q_lin", "attn_q"),
    ("attention.self.key", "attn_k"),
    ("attention.self.query", "attn_q"),
    ("attention.self.value", "attn_v"),
    ("attention.v_lin", "attn_v"),
    ("attn.Wo", "attn_output"),
    ("attn.Wqkv", "attn_qkv"),
    ("attn.c_attn", "attn_qkv"),
    ("attn.c_proj", "attn_output"),
    ("attn.out_proj", "attn_output"),
    ("attn_norm", "attn_norm"),
    ("block_sparse_moe.gate", "ffn_gate_inp"),
    ("ffn.lin1", "ffn_up"),
    ("ffn.lin2", "ffn_down"),
    ("input_layernorm", "attn_norm"),
    ("intermediate.dense", "ffn_up"),
    ("ln_1", "attn_norm"),
    ("ln_2", "ffn_norm"),
    ("mlp.Wi", "ffn_up"),
    ("mlp.Wo", "ffn_down"),
    ("mlp.c_fc", "ffn_up"),
    ("mlp.c_proj", "ffn_down"),
    ("mlp.down_proj", "ffn_down"),
    ("mlp.experts.down_proj", "ffn_down_exps"),
    ("mlp.experts.gate_proj", "ffn_gate_exps"),
    ("mlp.experts.gate_up_proj", "ffn_gate_up_exps"),
    ("mlp.experts.mlp.w1", "ffn_up_exps"),
    ("mlp.experts.mlp.w2", "ffn_down_exps"),
    ("mlp.experts.up_proj", "ffn_up_exps"),
    ("mlp.fc1", "ffn_up"),
    ("mlp.fc11", "ffn_up"),
    ("mlp.fc12", "ffn_gate"),
    ("mlp.fc2", "ffn_down"),
    ("mlp.gate", "ffn_gate_inp"),
    ("mlp.gate_proj", "ffn_gate"),
    ("mlp.gate_up_proj", "ffn_up"),
    ("mlp.router.layer", "ffn_gate_inp"),
    ("mlp.shared_expert.down_proj", "ffn_down_shexp"),
    ("mlp.shared_expert.gate_proj", "ffn_gate_shexp"),
    ("mlp.shared_expert.up_proj", "ffn_up_shexp"),
    ("mlp.shared_expert_gate", "ffn_gate_inp_shexp"),
    ("mlp.shared_experts.down_proj", "ffn_down_shexp"),
    ("mlp.shared_experts.gate_proj", "ffn_gate_shexp"),
    ("mlp.shared_experts.up_proj", "ffn_up_shexp"),
    ("mlp.up_proj", "ffn_up"),
    ("mlp_norm", "ffn_norm"),
    ("norm1", "attn_output_norm"),
    ("norm2", "layer_output_norm"),
    ("output.LayerNorm", "layer_output_norm"),
    ("output.dense", "ffn_down"),
    ("output_layer_norm", "layer_output_norm"),
    ("post_feedforward_layernorm", "post_ffw_norm"),
    ("post_mlp_layernorm", "post_ffw_norm"),
    ("post_self_attn_layernorm", "post_attention_norm"),
    ("pre_feedforward_layernorm", "ffn_norm"),
    ("sa_layer_norm", "attn_output_norm"),
    ("self_attn.dense", "attn_output"),
    ("self_attn.k_layernorm", "attn_k_norm"),
    ("self_attn.k_norm", "attn_k_norm"),
    ("self_attn.k_proj", "attn_k"),
    ("self_attn.o_proj", "attn_output"),
    ("self_attn.out_proj", "attn_output"),
    ("self_attn.q_layernorm", "attn_q_norm"),
    ("self_attn.q_norm", "attn_q_norm"),
    ("self_attn.q_proj", "attn_q"),
    ("self_attn.qkv_proj", "attn_qkv"),
    ("self_attn.sinks", "attn_sinks"),
    ("self_attn.v_proj", "attn_v"),
];

/// Buffers that an engine computes; checkpoints of earlier libraries store them.
const BUFFERS: [&str; 7] = [
    "position_ids",
    "token_type_ids",
    "rotary_emb.inv_freq",
    ".attention.bias",
    ".attention.masked_bias",
    ".attn.bias",
    ".attn.masked_bias",
];

/// Parts of a checkpoint that no file of the text model takes: heads of pre-training and other modalities.
const LEFT_OUT: [&str; 13] = [
    "cls.predictions.",
    "cls.seq_relationship.",
    "decoder.bias",
    "decoder.weight",
    "discriminator_predictions.",
    "generator_predictions.",
    "multi_modal_projector.",
    "pooler.",
    "vision_model.",
    "vision_tower.",
    "vocab_layer_norm.",
    "vocab_projector.",
    "vocab_transform.",
];

/// The head of RoBERTa's pre-training; its bare `lm_head.weight` is the decoder's, and tied.
const MASKED_HEAD: [&str; 4] = ["lm_head.dense.", "lm_head.layer_norm.", "lm_head.bias", "lm_head.decoder."];

/// Scales of low-precision checkpoints, folded into the weights when a converter reads them.
const SCALES: [&str; 5] =
    [".weight_scale", ".weight_scale_inv", ".weight_scale_2", ".input_scale", ".activation_scale"];

/// What other names of a file say about one that several families share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Whether the block closes with a normalisation of the feed-forward part: then `post_attention_layernorm`
    /// really follows the attention (Gemma 2 and 3, OLMo 2), and otherwise it comes before the feed-forward part.
    after_attention: bool,
    /// Whether a masked-language head is among the tensors.
    masked_head: bool,
}

impl Style {
    /// Reads the style off all names.
    pub(super) fn of(tensors: &[Named<'_>]) -> Self {
        let any = |word: &str| tensors.iter().any(|tensor| tensor.name.contains(word));
        Style {
            after_attention: any("post_feedforward_layernorm"),
            masked_head: any("lm_head.dense.") || any("lm_head.layer_norm."),
        }
    }
}

/// What a checkpoint's name says. Names that are in no table still carry themselves, so that a second checkpoint
/// with the same names is aligned.
pub(super) fn meaning(tensor: &Named<'_>, style: Style) -> Meaning {
    let bare = bare(tensor.name);
    let (block, part) = in_block(&bare);
    // A stored name of this side comes first; after it, what llama.cpp calls the same.
    let mut names = vec![format!("={part}")];
    let (stem, suffix) = stem_and_suffix(part);
    let mut inside = Vec::new();
    if block.is_some() {
        if let Some((kind, expert)) = expert(stem) {
            inside = vec![Atom { part: format!("{kind}_exps.{suffix}"), expert: Some(expert) }];
        } else if let Some(ours) = find_inside(stem, style) {
            names.push(format!("{ours}.{suffix}"));
            inside = match stem {
                "mlp.gate_up_proj" => {
                    ["ffn_gate", "ffn_up"].map(|stem| Atom { part: format!("{stem}.{suffix}"), expert: None }).to_vec()
                }
                _ => atoms(ours, suffix, tensor),
            };
        }
    } else if let Some((_, ours)) = OUTSIDE.iter().find(|(theirs, _)| *theirs == stem) {
        names.extend(ours.iter().map(|stem| format!("{stem}.{suffix}")));
        inside = atoms(ours[0], suffix, tensor);
    }
    if inside.is_empty() {
        inside = vec![Atom { part: names[0].clone(), expert: None }];
    }
    Meaning { block, names, atoms: inside, absent: absent(&bare, part, style) }
}

/// Why a deployed file may lack the tensor.
fn absent(bare: &str, part: &str, style: Style) -> Option<Reason> {
    if adapter(bare) {
        return Some(Reason::Adapter);
    }
    if BUFFERS.iter().any(|suffix| bare.ends_with(suffix)) {
        return Some(Reason::Generated);
    }
    if SCALES.iter().any(|suffix| bare.ends_with(suffix)) {
        return Some(Reason::Fused);
    }
    let head = LEFT_OUT.iter().any(|prefix| bare.starts_with(prefix))
        || bare.starts_with("head.dense.")
        || bare.starts_with("head.norm.")
        || part.starts_with("mlp.experts.bias")
        || style.masked_head && MASKED_HEAD.iter().any(|prefix| bare.starts_with(prefix));
    head.then_some(Reason::HeadDropped)
}

/// The name without the prefixes of whole models and wrappers, and with later spellings of vectors and wrapped layers.
fn bare(name: &str) -> String {
    let mut rest = name;
    while let Some(shorter) = ROOTS.iter().find_map(|root| rest.strip_prefix(root)) {
        rest = shorter;
    }
    rest.replace(".base_layer.", ".")
}

/// The block and the name within it.
fn in_block(bare: &str) -> (Option<usize>, &str) {
    let split = BLOCKS.iter().find_map(|prefix| {
        let (digits, part) = bare.strip_prefix(prefix)?.split_once('.')?;
        Some((layer_number(digits)?, part))
    });
    split.map_or((None, bare), |(block, part)| (Some(block), part))
}

/// Splits a suffix off. TensorFlow's words for a normalisation's two vectors become today's, and experts stored as
/// one bare parameter count as a weight.
fn stem_and_suffix(part: &str) -> (&str, &str) {
    match part.rsplit_once('.') {
        Some((stem, "weight" | "gamma")) => (stem, "weight"),
        Some((stem, "bias" | "beta")) => (stem, "bias"),
        _ => (part, "weight"),
    }
}

/// llama.cpp's stem for a part of a block.
fn find_inside(stem: &str, style: Style) -> Option<&'static str> {
    if stem == "post_attention_layernorm" {
        return Some(if style.after_attention { "post_attention_norm" } else { "ffn_norm" });
    }
    INSIDE.iter().find(|(theirs, _)| *theirs == stem).map(|(_, ours)| *ours)
}

/// One expert's matrix: which of the three it is, and of which expert.
fn expert(stem: &str) -> Option<(&'static str, usize)> {
    let rest = stem.strip_prefix("mlp.experts.").or_else(|| stem.strip_prefix("block_sparse_moe.experts."))?;
    let (digits, matrix) = rest.split_once('.')?;
    let kind = match matrix {
        "gate_proj" | "w1" => "ffn_gate",
        "down_proj" | "w2" => "ffn_down",
        "up_proj" | "w3" => "ffn_up",
        _ => return None,
    };
    Some((kind, layer_number(digits)?))
}
