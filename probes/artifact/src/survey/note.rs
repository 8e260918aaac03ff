//! What is worth telling about a variant's files and does not stop the reading of them.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::error::shown;

/// The most notes of one code about one file that are kept one by one; the rest are counted.
const MOST_OF_ONE_CODE: usize = 100;
/// The most notes of all codes about all files that are kept one by one.
const MOST_NOTES: usize = 10_000;

/// Something about a file that is worth telling.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The file's name inside the variant, control characters escaped.
    pub file: String,
    /// Where in it.
    pub place: Place,
    /// What it is; shown as a clause.
    pub kind: NoteKind,
}

/// Where in a file a note points.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A key, with `.` between the levels.
    Key(String),
    /// Bytes, counted from the beginning of the file.
    Bytes {
        /// The first one.
        begin: u64,
        /// The one after the last.
        end: u64,
    },
}

/// What a tensor stored as 32-bit numbers really holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Every value is one that bfloat16 has: the lower 16 bits are all zero.
    Bf16,
    /// Every value is one that IEEE half precision has.
    F16,
    /// Every value is one that both have.
    Both,
}

impl Precision {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Precision::Bf16 => "BF16",
            Precision::F16 => "F16",
            Precision::Both => "BF16 and F16",
        }
    }
}

/// What a note says. The message beside each variant says what its values are; names are a stranger's words.
#[derive(Clone, Debug, PartialEq, Error)]
#[expect(missing_docs, reason = "the message beside each variant says what its values are")]
pub enum NoteKind {
    #[error("{count} bytes between tensors belong to none of them; {}", zeros(*.all_zero))]
    Hole { count: u64, all_zero: bool },
    #[error("{count} bytes of padding are not all zero")]
    Padding { count: u64 },
    #[error("tensors `{first}` and `{second}` share bytes")]
    Overlap { first: String, second: String },
    #[error("tensor `{tensor}` does not begin at a multiple of {alignment}")]
    Unaligned { tensor: String, alignment: usize },
    #[error("{count} bytes follow the last tensor; {}", zeros(*.all_zero))]
    TrailingBytes { count: u64, all_zero: bool },
    #[error("tensor `{tensor}` is stored as `{type_name}`, which is not known here; its {len} bytes are only hashed")]
    UnknownType { tensor: String, type_name: String, len: u64 },
    #[error("it holds no tensors")]
    NoTensors,
    #[error("{count} characters of white space stand before the header, where the format allows none")]
    LeadingSpace { count: usize },
    #[error("{count} characters of white space follow the header; spaces up to the next multiple of 8 are usual")]
    HeaderSpace { count: usize },
    #[error("tensor `{tensor}` has the field `{field}`, which the format does not have")]
    ExtraField { tensor: String, field: String },
    #[error("the index states {stated} bytes of tensors in all, and the files hold {found}")]
    IndexSize { stated: u64, found: u64 },
    #[error("tensor `{tensor}` is in the file and not in the index")]
    Unlisted { tensor: String },
    #[error("it lies beside `model.safetensors` and is not used")]
    IndexUnused,
    #[error("it is one of several files of a model, and only this one was named")]
    OneOfSeveral,
    #[error("this file states the key `{key}`; engines read it from the first file of a set alone")]
    LaterMetadata { key: String },
    #[error("no `config.json` lies beside it")]
    NoConfig,
    #[error("it may hold weights too and is not read: {why}")]
    OtherWeights { why: &'static str },
    #[error("it asks for code that is not part of the library (`{value}`), which is never run here")]
    RemoteCode { value: String },
    #[error("it is a program in the variant's folder; it is never run here")]
    CodeFile,
    #[error("it is {value}; {expected}")]
    Implausible { value: String, expected: String },
    #[error("it says that weights are stored with {method}, but {found}")]
    QuantizationContradicted { method: String, found: &'static str },
    #[error("tensor `{tensor}` looks like packed codes, but no file says how weights are quantized")]
    PackedWithoutConfig { tensor: String },
    #[error("the config ties the output to the input embedding, but `{head}` is stored and differs from `{embedding}`")]
    HeadDiffers { head: String, embedding: String },
    #[error(
        "the config does not tie the output to the input embedding, but no output matrix is stored beside `{embedding}`"
    )]
    HeadMissing { embedding: String },
    #[error("its name differs from `{other}` only in upper and lower case: on some systems only one of them exists")]
    CaseCollision { other: String },
    #[error("its name holds characters that a screen would not show")]
    OddName,
    #[error("it holds a chat template of {characters} characters; templates are kept as text and never rendered")]
    ChatTemplate { characters: usize },
    #[error("{what} is {stated}, but {other} is {found}")]
    Disagrees { what: String, stated: u64, other: String, found: u64 },
    #[error("{count} of its tokens have an id that another token has too; the first is {first}")]
    DuplicateIds { count: u64, first: u64 },
    #[error("{count} of its merges name a token that is not in the vocabulary")]
    UnknownMerges { count: u64 },
    #[error("unknown characters are to be read byte by byte, but {count} of the 256 bytes have no token")]
    MissingBytes { count: u64 },
    #[error("the expression `{expression}` repeats a repetition, over which some engines take very long")]
    NestedRepetition { expression: String },
    #[error("the text of `{key}` holds a zero byte, where some engines end it")]
    ZeroByte { key: String },
    #[error("token {id} holds characters that a screen does not show or shows in another order: `{text}`")]
    OddToken { id: u64, text: String },
    #[error("the adapted parts are given as a regular expression, which is never run here: `{pattern}`")]
    TargetPattern { pattern: String },
    #[error("what it says about the model cannot be read: {reason}")]
    CardUnreadable { reason: String },
    #[error("it changed while it was read")]
    Changed,
    #[error("tensor `{tensor}` is stored in 32 bits and holds only values of {}", .precision.as_str())]
    TruePrecision { tensor: String, precision: Precision },
    #[error("tensor `{tensor}` holds {nan} values that are no numbers and {infinite} that are infinite")]
    NotFinite { tensor: String, nan: u64, infinite: u64 },
    #[error("{count} blocks of tensor `{tensor}` have a scale that is no finite number")]
    BadScales { tensor: String, count: u64 },
    #[error(
        "{count} blocks of tensor `{tensor}` have a scale of zero and codes that differ: bytes without effect, as very small values leave them, or something hidden"
    )]
    DeadCodes { tensor: String, count: u64 },
    #[error("{count} more notes with the code `{code}` are left out")]
    Further { code: &'static str, count: u64 },
}

fn zeros(all_zero: bool) -> &'static str {
    if all_zero { "all are zero" } else { "not all are zero" }
}

impl NoteKind {
    /// A word for programs, the same for every note of a kind.
    pub fn code(&self) -> &'static str {
        match self {
            NoteKind::Hole { .. } => "hole",
            NoteKind::Padding { .. } => "padding-not-zero",
            NoteKind::Overlap { .. } => "overlap",
            NoteKind::Unaligned { .. } => "unaligned",
            NoteKind::TrailingBytes { .. } => "trailing-bytes",
            NoteKind::UnknownType { .. } => "unknown-type",
            NoteKind::NoTensors => "no-tensors",
            NoteKind::LeadingSpace { .. } => "leading-space",
            NoteKind::HeaderSpace { .. } => "header-space",
            NoteKind::ExtraField { .. } => "extra-field",
            NoteKind::IndexSize { .. } => "index-size",
            NoteKind::Unlisted { .. } => "unlisted-tensor",
            NoteKind::IndexUnused => "index-unused",
            NoteKind::OneOfSeveral => "one-of-several",
            NoteKind::LaterMetadata { .. } => "later-metadata",
            NoteKind::NoConfig => "no-config",
            NoteKind::OtherWeights { .. } => "other-weights",
            NoteKind::RemoteCode { .. } => "remote-code",
            NoteKind::CodeFile => "code-file",
            NoteKind::Implausible { .. } => "implausible",
            NoteKind::QuantizationContradicted { .. } => "quantization-contradicted",
            NoteKind::PackedWithoutConfig { .. } => "packed-without-config",
            NoteKind::HeadDiffers { .. } => "head-differs",
            NoteKind::HeadMissing { .. } => "head-missing",
            NoteKind::CaseCollision { .. } => "case-collision",
            NoteKind::OddName => "odd-name",
            NoteKind::ChatTemplate { .. } => "chat-template",
            NoteKind::Disagrees { .. } => "disagrees",
            NoteKind::DuplicateIds { .. } => "duplicate-ids",
            NoteKind::UnknownMerges { .. } => "unknown-merges",
            NoteKind::MissingBytes { .. } => "missing-bytes",
            NoteKind::NestedRepetition { .. } => "nested-repetition",
            NoteKind::ZeroByte { .. } => "zero-byte",
            NoteKind::OddToken { .. } => "odd-token",
            NoteKind::TargetPattern { .. } => "target-pattern",
            NoteKind::CardUnreadable { .. } => "card-unreadable",
            NoteKind::Changed => "changed",
            NoteKind::TruePrecision { .. } => "true-precision",
            NoteKind::NotFinite { .. } => "not-finite",
            NoteKind::BadScales { .. } => "bad-scales",
            NoteKind::DeadCodes { .. } => "dead-codes",
            NoteKind::Further { .. } => "further",
        }
    }
}

/// Collects notes, and counts instead of keeping what a hostile file repeats.
#[derive(Default)]
pub(crate) struct Notes {
    kept: Vec<Note>,
    /// Notes by file and code: how many were kept and how many were left out.
    counts: BTreeMap<(String, &'static str), (usize, u64)>,
}

impl Notes {
    pub(crate) fn add(&mut self, file: &str, place: Place, kind: NoteKind) {
        let file = shown(file);
        let (kept, left_out) = self.counts.entry((file.clone(), kind.code())).or_default();
        if *kept < MOST_OF_ONE_CODE && self.kept.len() < MOST_NOTES {
            *kept += 1;
            self.kept.push(Note { file, place, kind });
        } else {
            *left_out += 1;
        }
    }

    pub(crate) fn about_bytes(&mut self, file: &str, begin: usize, end: usize, kind: NoteKind) {
        self.add(file, Place::Bytes { begin: begin as u64, end: end as u64 }, kind);
    }

    pub(crate) fn about_key(&mut self, file: &str, key: &str, kind: NoteKind) {
        self.add(file, Place::Key(shown(key)), kind);
    }

    pub(crate) fn about_file(&mut self, file: &str, kind: NoteKind) {
        self.add(file, Place::File, kind);
    }

    pub(crate) fn into_notes(self) -> Vec<Note> {
        let mut notes = self.kept;
        for ((file, code), (_, count)) in self.counts.into_iter().filter(|(_, (_, left_out))| *left_out > 0) {
            notes.push(Note { file, place: Place::File, kind: NoteKind::Further { code, count } });
        }
        notes
    }
}
