//! The history: a chain of events that only grows at its end. It does not know what the payloads are.

use parallax_wire::Event;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::digest::FieldHash;
use crate::error::Failure;

/// The triggers hold for every program that writes to the file; the chain shows when they were removed.
/// `INSERT OR REPLACE` fires no delete trigger, which is why the place of a new row is checked as well.
pub(crate) const VERSION_1: &str = "
CREATE TABLE event (
    seq            INTEGER PRIMARY KEY,
    prev_hash      TEXT NOT NULL CHECK (length(prev_hash) = 64),
    hash           TEXT NOT NULL CHECK (length(hash) = 64),
    date           TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    kind           TEXT NOT NULL,
    subject        TEXT NOT NULL,
    payload_sha256 TEXT NOT NULL CHECK (length(payload_sha256) = 64)
) STRICT;
CREATE TRIGGER event_follows_the_last BEFORE INSERT ON event
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'the history only grows at its end'); END;
CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the history only grows at its end'); END;
CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the history only grows at its end'); END;
";

/// Hash before the first event.
const BEFORE_THE_FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

pub(crate) const CASE_CREATED: &str = "case-created";
pub(crate) const AUDIT_STORED: &str = "audit-stored";
pub(crate) const ANNOTATION_ADDED: &str = "annotation-added";
pub(crate) const CONTESTATION_SAVED: &str = "contestation-saved";
pub(crate) const CONTESTATION_SEALED: &str = "contestation-sealed";
pub(crate) const KEY_SET: &str = "key-set";
pub(crate) const WORDS_KEPT: &str = "words-kept";
pub(crate) const WORDS_FORGOTTEN: &str = "words-forgotten";

/// Adds an event to the end of the chain; the caller holds the transaction that the row it records is in.
pub(crate) fn append(
    connection: &Connection,
    date: &str,
    kind: &str,
    subject: &str,
    payload_sha256: &str,
) -> Result<(), Failure> {
    let (prev_hash, length) = head(connection)?;
    let mut event = Event {
        seq: length + 1,
        prev_hash,
        hash: String::new(),
        date: date.to_owned(),
        kind: kind.to_owned(),
        payload_sha256: payload_sha256.to_owned(),
        subject: subject.to_owned(),
    };
    event.hash = hash(&event);
    connection.execute(
        "INSERT INTO event (seq, prev_hash, hash, date, kind, subject, payload_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![event.seq, event.prev_hash, event.hash, event.date, event.kind, event.subject, event.payload_sha256],
    )?;
    Ok(())
}

/// Hash of the last event and number of events.
pub(crate) fn head(connection: &Connection) -> Result<(String, u64), Failure> {
    let last = connection
        .query_row("SELECT hash, seq FROM event ORDER BY seq DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(last.unwrap_or_else(|| (BEFORE_THE_FIRST.to_owned(), 0)))
}

/// All events, the first first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Event>, Failure> {
    let mut statement = connection
        .prepare("SELECT seq, prev_hash, hash, date, kind, subject, payload_sha256 FROM event ORDER BY seq")?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The first event that does not hold, with what is wrong with it.
///
/// Events removed from the end leave a chain that holds: only a head and a length kept elsewhere show that.
pub(crate) fn first_break(connection: &Connection) -> Result<Option<(u64, &'static str)>, Failure> {
    let events = all(connection)?;
    if events.is_empty() {
        return Ok(Some((1, "is missing")));
    }
    let mut prev_hash = BEFORE_THE_FIRST.to_owned();
    for (seq, event) in (1..).zip(&events) {
        if event.seq != seq {
            return Ok(Some((seq, "is missing")));
        }
        if event.prev_hash != prev_hash {
            return Ok(Some((seq, "does not follow from the event before it")));
        }
        if event.hash != hash(event) {
            return Ok(Some((seq, "was changed")));
        }
        prev_hash.clone_from(&event.hash);
    }
    Ok(None)
}

fn hash(event: &Event) -> String {
    FieldHash::new()
        .field(&event.prev_hash)
        .field(event.seq.to_string())
        .field(&event.date)
        .field(&event.kind)
        .field(&event.subject)
        .field(&event.payload_sha256)
        .finish()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        seq: row.get(0)?,
        prev_hash: row.get(1)?,
        hash: row.get(2)?,
        date: row.get(3)?,
        kind: row.get(4)?,
        subject: row.get(5)?,
        payload_sha256: row.get(6)?,
    })
}
