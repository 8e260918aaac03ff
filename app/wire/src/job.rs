//! Messages between a shell and the worker process: one JSON object a line.

use serde::{Deserialize, Serialize};

use crate::{
    Audit, Error, FittedReader, ItemRecord, SortRequest, SortedWords, SuiteMap, TokensReport, TokensRequest,
    VariantIdentity, WeightsReport, WeightsRequest,
};

/// What an audit is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditRequest {
    /// Path of the nominal variant.
    pub nominal: String,
    /// Path of the operative variant.
    pub operative: String,
    /// Paths of suites; the shipped ones when empty.
    pub suites: Vec<String>,
    /// Reader to use; chosen by what the variants have when `None`.
    pub reader: Option<String>,
    /// Use linfa-logistic itself for probes, in place of the faster solver.
    pub linfa_logistic: bool,
    /// Seed of everything that is drawn.
    pub seed: u64,
}

/// What an identification is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentifyRequest {
    /// Path of the variant.
    pub variant: String,
}

/// A job for the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", content = "request", rename_all = "kebab-case")]
pub enum Job {
    /// Audit two variants.
    Audit(AuditRequest),
    /// Sort own words with both variants.
    Sort(SortRequest),
    /// Hold the weights of two variants against each other.
    Weights(WeightsRequest),
    /// Hold the tokenizers of two variants against each other.
    Tokens(TokensRequest),
    /// Say what a variant is.
    Identify(IdentifyRequest),
}

/// What a worker says while it works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Id of the step, for `words`, for example `represent-nominal`.
    pub step: String,
    /// How much of the whole is done, 0 to 1.
    pub fraction: f64,
}

/// An audit with the items it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditOutcome {
    /// What was found.
    pub audit: Audit,
    /// The items as both variants see them.
    pub items: Vec<ItemRecord>,
    /// Where the items lie in both variants; one entry a suite that has enough items.
    pub maps: Vec<SuiteMap>,
    /// Readers fitted on the items, so that own words can be read later.
    pub fitted: Vec<FittedReader>,
    /// How the weights of the two variants compare; `None` where they could not be held against each other.
    pub weights: Option<WeightsReport>,
    /// How their tokenizers compare.
    pub tokens: Option<TokensReport>,
}

/// A line from the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "kebab-case")]
pub enum JobEvent {
    /// Still working.
    Progress(Progress),
    /// The audit is done.
    Done(Box<AuditOutcome>),
    /// The words are sorted.
    Sorted(Box<SortedWords>),
    /// The weights are compared.
    Weights(Box<WeightsReport>),
    /// The tokenizers are compared.
    Tokens(Box<TokensReport>),
    /// The variant is identified.
    Identified(Box<VariantIdentity>),
    /// Failed with a sentence.
    Failed(Error),
}
