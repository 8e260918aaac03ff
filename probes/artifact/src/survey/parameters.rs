//! How many trained values a variant holds, and how many of them take part in one token of a mixture of experts.

use serde_json::Value;
use thiserror::Error;

use super::container::StoredTensor;
use crate::GgufMetadata;

/// Counts of trained values. Buffers of whole numbers do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// All of them, as stored: a matrix that is stored twice counts twice, one that is tied counts once.
    pub total: Result<u64, Uncounted>,
    /// Those that take part in one token.
    /// For a dense model it is the total; for a mixture of experts, the total less the experts that are not chosen.
    pub active: Result<u64, Uncounted>,
    /// Those in experts of which only some are chosen for a token; 0 for a dense model.
    pub in_experts: u64,
    /// Experts in a layer and how many of them are chosen for a token, when the files say so.
    pub experts: Option<(u64, u64)>,
}

/// Why values could not be counted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the message beside each variant says what its values are")]
pub enum Uncounted {
    #[error("no tensors are read from this kind of file")]
    NoTensors,
    #[error("tensor `{tensor}` holds codes, which are not counted as values")]
    Packed { tensor: String },
    #[error("tensor `{tensor}` has a type that is not known")]
    UnknownType { tensor: String },
    #[error("tensor `{tensor}` holds experts, but no file says how many there are and how many are chosen")]
    ExpertsUnstated { tensor: String },
    #[error("{used} of {count} experts are chosen, which cannot be")]
    Experts { used: u64, count: u64 },
    #[error("{used} of {count} experts of {values} values together are no whole number of values")]
    Uneven { used: u64, count: u64, values: u64 },
}

/// Whether a tensor belongs to experts of which only some are chosen: llama.cpp's `ffn_*_exps`, and Hugging Face's
/// `….experts.…`. Shared experts (`_shexp`, `shared_expert`) and the router always take part.
pub(super) fn is_expert(name: &str) -> bool {
    name.split('.').any(|part| part == "experts" || part.ends_with("_exps") || part.ends_with("_chexps"))
        && !name.split('.').any(|part| part.starts_with("shared_expert"))
}

/// Experts in a layer and how many are chosen, from a config or a GGUF.
pub(super) fn experts(config: Option<&Value>, gguf: Option<&GgufMetadata>) -> Option<(u64, u64)> {
    if let Some(gguf) = gguf {
        let architecture = gguf.string("general.architecture")?;
        let number = |key: &str| gguf.u64(&format!("{architecture}.{key}"));
        return Some((number("expert_count").filter(|&count| count > 0)?, number("expert_used_count")?));
    }
    let config = config?;
    // Models that also see or hear keep the numbers of their language part one level down.
    let levels = [Some(config), config.get("text_config")];
    levels.into_iter().flatten().find_map(|level| {
        let number = |names: &[&str]| names.iter().find_map(|name| level.get(name)?.as_u64());
        let count = number(&["num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"])?;
        let used = number(&["num_experts_per_tok", "num_experts_per_token", "moe_top_k", "moe_topk"])?;
        (count > 0).then_some((count, used))
    })
}

/// Counts the values of all tensors.
pub(super) fn count(
    tensors: &[StoredTensor],
    packed: Option<&StoredTensor>,
    experts: Option<(u64, u64)>,
) -> Parameters {
    let trained = || tensors.iter().filter(|tensor| !tensor.dtype.is_integer());
    let sum = |all: &mut dyn Iterator<Item = &StoredTensor>| {
        all.fold(0u64, |sum, tensor| sum.saturating_add(tensor.n_elements()))
    };
    let in_experts = sum(&mut trained().filter(|tensor| is_expert(&tensor.name)));
    let uncounted = if tensors.is_empty() {
        Some(Uncounted::NoTensors)
    } else if let Some(tensor) = packed {
        Some(Uncounted::Packed { tensor: tensor.name.clone() })
    } else {
        let unknown = tensors.iter().find(|tensor| tensor.unknown_type.is_some());
        unknown.map(|tensor| Uncounted::UnknownType { tensor: tensor.name.clone() })
    };
    if let Some(reason) = uncounted {
        return Parameters { total: Err(reason.clone()), active: Err(reason), in_experts, experts };
    }
    let total = sum(&mut trained());
    let first = trained().find(|tensor| is_expert(&tensor.name));
    let active = match (first, experts) {
        (None, _) => Ok(total),
        (Some(tensor), None) => Err(Uncounted::ExpertsUnstated { tensor: tensor.name.clone() }),
        (Some(_), Some((count, used))) if used == 0 || used > count => Err(Uncounted::Experts { used, count }),
        (Some(_), Some((count, used))) => {
            let product = u128::from(in_experts) * u128::from(used);
            let chosen = u64::try_from(product / u128::from(count)).ok();
            chosen
                .filter(|_| product.is_multiple_of(u128::from(count)))
                .map(|chosen| total - in_experts + chosen)
                .ok_or(Uncounted::Uneven { used, count, values: in_experts })
        }
    };
    Parameters { total: Ok(total), active, in_experts, experts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn experts_are_told_from_what_always_takes_part() {
        for name in [
            "blk.0.ffn_gate_exps.weight",
            "model.layers.0.mlp.experts.3.up_proj.weight",
            "model.layers.0.block_sparse_moe.experts.0.w1.weight",
            "model.layers.0.mlp.experts.gate_up_proj",
        ] {
            assert!(is_expert(name), "{name} is chosen or not");
        }
        for name in [
            "blk.0.ffn_gate_shexp.weight",
            "blk.0.ffn_gate_inp.weight",
            "model.layers.0.mlp.shared_experts.up_proj.weight",
            "model.layers.0.mlp.shared_expert.up_proj.weight",
            "model.layers.0.mlp.gate.weight",
        ] {
            assert!(!is_expert(name), "{name} always takes part");
        }
    }
}
