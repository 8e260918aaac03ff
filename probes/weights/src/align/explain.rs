//! Why a tensor has no counterpart. Only what nothing explains is a finding.

use std::collections::BTreeSet;

use super::Facts;
use super::family::Family;
use super::meaning::{Meaning, Named, Scheme};

/// Which variant a tensor belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The published variant.
    Nominal,
    /// The deployed variant.
    Operative,
}

/// Why a tensor has no counterpart on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The output matrix is the token embedding, which has its counterpart.
    Tied,
    /// Converters leave it out of the file: a head of pre-training, a pooler, another modality.
    HeadDropped,
    /// An engine or a converter computes it from the configuration ([`super::Rope::generated`] for rotary factors).
    Generated,
    /// It is folded into another tensor on the other side (scales of low-precision checkpoints).
    Fused,
    /// Its block was taken out.
    Pruned,
    /// It belongs to an adapter.
    Adapter,
    /// Nothing explains it.
    Unknown,
}

impl Reason {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Tied => "tied",
            Reason::HeadDropped => "head-dropped",
            Reason::Generated => "generated",
            Reason::Fused => "fused",
            Reason::Pruned => "pruned",
            Reason::Adapter => "adapter",
            Reason::Unknown => "unknown",
        }
    }
}

/// A tensor without counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// Whose tensor it is.
    pub side: Side,
    /// Its place in that side's list.
    pub index: usize,
    /// Why it has no counterpart.
    pub reason: Reason,
}

/// What the explanations look at.
pub(super) struct Context<'a> {
    pub nominal: &'a [Named<'a>],
    pub nominal_facts: &'a Facts,
    pub nominal_meanings: &'a [Meaning],
    pub operative_meanings: &'a [Meaning],
    pub schemes: (Scheme, Scheme),
    pub family: Family,
    /// Published blocks that stand behind deployed ones.
    pub kept_blocks: BTreeSet<usize>,
}

impl Context<'_> {
    /// Why a published tensor is not deployed.
    pub(super) fn of_nominal(&self, index: usize) -> Reason {
        let meaning = &self.nominal_meanings[index];
        if let Some(block) = meaning.block
            && !self.kept_blocks.contains(&block)
            && meaning.absent != Some(Reason::Adapter)
        {
            return Reason::Pruned;
        }
        if is_output(meaning) && self.tied(index) {
            return Reason::Tied;
        }
        match meaning.absent {
            // Checkpoints compute rotary factors from their config; a GGUF that lacks them runs without.
            Some(Reason::Generated) if self.schemes == (Scheme::Gguf, Scheme::Gguf) => Reason::Unknown,
            found => found.unwrap_or(Reason::Unknown),
        }
    }

    /// Why a deployed tensor was not published.
    pub(super) fn of_operative(&self, index: usize, name: &str) -> Reason {
        match self.operative_meanings[index].absent {
            Some(Reason::Generated) if self.schemes.1 == Scheme::Gguf => {
                let generated = self.schemes.0 == Scheme::HuggingFace && self.nominal_facts.rope.may_generate(name);
                if generated { Reason::Generated } else { Reason::Unknown }
            }
            // A scale beside a weight changes its values; only the published one may have been folded away.
            Some(Reason::Fused) => Reason::Unknown,
            found => found.unwrap_or(Reason::Unknown),
        }
    }

    /// Whether the published output matrix is the token embedding, by the config, the family or equal bytes.
    fn tied(&self, output: usize) -> bool {
        let deployed = self.operative_meanings.iter().any(is_output);
        let embedding = self.nominal_meanings.iter().position(is_embedding);
        let same_bytes = embedding.is_some_and(|embedding| {
            self.nominal[output].digest.is_some() && self.nominal[output].digest == self.nominal[embedding].digest
        });
        !deployed && (self.family.always_tied || self.nominal_facts.tied == Some(true) || same_bytes)
    }
}

/// Whether it is the output matrix.
pub(super) fn is_output(meaning: &Meaning) -> bool {
    meaning.block.is_none() && meaning.names.iter().any(|name| name == "output.weight")
}

/// Whether it is the token embedding.
pub(super) fn is_embedding(meaning: &Meaning) -> bool {
    meaning.block.is_none() && meaning.names.iter().any(|name| name == "token_embd.weight")
}
