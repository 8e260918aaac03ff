//! The unsigned report of an audit: one page and one JSON file, both or neither.

use std::fs;
use std::io::Write;
use std::path::Path;

use parallax_wire::{AUDIT_SCHEMA, Audit, ItemRecord};
use parallax_words::Words;

use crate::evidence::json_bytes;
use crate::seal::Parents;
use crate::{Error, page};

/// Names of the two files.
const PAGE: &str = "report.html";
const DATA: &str = "report.json";

/// Writes `report.html` and `report.json` (the audit) into a folder, which is made where it is missing.
///
/// An earlier audit's report there is replaced; anything else of these names is not overwritten.
///
/// # Errors
/// When a finding may not be said, something else is in the way, or writing fails; then neither file is there new.
pub fn audit_report(audit: &Audit, items: &[ItemRecord], into: &Path) -> Result<(), Error> {
    let html = page::audit_page(&Words::english(), audit, items)?;
    let json = json_bytes(audit)?;
    let made = Parents::make(into)?;
    let written = write_both(html.as_bytes(), &json, into);
    if written.is_err() {
        made.remove();
    }
    written
}

fn write_both(html: &[u8], json: &[u8], into: &Path) -> Result<(), Error> {
    let (page, data) = (into.join(PAGE), into.join(DATA));
    let taken = [&page, &data].into_iter().find(|path| fs::symlink_metadata(path).is_ok());
    if let Some(taken) = taken
        && !is_audit(&data)
    {
        return Err(Error::Exists { path: taken.clone() });
    }
    let part = |bytes: &[u8]| -> Result<tempfile::NamedTempFile, Error> {
        let mut file = tempfile::NamedTempFile::new_in(into).map_err(Error::io("write into", into))?;
        file.write_all(bytes).map_err(Error::io("write into", into))?;
        readable_by_all(file.as_file()).map_err(Error::io("write into", into))?;
        Ok(file)
    };
    let (new_page, new_data) = (part(html)?, part(json)?);
    let previous = fs::read(&page).ok();
    new_page.persist(&page).map_err(|failed| Error::io("write", &page)(failed.error))?;
    new_data.persist(&data).map(|_| ()).map_err(|failed| {
        // The page must not stand beside another audit's data.
        let _ = match previous {
            Some(bytes) => fs::write(&page, bytes),
            None => fs::remove_file(&page),
        };
        Error::io("write", &data)(failed.error)
    })
}

/// True when the file is an audit that an earlier run wrote.
fn is_audit(path: &Path) -> bool {
    let plain = fs::symlink_metadata(path).is_ok_and(|kind| kind.is_file());
    plain
        && fs::read(path).is_ok_and(|bytes| {
            serde_json::from_slice::<serde_json::Value>(&bytes)
                .is_ok_and(|value| value.get("schema").and_then(serde_json::Value::as_str) == Some(AUDIT_SCHEMA))
        })
}

#[cfg(unix)]
fn readable_by_all(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_file: &fs::File) -> std::io::Result<()> {
    Ok(())
}
