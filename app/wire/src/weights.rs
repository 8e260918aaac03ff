//! What a comparison of two variants' weights found (`parallax-weights/1`).

use serde::{Deserialize, Serialize};

use crate::{Cost, FileIdentity, PreflightStatus, Role};

/// Name of the schema of a comparison of weights.
pub const WEIGHTS_SCHEMA: &str = "parallax-weights/1";

/// What a comparison of weights is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightsRequest {
    /// Path of the nominal variant.
    pub nominal: String,
    /// Path of the operative variant.
    pub operative: String,
    /// The file type that the deployed file is said to have, for example `Q4_K_M`; what the file itself says when `None`.
    pub claim: Option<String>,
    /// Path of an adapter that is said to be merged into the operative variant.
    pub adapter: Option<String>,
    /// Seed of everything that is drawn.
    pub seed: u64,
}

/// Whether the claimed transform explains a tensor's bytes; the later, the less it explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The same bytes.
    Identical,
    /// The published numbers, stored again by the claimed transform, give these bytes.
    Reproduced,
    /// The same but for roundings that fall exactly between two codes.
    ReproducedUpToTies,
    /// Every code follows from the published numbers and the scales that the file itself holds.
    CodesExplained,
    /// Explained, but stored as another type than the claim says.
    TypeUnexpected,
    /// Nothing could be decided: the type cannot be read, or the pair cannot be formed.
    NotDecidable,
    /// The codes follow from the published numbers, the scales do not.
    ScaleUnexplained,
    /// What remains is a change of low rank.
    ResidualLowrank,
    /// What remains is a change of some rows or columns.
    ResidualSparse,
    /// Related to the published tensor by more than chance, and no longer that tensor.
    LineageOnly,
    /// Another tensor in its place.
    Replaced,
    /// No relation to the published tensor was found.
    Unrelated,
}

impl Verdict {
    /// All of them, from explained to unrelated.
    pub const ALL: [Self; 12] = [
        Self::Identical,
        Self::Reproduced,
        Self::ReproducedUpToTies,
        Self::CodesExplained,
        Self::TypeUnexpected,
        Self::NotDecidable,
        Self::ScaleUnexplained,
        Self::ResidualLowrank,
        Self::ResidualSparse,
        Self::LineageOnly,
        Self::Replaced,
        Self::Unrelated,
    ];

    /// The word used in JSON and as the end of its sentences' ids.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::Reproduced => "reproduced",
            Self::ReproducedUpToTies => "reproduced-up-to-ties",
            Self::CodesExplained => "codes-explained",
            Self::TypeUnexpected => "type-unexpected",
            Self::NotDecidable => "not-decidable",
            Self::ScaleUnexplained => "scale-unexplained",
            Self::ResidualLowrank => "residual-lowrank",
            Self::ResidualSparse => "residual-sparse",
            Self::LineageOnly => "lineage-only",
            Self::Replaced => "replaced",
            Self::Unrelated => "unrelated",
        }
    }

    /// Whether the published numbers and a known transform account for every stored number.
    pub fn is_explained(self) -> bool {
        self <= Self::TypeUnexpected
    }

    /// Whether the numbers were changed beyond what a known transform does.
    pub fn is_changed(self) -> bool {
        self >= Self::ScaleUnexplained
    }
}

/// A row or a column that departs further than the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its index, counted from 0.
    pub index: u64,
    /// Its error relative to its own size.
    pub relative_error: f64,
}

/// What a verdict rests on; a field that was not measured is left empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The number format that the published numbers passed through: `stored`, `f16` or `bf16`.
    pub precision: Option<String>,
    /// The transform that was repeated, for example `Q4_0`, or `merge` of an adapter.
    pub transform: Option<String>,
    /// Blocks, or plain numbers, that were stored again.
    pub replayed: Option<u64>,
    /// Of these, how many came out as other bytes.
    pub replay_differs: Option<u64>,
    /// Codes held against the published numbers with the stored scales.
    pub codes_tested: Option<u64>,
    /// Codes that do not follow from them.
    pub code_mismatches: Option<u64>,
    /// Codes that lie on the border between two values.
    pub code_ties: Option<u64>,
    /// Blocks whose codes were held against every scale that importance weights could have led to.
    pub scales_tried: Option<u64>,
    /// Of these, the blocks whose codes no such scale gives.
    pub scales_unexplained: Option<u64>,
    /// Codes in groups whose scale is 0: they stand for nothing.
    pub dead_codes: Option<u64>,
    /// Mean ratio of squared error to that of the same tensor stored again; 1 when the scales are as good.
    pub scale_ratio: Option<f64>,
    /// Largest value of the residual's spectrum over the edge that noise would have.
    pub edge_ratio: Option<f64>,
    /// The same for the published tensor stored again.
    pub null_edge_ratio: Option<f64>,
    /// Rank of what was added.
    pub rank: Option<u64>,
    /// Size of what was added, relative to the published tensor.
    pub relative_norm: Option<f64>,
    /// Rows that carry the change, at most 100 of them.
    pub rows: Vec<u64>,
    /// How many rows carry it.
    pub n_rows: Option<u64>,
    /// Columns that carry the change, at most 100 of them.
    pub columns: Vec<u64>,
    /// How many columns carry it.
    pub n_columns: Option<u64>,
    /// What is only in another order: `rows`, `columns` or `elements`.
    pub permutation: Option<String>,
    /// p-value of the test of relation.
    pub p: Option<f64>,
    /// Share of numbers that were set to zero.
    pub zeroed: Option<f64>,
    /// The first values of the residual's spectrum, largest first.
    pub spectrum: Vec<f64>,
    /// The same of the published tensor stored again.
    pub null_spectrum: Vec<f64>,
    /// Number of errors in each bin of [`TensorReport::histogram_edges`].
    pub histogram: Vec<u64>,
}

/// One tensor of the operative variant, held against the nominal one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TensorReport {
    /// Name in the operative file.
    pub name: String,
    /// Name in the nominal file; several joined with ` + ` where they were fused.
    pub nominal_name: String,
    /// Layer, counted from 0; `None` outside the layers.
    pub layer: Option<u32>,
    /// What kind of tensor it is, the name without its layer, for example `attn_q.weight`.
    pub kind: String,
    /// Dimensions, outermost first.
    pub shape: Vec<u64>,
    /// Number of weights.
    pub parameters: u64,
    /// Type in the nominal file.
    pub nominal_type: String,
    /// Type in the operative file.
    #[serde(rename = "type")]
    pub stored_type: String,
    /// Type that the claim leads to; `None` without a claim or where its rules do not say.
    pub expected_type: Option<String>,
    /// Id of the rule that leads to it.
    pub expected_why: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Size of the difference relative to the nominal tensor.
    pub relative_error: Option<f64>,
    /// Largest difference of a single number.
    pub max_error: Option<f64>,
    /// Cosine of the two tensors.
    pub cosine: Option<f64>,
    /// Signal-to-quantization-noise ratio in decibels; `None` when the numbers are equal.
    pub sqnr_db: Option<f64>,
    /// How far the relative error lies from those of other tensors of its type, in robust deviations.
    pub robust_z: Option<f64>,
    /// Why a number is undefined.
    pub undefined: Option<String>,
    /// Rows that depart furthest.
    pub worst_rows: Vec<Line>,
    /// Columns that depart furthest.
    pub worst_columns: Vec<Line>,
    /// Edges of the bins of the histogram, in units of the root mean square error.
    pub histogram_edges: Vec<f64>,
    /// What the verdict rests on.
    pub evidence: Evidence,
    /// SHA-256 of the nominal bytes; empty where several tensors were fused.
    pub nominal_sha256: String,
    /// SHA-256 of the operative bytes.
    pub operative_sha256: String,
}

/// A tensor without a counterpart, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmatchedTensor {
    /// Where it is.
    pub side: Role,
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub stored_type: String,
    /// Its dimensions, outermost first.
    pub shape: Vec<u64>,
    /// `tied`, `head-dropped`, `generated`, `fused`, `pruned`, `adapter` or `unknown`; only the last is a finding.
    pub reason: String,
}

/// How much of the model has a verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerdictShare {
    /// The verdict.
    pub verdict: Verdict,
    /// Tensors that have it.
    pub tensors: u64,
    /// Weights in them.
    pub parameters: u64,
    /// Their share of all weights that were compared.
    pub share: f64,
}

/// One tensor in the table of all of them: what a row shows, and nothing more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TensorRow {
    /// Name in the operative file.
    pub name: String,
    /// Name in the nominal file.
    pub nominal_name: String,
    /// Layer, counted from 0; `None` outside the layers.
    pub layer: Option<u32>,
    /// What kind of tensor it is, the name without its layer.
    pub kind: String,
    /// Number of weights.
    pub parameters: u64,
    /// Type in the nominal file.
    pub nominal_type: String,
    /// Type in the operative file.
    #[serde(rename = "type")]
    pub stored_type: String,
    /// Type that the claim leads to.
    pub expected_type: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Size of the difference relative to the nominal tensor.
    pub relative_error: Option<f64>,
}

impl From<&TensorReport> for TensorRow {
    fn from(tensor: &TensorReport) -> Self {
        Self {
            name: tensor.name.clone(),
            nominal_name: tensor.nominal_name.clone(),
            layer: tensor.layer,
            kind: tensor.kind.clone(),
            parameters: tensor.parameters,
            nominal_type: tensor.nominal_type.clone(),
            stored_type: tensor.stored_type.clone(),
            expected_type: tensor.expected_type.clone(),
            verdict: tensor.verdict,
            relative_error: tensor.relative_error,
        }
    }
}

/// What the page of files begins with; it crosses line by line.
#[derive(Clone, Debug, PartialEq)]
pub struct FilesOverview {
    /// The comparison of weights without its tensors, which come as rows and, one by one, in full.
    pub report: WeightsReport,
    /// All tensors, in the order of the operative file.
    pub rows: Vec<TensorRow>,
}

/// The whole file: never one score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightsSummary {
    /// The least explained verdict of any tensor; `None` when nothing was compared.
    pub worst: Option<Verdict>,
    /// Every verdict that occurs, from explained to unrelated.
    pub verdicts: Vec<VerdictShare>,
    /// Weights that were compared.
    pub parameters: u64,
    /// Tensors whose counterpart is missing for an unknown reason.
    pub unknown: u64,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimOutcome {
    /// Every tensor is of the type that the claim leads to, or of one that a known option leads to.
    Holds,
    /// Most tensors are as the claim asks; some are not, and no single known option explains them.
    Deviates,
    /// Most tensors are stored otherwise, or another claim fits all of them.
    Contradicted,
    /// The rules of this type are not known here.
    NotDecidable,
}

/// A claim about the transform, held against the stored types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The claimed type, for example `Q4_K_M`.
    pub claimed: String,
    /// True when it was given with the request and not read from the file.
    pub given: bool,
    /// What became of it.
    pub outcome: ClaimOutcome,
    /// Tensors of the type that the claim leads to.
    pub as_expected: u64,
    /// Tensors of another type.
    pub otherwise: u64,
    /// Tensors that a rule about shapes gives another type than the claim's name says.
    pub by_shape: u64,
    /// Options of the quantizer that would explain the deviations.
    pub options: Vec<String>,
    /// Claims under which every tensor has its expected type.
    pub fitting: Vec<String>,
    /// Names of tensors stored otherwise, at most 20.
    pub examples: Vec<String>,
}

/// A setting in the two configurations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingRow {
    /// What is set, in the words of the configuration, for example `hidden_size`.
    pub setting: String,
    /// Nominal value as text; `None` where it is not set.
    pub nominal: Option<String>,
    /// Operative value as text.
    pub operative: Option<String>,
    /// `same`, `differs` or `unknown`.
    pub status: PreflightStatus,
}

/// Whether the published file itself already sits on a lattice of quantized values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatticeRow {
    /// Name of the tensor in the nominal file.
    pub name: String,
    /// The type on whose lattice it was tried.
    #[serde(rename = "type")]
    pub stored_type: String,
    /// The statistic over that of the jittered tensor; about 1 for honest files.
    pub ratio: Option<f64>,
    /// Whether it passes the threshold.
    pub flagged: bool,
    /// Why the ratio is undefined.
    pub undefined: Option<String>,
}

/// A remark about a file that does not stop its reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNote {
    /// Where it is.
    pub side: Role,
    /// What kind of remark, for example `trailing-bytes`.
    pub code: String,
    /// The file.
    pub file: String,
    /// A complete sentence, naming the byte range or the key.
    pub detail: String,
}

/// Files of both variants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedFiles {
    /// Of the published variant.
    pub nominal: Vec<FileIdentity>,
    /// Of the deployed variant.
    pub operative: Vec<FileIdentity>,
}

/// What a comparison of weights found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightsReport {
    /// `parallax-weights/1`.
    pub schema: String,
    /// Name of the published variant.
    pub nominal: String,
    /// Name of the deployed variant.
    pub operative: String,
    /// Their files.
    pub files: ComparedFiles,
    /// What became of the claim; `None` where neither the request nor the file makes one.
    pub claim: Option<Claim>,
    /// Tensor by tensor, in the order of the operative file.
    pub tensors: Vec<TensorReport>,
    /// Tensors without a counterpart.
    pub unmatched: Vec<UnmatchedTensor>,
    /// The whole.
    pub summary: WeightsSummary,
    /// Configurations held side by side.
    pub settings: Vec<SettingRow>,
    /// The screen of the published file.
    pub lattice: Vec<LatticeRow>,
    /// Remarks about the files.
    pub notes: Vec<FileNote>,
    /// What it took.
    pub cost: Cost,
}
