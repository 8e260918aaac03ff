//! What the quantizer takes a tensor for, by its name: which ones it leaves alone and which ones it favours.
//! Source: `tensor_allows_quantization` and `tensor_get_category` of llama.cpp's `src/llama-quant.cpp`.

use crate::align::Named;

use super::Rule;

/// The groups that the mixtures tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Category {
    Output,
    TokenEmbedding,
    /// `attn_v`, and what stands in for it: fused `attn_qkv` and `attn_kv_b`.
    AttentionValue,
    AttentionKey,
    AttentionOutput,
    FeedForwardDown,
    Other,
}

impl Category {
    /// The group of a tensor, in the order in which the quantizer asks.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "output.weight" => Category::Output,
            "token_embd.weight" | "per_layer_token_embd.weight" => Category::TokenEmbedding,
            _ if ["attn_qkv.weight", "attn_kv_b.weight", "attn_v.weight"].iter().any(|part| name.contains(part)) => {
                Category::AttentionValue
            }
            _ if name.contains("attn_k.weight") => Category::AttentionKey,
            _ if name.contains("attn_q.weight") => Category::Other,
            _ if name.contains("attn_output.weight") => Category::AttentionOutput,
            _ if name.contains("ffn_up") || name.contains("ffn_gate") => Category::Other,
            _ if name.contains("ffn_down") => Category::FeedForwardDown,
            _ => Category::Other,
        }
    }
}

/// Parts that stay as they are wherever they stand in a name: small, or needed exactly.
const KEPT: [&str; 32] = [
    ".patch_embd",
    ".patch_merger",
    ".position_embd",
    ".rel_pos",
    "a.rvq.codebook",
    "altup",
    "attn_rel_b.weight",
    "ffn_gate_inp.weight",
    "ffn_gate_tid2eid.weight",
    "indexer.k_proj.weight",
    "indexer.q_proj.weight",
    "laurel",
    "mm.a.code_embd",
    "per_layer_model_proj",
    "sam.neck.",
    "sam.net_",
    "sam.pos_embd",
    "shortconv.conv.weight",
    "ssm_conv1d",
    "time_mix_a0.weight",
    "time_mix_a1.weight",
    "time_mix_a2.weight",
    "time_mix_decay_w1.weight",
    "time_mix_decay_w2.weight",
    "time_mix_first.weight",
    "time_mix_g1.weight",
    "time_mix_g2.weight",
    "time_mix_lerp_fused.weight",
    "time_mix_v0.weight",
    "time_mix_v1.weight",
    "time_mix_v2.weight",
    "time_mix_w",
];

/// Why a tensor keeps the type of the file it was quantized from; `None` when it is quantized.
pub(super) fn kept(tensor: &Named<'_>) -> Option<Rule> {
    let name = tensor.name;
    // ggml drops outer dimensions of one, so a table of one row is a vector to it.
    if !tensor.shape.iter().rev().skip(1).any(|dimension| *dimension > 1) {
        return Some(Rule::Vector);
    }
    if !name.ends_with("weight") {
        return Some(Rule::NoWeight);
    }
    if name.contains("_norm.weight") {
        return Some(Rule::Normalisation);
    }
    if name == "position_embd.weight" || name == "token_types.weight" {
        return Some(Rule::SmallTable);
    }
    KEPT.iter().any(|part| name.contains(part)).then_some(Rule::Sensitive)
}

/// The order in which the quantizer walks the tensors: by block, then by name (`weight_name_comparer` of
/// llama.cpp's `src/llama-model-loader.h`). It counts some of them on its way.
pub(super) fn order(tensors: &[Named<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..tensors.len()).collect();
    order.sort_by_key(|index| (block(tensors[*index].name), tensors[*index].name));
    order
}

/// The block of a name; tensors outside the blocks come first.
pub(super) fn block(name: &str) -> Option<usize> {
    name.strip_prefix("blk.")?.split_once('.')?.0.parse().ok()
}
