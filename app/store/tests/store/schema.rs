//! The tables as any SQLite tool shows them.

use rusqlite::Connection;

use crate::sample;

#[test]
fn tables_are_as_documented() {
    let (_folder, path, case) = sample::case();
    case.close().expect("the case closes");
    let raw = Connection::open(path).expect("any SQLite tool opens a case");
    let mut statement = raw
        .prepare(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'item_text_%' ORDER BY name, type",
        )
        .expect("the schema can be read");
    let dump: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .expect("the schema can be read")
        .collect::<rusqlite::Result<_>>()
        .expect("every statement is text");
    let application_id: u32 = raw.pragma_query_value(None, "application_id", |row| row.get(0)).expect("an id");
    let version: u32 = raw.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version");
    insta::assert_snapshot!(format!(
        "application_id {application_id:#x}\nuser_version {version}\n\n{};",
        dump.join(";\n\n")
    ));
}

#[test]
fn a_closed_case_is_one_file() {
    let (folder, path, case) = sample::case();
    assert!(sample::names(folder.path()).len() > 1, "while it is open, its log lies beside it");
    case.close().expect("the case closes");
    assert_eq!(sample::names(folder.path()), ["desk.parallax"], "closing leaves the case and nothing else");
    let before = std::fs::read(&path).expect("the file");
    let case = parallax_store::Case::open(&path).expect("it opens again");
    case.findings().expect("findings");
    drop(case);
    assert_eq!(sample::names(folder.path()), ["desk.parallax"], "dropping leaves nothing either");
    assert_eq!(std::fs::read(&path).expect("the file"), before, "reading changes no byte");
}
