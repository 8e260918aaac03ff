//! Own words that a person chose to keep. Forgetting removes the row itself; the history keeps that there was one.

use parallax_wire::KeptWords;
use rusqlite::{Connection, OptionalExtension, params};

use super::event::{WORDS_FORGOTTEN, WORDS_KEPT};
use super::{Recorded, from_json, to_json};
use crate::digest::{FieldHash, sha256};
use crate::error::{Error, Failure};

/// `sorted` is the text with what both variants made of it; the columns before it are read from it.
///
/// `salt` goes into the hash that stays in the history: without it, who guesses a short text could tell from that hash
/// that it had been kept, also after it was forgotten.
pub(crate) const VERSION_2: &str = "
CREATE TABLE kept_words (
    number   INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    created  TEXT NOT NULL CHECK (created GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    text     TEXT NOT NULL AS (sorted ->> '$.text'),
    language TEXT NOT NULL AS (sorted ->> '$.language'),
    sorted   TEXT NOT NULL CHECK (json_valid(sorted)),
    salt     BLOB NOT NULL CHECK (length(salt) = 32)
) STRICT;
CREATE TRIGGER kept_words_are_not_changed BEFORE UPDATE ON kept_words
BEGIN SELECT RAISE(ABORT, 'what was kept never changes, it can only be forgotten'); END;
";

pub(crate) fn insert(connection: &Connection, words: &KeptWords) -> Result<(), Failure> {
    let inserted = connection.execute(
        "INSERT INTO kept_words (id, created, sorted, salt) VALUES (?1, ?2, ?3, randomblob(32))",
        params![words.id, words.created, to_json("kept words", &words.sorted)?],
    );
    match inserted.map_err(Failure::from) {
        Ok(_) => Ok(()),
        Err(failure) if failure.is_constraint() => Err(Error::DuplicateWords { id: words.id.clone() }.into()),
        Err(failure) => Err(failure),
    }
}

/// Removes words; false when there are none of that id.
pub(crate) fn delete(connection: &Connection, id: &str) -> Result<bool, Failure> {
    Ok(connection.execute("DELETE FROM kept_words WHERE id = ?1", [id])? > 0)
}

/// All kept words, the oldest first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<KeptWords>, Failure> {
    let mut statement = connection.prepare("SELECT id, created, sorted FROM kept_words ORDER BY number")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
    rows.map(|row| {
        let (id, created, sorted) = row?;
        Ok(KeptWords { id, created, sorted: from_json("kept_words", &sorted)? })
    })
    .collect()
}

/// What the history says when words of that id are kept.
pub(crate) fn recorded(connection: &Connection, id: &str) -> Result<Recorded, Failure> {
    let row: Option<(String, String, Vec<u8>)> = connection
        .query_row("SELECT created, sorted, salt FROM kept_words WHERE id = ?1", [id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let (created, sorted, salt) = row.ok_or_else(|| Error::NoSuchWords { id: id.to_owned() })?;
    let sha256 = FieldHash::new().field(salt).field(id).field(created).field(sorted).finish();
    Ok(Recorded { kind: WORDS_KEPT, subject: id.to_owned(), sha256 })
}

/// What the history says when words of that id are forgotten: nothing that depends on them.
pub(crate) fn forgotten(id: &str) -> Recorded {
    Recorded { kind: WORDS_FORGOTTEN, subject: id.to_owned(), sha256: sha256(id) }
}

pub(crate) fn all_recorded(connection: &Connection) -> Result<Vec<Recorded>, Failure> {
    let mut statement = connection.prepare("SELECT id FROM kept_words ORDER BY number")?;
    let ids = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    ids.iter().map(|id| recorded(connection, id)).collect()
}
