//! Which revision of a contestation left as which bundle; never changed. The bundle itself is a folder elsewhere.

use parallax_wire::SealReply;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Recorded;
use super::event::CONTESTATION_SEALED;
use crate::digest::FieldHash;
use crate::error::Failure;

pub(crate) const VERSION_1: &str = "
CREATE TABLE seal (
    contestation       TEXT NOT NULL,
    revision           INTEGER NOT NULL,
    date               TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    folder             TEXT NOT NULL,
    files              INTEGER NOT NULL,
    fingerprint        TEXT NOT NULL,
    tagmanifest_sha256 TEXT NOT NULL CHECK (length(tagmanifest_sha256) = 64),
    PRIMARY KEY (contestation, revision),
    FOREIGN KEY (contestation, revision) REFERENCES contestation (id, revision)
) STRICT;
CREATE TRIGGER seal_is_not_changed BEFORE UPDATE ON seal
BEGIN SELECT RAISE(ABORT, 'a sealed contestation never changes'); END;
CREATE TRIGGER seal_is_not_removed BEFORE DELETE ON seal
BEGIN SELECT RAISE(ABORT, 'a sealed contestation never changes'); END;
CREATE TRIGGER seal_keeps_its_contestation BEFORE UPDATE ON contestation
WHEN EXISTS (SELECT 1 FROM seal WHERE contestation = OLD.id AND revision = OLD.revision)
BEGIN SELECT RAISE(ABORT, 'a sealed contestation never changes'); END;
";

/// That a revision of a contestation was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Id of the contestation.
    pub contestation: String,
    /// Its revision.
    pub revision: u32,
    /// Day, `YYYY-MM-DD`.
    pub date: String,
    /// What sealing produced; the folder's name without its path.
    pub reply: SealReply,
}

pub(crate) fn insert(connection: &Connection, seal: &Seal) -> Result<(), Failure> {
    connection.execute(
        "INSERT INTO seal (contestation, revision, date, folder, files, fingerprint, tagmanifest_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            seal.contestation,
            seal.revision,
            seal.date,
            seal.reply.folder,
            seal.reply.files,
            seal.reply.fingerprint,
            seal.reply.tagmanifest_sha256
        ],
    )?;
    Ok(())
}

/// All seals, the first made first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Seal>, Failure> {
    let mut statement = connection.prepare(
        "SELECT contestation, revision, date, folder, files, fingerprint, tagmanifest_sha256 FROM seal ORDER BY rowid",
    )?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn get(connection: &Connection, contestation: &str, revision: u32) -> Result<Option<Seal>, Failure> {
    Ok(connection
        .query_row(
            "SELECT contestation, revision, date, folder, files, fingerprint, tagmanifest_sha256 FROM seal
             WHERE contestation = ?1 AND revision = ?2",
            params![contestation, revision],
            read,
        )
        .optional()?)
}

/// A hash over the seal and the report as it was sealed.
pub(crate) fn recorded(seal: &Seal, record: &str) -> Recorded {
    let sha256 = FieldHash::new()
        .field(&seal.contestation)
        .field(seal.revision.to_string())
        .field(&seal.date)
        .field(&seal.reply.folder)
        .field(seal.reply.files.to_string())
        .field(&seal.reply.fingerprint)
        .field(&seal.reply.tagmanifest_sha256)
        .field(record)
        .finish();
    Recorded { kind: CONTESTATION_SEALED, subject: format!("{}#{}", seal.contestation, seal.revision), sha256 }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Seal> {
    Ok(Seal {
        contestation: row.get(0)?,
        revision: row.get(1)?,
        date: row.get(2)?,
        reply: SealReply {
            folder: row.get(3)?,
            files: row.get(4)?,
            fingerprint: row.get(5)?,
            tagmanifest_sha256: row.get(6)?,
        },
    })
}
