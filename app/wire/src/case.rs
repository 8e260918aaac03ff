//! What a case file shows: items, annotations and history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::LocalText;

/// How one reader sorted one item in both variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Reader, for example `head`.
    pub reader: String,
    /// Category in the nominal variant.
    pub nominal: String,
    /// Category in the operative variant.
    pub operative: String,
    /// Distance of the nominal decision to its runner-up (probability or cosine).
    pub nominal_margin: Option<f64>,
    /// Distance of the operative decision to its runner-up.
    pub operative_margin: Option<f64>,
}

/// An item as both variants see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemRecord {
    /// Suite it belongs to.
    pub suite: String,
    /// Id, unique within the suite.
    pub id: String,
    /// The text, exactly as asked.
    pub text: String,
    /// BCP 47 tag.
    pub language: String,
    /// Category that the suite gives it.
    pub category: String,
    /// Template group; empty when it has none.
    pub group: String,
    /// True when both variants read it as the same token ids.
    pub same_tokens: bool,
    /// Words that hold an unknown token, in the nominal variant.
    pub nominal_unknown_words: u64,
    /// Words that hold an unknown token, in the operative variant.
    pub operative_unknown_words: u64,
    /// Number of words.
    pub words: u64,
    /// Readers' decisions.
    pub decisions: Vec<Decision>,
    /// Cosine distance between its two states at the last tap; `None` where the regime forbids it.
    pub moved: Option<f64>,
    /// Ids of its nearest items in the nominal variant, nearest first.
    pub nominal_neighbours: Vec<String>,
    /// Ids of its nearest items in the operative variant, nearest first.
    pub operative_neighbours: Vec<String>,
}

/// What an annotation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// An item, by `suite/id`.
    Item,
    /// A category, by `suite/id`.
    Category,
    /// A finding, by id.
    Finding,
}

/// What an annotation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Motivation {
    /// A judgement.
    Assessing,
    /// A remark.
    Commenting,
    /// An objection.
    Contesting,
    /// A question.
    Questioning,
}

/// A person's note on a piece of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// Random UUID v4.
    pub id: String,
    /// What it is about.
    pub target: TargetKind,
    /// Which one.
    pub target_id: String,
    /// What it does.
    pub motivation: Motivation,
    /// The note, exactly as typed.
    pub body: LocalText,
    /// Pseudonym of the author.
    pub author: String,
    /// Day it was made, `YYYY-MM-DD`.
    pub created: String,
}

/// One link of a case's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Position, from 1.
    pub seq: u64,
    /// Hash of the event before, hex; 64 zeros for the first.
    pub prev_hash: String,
    /// Hash of this event, hex.
    pub hash: String,
    /// Day, `YYYY-MM-DD`.
    pub date: String,
    /// What happened, for example `audit-stored`.
    pub kind: String,
    /// SHA-256 of the payload, hex.
    pub payload_sha256: String,
    /// What it concerns, for example an annotation's id.
    pub subject: String,
}

/// A case at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseSummary {
    /// Random UUID v4.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Name of the nominal variant.
    pub nominal: String,
    /// Name of the operative variant.
    pub operative: String,
    /// Number of findings.
    pub findings: u64,
    /// Number of items.
    pub items: u64,
    /// Number of annotations.
    pub annotations: u64,
    /// Number of contestations.
    pub contestations: u64,
    /// Head of the event log.
    pub log_head: String,
    /// Length of the event log.
    pub log_length: u64,
    /// Items by language.
    pub languages: BTreeMap<String, u64>,
}
