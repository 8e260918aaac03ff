//! The mixtures: which type each group of tensors gets under a label.
//! Source: `llama_tensor_get_type_impl` and `tensor_type_fallback` of llama.cpp's `src/llama-quant.cpp` at 007dbbf3,
//! whose rules for the labels here have been the same since early 2024.

use parallax_artifact::DType;

use crate::align::{Facts, Named};

use super::category::{Category, block};
use super::{Fallback, FileType, Rule};

/// What the rules need to know about the model.
pub(super) struct Model {
    /// Query heads per key and value head.
    pub sharing: usize,
    pub experts: usize,
    /// Blocks, as the config states them.
    pub blocks: usize,
    /// Tensors that count as attention values.
    pub values: usize,
    pub tied: bool,
    pub falcon: bool,
    pub seventy_billion: bool,
}

impl Model {
    /// Reads the model off its configuration, and off its tensors where that says nothing.
    pub(super) fn of(tensors: &[Named<'_>], facts: &Facts) -> Self {
        let architecture = facts.architecture.as_deref().unwrap_or_default();
        let stated = facts.heads.zip(facts.kv_heads).filter(|(_, shared)| *shared > 0);
        let sharing = stated.map(|(heads, shared)| heads / shared).or_else(|| sharing_by_shape(tensors)).unwrap_or(1);
        let counted =
            tensors.iter().filter_map(|tensor| block(tensor.name)).max().map_or(0, |last| last.saturating_add(1));
        let stacked = tensors.iter().filter(|tensor| tensor.name.contains("_exps."));
        let experts = facts.experts.or_else(|| stacked.filter_map(|tensor| tensor.shape.first().copied()).max());
        let blocks = facts.layers.unwrap_or(counted);
        // `LLM_TYPE_70B` of llama.cpp's `src/models`.
        let large = match architecture {
            "llama" => sharing > 1,
            "deci" | "olmo" | "qwen2" | "qwen2vl" => true,
            _ => false,
        };
        Model {
            sharing,
            experts: experts.unwrap_or(0),
            blocks,
            values: tensors.iter().filter(|tensor| Category::of(tensor.name) == Category::AttentionValue).count(),
            tied: !tensors.iter().any(|tensor| tensor.name == "output.weight"),
            falcon: architecture == "falcon",
            seventy_billion: large && blocks == 80 && experts != Some(8),
        }
    }
}

/// Query rows over key rows of the first block that has both.
fn sharing_by_shape(tensors: &[Named<'_>]) -> Option<usize> {
    let rows = |name: &str| tensors.iter().find(|tensor| tensor.name == name).and_then(|tensor| tensor.shape.first());
    let (query, key) = (rows("blk.0.attn_q.weight")?, rows("blk.0.attn_k.weight")?);
    query.checked_div(*key)
}

/// How many tensors of the counted groups have been seen.
#[derive(Clone, Copy, Default)]
pub(super) struct Counters {
    values: usize,
    downs: usize,
}

impl Model {
    /// The type that the mixture chooses, before the shape is looked at.
    pub(super) fn choose(
        &self,
        label: FileType,
        default: DType,
        tensor: &Named<'_>,
        counters: &mut Counters,
        importance: bool,
    ) -> (DType, Rule) {
        let plain = (default, Rule::Label);
        match Category::of(tensor.name) {
            _ if !default.is_quantized() => plain,
            Category::Output => self.output(default, Rule::Output),
            Category::TokenEmbedding if self.tied => self.output(default, Rule::TiedOutput),
            Category::TokenEmbedding => plain,
            Category::AttentionValue => {
                let index = counters.values;
                counters.values += 1;
                self.value(label, index).unwrap_or(plain)
            }
            Category::AttentionKey if self.experts == 8 => (DType::Q8_0, Rule::EightExperts),
            Category::FeedForwardDown => {
                let index = match block(tensor.name) {
                    Some(block) if self.experts > 1 => block,
                    _ => counters.downs,
                };
                counters.downs += 1;
                self.down(label, index, importance).unwrap_or(plain)
            }
            Category::AttentionOutput => self.attention_output(label).unwrap_or(plain),
            Category::AttentionKey | Category::Other => plain,
        }
    }

    /// The output matrix, and a token embedding that is one. Where the rows do not fit, the quantizer takes Q8_0
    /// here by a rule of its own; that is also what takes the place of Q6_K.
    fn output(&self, default: DType, rule: Rule) -> (DType, Rule) {
        match default {
            DType::Q8_0 => (default, Rule::Label),
            _ if self.falcon => (DType::Q8_0, rule),
            _ => (DType::Q6K, rule),
        }
    }

    fn value(&self, label: FileType, index: usize) -> Option<(DType, Rule)> {
        let shared = self.sharing >= 4;
        let chosen = match label {
            FileType::Q2_K if shared => Some((DType::Q4K, Rule::SharedValues)),
            FileType::Q2_K => Some((DType::Q3K, Rule::Favoured)),
            FileType::Q2_K_S if shared => Some((DType::Q4K, Rule::SharedValues)),
            FileType::Q3_K_M if index < 2 => Some((DType::Q5K, Rule::FirstBlocks)),
            FileType::Q3_K_M => Some((DType::Q4K, Rule::Favoured)),
            FileType::Q3_K_L => Some((DType::Q5K, Rule::Favoured)),
            FileType::Q4_K_M | FileType::Q5_K_M if more_bits(index, self.values) => Some((DType::Q6K, Rule::MoreBits)),
            FileType::Q4_K_S if index < 4 => Some((DType::Q5K, Rule::FirstBlocks)),
            _ => None,
        };
        if self.experts == 8 {
            return Some((DType::Q8_0, Rule::EightExperts));
        }
        let before = chosen.map(|(dtype, _)| dtype).or(label.default_type());
        if self.seventy_billion && matches!(before, Some(DType::Q3K | DType::Q4K)) {
            return Some((DType::Q5K, Rule::SeventyBillion));
        }
        chosen
    }

    fn down(&self, label: FileType, index: usize, importance: bool) -> Option<(DType, Rule)> {
        let n = self.blocks;
        let (eighth, sixteenth) = (index < n / 8, index < n / 16);
        let more = more_bits(index, n);
        match label {
            FileType::Q2_K => Some((DType::Q3K, Rule::Favoured)),
            FileType::Q2_K_S if eighth => Some((DType::Q4K, Rule::FirstBlocks)),
            FileType::Q3_K_M if sixteenth => Some((DType::Q5K, Rule::FirstBlocks)),
            FileType::Q3_K_M if !self.falcon => Some((DType::Q4K, Rule::Favoured)),
            FileType::Q3_K_M if more => Some((DType::Q4K, Rule::MoreBits)),
            FileType::Q3_K_L if self.falcon => Some((DType::Q4K, Rule::Favoured)),
            FileType::Q3_K_L => Some((DType::Q5K, Rule::Favoured)),
            FileType::Q4_K_M if self.falcon && sixteenth => Some((DType::Q6K, Rule::FirstBlocks)),
            FileType::Q4_K_M if self.falcon && more => Some((DType::Q5K, Rule::MoreBits)),
            FileType::Q4_K_M | FileType::Q5_K_M if !(self.falcon && label == FileType::Q4_K_M) && more => {
                Some((DType::Q6K, Rule::MoreBits))
            }
            FileType::Q4_K_S if eighth && !self.falcon => Some((DType::Q5K, Rule::FirstBlocks)),
            // An importance matrix can drive the first of them to extremes.
            FileType::Q4_0 if eighth && importance => Some((DType::Q4_1, Rule::FirstBlocks)),
            FileType::Q5_0 if eighth && importance => Some((DType::Q5_1, Rule::FirstBlocks)),
            _ => None,
        }
    }

    fn attention_output(&self, label: FileType) -> Option<(DType, Rule)> {
        if self.falcon {
            return (label == FileType::Q3_K_L).then_some((DType::Q4K, Rule::Favoured));
        }
        if self.experts == 8 {
            return match label {
                FileType::Q2_K | FileType::Q3_K_S | FileType::Q3_K_M | FileType::Q4_K_S | FileType::Q4_K_M => {
                    Some((DType::Q5K, Rule::EightExperts))
                }
                _ => None,
            };
        }
        match label {
            FileType::Q2_K => Some((DType::Q3K, Rule::Favoured)),
            FileType::Q3_K_M => Some((DType::Q4K, Rule::Favoured)),
            FileType::Q3_K_L => Some((DType::Q5K, Rule::Favoured)),
            _ => None,
        }
    }
}

/// llama.cpp's `use_more_bits`: the first and the last eighth, and every third between.
fn more_bits(index: usize, n: usize) -> bool {
    let eighth = n / 8;
    index < eighth || index >= n.saturating_mul(7) / 8 || (index - eighth) % 3 == 2
}

/// The type that fits the rows, and what it stands in for.
pub(super) fn fitted(wanted: DType, columns: usize) -> (DType, Option<Fallback>) {
    if columns.is_multiple_of(wanted.block_size()) {
        return (wanted, None);
    }
    let second = match wanted {
        DType::Q2K | DType::Q3K => DType::Q4_0,
        DType::Q4K => DType::Q5_0,
        DType::Q5K => DType::Q5_1,
        DType::Q6K => DType::Q8_0,
        // llama-quantize refuses these; the converter, which can write Q8_0, falls back to F16.
        _ => DType::F16,
    };
    let fits = columns.is_multiple_of(second.block_size());
    (if fits { second } else { DType::F16 }, Some(Fallback { wanted, columns }))
}
