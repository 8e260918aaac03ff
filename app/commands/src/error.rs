//! How failures of the rooms below become one sentence with a code.

use std::path::Path;

use parallax_wire::{Code, Error};

/// Turns a failure of another crate into [`Error`], keeping its chain of causes.
pub(crate) trait Coded<T> {
    /// The input or the use was wrong.
    fn bad_input(self) -> Result<T, Error>;
    /// A defect of ours, or something that the person cannot mend by other input.
    fn internal(self) -> Result<T, Error>;
}

impl<T, E: std::error::Error + 'static> Coded<T> for Result<T, E> {
    fn bad_input(self) -> Result<T, Error> {
        self.map_err(|source| Error::from_source(Code::BadInput, &source))
    }

    fn internal(self) -> Result<T, Error> {
        self.map_err(|source| Error::from_source(Code::Internal, &source))
    }
}

/// A refusal in our own words.
pub(crate) fn refuse(message: impl Into<String>) -> Error {
    Error::new(Code::BadInput, message)
}

/// The last part of a path, which is all of it that may be said in a report.
pub(crate) fn base_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
