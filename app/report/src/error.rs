//! Why a report could not be made, sealed or checked.

use std::path::PathBuf;

/// Why a report could not be made, sealed or checked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something is missing from a contestation, or may not leave.
    #[error("the contestation cannot be sealed yet: {}", missing.join(" "))]
    NotReady {
        /// What is missing, each a complete sentence.
        missing: Vec<String>,
    },
    /// There is something where a folder or file would be written.
    #[error("`{}` is already there and is not overwritten", path.display())]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// A file or folder could not be read or written.
    #[error("could not {action} `{}`", path.display())]
    Io {
        /// What was tried, for example `write`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The folder is not a bundle at all.
    #[error("`{}` is not a contestation bundle: {reason}", path.display())]
    NotABundle {
        /// The folder.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The folder is larger than a bundle may be.
    #[error("`{}` is not read further: {reason}", path.display())]
    TooLarge {
        /// The folder.
        path: PathBuf,
        /// Which limit is passed.
        reason: String,
    },
    /// A key could not be made, read or used.
    #[error("the signing key cannot be used: {reason}")]
    Key {
        /// Why not.
        reason: String,
    },
    /// What was just sealed does not check out.
    #[error("the bundle was not kept because it does not check out: {}", problems.join(" "))]
    SelfCheck {
        /// What is wrong with it, each a complete sentence.
        problems: Vec<String>,
    },
    /// A sentence could not be said.
    #[error("the report cannot be written: a sentence is missing or may not be said")]
    Words(#[from] parallax_words::Error),
    /// A value could not be written as JSON.
    #[error("the report cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// An input or output failure with what was tried.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
