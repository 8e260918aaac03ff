//! What the case is called; one row. What was found in it is in the other tables.

use rusqlite::{Connection, params};

use super::Recorded;
use super::event::CASE_CREATED;
use crate::create::NewCase;
use crate::digest::FieldHash;
use crate::error::Failure;

pub(crate) const VERSION_1: &str = "
CREATE TABLE case_info (
    number  INTEGER PRIMARY KEY CHECK (number = 1),
    id      TEXT NOT NULL,
    title   TEXT NOT NULL,
    created TEXT NOT NULL CHECK (created GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')
) STRICT;
";

pub(crate) fn insert(connection: &Connection, new: &NewCase) -> Result<(), Failure> {
    connection.execute(
        "INSERT INTO case_info (number, id, title, created) VALUES (1, ?1, ?2, ?3)",
        params![new.id, new.title, new.date],
    )?;
    Ok(())
}

pub(crate) fn get(connection: &Connection) -> Result<NewCase, Failure> {
    Ok(connection.query_row("SELECT id, title, created FROM case_info", [], |row| {
        Ok(NewCase { id: row.get(0)?, title: row.get(1)?, date: row.get(2)? })
    })?)
}

pub(crate) fn recorded(connection: &Connection) -> Result<Recorded, Failure> {
    let info = get(connection)?;
    let sha256 = FieldHash::new().field(&info.id).field(&info.title).field(&info.date).finish();
    Ok(Recorded { kind: CASE_CREATED, subject: info.id, sha256 })
}
