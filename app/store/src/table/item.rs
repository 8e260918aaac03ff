//! Items of a run as both variants see them, and the search in their texts; never changed.
//! How they were sorted is in `decision`.

use std::collections::BTreeMap;

use parallax_wire::ItemRecord;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

use super::{decision, from_json, to_json};
use crate::error::{Error, Failure};

/// Marks count as parts of words: without `M*` Indic and Arabic words would be cut at their vowel signs.
pub(crate) const VERSION_1: &str = "
CREATE TABLE item (
    number                  INTEGER PRIMARY KEY,
    run                     INTEGER NOT NULL REFERENCES run (number),
    suite                   TEXT NOT NULL,
    id                      TEXT NOT NULL,
    text                    TEXT NOT NULL,
    language                TEXT NOT NULL,
    category                TEXT NOT NULL,
    template_group          TEXT NOT NULL,
    same_tokens             INTEGER NOT NULL CHECK (same_tokens IN (0, 1)),
    nominal_unknown_words   INTEGER NOT NULL,
    operative_unknown_words INTEGER NOT NULL,
    words                   INTEGER NOT NULL,
    moved                   REAL,
    nominal_neighbours      TEXT NOT NULL CHECK (json_valid(nominal_neighbours)),
    operative_neighbours    TEXT NOT NULL CHECK (json_valid(operative_neighbours)),
    UNIQUE (run, suite, id)
) STRICT;
CREATE TRIGGER item_is_not_changed BEFORE UPDATE ON item
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE TRIGGER item_is_not_removed BEFORE DELETE ON item
BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;
CREATE VIRTUAL TABLE item_text USING fts5 (
    text, content = 'item', content_rowid = 'number', tokenize = \"unicode61 categories 'L* N* Co M*'\"
);
";

const COLUMNS: &str = "item.number, item.suite, item.id, item.text, item.language, item.category,
    item.template_group, item.same_tokens, item.nominal_unknown_words, item.operative_unknown_words, item.words,
    item.moved, item.nominal_neighbours, item.operative_neighbours";

/// Which items to list; conditions add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFilter {
    /// Items of this suite.
    pub suite: Option<String>,
    /// Items in this language.
    pub language: Option<String>,
    /// Items that the suite puts into this category.
    pub category: Option<String>,
    /// Items that some reader sorts differently in the two variants.
    pub flipped_only: bool,
    /// Items that this finding rests on, in its order.
    pub finding: Option<String>,
    /// Items whose text has all of these words, the last of which may be unfinished;
    /// where no item has, items whose text contains this as it stands.
    pub search: Option<String>,
    /// At most so many; all when `None`.
    pub limit: Option<u64>,
    /// Leave out so many at the beginning.
    pub offset: u64,
}

impl ItemFilter {
    /// A filter that leaves nothing out.
    pub fn everything() -> Self {
        Self {
            suite: None,
            language: None,
            category: None,
            flipped_only: false,
            finding: None,
            search: None,
            limit: None,
            offset: 0,
        }
    }
}

/// Stores an item and gives its row number; the caller stores its decisions.
pub(crate) fn insert(connection: &Connection, run: u64, record: &ItemRecord) -> Result<i64, Failure> {
    let inserted = connection
        .prepare_cached(
            "INSERT INTO item (run, suite, id, text, language, category, template_group, same_tokens,
                nominal_unknown_words, operative_unknown_words, words, moved, nominal_neighbours, operative_neighbours)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            run,
            record.suite,
            record.id,
            record.text,
            record.language,
            record.category,
            record.group,
            record.same_tokens,
            record.nominal_unknown_words,
            record.operative_unknown_words,
            record.words,
            record.moved,
            to_json("the neighbours of an item", &record.nominal_neighbours)?,
            to_json("the neighbours of an item", &record.operative_neighbours)?,
        ]);
    if let Err(source) = inserted {
        let failure = Failure::from(source);
        if failure.is_constraint() {
            return Err(Error::DuplicateItem { suite: record.suite.clone(), id: record.id.clone() }.into());
        }
        return Err(failure);
    }
    let number = connection.last_insert_rowid();
    connection
        .prepare_cached("INSERT INTO item_text (rowid, text) VALUES (?1, ?2)")?
        .execute(params![number, record.text])?;
    Ok(number)
}

/// Items of a run in the order in which they were stored.
pub(crate) fn of_run(connection: &Connection, run: u64) -> Result<Vec<ItemRecord>, Failure> {
    list(connection, run, &ItemFilter::everything())
}

/// Items of a run that a filter lets through.
pub(crate) fn list(connection: &Connection, run: u64, filter: &ItemFilter) -> Result<Vec<ItemRecord>, Failure> {
    let mut from = "FROM item".to_owned();
    let mut values: Vec<Value> = Vec::new();
    let mut order = "item.number";
    if let Some(finding) = &filter.finding {
        from.push_str(
            " JOIN (SELECT items.value AS id, min(items.key) AS rank, finding.suite AS suite
                    FROM finding, json_each(finding.record, '$.items') AS items
                    WHERE finding.run = ? AND finding.id = ? GROUP BY items.value) AS named
              ON named.id IN (item.id, item.suite || '/' || item.id)
              AND (named.suite IS NULL OR named.suite = item.suite)",
        );
        values.push(whole_number(run)?);
        values.push(finding.clone().into());
        order = "named.rank, item.number";
    }
    let mut conditions = vec!["item.run = ?"];
    values.push(whole_number(run)?);
    for (condition, wanted) in [
        ("item.suite = ?", &filter.suite),
        ("item.language = ?", &filter.language),
        ("item.category = ?", &filter.category),
    ] {
        if let Some(wanted) = wanted {
            conditions.push(condition);
            values.push(wanted.clone().into());
        }
    }
    if filter.flipped_only {
        conditions
            .push("EXISTS (SELECT 1 FROM decision WHERE decision.item = item.number AND nominal IS NOT operative)");
    }
    if let Some(search) = &filter.search {
        let (condition, wanted) = search_condition(connection, run, search)?;
        conditions.push(condition);
        values.push(wanted.into());
    }
    let sql = format!("SELECT {COLUMNS} {from} WHERE {} ORDER BY {order} LIMIT ? OFFSET ?", conditions.join(" AND "));
    values.push(filter.limit.map_or(Ok(Value::Integer(-1)), whole_number)?);
    values.push(whole_number(filter.offset)?);
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(values), ItemRow::read)?;
    rows.map(|row| row?.complete(connection)).collect()
}

pub(crate) fn get(connection: &Connection, run: u64, suite: &str, id: &str) -> Result<Option<ItemRecord>, Failure> {
    let sql = format!("SELECT {COLUMNS} FROM item WHERE run = ?1 AND suite = ?2 AND id = ?3");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query_map(params![run, suite, id], ItemRow::read)?;
    rows.next().map(|row| row?.complete(connection)).transpose()
}

/// Number of items of a run by language.
pub(crate) fn languages(connection: &Connection, run: u64) -> Result<BTreeMap<String, u64>, Failure> {
    let mut statement = connection.prepare("SELECT language, count(*) FROM item WHERE run = ?1 GROUP BY language")?;
    let rows = statement.query_map([run], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The condition that finds what a person typed, and the value to bind to it.
///
/// Words come first. Where the full-text index cannot read what was typed, or knows no such word (scripts that
/// write no spaces make one long word of a sentence), the texts are searched for it as it stands.
fn search_condition(connection: &Connection, run: u64, search: &str) -> Result<(&'static str, String), Failure> {
    const WORDS: &str = "item.number IN (SELECT rowid FROM item_text WHERE item_text MATCH ?)";
    const AS_IT_STANDS: &str = "item.text LIKE ? ESCAPE '\\'";
    let words = words_query(search);
    let found = connection.query_row(
        &format!("SELECT EXISTS (SELECT 1 FROM item WHERE {WORDS} AND item.run = ?)"),
        params![words, run],
        |row| row.get(0),
    );
    if found.unwrap_or(false) {
        return Ok((WORDS, words));
    }
    let escaped = search.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Ok((AS_IT_STANDS, format!("%{escaped}%")))
}

/// What a person typed as a full-text query: every word quoted, so that none is read as an operator.
fn words_query(search: &str) -> String {
    let words: Vec<String> =
        search.split_whitespace().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
    if words.is_empty() { String::new() } else { format!("{}*", words.join(" ")) }
}

fn whole_number(value: u64) -> Result<Value, Failure> {
    i64::try_from(value)
        .map(Value::Integer)
        .map_err(|source| rusqlite::Error::ToSqlConversionFailure(Box::new(source)).into())
}

/// A row before its neighbours are parsed and its decisions are read.
struct ItemRow {
    number: i64,
    record: ItemRecord,
    nominal_neighbours: String,
    operative_neighbours: String,
}

impl ItemRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            record: ItemRecord {
                suite: row.get(1)?,
                id: row.get(2)?,
                text: row.get(3)?,
                language: row.get(4)?,
                category: row.get(5)?,
                group: row.get(6)?,
                same_tokens: row.get(7)?,
                nominal_unknown_words: row.get(8)?,
                operative_unknown_words: row.get(9)?,
                words: row.get(10)?,
                decisions: Vec::new(),
                moved: row.get(11)?,
                nominal_neighbours: Vec::new(),
                operative_neighbours: Vec::new(),
            },
            nominal_neighbours: row.get(12)?,
            operative_neighbours: row.get(13)?,
        })
    }

    fn complete(mut self, connection: &Connection) -> Result<ItemRecord, Failure> {
        self.record.nominal_neighbours = from_json("item", &self.nominal_neighbours)?;
        self.record.operative_neighbours = from_json("item", &self.operative_neighbours)?;
        self.record.decisions = decision::of_item(connection, self.number)?;
        Ok(self.record)
    }
}
