//! The key that seals this case's contestations: one row, never part of an export.

use rusqlite::{Connection, OptionalExtension};

use super::Recorded;
use super::event::KEY_SET;
use crate::digest::sha256;
use crate::error::Failure;

pub(crate) const VERSION_1: &str = "
CREATE TABLE signing_key (
    number      INTEGER PRIMARY KEY CHECK (number = 1),
    private_key TEXT NOT NULL
) STRICT;
";

/// Stores the key in place of the one before.
pub(crate) fn set(connection: &Connection, private_key: &str) -> Result<(), Failure> {
    connection.execute(
        "INSERT INTO signing_key (number, private_key) VALUES (1, ?1)
         ON CONFLICT (number) DO UPDATE SET private_key = excluded.private_key",
        [private_key],
    )?;
    Ok(())
}

pub(crate) fn get(connection: &Connection) -> Result<Option<String>, Failure> {
    Ok(connection.query_row("SELECT private_key FROM signing_key", [], |row| row.get(0)).optional()?)
}

/// The history may be read by others; a hash of a key's 256 random bits tells them nothing about it.
pub(crate) fn recorded(private_key: &str) -> Recorded {
    Recorded { kind: KEY_SET, subject: "signing-key".to_owned(), sha256: sha256(private_key) }
}
