//! What an audit of two variants found (`parallax-audit/1`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Finding;

/// Name of the audit schema.
pub const AUDIT_SCHEMA: &str = "parallax-audit/1";

/// One file of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileIdentity {
    /// `weights`, `tokenizer`, `config`, `template`, `label_map`, `card` or `other`.
    pub role: String,
    /// Name relative to the variant, never an absolute path.
    pub name: String,
    /// Format, for example `safetensors`, `gguf`, `json`.
    pub format: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 in hex.
    pub sha256: String,
}

/// What a variant is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// Name of the folder or file, without its path.
    pub name: String,
    /// Files with hashes.
    pub files: Vec<FileIdentity>,
    /// Architecture, for example `bert`.
    pub architecture: String,
    /// Number of weights.
    pub n_params: u64,
    /// Number of layers.
    pub n_layers: u32,
    /// Width of a hidden state.
    pub dim: u32,
    /// Stored tensor types and how many tensors have each.
    pub tensor_types: BTreeMap<String, u64>,
    /// Which tokenizer was read and how.
    pub tokenizer: String,
    /// Labels of its classification head, in index order; empty without a head.
    pub labels: Vec<String>,
}

/// Outcome of one preflight check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreflightStatus {
    /// Both variants agree.
    Same,
    /// They differ; reported as such and never as drift.
    Differs,
    /// The files do not say.
    Unknown,
    /// Nothing can be said about a language.
    CannotTest,
}

/// One row of the preflight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreflightRow {
    /// What was checked, for example `tokenizer` or `token-ids`.
    pub check: String,
    /// Its outcome.
    pub status: PreflightStatus,
    /// A complete sentence.
    pub detail: String,
    /// Language the row concerns, where it concerns one.
    pub language: Option<String>,
    /// Item the row concerns, where it concerns one.
    pub item: Option<String>,
}

/// Whether the variants' vectors may be subtracted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegimeKind {
    /// Vectors may be subtracted and probes transferred.
    SameBasis,
    /// Only invariant measures.
    DifferentBasis,
    /// The items do not suffice to tell.
    Undetermined,
}

/// The regime and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regime {
    /// Which regime.
    pub kind: RegimeKind,
    /// Why, as a complete sentence with its number.
    pub reason: String,
}

/// One named number at one tap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureValue {
    /// Full name, for example `cka-linear-debiased`.
    pub name: String,
    /// Value; `None` when undefined.
    pub value: Option<f64>,
    /// Interval at 95%.
    pub interval: Option<(f64, f64)>,
    /// Value expected of unrelated states at this n and dim.
    pub chance: Option<f64>,
    /// Value of nominal against itself under last-bit noise.
    pub floor: Option<f64>,
    /// Value of the nominal variant rounded as the operative file is.
    pub rounding: Option<f64>,
    /// Everything needed to repeat it: k, metric, pooling, n, dim, seed, left-out dimensions.
    pub settings: BTreeMap<String, String>,
    /// Why the value is undefined.
    pub undefined: Option<String>,
    /// The same measure for each category, where it applies.
    pub by_category: BTreeMap<String, Option<f64>>,
}

/// Measures at one pair of taps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TapMeasures {
    /// Tap of the nominal variant.
    pub nominal_tap: u32,
    /// Tap of the operative variant.
    pub operative_tap: u32,
    /// The measures.
    pub measures: Vec<MeasureValue>,
}

/// The measures of one suite, tap by tap (`parallax-measures/1`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// `parallax-measures/1`.
    pub schema: String,
    /// Suite the items come from.
    pub suite: String,
    /// Number of items.
    pub n: u64,
    /// Width of a state.
    pub dim: u64,
    /// Regime, as in the audit.
    pub regime: RegimeKind,
    /// Tap by tap.
    pub taps: Vec<TapMeasures>,
}

/// How well a probe reads the categories, with what it must be held against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeScores {
    /// Tap.
    pub tap: u32,
    /// Number of items.
    pub n: u64,
    /// Chance accuracy: the share of the largest category.
    pub chance: f64,
    /// Held-out accuracy of a bag-of-tokens probe on the same folds.
    pub bag_of_tokens: Option<f64>,
    /// Fitted and read on nominal, held out.
    pub nominal: Option<f64>,
    /// Fitted on nominal, read on operative, held out.
    pub transfer: Option<f64>,
    /// Fitted and read on operative, held out.
    pub refitted: Option<f64>,
    /// The same with labels assigned at random per group.
    pub control: Option<f64>,
    /// Solver iterations, most of all fits.
    pub iterations: u64,
    /// Gradient norm at the end, largest of all fits.
    pub gradient_norm: f64,
    /// Why values are undefined.
    pub undefined: Option<String>,
}

/// What one reader decided about one suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReaderResult {
    /// `head`, `prototype` or `probe`.
    pub reader: String,
    /// Suite.
    pub suite: String,
    /// True for the reader whose flips are the primary family of tests.
    pub primary: bool,
    /// Number of items.
    pub n: u64,
    /// Share of items that nominal sorts as the suite labels them.
    pub nominal_accuracy: Option<f64>,
    /// Share of items that operative sorts as the suite labels them.
    pub operative_accuracy: Option<f64>,
    /// Items sorted differently.
    pub flips: u64,
    /// Items that the nominal variant, rounded as the operative file is, sorts differently.
    pub rounding_flips: Option<u64>,
    /// Items that nominal sorts differently under last-bit noise.
    pub floor_flips: Option<u64>,
    /// Categories in the order of the matrix.
    pub categories: Vec<String>,
    /// Counts of items, `matrix[nominal][operative]`.
    pub matrix: Vec<Vec<u64>>,
    /// Number of hypotheses tested together.
    pub family_size: u64,
    /// Findings that the same test makes of nominal against itself; 0 when the control held.
    pub negative_control: Option<u64>,
    /// Share of injected category changes that the same test finds.
    pub positive_control: Option<f64>,
    /// How a probe reads the categories, tap by tap; empty for other readers.
    pub probes: Vec<ProbeScores>,
    /// Why this reader could not be used.
    pub undefined: Option<String>,
}

/// What the run took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Peak resident memory in bytes.
    pub peak_bytes: u64,
}

/// A suite as an audit used it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuiteSummary {
    /// Id of the suite.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// SHA-256 of its files, in hex.
    pub sha256: String,
    /// True when its items were generated and not collected.
    pub synthetic: bool,
    /// Languages that no native reader has reviewed.
    pub unreviewed: Vec<String>,
    /// Category ids in order.
    pub categories: Vec<String>,
    /// Labels per language: language, then category id, to label.
    pub labels: BTreeMap<String, BTreeMap<String, String>>,
    /// Meanings per language: language, then category id, to meaning.
    pub meanings: BTreeMap<String, BTreeMap<String, String>>,
    /// Number of items.
    pub n_items: u64,
}

/// Everything an audit says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// `parallax-audit/1`.
    pub schema: String,
    /// Version of Parallax that made it.
    pub engine: String,
    /// The disclosed variant.
    pub nominal: Identity,
    /// The deployed variant.
    pub operative: Identity,
    /// Suites asked.
    pub suites: Vec<SuiteSummary>,
    /// What must agree before anything is compared.
    pub preflight: Vec<PreflightRow>,
    /// Whether vectors may be subtracted.
    pub regime: Regime,
    /// Measures, one entry a suite.
    pub measures: Vec<Measures>,
    /// Readers' decisions, one entry a suite and reader.
    pub readers: Vec<ReaderResult>,
    /// Ranked findings.
    pub findings: Vec<Finding>,
    /// Seeds and settings needed to repeat the run.
    pub settings: BTreeMap<String, String>,
    /// What it took.
    pub cost: Cost,
}
