//! Contestations, one row per revision. A draft is overwritten, so that what people took out is gone;
//! a sealed revision never changes.

use parallax_wire::ContestationReport;
use rusqlite::{Connection, params};

use super::event::CONTESTATION_SAVED;
use super::{Recorded, from_json, to_json};
use crate::digest::sha256;
use crate::error::{Error, Failure};

/// `record` is the report as a bundle would carry it; the columns before it are read from it.
pub(crate) const VERSION_1: &str = "
CREATE TABLE contestation (
    id       TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision > 0),
    saved    TEXT NOT NULL CHECK (saved GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    created  TEXT NOT NULL AS (record ->> '$.created'),
    status   TEXT NOT NULL AS (record ->> '$.status'),
    record   TEXT NOT NULL CHECK (json_valid(record)),
    PRIMARY KEY (id, revision)
) STRICT;
CREATE TRIGGER contestation_is_not_removed BEFORE DELETE ON contestation
BEGIN SELECT RAISE(ABORT, 'a contestation is withdrawn, never removed'); END;
";

/// Stores a draft over its own revision, or a new revision after the last; the caller refused sealed ones.
/// False when just that was stored before.
pub(crate) fn save(connection: &Connection, report: &ContestationReport, date: &str) -> Result<bool, Failure> {
    let last = last_revision(connection, &report.id)?;
    let next = last + 1;
    let text = to_json("a contestation", report)?;
    if report.revision == last && last > 0 {
        if record(connection, &report.id, last)? == text {
            return Ok(false);
        }
    } else if report.revision != next {
        return Err(Error::Revision { id: report.id.clone(), got: report.revision, next }.into());
    }
    connection.execute(
        "INSERT INTO contestation (id, revision, saved, record) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id, revision) DO UPDATE SET saved = excluded.saved, record = excluded.record",
        params![report.id, report.revision, date, text],
    )?;
    Ok(true)
}

/// The latest revision of every contestation, the first made first.
pub(crate) fn latest(connection: &Connection) -> Result<Vec<ContestationReport>, Failure> {
    let mut statement = connection.prepare(
        "SELECT record FROM contestation AS this
         WHERE revision = (SELECT max(revision) FROM contestation AS other WHERE other.id = this.id)
         ORDER BY (SELECT min(rowid) FROM contestation AS other WHERE other.id = this.id)",
    )?;
    let records = statement.query_map([], |row| row.get::<_, String>(0))?;
    records.map(|record| from_json("contestation", &record?)).collect()
}

/// Every revision of one contestation, the first first.
pub(crate) fn revisions(connection: &Connection, id: &str) -> Result<Vec<ContestationReport>, Failure> {
    let mut statement = connection.prepare("SELECT record FROM contestation WHERE id = ?1 ORDER BY revision")?;
    let records = statement.query_map([id], |row| row.get::<_, String>(0))?;
    records.map(|record| from_json("contestation", &record?)).collect()
}

/// Whole ids that begin with `prefix`, with or without `urn:uuid:` before it; only the one that equals it, if one does.
pub(crate) fn matching_ids(connection: &Connection, prefix: &str) -> Result<Vec<String>, Failure> {
    let bare = prefix.strip_prefix("urn:uuid:").unwrap_or(prefix);
    if bare.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare("SELECT DISTINCT id FROM contestation ORDER BY id")?;
    let ids = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let bare_of = |id: &str| id.strip_prefix("urn:uuid:").unwrap_or(id).to_owned();
    if let Some(equal) = ids.iter().find(|id| bare_of(id) == bare) {
        return Ok(vec![equal.clone()]);
    }
    Ok(ids.into_iter().filter(|id| bare_of(id).starts_with(bare)).collect())
}

pub(crate) fn count(connection: &Connection) -> Result<u64, Failure> {
    Ok(connection.query_row("SELECT count(DISTINCT id) FROM contestation", [], |row| row.get(0))?)
}

/// The last revision of a contestation; 0 where there is none.
pub(crate) fn last_revision(connection: &Connection, id: &str) -> Result<u32, Failure> {
    Ok(connection
        .query_row("SELECT coalesce(max(revision), 0) FROM contestation WHERE id = ?1", [id], |row| row.get(0))?)
}

/// The record of a revision as stored.
pub(crate) fn record(connection: &Connection, id: &str, revision: u32) -> Result<String, Failure> {
    Ok(connection.query_row(
        "SELECT record FROM contestation WHERE id = ?1 AND revision = ?2",
        params![id, revision],
        |row| row.get(0),
    )?)
}

pub(crate) fn recorded(connection: &Connection, id: &str, revision: u32) -> Result<Recorded, Failure> {
    let record = record(connection, id, revision)?;
    Ok(Recorded { kind: CONTESTATION_SAVED, subject: format!("{id}#{revision}"), sha256: sha256(record) })
}

pub(crate) fn all_recorded(connection: &Connection) -> Result<Vec<Recorded>, Failure> {
    let mut statement = connection.prepare("SELECT id, revision FROM contestation ORDER BY id, revision")?;
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    rows.iter().map(|(id, revision)| recorded(connection, id, *revision)).collect()
}
