//! Making a case file, whole or not at all: it is built under another name and renamed at the end.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use parallax_wire::AuditOutcome;
use rusqlite::Connection;
use tempfile::TempPath;

use crate::case::Case;
use crate::error::{Error, Failure, Result};
use crate::table::{case_info, event};
use crate::{open, schema, write};

/// What a new case is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCase {
    /// Random UUID v4.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Day, `YYYY-MM-DD`.
    pub date: String,
}

impl Case {
    /// Makes a case without an audit.
    ///
    /// # Errors
    /// [`Error::Exists`] when something of that name is there, [`Error::Io`], [`Error::Full`] and [`Error::Date`];
    /// nothing is left behind then.
    pub fn create(path: &Path, new: &NewCase) -> Result<Self> {
        make(path, new, None)
    }

    /// Makes a case with its first audit.
    ///
    /// # Errors
    /// As [`Case::create`] and [`Case::add_audit`].
    pub fn create_with_audit(path: &Path, new: &NewCase, outcome: &AuditOutcome) -> Result<Self> {
        make(path, new, Some(outcome))
    }
}

fn make(path: &Path, new: &NewCase, outcome: Option<&AuditOutcome>) -> Result<Case> {
    write::check_date(&new.date)?;
    let partial = partial_beside(path)?;
    fill(&partial, new, outcome).map_err(|failure| failure.at(path))?;
    finish(partial, path)?;
    Case::open(path)
}

/// Tables, rows and events of a new case in one transaction. The journal is in memory, so that a process that is
/// killed here leaves at most one hidden file: a file that is not whole is thrown away, never repaired.
fn fill(partial: &Path, new: &NewCase, outcome: Option<&AuditOutcome>) -> std::result::Result<(), Failure> {
    let mut connection = open::connect(partial)?;
    connection.pragma_update(None, "journal_mode", "MEMORY")?;
    let transaction = connection.transaction()?;
    schema::migrate(&transaction)?;
    case_info::insert(&transaction, new)?;
    let recorded = case_info::recorded(&transaction)?;
    event::append(&transaction, &new.date, recorded.kind, &recorded.subject, &recorded.sha256)?;
    if let Some(outcome) = outcome {
        write::store_audit(&transaction, outcome, &new.date)?;
    }
    transaction.commit()?;
    Connection::close(connection).map_err(|(_, source)| source.into())
}

/// An empty file beside `path`, removed again unless it is finished.
pub(crate) fn partial_beside(path: &Path) -> Result<TempPath> {
    if path.symlink_metadata().is_ok() {
        return Err(Error::Exists { path: path.to_path_buf() });
    }
    let cannot = |source| Error::Io { action: "create", path: path.to_path_buf(), source };
    let name = path.file_name().ok_or_else(|| cannot(io::Error::from(io::ErrorKind::InvalidFilename)))?;
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    let file = tempfile::Builder::new().prefix(&prefix).suffix(".partial").tempfile_in(folder_of(path));
    // The operating system's own words say why; the name tried says nothing to people.
    let file = file.map_err(|error| cannot(io::Error::from(error.kind())))?;
    Ok(file.into_temp_path())
}

/// Gives a finished file its name, unless something took that name meanwhile.
pub(crate) fn finish(partial: TempPath, path: &Path) -> Result<()> {
    let cannot = |source| Error::Io { action: "create", path: path.to_path_buf(), source };
    File::options().write(true).open(&partial).and_then(|file| file.sync_all()).map_err(cannot)?;
    partial.persist_noclobber(path).map_err(|persist| match persist.error.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists { path: path.to_path_buf() },
        _ => cannot(persist.error),
    })?;
    // The new name is durable once the folder is; not every system can open a folder, and the file is whole anyway.
    if let Ok(folder) = File::open(folder_of(path)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}
