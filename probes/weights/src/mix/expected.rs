//! The expected type of every tensor under a label.

use parallax_artifact::DType;

use crate::align::{Facts, Named};

use super::category::{kept, order};
use super::rules::{Counters, Model, fitted};
use super::{FileType, Rule, Why};

/// What a label says about one tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expectation {
    /// It has this type.
    Type(DType),
    /// It keeps the type of the file it was quantized from, which is F32, F16 or BF16.
    Kept,
    /// The rules of this label are not recomputed.
    NotDecidable,
}

/// The expectation for one tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Expected {
    /// What is expected without an importance matrix.
    pub expectation: Expectation,
    /// What is expected with one, where that differs.
    pub with_importance: Option<DType>,
    /// Why.
    pub why: Why,
}

impl Expected {
    /// Whether a stored type is the expected one; `None` when that is not decidable.
    /// `importance` says whether an importance matrix was used, and `None` takes either answer.
    pub fn admits(&self, found: DType, importance: Option<bool>) -> Option<bool> {
        let Expectation::Type(without) = self.expectation else {
            let plain = matches!(found, DType::F32 | DType::F16 | DType::BF16) || found.is_integer();
            return (self.expectation == Expectation::Kept).then_some(plain);
        };
        let with = self.with_importance.unwrap_or(without);
        Some(match importance {
            Some(true) => found == with,
            Some(false) => found == without,
            None => found == with || found == without,
        })
    }

    /// The expected type; `None` when it is kept or not decidable.
    pub fn dtype(&self, importance: bool) -> Option<DType> {
        match self.expectation {
            Expectation::Type(without) => Some(self.with_importance.filter(|_| importance).unwrap_or(without)),
            Expectation::Kept | Expectation::NotDecidable => None,
        }
    }
}

/// The type every tensor of a GGUF should have under a label, in the order of the list.
///
/// `tensors` carry llama.cpp's names. `facts` are the file's; where they say nothing, heads, experts and blocks are
/// read off the shapes. The count of blocks is that of the file that was quantized: for one whose blocks were taken
/// out on the way, it is the published count.
/// Source of the rules: llama.cpp's `src/llama-quant.cpp`.
pub fn expected_types(claim: FileType, tensors: &[Named<'_>], facts: &Facts) -> Vec<Expected> {
    let model = Model::of(tensors, facts);
    let undecided = Why { rule: Rule::NotRecomputed, fallback: None };
    let not_decidable = Expected { expectation: Expectation::NotDecidable, with_importance: None, why: undecided };
    let mut expected = vec![not_decidable; tensors.len()];
    let (mut without, mut with) = (Counters::default(), Counters::default());
    for index in order(tensors) {
        let tensor = &tensors[index];
        if let Some(rule) = kept(tensor) {
            let why = Why { rule, fallback: None };
            expected[index] = Expected { expectation: Expectation::Kept, with_importance: None, why };
            continue;
        }
        let Some(default) = claim.default_type() else { continue };
        let columns = tensor.shape.last().copied().unwrap_or(1);
        let (wanted, rule) = model.choose(claim, default, tensor, &mut without, false);
        let (dtype, fallback) = fitted(wanted, columns);
        let (weighted, _) = model.choose(claim, default, tensor, &mut with, true);
        let weighted = fitted(weighted, columns).0;
        expected[index] = Expected {
            expectation: Expectation::Type(dtype),
            with_importance: Some(weighted).filter(|weighted| *weighted != dtype),
            why: Why { rule, fallback },
        };
    }
    expected
}

/// The types of a file quantized with `--pure`: the label's own, as far as the rows allow.
pub(super) fn pure_types(claim: FileType, tensors: &[Named<'_>]) -> Option<Vec<Expectation>> {
    let default = claim.default_type().filter(|default| default.is_quantized())?;
    let pure = |tensor: &Named<'_>| match kept(tensor) {
        Some(_) => Expectation::Kept,
        None => Expectation::Type(fitted(default, tensor.shape.last().copied().unwrap_or(1)).0),
    };
    Some(tensors.iter().map(pure).collect())
}
