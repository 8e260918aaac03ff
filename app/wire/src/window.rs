//! What the window is told: cases and places by id, and the parts of a case that its pages show.

use serde::{Deserialize, Serialize};

use crate::{
    Annotation, Ask, Audit, CaseSummary, ContestKind, ContestationReport, DeployedAccess, Error, Event, ItemRecord,
    KeptWords, LocalText, Motivation, Quote, Scope, SealReply, SortedWords, TargetKind, TargetSite,
};

/// A case that the shell has opened; the window knows it by its id and never by its path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedCase {
    /// Id within this session.
    pub id: String,
    /// Name of the file, for people.
    pub name: String,
    /// True when another window already has the same case open.
    pub shared: bool,
}

/// What the window begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// Version of Parallax.
    pub version: String,
    /// The case that was named when the program was started.
    pub opened: Option<OpenedCase>,
    /// Why that case could not be opened.
    pub refused: Option<Error>,
}

/// A file or folder that the person chose; the window knows it by its id and never by its path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenPlace {
    /// Id within this session.
    pub id: String,
    /// Its name, for people.
    pub name: String,
}

/// Whether a variant is chosen as a folder or as one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceForm {
    /// A Hugging Face folder.
    Folder,
    /// A `.safetensors` or `.gguf` file.
    File,
}

/// Which of the two variants of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The disclosed variant.
    Nominal,
    /// The deployed variant.
    Operative,
}

/// Everything that the first pages of a case show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseOverview {
    /// The case at a glance.
    pub summary: CaseSummary,
    /// Its latest audit; `None` when none was stored.
    pub audit: Option<Audit>,
    /// Number of notes by kind of target and id.
    pub notes: Vec<NoteCount>,
    /// What was done with the case, in order.
    pub history: Vec<Event>,
}

/// How many notes a piece of evidence has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteCount {
    /// What it is.
    pub target: TargetKind,
    /// Which one.
    pub target_id: String,
    /// How many.
    pub notes: u64,
}

/// A cell of the disagreement matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixCell {
    /// Reader whose decisions are counted.
    pub reader: String,
    /// Category in the nominal variant; `None` for any.
    pub nominal: Option<String>,
    /// Category in the operative variant; `None` for any.
    pub operative: Option<String>,
}

/// Which items of a case are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemQuery {
    /// Only this suite.
    pub suite: Option<String>,
    /// Only this language.
    pub language: Option<String>,
    /// Only this category of the suite.
    pub category: Option<String>,
    /// Only items that this finding rests on.
    pub finding: Option<String>,
    /// Only items of this cell.
    pub cell: Option<MatrixCell>,
    /// Only items that the primary reader of their suite sorts differently in the two variants.
    pub flipped: bool,
    /// With `flipped`, items that any reader sorts differently.
    pub any_reader: bool,
    /// Only items with these words.
    pub search: Option<String>,
    /// At most this many.
    pub limit: u64,
    /// Leave out this many first.
    pub offset: u64,
}

/// Some of the items that match a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemPage {
    /// How many match.
    pub total: u64,
    /// The ones asked for, in order.
    pub items: Vec<ItemRecord>,
}

/// A near item of another item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Id within the same suite.
    pub id: String,
    /// Its text.
    pub text: String,
    /// BCP 47 tag.
    pub language: String,
    /// Category that the suite gives it.
    pub category: String,
    /// Place among the nearest in the nominal variant, from 1; `None` when it is not among them.
    pub nominal_rank: Option<u64>,
    /// Place among the nearest in the operative variant, from 1.
    pub operative_rank: Option<u64>,
}

/// An item with what is near it and what was said about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemDetail {
    /// The item.
    pub item: ItemRecord,
    /// Items that are near it in either variant: kept, lost and gained, each by rank.
    pub neighbours: Vec<Neighbour>,
    /// Notes on it, oldest first.
    pub notes: Vec<Annotation>,
}

/// A note to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnnotateRequest {
    /// What kind of thing it is about.
    pub target: TargetKind,
    /// Which one: `SUITE/ID` for items and categories, the id for findings.
    pub target_id: String,
    /// What the note does.
    pub motivation: Motivation,
    /// The note, exactly as typed.
    pub body: LocalText,
    /// Pseudonym of the author.
    pub author: String,
}

/// What the page for own words begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnWords {
    /// True when the files of the nominal variant are at hand.
    pub nominal_at_hand: bool,
    /// True when the files of the operative variant are at hand.
    pub operative_at_hand: bool,
    /// False when the case is from a version that kept no readers: only a classification head can be read then.
    pub fitted: bool,
    /// Words that were kept, oldest first.
    pub kept: Vec<KeptWords>,
}

/// Own words as they were just sorted; nothing is stored unless they are kept by this id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SortedReply {
    /// Id within this session.
    pub id: String,
    /// How they were sorted.
    pub sorted: SortedWords,
}

/// Fields of a contestation to set; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ContestChanges {
    /// What is wrong; replaces the summary in its language.
    pub summary: Option<LocalText>,
    /// Long form; replaces the statement in its language.
    pub statement: Option<LocalText>,
    /// What is contested.
    pub kinds: Option<Vec<ContestKind>>,
    /// What is asked.
    pub asks: Option<Vec<Ask>>,
    /// Where it aims.
    pub target_site: Option<TargetSite>,
    /// Name of the organisation that receives it.
    pub signatory: Option<String>,
    /// That organisation's part.
    pub signatory_role: Option<String>,
    /// How far it may travel.
    pub scope: Option<Scope>,
    /// To whom it may go.
    pub recipients: Option<Vec<String>>,
    /// Whether words may be quoted.
    pub quote: Option<Quote>,
    /// How the deployed variant was reached.
    pub deployed_access: Option<DeployedAccess>,
    /// Pseudonym of the person behind it.
    pub reviewer: Option<String>,
    /// That person's part.
    pub reviewer_role: Option<String>,
}

/// A contestation with what it still lacks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContestState {
    /// The contestation.
    pub report: ContestationReport,
    /// What is missing before it can be sealed, each a complete sentence; empty when nothing is, or it is sealed.
    pub missing: Vec<String>,
}

/// A bundle that was just sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedBundle {
    /// The bundle's folder, to be verified by its id.
    pub place: ChosenPlace,
    /// Where the folder lies, to be shown to the person who sealed it.
    pub shown_path: String,
    /// What sealing produced.
    pub reply: SealReply,
}
