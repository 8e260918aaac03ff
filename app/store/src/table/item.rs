//! Items of a run as both variants see them, and the search in their texts; never changed.
//! How they were sorted is in `decision`.

use std::collections::{BTreeMap, HashMap};

use parallax_wire::{ItemRecord, MatrixCell};
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
    /// Suites with the reader that counts for `flipped_only`; any reader of any suite when `None`.
    pub flipped_by: Option<Vec<(String, String)>>,
    /// Items of this cell of a reader's disagreement matrix.
    pub cell: Option<MatrixCell>,
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
            flipped_by: None,
            cell: None,
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
    let Selection { from, order, mut values } = Selection::of(connection, run, filter)?;
    values.push(filter.limit.map_or(Ok(Value::Integer(-1)), whole_number)?);
    values.push(whole_number(filter.offset)?);
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} {from} ORDER BY {order} LIMIT ? OFFSET ?"))?;
    let rows = statement.query_map(params_from_iter(values), ItemRow::read)?;
    rows.map(|row| row?.complete(connection)).collect()
}

/// How many items of a run a filter lets through, whatever its limit and offset.
pub(crate) fn count(connection: &Connection, run: u64, filter: &ItemFilter) -> Result<u64, Failure> {
    let Selection { from, values, .. } = Selection::of(connection, run, filter)?;
    let sql = format!("SELECT count(*) {from}");
    Ok(connection.query_row(&sql, params_from_iter(values), |row| row.get(0))?)
}

/// The part of a statement that picks items.
struct Selection {
    /// From `FROM` to the end of the conditions.
    from: String,
    /// What to order by.
    order: &'static str,
    /// What to bind, in order.
    values: Vec<Value>,
}

impl Selection {
    fn of(connection: &Connection, run: u64, filter: &ItemFilter) -> Result<Self, Failure> {
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
        from.push_str(" WHERE item.run = ?");
        values.push(whole_number(run)?);
        for (condition, wanted) in [
            (" AND item.suite = ?", &filter.suite),
            (" AND item.language = ?", &filter.language),
            (" AND item.category = ?", &filter.category),
        ] {
            if let Some(wanted) = wanted {
                from.push_str(condition);
                values.push(wanted.clone().into());
            }
        }
        if filter.flipped_only {
            from.push_str(
                " AND EXISTS (SELECT 1 FROM decision WHERE decision.item = item.number AND nominal IS NOT operative",
            );
            if let Some(readers) = &filter.flipped_by {
                let either = vec!["item.suite = ? AND decision.reader = ?"; readers.len()].join(" OR ");
                from.push_str(&format!(" AND ({})", if readers.is_empty() { "FALSE" } else { &either }));
                values.extend(readers.iter().flat_map(|(suite, reader)| [suite.clone().into(), reader.clone().into()]));
            }
            from.push(')');
        }
        if let Some(MatrixCell { reader, nominal, operative }) = &filter.cell {
            from.push_str(
                " AND EXISTS (SELECT 1 FROM decision WHERE decision.item = item.number AND decision.reader = ?
                              AND decision.nominal = coalesce(?, decision.nominal)
                              AND decision.operative = coalesce(?, decision.operative))",
            );
            values.extend([reader.clone().into(), nominal.clone().into(), operative.clone().into()]);
        }
        if let Some(search) = &filter.search {
            let (condition, wanted) = search_condition(connection, run, search)?;
            from.push_str(" AND ");
            from.push_str(condition);
            values.push(wanted.into());
        }
        Ok(Self { from, order, values })
    }
}

pub(crate) fn get(connection: &Connection, run: u64, suite: &str, id: &str) -> Result<Option<ItemRecord>, Failure> {
    let sql = format!("SELECT {COLUMNS} FROM item WHERE run = ?1 AND suite = ?2 AND id = ?3");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query_map(params![run, suite, id], ItemRow::read)?;
    rows.next().map(|row| row?.complete(connection)).transpose()
}

/// An item with how one reader sorted it in both variants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemWays {
    /// Its text.
    pub text: String,
    /// BCP 47 tag.
    pub language: String,
    /// Category in the nominal variant; `None` where the reader did not decide.
    pub nominal: Option<String>,
    /// Category in the operative variant.
    pub operative: Option<String>,
}

/// Items of a suite by id, with how one reader sorted them; putting thousands of them in order would take longer than
/// reading them.
pub(crate) fn ways(
    connection: &Connection,
    run: u64,
    suite: &str,
    reader: Option<&str>,
) -> Result<HashMap<String, ItemWays>, Failure> {
    let mut statement = connection.prepare(
        "SELECT item.id, item.text, item.language, decision.nominal, decision.operative FROM item
         LEFT JOIN decision ON decision.item = item.number AND decision.reader = ?3
         WHERE item.run = ?1 AND item.suite = ?2",
    )?;
    let rows = statement.query_map(params![run, suite, reader], |row| {
        let ways = ItemWays { text: row.get(1)?, language: row.get(2)?, nominal: row.get(3)?, operative: row.get(4)? };
        Ok((row.get(0)?, ways))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
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
