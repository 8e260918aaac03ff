//! What holding the files of both variants against each other gave: one comparison of weights and one of tokenizers a run.

use parallax_wire::{TokensReport, WeightsReport};
use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;

use super::{from_json, to_json};
use crate::digest::FieldHash;
use crate::error::Failure;

/// `report` is the whole reply as JSON; `kind` says which.
pub(crate) const VERSION_3: &str = "
CREATE TABLE comparison (
    run    INTEGER NOT NULL REFERENCES run (number),
    kind   TEXT NOT NULL CHECK (kind IN ('weights', 'tokens')),
    report TEXT NOT NULL CHECK (json_valid(report)),
    PRIMARY KEY (run, kind)
) STRICT;
CREATE TRIGGER comparison_is_not_replaced BEFORE INSERT ON comparison
WHEN EXISTS (SELECT 1 FROM comparison WHERE run = NEW.run AND kind = NEW.kind)
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER comparison_is_not_changed BEFORE UPDATE ON comparison
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER comparison_is_not_removed BEFORE DELETE ON comparison
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
";

const WEIGHTS: &str = "weights";
const TOKENS: &str = "tokens";

pub(crate) fn insert_all(
    connection: &Connection,
    run: u64,
    weights: Option<&WeightsReport>,
    tokens: Option<&TokensReport>,
) -> Result<(), Failure> {
    let weights = weights.map(|report| to_json("a comparison of weights", report)).transpose()?;
    let tokens = tokens.map(|report| to_json("a comparison of tokenizers", report)).transpose()?;
    let mut statement = connection.prepare("INSERT INTO comparison (run, kind, report) VALUES (?1, ?2, ?3)")?;
    for (kind, report) in [(WEIGHTS, weights), (TOKENS, tokens)] {
        if let Some(report) = report {
            statement.execute(params![run, kind, report])?;
        }
    }
    Ok(())
}

/// The comparison of weights of a run.
pub(crate) fn weights(connection: &Connection, run: u64) -> Result<Option<WeightsReport>, Failure> {
    get(connection, run, WEIGHTS)
}

/// The comparison of tokenizers of a run.
pub(crate) fn tokens(connection: &Connection, run: u64) -> Result<Option<TokensReport>, Failure> {
    get(connection, run, TOKENS)
}

fn get<T: DeserializeOwned>(connection: &Connection, run: u64, kind: &str) -> Result<Option<T>, Failure> {
    stored(connection, run, kind)?.map(|report| from_json("comparison", &report)).transpose()
}

fn stored(connection: &Connection, run: u64, kind: &str) -> Result<Option<String>, Failure> {
    Ok(connection
        .query_row("SELECT report FROM comparison WHERE run = ?1 AND kind = ?2", params![run, kind], |row| row.get(0))
        .optional()?)
}

/// Adds the comparisons of a run to the hash that the history keeps of it; without any it adds nothing, so that runs
/// from before there were any keep their hash.
pub(crate) fn push(connection: &Connection, run: u64, hash: &mut FieldHash) -> Result<(), Failure> {
    for kind in [WEIGHTS, TOKENS] {
        if let Some(report) = stored(connection, run, kind)? {
            hash.push("comparison");
            hash.push(kind);
            hash.push(report);
        }
    }
    Ok(())
}
