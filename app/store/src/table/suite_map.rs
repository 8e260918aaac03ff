//! Where the items of a run lie in both variants, suite by suite and tap by tap; never changed.

use parallax_wire::{MapTap, Series, SuiteMap};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{from_json, to_json};
use crate::digest::FieldHash;
use crate::error::{Error, Failure};

/// `INSERT OR REPLACE` fires no delete trigger, which is why what is there is asked for before a row comes in.
///
/// `positions` holds four little-endian `f32` an item, in the order of `items`, a JSON list of their ids.
pub(crate) const VERSION_2: &str = "
CREATE TABLE suite_map (
    run     INTEGER NOT NULL REFERENCES run (number),
    suite   TEXT NOT NULL,
    aligned INTEGER NOT NULL CHECK (aligned IN (0, 1)),
    items   TEXT NOT NULL CHECK (json_valid(items)),
    PRIMARY KEY (run, suite)
) STRICT;
CREATE TRIGGER suite_map_is_not_replaced BEFORE INSERT ON suite_map
WHEN EXISTS (SELECT 1 FROM suite_map WHERE run = NEW.run AND suite = NEW.suite)
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER suite_map_is_not_changed BEFORE UPDATE ON suite_map
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER suite_map_is_not_removed BEFORE DELETE ON suite_map
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TABLE map_tap (
    run             INTEGER NOT NULL,
    suite           TEXT NOT NULL,
    nominal_tap     INTEGER NOT NULL,
    operative_tap   INTEGER NOT NULL,
    explained       REAL NOT NULL,
    kept_neighbours REAL NOT NULL,
    positions       BLOB NOT NULL CHECK (length(positions) % 16 = 0),
    PRIMARY KEY (run, suite, nominal_tap),
    FOREIGN KEY (run, suite) REFERENCES suite_map (run, suite)
) STRICT;
CREATE TRIGGER map_tap_is_not_replaced BEFORE INSERT ON map_tap
WHEN EXISTS (SELECT 1 FROM map_tap WHERE run = NEW.run AND suite = NEW.suite AND nominal_tap = NEW.nominal_tap)
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER map_tap_is_not_changed BEFORE UPDATE ON map_tap
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER map_tap_is_not_removed BEFORE DELETE ON map_tap
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
";

pub(crate) fn insert_all(connection: &Connection, run: u64, maps: &[SuiteMap]) -> Result<(), Failure> {
    let mut suite = connection.prepare("INSERT INTO suite_map (run, suite, aligned, items) VALUES (?1, ?2, ?3, ?4)")?;
    let mut tap = connection.prepare(
        "INSERT INTO map_tap (run, suite, nominal_tap, operative_tap, explained, kept_neighbours, positions)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for map in maps {
        suite
            .execute(params![run, map.suite, map.aligned, to_json("a map", &map.items)?])
            .map_err(|source| refused(source, map))?;
        for at in &map.taps {
            if at.positions.0.len() != 4 * map.items.len() {
                return Err(Error::MapLength {
                    suite: map.suite.clone(),
                    tap: at.nominal_tap,
                    items: map.items.len(),
                    numbers: at.positions.0.len(),
                }
                .into());
            }
            tap.execute(params![
                run,
                map.suite,
                at.nominal_tap,
                at.operative_tap,
                at.explained,
                at.kept_neighbours,
                at.positions.to_bytes()
            ])
            .map_err(|source| refused(source, map))?;
        }
    }
    Ok(())
}

fn refused(source: rusqlite::Error, map: &SuiteMap) -> Failure {
    let failure = Failure::from(source);
    if failure.is_constraint() { Error::DuplicateMap { suite: map.suite.clone() }.into() } else { failure }
}

/// The map of a suite without its positions.
pub(crate) fn outline(connection: &Connection, run: u64, suite: &str) -> Result<Option<SuiteMap>, Failure> {
    let head: Option<(bool, String)> = connection
        .query_row("SELECT aligned, items FROM suite_map WHERE run = ?1 AND suite = ?2", params![run, suite], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((aligned, items)) = head else { return Ok(None) };
    let mut statement = connection.prepare(
        "SELECT nominal_tap, operative_tap, explained, kept_neighbours FROM map_tap
         WHERE run = ?1 AND suite = ?2 ORDER BY nominal_tap",
    )?;
    let taps = statement.query_map(params![run, suite], read_tap)?.collect::<rusqlite::Result<_>>()?;
    Ok(Some(SuiteMap { suite: suite.to_owned(), items: from_json("suite_map", &items)?, aligned, taps }))
}

/// The map of a suite with all positions.
pub(crate) fn get(connection: &Connection, run: u64, suite: &str) -> Result<Option<SuiteMap>, Failure> {
    let Some(mut map) = outline(connection, run, suite)? else { return Ok(None) };
    for tap in &mut map.taps {
        tap.positions = positions(connection, run, suite, tap.nominal_tap)?;
    }
    Ok(Some(map))
}

/// One tap of a suite's map with its positions.
pub(crate) fn tap(connection: &Connection, run: u64, suite: &str, tap: u32) -> Result<Option<MapTap>, Failure> {
    let found = connection
        .query_row(
            "SELECT nominal_tap, operative_tap, explained, kept_neighbours FROM map_tap
             WHERE run = ?1 AND suite = ?2 AND nominal_tap = ?3",
            params![run, suite, tap],
            read_tap,
        )
        .optional()?;
    let Some(mut found) = found else { return Ok(None) };
    found.positions = positions(connection, run, suite, tap)?;
    Ok(Some(found))
}

fn read_tap(row: &Row<'_>) -> rusqlite::Result<MapTap> {
    Ok(MapTap {
        nominal_tap: row.get(0)?,
        operative_tap: row.get(1)?,
        explained: row.get(2)?,
        kept_neighbours: row.get(3)?,
        positions: Series::default(),
    })
}

fn positions(connection: &Connection, run: u64, suite: &str, tap: u32) -> Result<Series, Failure> {
    let bytes: Vec<u8> = connection.query_row(
        "SELECT positions FROM map_tap WHERE run = ?1 AND suite = ?2 AND nominal_tap = ?3",
        params![run, suite, tap],
        |row| row.get(0),
    )?;
    Series::from_bytes(&bytes).ok_or(Failure::Series { table: "map_tap" })
}

/// Adds the maps of a run to the hash that the history keeps of it; a run without maps adds nothing, so that runs
/// from before there were any keep their hash.
pub(crate) fn push(connection: &Connection, run: u64, hash: &mut FieldHash) -> Result<(), Failure> {
    let mut statement =
        connection.prepare("SELECT suite, aligned, items FROM suite_map WHERE run = ?1 ORDER BY rowid")?;
    let maps = statement
        .query_map([run], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?, row.get::<_, String>(2)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut statement = connection.prepare(
        "SELECT nominal_tap, operative_tap, explained, kept_neighbours, positions FROM map_tap
         WHERE run = ?1 AND suite = ?2 ORDER BY nominal_tap",
    )?;
    for (suite, aligned, items) in maps {
        hash.push("map");
        hash.push(&suite);
        hash.push(aligned.to_string());
        hash.push(items);
        let mut taps = statement.query(params![run, suite])?;
        while let Some(tap) = taps.next()? {
            hash.push("tap");
            hash.push(tap.get::<_, u32>(0)?.to_string());
            hash.push(tap.get::<_, u32>(1)?.to_string());
            hash.push(tap.get::<_, f64>(2)?.to_le_bytes());
            hash.push(tap.get::<_, f64>(3)?.to_le_bytes());
            hash.push(tap.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?);
        }
    }
    Ok(())
}
