//! What the types of a file say about its label: consistent, explained by a documented option, deviating, contradicted.

use std::collections::BTreeMap;

use parallax_artifact::DType;

use crate::align::{Facts, Named};

use super::category::Category;
use super::expected::{Expectation, Expected, expected_types, pure_types};
use super::{FileType, Rule};

/// How a stored type compares with the expected one, in bits per number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Fewer bits than expected.
    Lower,
    /// As many bits, in another format.
    Other,
    /// More bits than expected.
    Higher,
}

/// A tensor whose type is not the expected one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// Its place in the list.
    pub tensor: usize,
    /// The stored type.
    pub found: DType,
    /// What was expected, and why. Where an importance matrix makes a difference, both answers were tried.
    pub expected: Expected,
    /// Which way it deviates.
    pub direction: Direction,
}

/// An option of `llama-quantize` that makes a file deviate from its label without any change of weights.
/// None of them is recorded in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Override {
    /// `--pure`: every matrix has the label's own type.
    Pure,
    /// `--token-embedding-type`.
    TokenEmbeddingType(DType),
    /// `--output-tensor-type`; a token embedding that is the output matrix follows it too.
    OutputTensorType(DType),
    /// `--leave-output-tensor`: the output matrix keeps the type of the file it was quantized from.
    LeaveOutputTensor,
}

/// What the types say about the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimVerdict {
    /// Every tensor has its expected type.
    AsClaimed,
    /// Some have not, and an option named in `overrides` would explain all of them.
    Overridden,
    /// Some have not, most have, and no single option explains them: `--tensor-type` may, or another writer.
    Deviates,
    /// Most have not, or another label fits every tensor.
    Contradicted,
    /// The rules of the claimed label are not recomputed.
    NotDecidable,
}

/// The types of a file held against a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimEvidence {
    /// The claim.
    pub claim: FileType,
    /// Whether the file looks like one made with an importance matrix; `None` when its types do not tell.
    pub importance: Option<bool>,
    /// Quantized tensors with their expected type.
    pub as_expected: usize,
    /// Tensors with more bits than expected.
    pub higher: usize,
    /// Tensors with fewer bits.
    pub lower: usize,
    /// Tensors with as many bits in another format.
    pub other: usize,
    /// Tensors that are rightly not quantized.
    pub kept: usize,
    /// Tensors whose expected type replaces another because of their shape, among `as_expected`.
    pub reshaped: usize,
    /// Tensors about which the claim says nothing here.
    pub not_decidable: usize,
    /// Every tensor that is not as expected, in the order of the list.
    pub deviations: Vec<Deviation>,
    /// Options that would explain all deviations, each by itself unless two are needed.
    pub overrides: Vec<Override>,
    /// Labels under which every tensor has its expected type.
    pub fitting: Vec<FileType>,
    /// The conclusion.
    pub verdict: ClaimVerdict,
}

/// Holds the types of a GGUF's tensors against a label: the file's own, or one that somebody claims.
///
/// `importance` says whether an importance matrix was used, where the file tells (`quantize.imatrix.*`).
pub fn claim_evidence(
    claim: FileType,
    tensors: &[Named<'_>],
    facts: &Facts,
    importance: Option<bool>,
) -> ClaimEvidence {
    let expected = expected_types(claim, tensors, facts);
    let known = importance;
    let fits = |importance| deviating(tensors, &expected, importance).len();
    let differs = expected.iter().any(|one| one.with_importance.is_some());
    let importance = importance.or_else(|| match fits(Some(true)).cmp(&fits(Some(false))) {
        _ if !differs => None,
        std::cmp::Ordering::Less => Some(true),
        std::cmp::Ordering::Greater => Some(false),
        std::cmp::Ordering::Equal => None,
    });
    let deviations = deviating(tensors, &expected, importance);
    let count = |direction| deviations.iter().filter(|one| one.direction == direction).count();
    let right = |index: usize| expected[index].admits(tensors[index].dtype, importance) == Some(true);
    let of = |wanted: fn(&Expected) -> bool| {
        (0..tensors.len()).filter(|index| wanted(&expected[*index]) && right(*index)).count()
    };
    let mut evidence = ClaimEvidence {
        claim,
        importance,
        as_expected: of(|one| matches!(one.expectation, Expectation::Type(_))),
        higher: count(Direction::Higher),
        lower: count(Direction::Lower),
        other: count(Direction::Other),
        kept: of(|one| one.expectation == Expectation::Kept),
        reshaped: of(|one| one.why.fallback.is_some()),
        not_decidable: expected.iter().filter(|one| one.expectation == Expectation::NotDecidable).count(),
        overrides: overrides(claim, tensors, &deviations),
        fitting: fitting(tensors, facts, known),
        deviations,
        verdict: ClaimVerdict::NotDecidable,
    };
    evidence.verdict = evidence.concluded();
    evidence
}

impl ClaimEvidence {
    fn concluded(&self) -> ClaimVerdict {
        if self.not_decidable > 0 {
            return ClaimVerdict::NotDecidable;
        }
        if self.deviations.is_empty() {
            return ClaimVerdict::AsClaimed;
        }
        if !self.overrides.is_empty() {
            return ClaimVerdict::Overridden;
        }
        let most = self.deviations.len() > self.as_expected;
        if most || !self.fitting.is_empty() { ClaimVerdict::Contradicted } else { ClaimVerdict::Deviates }
    }
}

/// Tensors that are not as expected.
fn deviating(tensors: &[Named<'_>], expected: &[Expected], importance: Option<bool>) -> Vec<Deviation> {
    let deviation = |(index, (tensor, one)): (usize, (&Named<'_>, &Expected))| {
        let found = tensor.dtype;
        if one.admits(found, importance) != Some(false) {
            return None;
        }
        let wanted = one.dtype(importance == Some(true)).unwrap_or(DType::F32);
        let direction = match bits(found).cmp(&bits(wanted)) {
            std::cmp::Ordering::Less => Direction::Lower,
            std::cmp::Ordering::Equal => Direction::Other,
            std::cmp::Ordering::Greater => Direction::Higher,
        };
        Some(Deviation { tensor: index, found, expected: *one, direction })
    };
    tensors.iter().zip(expected).enumerate().filter_map(deviation).collect()
}

/// Bits per 256 numbers, which is whole for every type.
fn bits(dtype: DType) -> usize {
    dtype.block_bytes() * 8 * 256 / dtype.block_size()
}

/// The options that would explain every deviation.
fn overrides(claim: FileType, tensors: &[Named<'_>], deviations: &[Deviation]) -> Vec<Override> {
    let mut found = Vec::new();
    if deviations.is_empty() || claim.default_type().is_none_or(|default| !default.is_quantized()) {
        return found;
    }
    let pure = pure_types(claim, tensors).is_some_and(|types| {
        tensors.iter().zip(types).all(|(tensor, expectation)| match expectation {
            Expectation::Type(dtype) => tensor.dtype == dtype,
            Expectation::Kept | Expectation::NotDecidable => !tensor.dtype.is_quantized(),
        })
    });
    if pure {
        found.push(Override::Pure);
    }
    let tables = deviations.iter().all(|one| {
        let category = Category::of(tensors[one.tensor].name);
        matches!(category, Category::TokenEmbedding | Category::Output) && one.expected.expectation != Expectation::Kept
    });
    if !tables {
        return found;
    }
    // One type per table, or no option explains it.
    let mut embedding = BTreeMap::new();
    let mut output = BTreeMap::new();
    for one in deviations {
        match Category::of(tensors[one.tensor].name) {
            Category::Output => output.insert(one.found, one.expected.why.rule),
            _ => embedding.insert(one.found, one.expected.why.rule),
        };
    }
    if embedding.len() > 1 || output.len() > 1 {
        return found;
    }
    for (dtype, rule) in embedding {
        found.push(Override::TokenEmbeddingType(dtype));
        if rule == Rule::TiedOutput {
            found.push(Override::OutputTensorType(dtype));
        }
    }
    for dtype in output.into_keys() {
        found.push(Override::OutputTensorType(dtype));
        if !dtype.is_quantized() {
            found.push(Override::LeaveOutputTensor);
        }
    }
    found
}

/// Labels under which every tensor has its expected type.
fn fitting(tensors: &[Named<'_>], facts: &Facts, importance: Option<bool>) -> Vec<FileType> {
    let fits = |label: &FileType| {
        label.default_type().is_some()
            && tensors
                .iter()
                .zip(expected_types(*label, tensors, facts))
                .all(|(tensor, expected)| expected.admits(tensor.dtype, importance) == Some(true))
    };
    FileType::ALL.into_iter().filter(fits).collect()
}
