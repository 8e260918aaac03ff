//! The contestation report, schema 0.1: an objection with findings, asks and consent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{AccordLayer, FileIdentity, Finding, LocalText};

/// Name of the report schema.
pub const REPORT_SCHEMA: &str = "contestation-report/0.1";

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportStatus {
    /// Being written.
    Draft,
    /// Sealed.
    Final,
    /// Taken back; a tombstone stays.
    Withdrawn,
    /// Replaced by another report.
    Superseded,
}

/// What is contested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContestKind {
    /// That the category exists.
    CategoryExists,
    /// What it is called.
    CategoryName,
    /// Where it ends.
    CategoryBoundary,
    /// That one is missing.
    CategoryMissing,
    /// An assignment.
    WrongAssignment,
    /// That the deployed model differs.
    DeployedDiffers,
    /// That a disclosure is missing.
    DisclosureMissing,
    /// That a disclosure does not match.
    DisclosureMismatch,
    /// How it came about.
    Process,
    /// That it is used at all.
    UseItself,
    /// That practice does not match the endorsement.
    PracticeVsEndorsement,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Explain.
    Explain,
    /// Publish what the category means.
    DefineCategory,
    /// Correct the category.
    CorrectCategory,
    /// Go back to the published model.
    RestorePublished,
    /// Publish how the file was made.
    PublishRecipe,
    /// Publish information on the data.
    PublishDataInfo,
    /// Test again.
    Retest,
    /// Let a person look at decisions.
    HumanReview,
    /// Stop the use.
    StopUse,
    /// Only reply.
    ReplyOnly,
}

/// Where the objection aims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetSite {
    /// One output.
    ModelOutput,
    /// The categories.
    Representation,
    /// The deployed system.
    DeployedSystem,
    /// The process around it.
    DecisionProcess,
    /// The disclosure.
    Disclosure,
    /// The endorsement.
    Endorsement,
}

/// The objection itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contest {
    /// At least one kind.
    pub kinds: Vec<ContestKind>,
    /// What is wrong, at most 500 characters a language.
    pub summary: Vec<LocalText>,
    /// Where it aims.
    pub target_site: Option<TargetSite>,
    /// What is asked.
    pub asks: Vec<Ask>,
    /// Long form.
    pub statement: Vec<LocalText>,
}

/// How the reporter got to the deployed variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeployedAccess {
    /// The deployer gave the file.
    FileFromDeployer,
    /// Taken out of a product.
    Extracted,
    /// Downloaded.
    Downloaded,
    /// Only answers were seen.
    AnswersOnly,
    /// Not seen.
    NotSeen,
}

/// What the report is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// Files of the published variant.
    pub published: Vec<FileIdentity>,
    /// Files of the deployed variant.
    pub deployed: Vec<FileIdentity>,
    /// How the deployed variant was reached; `None` where the person did not say.
    pub deployed_access: Option<DeployedAccess>,
    /// Why a list is empty, where one is.
    pub empty_reason: Option<String>,
}

/// How far a report may travel (Traffic Light Protocol words).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// Named recipients only.
    #[serde(rename = "RED")]
    Red,
    /// The recipient's organisation.
    #[serde(rename = "AMBER+STRICT")]
    AmberStrict,
    /// The recipient's organisation and its clients.
    #[serde(rename = "AMBER")]
    Amber,
    /// The community.
    #[serde(rename = "GREEN")]
    Green,
    /// Anyone.
    #[serde(rename = "CLEAR")]
    Clear,
}

/// Whether words may be quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quote {
    /// Yes.
    Yes,
    /// Only in other words.
    ParaphraseOnly,
    /// No.
    No,
}

/// What the people behind a report agreed to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// How far it may travel.
    pub scope: Scope,
    /// To whom it goes.
    pub recipients: Vec<String>,
    /// Whether words may be quoted.
    pub quote: Quote,
    /// Whether anyone may train on it; no by default.
    pub train_on: bool,
    /// Day on which consent ends, `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// Until when it can be taken back: copies already sent cannot be called back.
    pub revocable_until: String,
    /// `self`, `guardian` or `group_process`.
    pub obtained_from: String,
}

/// Which parts of the accord a report touches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccordRef {
    /// Section numbers.
    pub sections: Vec<u32>,
    /// Layers.
    pub layers: Vec<AccordLayer>,
    /// Claim ids.
    pub claim_ids: Vec<String>,
}

/// Who signed the accord and receives the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signatory {
    /// Name of the organisation.
    pub name: String,
    /// `publisher`, `deployer`, `both` or `unknown`.
    pub role: String,
}

/// A reviewer under a pseudonym.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reviewer {
    /// Pseudonym.
    pub pseudonym: String,
    /// `affected`, `community_member`, `accompanier`, `auditor` or `language_expert`.
    pub role: String,
    /// `supports`, `supports_with_reservation`, `disagrees` or `abstains`.
    pub position: String,
    /// A note, in their words.
    pub note: Vec<LocalText>,
}

/// How to repeat the measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Id that findings refer to.
    pub id: String,
    /// `exact`, `tolerance`, `statistical` or `human_judgement`.
    pub level: String,
    /// Name of the engine.
    pub engine: String,
    /// Version of the engine.
    pub engine_version: String,
    /// Seeds and settings.
    pub settings: BTreeMap<String, String>,
    /// How many runs.
    pub runs: u64,
    /// What counts as repeated, as a sentence.
    pub pass_rule: String,
    /// SHA-256 of the files that are needed and not in the bundle.
    pub needs: Vec<String>,
    /// The command, without paths.
    pub command: String,
}

/// Something taken out before export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// JSON pointer or description of what was taken out.
    pub pointer: String,
    /// Why.
    pub reason: String,
    /// `removed`, `generalised` or `replaced`.
    pub method: String,
}

/// Where the case's history stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRef {
    /// Hash of the last event.
    pub log_head: String,
    /// Number of events.
    pub log_length: u64,
}

/// A contestation, as stored and as exported in `report.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContestationReport {
    /// `contestation-report/0.1`.
    pub schema: String,
    /// `urn:uuid:` and a random UUID v4.
    pub id: String,
    /// From 1.
    pub revision: u32,
    /// Day, `YYYY-MM-DD`.
    pub created: String,
    /// Where it stands.
    pub status: ReportStatus,
    /// The objection.
    pub contest: Contest,
    /// What it is about.
    pub subject: Subject,
    /// What was agreed to.
    pub consent: Consent,
    /// Parts of the accord.
    pub accord: AccordRef,
    /// Who receives it.
    pub signatory: Option<Signatory>,
    /// Findings it rests on, copied unchanged from the audit.
    pub findings: Vec<Finding>,
    /// Who stands behind it.
    pub reviewers: Vec<Reviewer>,
    /// How to repeat it.
    pub reproduce: Vec<Recipe>,
    /// What was taken out.
    pub redactions: Vec<Redaction>,
    /// Where the case's history stood.
    pub history: Option<HistoryRef>,
}
