//! A statement that something diverges, with strength, limits and evidence.
//!
//! The fields are those of `findings[]` in the contestation report schema 0.1, plus what an audit knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A layer of openness of the accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AccordLayer {
    /// Logic: architecture, tokenizer, code.
    L,
    /// Weights.
    W,
    /// Data.
    D,
    /// Representation: the operative categorical schema.
    R,
}

/// What kind of divergence a finding states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingType {
    /// Files differ.
    FileDiff,
    /// Tensors differ.
    TensorDiff,
    /// The same text is read as other tokens.
    TokenizerDiff,
    /// Templates differ.
    TemplateDiff,
    /// Configurations differ.
    ConfigDiff,
    /// Items are sorted into another category.
    LabelFlip,
    /// Scores moved.
    ScoreShift,
    /// Nearest neighbours changed.
    NeighbourChange,
    /// Refusals changed.
    RefusalChange,
    /// Something is not disclosed.
    DisclosureGap,
    /// Something was seen that is not a difference by itself.
    Observation,
}

/// How firmly a finding is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Equal bytes.
    Identical,
    /// Measured more than once.
    MeasuredRepeated,
    /// Measured in one run.
    MeasuredOnce,
    /// Seen by a person.
    Observed,
    /// Asked of the signatory.
    Asked,
}

/// How the items were chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampling {
    /// Reviewers, or a suite's authors, chose the items.
    ChosenByReviewers,
    /// Drawn at random from a stated population.
    Random,
    /// Everything there is.
    Full,
}

/// A number with what is needed to judge it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingMeasure {
    /// Full name of the measure.
    pub name: String,
    /// Its value; `None` when undefined, with the reason in `undefined`.
    pub value: Option<f64>,
    /// Unit of the value, for example `items`.
    pub unit: String,
    /// Number of items it rests on.
    pub n: u64,
    /// Number of runs it rests on.
    pub runs: u64,
    /// Half-width or standard deviation over runs, where there is one.
    pub spread: Option<f64>,
    /// The same number for nominal against itself under last-bit noise.
    pub floor: Option<f64>,
    /// Findings that the same test made of nominal against itself; 0 when the control held.
    pub negative_control: Option<f64>,
    /// Share of injected changes that the same test found; 1 when it could have seen a difference everywhere.
    pub positive_control: Option<f64>,
    /// The same number for the nominal variant rounded as the operative file is.
    pub rounding_control: Option<f64>,
    /// Why the value is undefined.
    pub undefined: Option<String>,
}

/// A pointer to what a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRef {
    /// Path of the evidence inside a bundle.
    pub path: String,
    /// SHA-256 of that file, in hex.
    pub sha256: String,
    /// Which part of it, for example an item id.
    pub selector: Option<String>,
}

/// A value that fills a slot of a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Param {
    /// A whole number.
    Count(u64),
    /// A number.
    Number(f64),
    /// A name or text, isolated for direction when shown.
    Text(String),
}

/// A run's statement that something diverges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable id within the case, for example `F1`.
    pub id: String,
    /// Layer of the accord it concerns.
    pub layer: AccordLayer,
    /// Claim of the disclosure schema it concerns, for example `R3`.
    pub claim_id: Option<String>,
    /// What kind of divergence.
    #[serde(rename = "type")]
    pub kind: FindingType,
    /// Which sentence of `words` states it.
    pub statement_id: String,
    /// What fills the slots of the sentence.
    pub params: BTreeMap<String, Param>,
    /// How firmly it is known.
    pub strength: Strength,
    /// The number it rests on.
    pub measure: Option<FindingMeasure>,
    /// How the items were chosen.
    pub sampling: Sampling,
    /// Pointers to evidence.
    pub evidence: Vec<EvidenceRef>,
    /// Recipe that repeats it.
    pub recipe_id: Option<String>,
    /// What it does not say; at least one, each a complete sentence.
    pub limits: Vec<String>,
    /// The sentence in the language of the run.
    pub sentence: String,
    /// Suite it was found with.
    pub suite: Option<String>,
    /// Nominal and operative category, where it concerns a pair; the operative one is `*` where items go to several.
    pub categories: Option<(String, String)>,
    /// BCP 47 tag of the language it concerns; `None` for all.
    pub language: Option<String>,
    /// Group of items it concerns; `None` for all.
    pub group: Option<String>,
    /// Reader that made the decisions, where there is one.
    pub reader: Option<String>,
    /// Tap at which it was measured; `None` for the output.
    pub tap: Option<u32>,
    /// Effect size in the unit of `measure`.
    pub effect: Option<f64>,
    /// Interval of the effect at 95%.
    pub interval: Option<(f64, f64)>,
    /// p-value after the family's correction.
    pub adjusted_p: Option<f64>,
    /// Ids of the items it rests on, the furthest moved first.
    pub items: Vec<String>,
}

/// Limits that every one of several findings about items carries, in the order of the first; empty for a single one.
///
/// A list of findings says them once, so that what is particular to one of them is not lost in repetition. A finding
/// about files rests on no items, and what it does not say is its own.
pub fn shared_limits(findings: &[Finding]) -> Vec<String> {
    let about_items: Vec<&Finding> = findings.iter().filter(|finding| !finding.items.is_empty()).collect();
    let [first, others @ ..] = about_items.as_slice() else { return Vec::new() };
    if others.is_empty() {
        return Vec::new();
    }
    first.limits.iter().filter(|limit| others.iter().all(|finding| finding.limits.contains(limit))).cloned().collect()
}
