//! An open case file and its end; what is read from it and written to it is in `read` and `write`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::error::{Error, Failure, Result};
use crate::{create, open};

/// One open case file.
///
/// Several programs may have the same file open. Reading never waits; a writer waits for the other one to finish,
/// and gives up with [`Error::Busy`] after five seconds.
#[derive(Debug)]
pub struct Case {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
}

impl Case {
    /// Opens a case file after checking that it is one, that it is whole and that its history holds.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Folder`], [`Error::NotACase`], [`Error::Damaged`], [`Error::History`],
    /// [`Error::Newer`], [`Error::Busy`] and [`Error::NotWritable`]; the file is then as it was before.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = open::open(path)?;
        Ok(Self { connection, path: path.to_path_buf() })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How long a write waits for another program to finish its own.
    ///
    /// # Errors
    /// [`Error::Database`] when SQLite refuses.
    pub fn set_patience(&mut self, patience: Duration) -> Result<()> {
        self.connection.busy_timeout(patience).map_err(|source| self.failed(source))
    }

    /// Writes a copy without anything that was deleted; the copy holds the signing key as well.
    ///
    /// # Errors
    /// [`Error::Exists`] when something of that name is there; nothing is left behind on failure.
    pub fn backup(&self, to: &Path) -> Result<()> {
        let partial = create::partial_beside(to)?;
        let name = partial.to_str().ok_or_else(|| Error::Io {
            action: "back up to",
            path: to.to_path_buf(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidFilename, "its path is not valid Unicode"),
        })?;
        self.connection.execute("VACUUM INTO ?1", [name]).map_err(|source| Failure::from(source).at(to))?;
        create::finish(partial, to)
    }

    /// Closes the file and brings everything written into it, so that nothing is left beside it.
    ///
    /// Dropping a case does the same but cannot say when it failed.
    ///
    /// # Errors
    /// [`Error::Full`] and [`Error::Database`] when what was written could not be brought into the file;
    /// it is then still beside it and nothing is lost.
    pub fn close(self) -> Result<()> {
        self.checkpoint().map_err(|source| self.failed(source))
    }

    /// The failure as one of this file.
    pub(crate) fn failed(&self, failure: impl Into<Failure>) -> Error {
        failure.into().at(&self.path)
    }

    /// Another program that still reads keeps the log beside the file; the last one to close takes it away.
    pub(crate) fn checkpoint(&self) -> rusqlite::Result<()> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        // Everything committed is on disk either way; the next one to open the file brings it in.
        let _ = self.checkpoint();
    }
}
