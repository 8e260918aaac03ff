//! Versions of the format and how a file gets from one to the next; the tables themselves are in `table`.

use std::sync::OnceLock;

use rusqlite::Connection;

use crate::error::Failure;
use crate::table;

/// `PRLX`, which marks an SQLite database as a case file.
pub const APPLICATION_ID: i32 = 0x5052_4C58;

/// Format that this version writes, and the latest it reads.
pub const VERSION: u32 = VERSIONS.len() as u32;

/// What each version adds. Only ever append: files of every version written so far stay readable.
const VERSIONS: &[&[&str]] = &[VERSION_1, VERSION_2, VERSION_3];

const VERSION_1: &[&str] = &[
    table::event::VERSION_1,
    table::case_info::VERSION_1,
    table::run::VERSION_1,
    table::finding::VERSION_1,
    table::item::VERSION_1,
    table::decision::VERSION_1,
    table::annotation::VERSION_1,
    table::contestation::VERSION_1,
    table::seal::VERSION_1,
    table::signing_key::VERSION_1,
];

/// Maps of the items, and own words with the readers that sort them.
const VERSION_2: &[&str] =
    &[table::suite_map::VERSION_2, table::fitted_reader::VERSION_2, table::kept_words::VERSION_2];

/// The files of both variants, held against each other.
const VERSION_3: &[&str] = &[table::comparison::VERSION_3];

/// Brings a database to the latest version; the caller holds the transaction.
pub(crate) fn migrate(connection: &Connection) -> Result<(), Failure> {
    migrate_through(connection, VERSIONS)
}

fn migrate_through(connection: &Connection, versions: &[&[&str]]) -> Result<(), Failure> {
    let found = user_version(connection)?;
    for statements in versions.iter().skip(found as usize) {
        for statement in *statements {
            connection.execute_batch(statement)?;
        }
    }
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", versions.len() as u32)?;
    Ok(())
}

pub(crate) fn user_version(connection: &Connection) -> Result<u32, Failure> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Tables, indices and triggers with the statement that made each, in order of name.
///
/// What SQLite keeps for itself and for full-text search is left out: it may differ between versions of SQLite.
pub(crate) fn objects(connection: &Connection) -> Result<Vec<(String, String)>, Failure> {
    let mut statement = connection.prepare(
        "SELECT name, coalesce(sql, '') FROM sqlite_schema
         WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'item\\_text\\_%' ESCAPE '\\'
         ORDER BY name, type",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What [`objects`] gives of a new database of each version.
///
/// Making one takes longer than reading a small case, so it is done once.
fn every_version() -> Result<&'static [Vec<(String, String)>], Failure> {
    static EVERY: OnceLock<Vec<Vec<(String, String)>>> = OnceLock::new();
    if let Some(known) = EVERY.get() {
        return Ok(known);
    }
    let fresh = Connection::open_in_memory()?;
    let mut every = Vec::new();
    for version in 1..=VERSIONS.len() {
        migrate_through(&fresh, &VERSIONS[..version])?;
        every.push(objects(&fresh)?);
    }
    Ok(EVERY.get_or_init(|| every))
}

/// The first object that is not as the version of the database makes it, or none.
///
/// A stranger's file could hold a trigger that changes other rows, or lack the ones that keep the history whole.
pub(crate) fn first_difference(connection: &Connection) -> Result<Option<String>, Failure> {
    let version = user_version(connection)? as usize;
    let every = every_version()?;
    let expected = version.checked_sub(1).and_then(|at| every.get(at)).map_or(&[][..], Vec::as_slice);
    let found = objects(connection)?;
    let difference = expected
        .iter()
        .find(|object| !found.contains(object))
        .or_else(|| found.iter().find(|object| !expected.contains(object)));
    Ok(difference.map(|(name, _)| name.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_version_keeps_the_rows_of_an_earlier_one() {
        let connection = Connection::open_in_memory().expect("a database in memory");
        migrate_through(&connection, &[&["CREATE TABLE note (body TEXT) STRICT"]]).expect("version 1");
        connection.execute("INSERT INTO note VALUES ('kept')", []).expect("a row");
        let versions: &[&[&str]] =
            &[&["CREATE TABLE note (body TEXT) STRICT"], &["ALTER TABLE note ADD COLUMN author TEXT"]];
        migrate_through(&connection, versions).expect("version 2");
        let row: (String, Option<String>) = connection
            .query_row("SELECT body, author FROM note", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("the row with the new column");
        assert_eq!(row, ("kept".to_owned(), None), "a migration adds and takes nothing away");
        assert_eq!(user_version(&connection).expect("a version"), 2, "the file says which version it has");
    }

    #[test]
    fn a_migration_that_fails_leaves_the_earlier_version() {
        let mut connection = Connection::open_in_memory().expect("a database in memory");
        let versions: &[&[&str]] = &[&["CREATE TABLE note (body TEXT) STRICT"], &["CREATE TABLE note (again TEXT)"]];
        let transaction = connection.transaction().expect("a transaction");
        assert!(migrate_through(&transaction, versions).is_err(), "the second version makes a table that is there");
        drop(transaction);
        assert_eq!(user_version(&connection).expect("a version"), 0, "all versions are one transaction");
        assert!(objects(&connection).expect("a list").is_empty(), "nothing half-made is left");
    }
}
