//! What the deployed file is said to be, held against the types of its tensors.

use parallax_weights::{
    ClaimEvidence, ClaimVerdict, Expectation, FileType, Named, Override, claim_evidence, expected_types,
};
use parallax_wire::{Claim, ClaimOutcome, Error, TensorReport, Verdict};

use super::side::Side;
use crate::error::refuse;
use crate::identify::file_type;

/// Tensors that are named at most.
const MOST_NAMED: usize = 20;

/// The label that a request names.
pub(super) fn parse(claim: Option<&str>) -> Result<Option<FileType>, Error> {
    let Some(text) = claim else { return Ok(None) };
    let known = || FileType::ALL.map(FileType::name).join(", ");
    FileType::parse(text)
        .map(Some)
        .ok_or_else(|| refuse(format!("`{text}` is no type that is known; known: {}", known())))
}

/// The claim with what it leads to.
pub(super) struct Claimed {
    label: FileType,
    given: bool,
    expected: Vec<Option<Expectation>>,
    why: Vec<String>,
    evidence: Option<ClaimEvidence>,
    names: Vec<String>,
    /// Tensors of a file that is no GGUF, which the label alone decides about.
    plain: Plain,
}

/// How many matrices have the label's type, where no rules of a quantizer apply.
#[derive(Default)]
struct Plain {
    as_expected: u64,
    otherwise: Vec<usize>,
}

/// What a claim leads to: the request's, or the one that the file itself makes. `None` without any.
pub(super) fn expected(claim: Option<FileType>, operative: &Side) -> Option<Claimed> {
    let given = claim.is_some();
    let label = claim.or_else(|| file_type(&operative.survey))?;
    let names = operative.tensors.iter().map(|tensor| tensor.name.clone()).collect();
    let named = operative.named();
    let Some(gguf) = operative.survey.gguf() else {
        return Some(by_label(label, given, names, &named));
    };
    let importance = gguf.entries().any(|(key, _)| key.starts_with("quantize.imatrix.")).then_some(true);
    let evidence = claim_evidence(label, &named, &operative.facts, importance);
    let expected = expected_types(label, &named, &operative.facts);
    let with = evidence.importance == Some(true);
    Some(Claimed {
        label,
        given,
        why: expected.iter().map(|one| one.why.to_string()).collect(),
        expected: expected.iter().map(|one| Some(one.dtype(with).map_or(one.expectation, Expectation::Type))).collect(),
        evidence: Some(evidence),
        names,
        plain: Plain::default(),
    })
}

/// Outside a GGUF a label says only that matrices are stored in its type; vectors are often kept in f32.
fn by_label(label: FileType, given: bool, names: Vec<String>, named: &[Named<'_>]) -> Claimed {
    let dtype = label.default_type().filter(|dtype| !dtype.is_quantized());
    let mut plain = Plain::default();
    let matrices = named.iter().enumerate().filter(|(_, tensor)| tensor.shape.len() > 1 && !tensor.dtype.is_integer());
    for (index, tensor) in matrices {
        if Some(tensor.dtype) == dtype {
            plain.as_expected += 1;
        } else {
            plain.otherwise.push(index);
        }
    }
    let expectation = |tensor: &Named<'_>| dtype.filter(|_| tensor.shape.len() > 1).map(Expectation::Type);
    Claimed {
        label,
        given,
        expected: named.iter().map(expectation).collect(),
        why: vec![String::new(); named.len()],
        evidence: None,
        names,
        plain,
    }
}

impl Claimed {
    /// Says in a tensor's report what the claim leads to.
    pub(super) fn fill(&self, index: usize, report: &mut TensorReport) {
        let Some(expectation) = self.expected[index] else { return };
        report.expected_type = match expectation {
            Expectation::Type(dtype) => Some(dtype.name().to_owned()),
            Expectation::Kept | Expectation::NotDecidable => None,
        };
        report.expected_why = Some(self.why[index].clone()).filter(|why| !why.is_empty());
    }

    /// Concludes, and marks the explained tensors whose type neither the claim nor an option explains.
    pub(super) fn settle(self, tensors: &mut [TensorReport]) -> Claim {
        let (outcome, as_expected, otherwise) = match &self.evidence {
            Some(evidence) => (
                outcome(evidence.verdict),
                (evidence.as_expected + evidence.kept) as u64,
                evidence.deviations.iter().map(|deviation| deviation.tensor).collect(),
            ),
            None if self.label.default_type().is_none() => (ClaimOutcome::NotDecidable, 0, Vec::new()),
            None if self.plain.otherwise.is_empty() => (ClaimOutcome::Holds, self.plain.as_expected, Vec::new()),
            None if self.plain.otherwise.len() as u64 > self.plain.as_expected => {
                (ClaimOutcome::Contradicted, self.plain.as_expected, self.plain.otherwise.clone())
            }
            None => (ClaimOutcome::Deviates, self.plain.as_expected, self.plain.otherwise.clone()),
        };
        let examples: Vec<String> = otherwise.iter().map(|&index| self.names[index].clone()).collect();
        if matches!(outcome, ClaimOutcome::Contradicted | ClaimOutcome::Deviates) {
            for tensor in tensors.iter_mut().filter(|tensor| examples.contains(&tensor.name)) {
                tensor.verdict = tensor.verdict.max(Verdict::TypeUnexpected);
            }
        }
        Claim {
            claimed: self.label.name().to_owned(),
            given: self.given,
            outcome,
            as_expected,
            otherwise: otherwise.len() as u64,
            by_shape: self.evidence.as_ref().map_or(0, |evidence| evidence.reshaped as u64),
            options: self
                .evidence
                .as_ref()
                .map(|evidence| evidence.overrides.iter().map(option).collect())
                .unwrap_or_default(),
            fitting: self
                .evidence
                .as_ref()
                .map(|evidence| evidence.fitting.iter().map(|label| label.name().to_owned()).collect())
                .unwrap_or_default(),
            examples: examples.into_iter().take(MOST_NAMED).collect(),
        }
    }
}

fn outcome(verdict: ClaimVerdict) -> ClaimOutcome {
    match verdict {
        ClaimVerdict::AsClaimed | ClaimVerdict::Overridden => ClaimOutcome::Holds,
        ClaimVerdict::Deviates => ClaimOutcome::Deviates,
        ClaimVerdict::Contradicted => ClaimOutcome::Contradicted,
        ClaimVerdict::NotDecidable => ClaimOutcome::NotDecidable,
    }
}

/// The option as one would type it.
fn option(option: &Override) -> String {
    match option {
        Override::Pure => "--pure".to_owned(),
        Override::TokenEmbeddingType(dtype) => format!("--token-embedding-type {}", dtype.name()),
        Override::OutputTensorType(dtype) => format!("--output-tensor-type {}", dtype.name()),
        Override::LeaveOutputTensor => "--leave-output-tensor".to_owned(),
    }
}
