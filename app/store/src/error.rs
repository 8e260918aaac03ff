//! What can go wrong with a case file, each with the file and the reason; it decides no exit code.

use std::path::{Path, PathBuf};

use parallax_wire::TargetKind;
use rusqlite::ErrorCode;

/// Result of everything a case file does.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a case file could not be made, opened, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Something of that name is there; it is never overwritten.
    #[error("`{}` already exists; a case never overwrites a file", path.display())]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// Nothing of that name is there.
    #[error("there is no file `{}`", path.display())]
    Missing {
        /// What was looked for.
        path: PathBuf,
    },
    /// The name is a folder's.
    #[error("`{}` is a folder, not a case file", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("`{}` is not a case file: {reason}", path.display())]
    NotACase {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        reason: String,
    },
    /// The file was a case file and can no longer be trusted.
    #[error("the case file `{}` is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The chain of events does not hold.
    #[error("the history of the case file `{}` does not hold: event {seq} {reason}", path.display())]
    History {
        /// The file.
        path: PathBuf,
        /// First event that does not hold.
        seq: u64,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A later version of this program made the file.
    #[error(
        "the case file `{}` was made by a newer version of Parallax: its format is {found}, and this version reads up to {known}",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Format of the file.
        found: u32,
        /// Latest format this version reads.
        known: u32,
    },
    /// Another program holds the file.
    #[error("another program is using the case file `{}`; close it there and try again", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// No room is left.
    #[error("the case file `{}` cannot be written: no space is left on its disk", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder may not be written.
    #[error(
        "the case file `{}` cannot be opened for writing: the file and its folder must both be writable",
        path.display()
    )]
    NotWritable {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried, for example `create`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Anything else that SQLite said.
    #[error("the case file `{}` cannot be read or written", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A value could not be turned into text.
    #[error("{what} cannot be stored")]
    Encode {
        /// What was to be stored.
        what: &'static str,
        /// What serde said.
        source: serde_json::Error,
    },
    /// A day is not written as one.
    #[error("`{found}` is not a day written as YYYY-MM-DD")]
    Date {
        /// What was given.
        found: String,
    },
    /// Two items of an audit have the same name.
    #[error("the audit holds the item `{id}` of the suite `{suite}` twice")]
    DuplicateItem {
        /// Suite.
        suite: String,
        /// Item.
        id: String,
    },
    /// Two findings of an audit have the same name.
    #[error("the audit holds the finding `{id}` twice")]
    DuplicateFinding {
        /// Finding.
        id: String,
    },
    /// Two maps of an audit are about the same suite, or two steps of a map about the same tap.
    #[error("the audit holds the map of the suite `{suite}` twice")]
    DuplicateMap {
        /// Suite.
        suite: String,
    },
    /// A map does not give four numbers an item.
    #[error("the map of the suite `{suite}` at tap {tap} holds {numbers} numbers for {items} items")]
    MapLength {
        /// Suite.
        suite: String,
        /// Tap of the nominal variant.
        tap: u32,
        /// Items of the map.
        items: usize,
        /// Numbers of the tap.
        numbers: usize,
    },
    /// Two fitted readers of an audit have the same name.
    #[error("the audit holds the fitted reader `{reader}` of the suite `{suite}` twice")]
    DuplicateReader {
        /// Suite.
        suite: String,
        /// Reader.
        reader: String,
    },
    /// Kept words of that id are there.
    #[error("the case already holds kept words `{id}`")]
    DuplicateWords {
        /// Kept words.
        id: String,
    },
    /// There are no kept words of that id.
    #[error("the case holds no kept words `{id}`")]
    NoSuchWords {
        /// What was looked for.
        id: String,
    },
    /// An annotation of that id is there.
    #[error("the case already holds an annotation `{id}`")]
    DuplicateAnnotation {
        /// Annotation.
        id: String,
    },
    /// An annotation is about something that the case does not hold.
    #[error("the case holds no {} `{id}`", target_word(*target))]
    NoSuchTarget {
        /// Kind of evidence.
        target: TargetKind,
        /// Which one.
        id: String,
    },
    /// The revision of a contestation was sealed.
    #[error("revision {revision} of the contestation `{id}` is sealed and cannot be changed")]
    Sealed {
        /// Contestation.
        id: String,
        /// Its sealed revision.
        revision: u32,
    },
    /// Revisions of a contestation follow each other without gaps.
    #[error("the contestation `{id}` cannot be stored as revision {got}: the next is {next}")]
    Revision {
        /// Contestation.
        id: String,
        /// Revision given.
        got: u32,
        /// Revision that would come next.
        next: u32,
    },
    /// The beginning of an id fits several contestations.
    #[error("`{prefix}` fits {matches} contestations; write more of the id")]
    Ambiguous {
        /// What was given.
        prefix: String,
        /// How many it fits.
        matches: u64,
    },
}

fn target_word(target: TargetKind) -> &'static str {
    match target {
        TargetKind::Item => "item",
        TargetKind::Category => "category",
        TargetKind::Finding => "finding",
    }
}

/// A failure inside a table, which does not know which file it is in.
#[derive(Debug)]
pub(crate) enum Failure {
    Sqlite(rusqlite::Error),
    /// A stored text does not read as what its table holds.
    Unreadable {
        table: &'static str,
        source: serde_json::Error,
    },
    /// Stored bytes are not a whole series of numbers.
    Series {
        table: &'static str,
    },
    Refused(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(source: rusqlite::Error) -> Self {
        Self::Sqlite(source)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl Failure {
    /// The failure as one of the file at `path`.
    pub(crate) fn at(self, path: &Path) -> Error {
        let path = path.to_path_buf();
        match self {
            Self::Refused(error) => error,
            Self::Unreadable { table, source } => {
                Error::Damaged { path, reason: format!("a row of its table `{table}` cannot be read ({source})") }
            }
            Self::Series { table } => {
                let reason = format!("a row of its table `{table}` holds bytes that are not numbers");
                Error::Damaged { path, reason }
            }
            Self::Sqlite(source) => match source.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy { path },
                Some(ErrorCode::DiskFull) => Error::Full { path },
                Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                    Error::NotWritable { path }
                }
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                    Error::Damaged { path, reason: plain(&source) }
                }
                _ => Error::Database { path, source },
            },
        }
    }

    /// True when a row was refused because another of the same name is there.
    pub(crate) fn is_constraint(&self) -> bool {
        matches!(self, Self::Sqlite(source) if source.sqlite_error_code() == Some(ErrorCode::ConstraintViolation))
    }
}

/// What SQLite said, without the statement it was given.
fn plain(source: &rusqlite::Error) -> String {
    match source {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}
