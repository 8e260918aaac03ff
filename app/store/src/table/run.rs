//! Runs of the audit: one row each, never changed. Findings, items, maps and readers are in tables of their own.

use parallax_wire::{Audit, AuditOutcome};
use rusqlite::{Connection, OptionalExtension, params};

use super::event::AUDIT_STORED;
use super::{Recorded, comparison, decision, finding, fitted_reader, from_json, item, suite_map, to_json};
use crate::digest::FieldHash;
use crate::error::Failure;

/// `audit` is the whole audit without its findings; the columns before it are read from it.
pub(crate) const VERSION_1: &str = "
CREATE TABLE run (
    number    INTEGER PRIMARY KEY CHECK (number > 0),
    date      TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    engine    TEXT NOT NULL AS (audit ->> '$.engine'),
    nominal   TEXT NOT NULL AS (audit ->> '$.nominal.name'),
    operative TEXT NOT NULL AS (audit ->> '$.operative.name'),
    regime    TEXT NOT NULL AS (audit ->> '$.regime.kind'),
    audit     TEXT NOT NULL CHECK (json_valid(audit))
) STRICT;
CREATE TRIGGER run_is_not_changed BEFORE UPDATE ON run
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER run_is_not_removed BEFORE DELETE ON run
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
";

/// Stores an audit with everything that belongs to it as the next run; gives its number.
pub(crate) fn insert(connection: &Connection, date: &str, outcome: &AuditOutcome) -> Result<u64, Failure> {
    let number = latest(connection)?.unwrap_or(0) + 1;
    let mut audit = outcome.audit.clone();
    let findings = std::mem::take(&mut audit.findings);
    connection.execute(
        "INSERT INTO run (number, date, audit) VALUES (?1, ?2, ?3)",
        params![number, date, to_json("an audit", &audit)?],
    )?;
    finding::insert_all(connection, number, &findings)?;
    for record in &outcome.items {
        let item = item::insert(connection, number, record)?;
        decision::insert_all(connection, item, &record.decisions)?;
    }
    suite_map::insert_all(connection, number, &outcome.maps)?;
    fitted_reader::insert_all(connection, number, &outcome.fitted)?;
    comparison::insert_all(connection, number, outcome.weights.as_ref(), outcome.tokens.as_ref())?;
    Ok(number)
}

/// Number of the latest run.
pub(crate) fn latest(connection: &Connection) -> Result<Option<u64>, Failure> {
    Ok(connection.query_row("SELECT max(number) FROM run", [], |row| row.get(0))?)
}

/// The audit of a run, with its findings.
pub(crate) fn audit(connection: &Connection, number: u64) -> Result<Option<Audit>, Failure> {
    let text: Option<String> =
        connection.query_row("SELECT audit FROM run WHERE number = ?1", [number], |row| row.get(0)).optional()?;
    let Some(text) = text else { return Ok(None) };
    let mut audit: Audit = from_json("run", &text)?;
    audit.findings = finding::all(connection, number)?;
    Ok(Some(audit))
}

/// Names of the variants of a run, nominal first.
pub(crate) fn variants(connection: &Connection, number: u64) -> Result<(String, String), Failure> {
    Ok(connection.query_row("SELECT nominal, operative FROM run WHERE number = ?1", [number], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?)
}

/// True when a suite of the run has the category.
pub(crate) fn has_category(connection: &Connection, number: u64, suite: &str, id: &str) -> Result<bool, Failure> {
    Ok(connection.query_row(
        "SELECT EXISTS (
            SELECT 1 FROM run, json_each(run.audit, '$.suites') AS suite, json_each(suite.value, '$.categories') AS category
            WHERE run.number = ?1 AND suite.value ->> '$.id' = ?2 AND category.value = ?3)",
        params![number, suite, id],
        |row| row.get(0),
    )?)
}

/// A hash over the audit as stored, every finding as stored, every item as it reads, and what maps and readers add.
///
/// Items are JSON objects and what follows them begins with a word of its own, so that the two cannot be confused.
pub(crate) fn recorded(connection: &Connection, number: u64) -> Result<Recorded, Failure> {
    let audit: String = connection.query_row("SELECT audit FROM run WHERE number = ?1", [number], |row| row.get(0))?;
    let date: String = connection.query_row("SELECT date FROM run WHERE number = ?1", [number], |row| row.get(0))?;
    let mut hash = FieldHash::new().field(date).field(audit);
    let findings = finding::records(connection, number)?;
    hash.push(findings.len().to_string());
    for record in findings {
        hash.push(record);
    }
    for record in item::of_run(connection, number)? {
        hash.push(to_json("an item", &record)?);
    }
    suite_map::push(connection, number, &mut hash)?;
    fitted_reader::push(connection, number, &mut hash)?;
    comparison::push(connection, number, &mut hash)?;
    Ok(Recorded { kind: AUDIT_STORED, subject: number.to_string(), sha256: hash.finish() })
}

pub(crate) fn all_recorded(connection: &Connection) -> Result<Vec<Recorded>, Failure> {
    let latest = latest(connection)?.unwrap_or(0);
    (1..=latest).map(|number| recorded(connection, number)).collect()
}
