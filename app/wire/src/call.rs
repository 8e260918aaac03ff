//! The commands that the window may call, each with its request and its reply: the one list that shells follow.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{
    AnnotateRequest, Annotation, CaseOverview, ChosenPlace, ContestChanges, ContestState, ContestationReport,
    ItemDetail, ItemPage, ItemQuery, KeptWords, MapLegend, OpenedCase, OwnWords, PlaceForm, PreviewFile, Role,
    SealedBundle, SortedReply, Started, TensorReport, TokensReport, VerifyReply,
};

/// A request with the command that answers it.
pub trait Command: Serialize {
    /// Name of the command, as the shell knows it.
    const NAME: &'static str;
    /// What a successful call gives; `()` also for commands that answer with bytes.
    type Reply: Serialize + DeserializeOwned;
}

macro_rules! commands {
    ($( $(#[$doc:meta])* $variant:ident $name:literal { $( $(#[$field_doc:meta])* $field:ident : $kind:ty ),* $(,)? } -> $reply:ty; )*) => {
        /// Names of all commands, in the order of their declaration.
        pub const COMMANDS: &[&str] = &[$($name),*];

        /// A call of any command.
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(tag = "command", content = "request")]
        pub enum Call { $( $(#[$doc])* #[serde(rename = $name)] $variant($variant) ),* }

        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            pub struct $variant { $( $(#[$field_doc])* pub $field: $kind ),* }

            impl Command for $variant {
                const NAME: &'static str = $name;
                type Reply = $reply;
            }
        )*
    };
}

commands! {
    /// What the window begins with.
    Start "start" {} -> Started;
    /// Opens the demonstration case; audits it first where that was not done yet.
    OpenDemonstration "open-demonstration" {
        /// Id that cancels the job.
        job: u32,
    } -> OpenedCase;
    /// Asks the person for a case file and opens it; `None` when they chose none.
    OpenCase "open-case" {} -> Option<OpenedCase>;
    /// Asks the person for a variant.
    ChooseVariant "choose-variant" {
        /// As a folder or as one file.
        form: PlaceForm,
    } -> Option<ChosenPlace>;
    /// Audits two chosen variants into a new case and opens it.
    RunAudit "run-audit" {
        /// Id that cancels the job.
        job: u32,
        /// Place of the nominal variant.
        nominal: String,
        /// Place of the operative variant.
        operative: String,
    } -> OpenedCase;
    /// Cancels a running job; nothing happens when it has ended.
    CancelJob "cancel-job" {
        /// The job.
        job: u32,
    } -> ();
    /// What the first pages of a case show.
    ShowCase "show-case" {
        /// The case.
        case: String,
    } -> CaseOverview;
    /// Items that match a query.
    ListItems "list-items" {
        /// The case.
        case: String,
        /// Which ones.
        query: ItemQuery,
    } -> ItemPage;
    /// One item with its neighbours and notes.
    ShowItem "show-item" {
        /// The case.
        case: String,
        /// Its suite.
        suite: String,
        /// Its id.
        item: String,
    } -> ItemDetail;
    /// What stands beside the map of a suite; `None` where no map was stored.
    ShowMap "show-map" {
        /// The case.
        case: String,
        /// The suite.
        suite: String,
    } -> Option<MapLegend>;
    /// The points of a map: answers with the bytes of `MapPoints`.
    LoadMap "load-map" {
        /// The case.
        case: String,
        /// The suite.
        suite: String,
        /// Tap of the nominal variant.
        tap: u32,
    } -> ();
    /// All notes of a case, oldest first.
    ListNotes "list-notes" {
        /// The case.
        case: String,
    } -> Vec<Annotation>;
    /// Makes a note.
    MakeNote "make-note" {
        /// The case.
        case: String,
        /// The note.
        note: AnnotateRequest,
    } -> Annotation;
    /// What the page for own words begins with.
    ShowOwnWords "show-own-words" {
        /// The case.
        case: String,
    } -> OwnWords;
    /// Asks the person where the files of a variant are; refuses other files than the audit saw.
    FindVariant "find-variant" {
        /// The case.
        case: String,
        /// Which variant.
        role: Role,
        /// As a folder or as one file.
        form: PlaceForm,
    } -> Option<ChosenPlace>;
    /// Sorts own words with both variants; stores nothing.
    SortWords "sort-words" {
        /// Id that cancels the job.
        job: u32,
        /// The case.
        case: String,
        /// The words, exactly as typed.
        text: String,
        /// BCP 47 tag of their language.
        language: String,
    } -> SortedReply;
    /// Keeps words that were just sorted.
    KeepWords "keep-words" {
        /// The case.
        case: String,
        /// Id of the reply that sorted them.
        sorted: String,
    } -> KeptWords;
    /// Removes kept words from the case for good.
    ForgetWords "forget-words" {
        /// The case.
        case: String,
        /// Id of the kept words.
        words: String,
    } -> ();
    /// The contestations of a case, oldest first.
    ListContestations "list-contestations" {
        /// The case.
        case: String,
    } -> Vec<ContestationReport>;
    /// Opens a contestation from findings.
    OpenContestation "open-contestation" {
        /// The case.
        case: String,
        /// Ids of the findings it starts from.
        findings: Vec<String>,
    } -> ContestState;
    /// One contestation and what it lacks.
    ShowContestation "show-contestation" {
        /// The case.
        case: String,
        /// The contestation.
        id: String,
    } -> ContestState;
    /// Fills in or changes a draft.
    ChangeContestation "change-contestation" {
        /// The case.
        case: String,
        /// The contestation.
        id: String,
        /// What to set.
        changes: ContestChanges,
    } -> ContestState;
    /// Exactly the files that would leave.
    PreviewContestation "preview-contestation" {
        /// The case.
        case: String,
        /// The contestation.
        id: String,
    } -> Vec<PreviewFile>;
    /// Asks the person for the folder in which bundles are written.
    ChooseFolder "choose-folder" {} -> Option<ChosenPlace>;
    /// Seals a contestation into a new folder.
    SealContestation "seal-contestation" {
        /// The case.
        case: String,
        /// The contestation.
        id: String,
        /// Folder to write into; the person's folder for documents when `None`.
        folder: Option<String>,
    } -> SealedBundle;
    /// Asks the person for a bundle's folder.
    ChooseBundle "choose-bundle" {} -> Option<ChosenPlace>;
    /// Checks that a bundle is intact.
    VerifyBundle "verify-bundle" {
        /// Place of the bundle.
        bundle: String,
    } -> VerifyReply;
    /// How the weights of both variants compare: answers with lines of JSON, first the comparison, `null` where the
    /// latest run did not hold them against each other, and then a `TensorRow` each, so that ten thousand of them can be
    /// read piece by piece.
    ShowFiles "show-files" {
        /// The case.
        case: String,
    } -> ();
    /// One tensor in full; `None` where there is none of that name.
    ShowTensor "show-tensor" {
        /// The case.
        case: String,
        /// Its name in the operative file.
        name: String,
    } -> Option<TensorReport>;
    /// How the tokenizers of both variants compare; `None` where the latest run did not hold them against each other.
    ShowTokens "show-tokens" {
        /// The case.
        case: String,
    } -> Option<TokensReport>;
}
