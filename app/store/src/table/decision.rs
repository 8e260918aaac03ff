//! How readers sorted an item in both variants; never changed.

use parallax_wire::Decision;
use rusqlite::{Connection, params};

use crate::error::Failure;

pub(crate) const VERSION_1: &str = "
CREATE TABLE decision (
    item             INTEGER NOT NULL REFERENCES item (number),
    position         INTEGER NOT NULL,
    reader           TEXT NOT NULL,
    nominal          TEXT NOT NULL,
    operative        TEXT NOT NULL,
    nominal_margin   REAL,
    operative_margin REAL,
    PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER decision_is_not_changed BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER decision_is_not_removed BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
";

pub(crate) fn insert_all(connection: &Connection, item: i64, decisions: &[Decision]) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO decision (item, position, reader, nominal, operative, nominal_margin, operative_margin)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (position, decision) in (1_u64..).zip(decisions) {
        statement.execute(params![
            item,
            position,
            decision.reader,
            decision.nominal,
            decision.operative,
            decision.nominal_margin,
            decision.operative_margin
        ])?;
    }
    Ok(())
}

/// Decisions on an item, in the order in which they were stored.
pub(crate) fn of_item(connection: &Connection, item: i64) -> Result<Vec<Decision>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT reader, nominal, operative, nominal_margin, operative_margin FROM decision
         WHERE item = ?1 ORDER BY position",
    )?;
    let rows = statement.query_map([item], |row| {
        Ok(Decision {
            reader: row.get(0)?,
            nominal: row.get(1)?,
            operative: row.get(2)?,
            nominal_margin: row.get(3)?,
            operative_margin: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
