//! People's notes on pieces of evidence, exactly as typed, each with the run it was made on.

use parallax_wire::{Annotation, LocalText, NoteCount, TargetKind};
use rusqlite::{Connection, params};

use super::event::ANNOTATION_ADDED;
use super::{Recorded, from_word, to_json, to_word};
use crate::digest::sha256;
use crate::error::{Error, Failure};

pub(crate) const VERSION_1: &str = "
CREATE TABLE annotation (
    number     INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    run        INTEGER NOT NULL REFERENCES run (number),
    target     TEXT NOT NULL,
    target_id  TEXT NOT NULL,
    motivation TEXT NOT NULL,
    language   TEXT NOT NULL,
    direction  TEXT NOT NULL,
    body       TEXT NOT NULL,
    author     TEXT NOT NULL,
    created    TEXT NOT NULL CHECK (created GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')
) STRICT;
CREATE INDEX annotation_by_target ON annotation (target, target_id);
";

/// Which annotations to list; conditions add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnotationFilter {
    /// On this kind of evidence.
    pub target: Option<TargetKind>,
    /// On the piece of evidence of this id (`suite/id` for items and categories).
    pub target_id: Option<String>,
    /// Made on this run. Ids of findings are unique in a run only: `F1` of another run is another finding.
    pub run: Option<u64>,
}

impl AnnotationFilter {
    /// A filter that leaves nothing out.
    pub fn everything() -> Self {
        Self { target: None, target_id: None, run: None }
    }
}

pub(crate) fn insert(connection: &Connection, run: u64, annotation: &Annotation) -> Result<(), Failure> {
    let inserted = connection.execute(
        "INSERT INTO annotation (id, run, target, target_id, motivation, language, direction, body, author, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            annotation.id,
            run,
            to_word("an annotation", &annotation.target)?,
            annotation.target_id,
            to_word("an annotation", &annotation.motivation)?,
            annotation.body.lang,
            to_word("an annotation", &annotation.body.dir)?,
            annotation.body.value,
            annotation.author,
            annotation.created,
        ],
    );
    match inserted.map_err(Failure::from) {
        Ok(_) => Ok(()),
        Err(failure) if failure.is_constraint() => Err(Error::DuplicateAnnotation { id: annotation.id.clone() }.into()),
        Err(failure) => Err(failure),
    }
}

/// Annotations that a filter lets through, the oldest first.
pub(crate) fn list(connection: &Connection, filter: &AnnotationFilter) -> Result<Vec<Annotation>, Failure> {
    Ok(rows(connection, filter)?.into_iter().map(|(_, annotation)| annotation).collect())
}

pub(crate) fn count(connection: &Connection) -> Result<u64, Failure> {
    Ok(connection.query_row("SELECT count(*) FROM annotation", [], |row| row.get(0))?)
}

/// How many annotations each piece of evidence has, those on findings of other runs left out.
pub(crate) fn counts(connection: &Connection, run: u64) -> Result<Vec<NoteCount>, Failure> {
    let finding = to_word("an annotation", &TargetKind::Finding)?;
    let mut statement = connection.prepare(
        "SELECT target, target_id, count(*) FROM annotation WHERE target <> ?1 OR run = ?2
         GROUP BY target, target_id ORDER BY target, target_id",
    )?;
    let mut rows = statement.query(params![finding, run])?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        let target = from_word("annotation", row.get(0)?)?;
        counts.push(NoteCount { target, target_id: row.get(1)?, notes: row.get(2)? });
    }
    Ok(counts)
}

pub(crate) fn recorded(run: u64, annotation: &Annotation) -> Result<Recorded, Failure> {
    let payload = to_json("an annotation", &(run, annotation))?;
    Ok(Recorded { kind: ANNOTATION_ADDED, subject: annotation.id.clone(), sha256: sha256(payload) })
}

pub(crate) fn all_recorded(connection: &Connection) -> Result<Vec<Recorded>, Failure> {
    let rows = rows(connection, &AnnotationFilter::everything())?;
    rows.iter().map(|(run, annotation)| recorded(*run, annotation)).collect()
}

fn rows(connection: &Connection, filter: &AnnotationFilter) -> Result<Vec<(u64, Annotation)>, Failure> {
    let target = filter.target.map(|target| to_word("an annotation", &target)).transpose()?;
    let mut statement = connection.prepare(
        "SELECT run, id, target, target_id, motivation, language, direction, body, author, created FROM annotation
         WHERE (?1 IS NULL OR target = ?1) AND (?2 IS NULL OR target_id = ?2) AND (?3 IS NULL OR run = ?3)
         ORDER BY number",
    )?;
    let mut rows = statement.query(params![target, filter.target_id, filter.run])?;
    let mut annotations = Vec::new();
    while let Some(row) = rows.next()? {
        let annotation = Annotation {
            id: row.get(1)?,
            target: from_word("annotation", row.get(2)?)?,
            target_id: row.get(3)?,
            motivation: from_word("annotation", row.get(4)?)?,
            body: LocalText { lang: row.get(5)?, dir: from_word("annotation", row.get(6)?)?, value: row.get(7)? },
            author: row.get(8)?,
            created: row.get(9)?,
        };
        annotations.push((row.get(0)?, annotation));
    }
    Ok(annotations)
}
