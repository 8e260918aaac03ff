//! Readers that were fitted on the items of a run, so that other texts can be read the same way; never changed.

use parallax_wire::{FittedReader, Series};
use rusqlite::{Connection, params};

use super::{from_json, to_json};
use crate::digest::FieldHash;
use crate::error::{Error, Failure};

/// `nominal` and `operative` hold little-endian `f32`; `categories` and `languages` are JSON lists that give their order.
pub(crate) const VERSION_2: &str = "
CREATE TABLE fitted_reader (
    run           INTEGER NOT NULL REFERENCES run (number),
    position      INTEGER NOT NULL,
    suite         TEXT NOT NULL,
    reader        TEXT NOT NULL,
    categories    TEXT NOT NULL CHECK (json_valid(categories)),
    languages     TEXT NOT NULL CHECK (json_valid(languages)),
    nominal_dim   INTEGER NOT NULL,
    operative_dim INTEGER NOT NULL,
    nominal       BLOB NOT NULL CHECK (length(nominal) % 4 = 0),
    operative     BLOB NOT NULL CHECK (length(operative) % 4 = 0),
    PRIMARY KEY (run, position),
    UNIQUE (run, suite, reader)
) STRICT;
CREATE TRIGGER fitted_reader_is_not_replaced BEFORE INSERT ON fitted_reader
WHEN EXISTS (
    SELECT 1 FROM fitted_reader
    WHERE run = NEW.run AND (position = NEW.position OR (suite = NEW.suite AND reader = NEW.reader))
)
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER fitted_reader_is_not_changed BEFORE UPDATE ON fitted_reader
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER fitted_reader_is_not_removed BEFORE DELETE ON fitted_reader
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
";

pub(crate) fn insert_all(connection: &Connection, run: u64, readers: &[FittedReader]) -> Result<(), Failure> {
    let mut statement = connection.prepare(
        "INSERT INTO fitted_reader
            (run, position, suite, reader, categories, languages, nominal_dim, operative_dim, nominal, operative)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for (position, fitted) in (1_u64..).zip(readers) {
        let inserted = statement.execute(params![
            run,
            position,
            fitted.suite,
            fitted.reader,
            to_json("a fitted reader", &fitted.categories)?,
            to_json("a fitted reader", &fitted.languages)?,
            fitted.nominal_dim,
            fitted.operative_dim,
            fitted.nominal.to_bytes(),
            fitted.operative.to_bytes(),
        ]);
        if let Err(source) = inserted {
            let failure = Failure::from(source);
            if failure.is_constraint() {
                let (suite, reader) = (fitted.suite.clone(), fitted.reader.clone());
                return Err(Error::DuplicateReader { suite, reader }.into());
            }
            return Err(failure);
        }
    }
    Ok(())
}

/// Number of readers that a run fitted.
pub(crate) fn count(connection: &Connection, run: u64) -> Result<u64, Failure> {
    Ok(connection.query_row("SELECT count(*) FROM fitted_reader WHERE run = ?1", [run], |row| row.get(0))?)
}

/// The readers of a run in the order in which they were stored.
pub(crate) fn all(connection: &Connection, run: u64) -> Result<Vec<FittedReader>, Failure> {
    let mut statement = connection.prepare(
        "SELECT suite, reader, categories, languages, nominal_dim, operative_dim, nominal, operative
         FROM fitted_reader WHERE run = ?1 ORDER BY position",
    )?;
    let mut rows = statement.query([run])?;
    let mut readers = Vec::new();
    while let Some(row) = rows.next()? {
        let series = |at: usize| -> Result<Series, Failure> {
            let bytes = row.get_ref(at)?.as_blob().map_err(rusqlite::Error::from)?;
            Series::from_bytes(bytes).ok_or(Failure::Series { table: "fitted_reader" })
        };
        readers.push(FittedReader {
            suite: row.get(0)?,
            reader: row.get(1)?,
            categories: from_json("fitted_reader", &row.get::<_, String>(2)?)?,
            languages: from_json("fitted_reader", &row.get::<_, String>(3)?)?,
            nominal_dim: row.get(4)?,
            operative_dim: row.get(5)?,
            nominal: series(6)?,
            operative: series(7)?,
        });
    }
    Ok(readers)
}

/// Adds the readers of a run to the hash that the history keeps of it; without readers it adds nothing, so that runs
/// from before there were any keep their hash.
pub(crate) fn push(connection: &Connection, run: u64, hash: &mut FieldHash) -> Result<(), Failure> {
    for fitted in all(connection, run)? {
        hash.push("reader");
        hash.push(&fitted.suite);
        hash.push(&fitted.reader);
        hash.push(to_json("a fitted reader", &fitted.categories)?);
        hash.push(to_json("a fitted reader", &fitted.languages)?);
        hash.push(fitted.nominal_dim.to_string());
        hash.push(fitted.operative_dim.to_string());
        hash.push(fitted.nominal.to_bytes());
        hash.push(fitted.operative.to_bytes());
    }
    Ok(())
}
