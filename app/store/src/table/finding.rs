//! Findings of a run in their order; never changed. What they rest on is in `item` and in the run's audit.

use parallax_wire::Finding;
use rusqlite::{Connection, OptionalExtension, params};

use super::{from_json, to_json};
use crate::error::{Error, Failure};

/// `record` is the finding as a bundle would carry it; the columns before it are read from it.
pub(crate) const VERSION_1: &str = "
CREATE TABLE finding (
    run      INTEGER NOT NULL REFERENCES run (number),
    rank     INTEGER NOT NULL CHECK (rank > 0),
    id       TEXT NOT NULL,
    type     TEXT NOT NULL AS (record ->> '$.type'),
    layer    TEXT NOT NULL AS (record ->> '$.layer'),
    strength TEXT NOT NULL AS (record ->> '$.strength'),
    suite    TEXT AS (record ->> '$.suite'),
    language TEXT AS (record ->> '$.language'),
    sentence TEXT NOT NULL AS (record ->> '$.sentence'),
    record   TEXT NOT NULL CHECK (json_valid(record)),
    PRIMARY KEY (run, rank),
    UNIQUE (run, id)
) STRICT;
CREATE TRIGGER finding_is_not_changed BEFORE UPDATE ON finding
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER finding_is_not_removed BEFORE DELETE ON finding
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
";

pub(crate) fn insert_all(connection: &Connection, run: u64, findings: &[Finding]) -> Result<(), Failure> {
    let mut statement = connection.prepare("INSERT INTO finding (run, rank, id, record) VALUES (?1, ?2, ?3, ?4)")?;
    for (rank, finding) in (1_u64..).zip(findings) {
        let inserted = statement.execute(params![run, rank, finding.id, to_json("a finding", finding)?]);
        if let Err(source) = inserted {
            let failure = Failure::from(source);
            if failure.is_constraint() {
                return Err(Error::DuplicateFinding { id: finding.id.clone() }.into());
            }
            return Err(failure);
        }
    }
    Ok(())
}

/// Findings of a run, the first-ranked first.
pub(crate) fn all(connection: &Connection, run: u64) -> Result<Vec<Finding>, Failure> {
    records(connection, run)?.iter().map(|record| from_json("finding", record)).collect()
}

pub(crate) fn get(connection: &Connection, run: u64, id: &str) -> Result<Option<Finding>, Failure> {
    let record: Option<String> = connection
        .query_row("SELECT record FROM finding WHERE run = ?1 AND id = ?2", params![run, id], |row| row.get(0))
        .optional()?;
    record.map(|record| from_json("finding", &record)).transpose()
}

pub(crate) fn count(connection: &Connection, run: u64) -> Result<u64, Failure> {
    Ok(connection.query_row("SELECT count(*) FROM finding WHERE run = ?1", [run], |row| row.get(0))?)
}

/// Findings of a run as stored.
pub(crate) fn records(connection: &Connection, run: u64) -> Result<Vec<String>, Failure> {
    let mut statement = connection.prepare("SELECT record FROM finding WHERE run = ?1 ORDER BY rank")?;
    let rows = statement.query_map([run], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
