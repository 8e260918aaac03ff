//! The history only grows, and shows when someone made it do otherwise.

use std::path::Path;

use parallax_store::{Case, Error};
use parallax_wire::TargetKind;
use rusqlite::Connection;

use crate::sample::{self, DAY, REPORT_ID};

/// A closed case with one event of every kind.
fn full_case() -> (tempfile::TempDir, std::path::PathBuf) {
    let (folder, path, mut case) = sample::case();
    case.annotate(&sample::annotation("a1", TargetKind::Finding, "F1")).expect("an annotation");
    case.set_key("a key", DAY).expect("a key");
    case.record_seal(&sample::report(REPORT_ID, 1, "sealed"), &sample::seal_reply(), DAY).expect("a seal");
    case.keep_words(&sample::kept_words("w1", "kept"), DAY).expect("kept words");
    case.keep_words(&sample::kept_words("w2", "forgotten"), DAY).expect("more kept words");
    case.forget_words("w2", DAY).expect("they are forgotten");
    case.close().expect("the case closes");
    (folder, path)
}

/// Runs statements on the file with the triggers of its tables out of the way, and puts them back as they were.
fn tamper(path: &Path, statements: &str) {
    let raw = Connection::open(path).expect("another program");
    let triggers: Vec<(String, String)> = raw
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .expect("the schema")
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("the schema")
        .collect::<rusqlite::Result<_>>()
        .expect("the triggers");
    for (name, _) in &triggers {
        raw.execute_batch(&format!("DROP TRIGGER {name}")).expect("a trigger can be dropped");
    }
    raw.execute_batch(statements).expect("the change is made");
    for (_, sql) in &triggers {
        raw.execute_batch(sql).expect("a trigger can be put back");
    }
}

#[test]
fn every_change_is_an_event() {
    let (_folder, path) = full_case();
    let case = Case::open(&path).expect("the case opens");
    let events = case.history().expect("a history");
    let said: Vec<(u64, &str, &str)> =
        events.iter().map(|event| (event.seq, event.kind.as_str(), event.subject.as_str())).collect();
    let saved = format!("{REPORT_ID}#1");
    assert_eq!(
        said,
        [
            (1, "case-created", sample::new_case().id.as_str()),
            (2, "audit-stored", "1"),
            (3, "annotation-added", "a1"),
            (4, "key-set", "signing-key"),
            (5, "contestation-saved", saved.as_str()),
            (6, "contestation-sealed", saved.as_str()),
            (7, "words-kept", "w1"),
            (8, "words-kept", "w2"),
            (9, "words-forgotten", "w2"),
        ],
        "each change is one event, in order"
    );
    for pair in events.windows(2) {
        assert_eq!(pair[1].prev_hash, pair[0].hash, "each event names the one before it");
    }
}

#[test]
fn the_file_itself_refuses_to_change_its_history() {
    let (_folder, path) = full_case();
    let raw = Connection::open(&path).expect("another program");
    for statement in [
        "UPDATE event SET subject = 'other' WHERE seq = 2",
        "DELETE FROM event WHERE seq = 6",
        "INSERT OR REPLACE INTO event SELECT seq, prev_hash, hash, date, 'other', subject, payload_sha256 FROM event WHERE seq = 6",
        "INSERT INTO event SELECT 9, prev_hash, hash, date, kind, subject, payload_sha256 FROM event WHERE seq = 6",
        "UPDATE run SET date = '2020-01-01'",
        "DELETE FROM finding",
        "UPDATE item SET text = 'other'",
        "DELETE FROM decision",
        "UPDATE suite_map SET aligned = 1",
        "DELETE FROM suite_map",
        "UPDATE map_tap SET positions = zeroblob(32)",
        "DELETE FROM map_tap",
        "INSERT OR REPLACE INTO map_tap SELECT * FROM map_tap",
        "INSERT OR REPLACE INTO suite_map SELECT * FROM suite_map",
        "INSERT OR REPLACE INTO fitted_reader SELECT * FROM fitted_reader",
        "UPDATE fitted_reader SET nominal = zeroblob(8)",
        "DELETE FROM fitted_reader",
        "INSERT OR REPLACE INTO comparison SELECT * FROM comparison",
        "UPDATE comparison SET report = '{}'",
        "DELETE FROM comparison",
        "UPDATE kept_words SET created = '2020-01-01'",
    ] {
        let refused = raw.execute_batch(statement);
        let message = refused.expect_err("the statement is refused").to_string();
        assert!(message.contains("only grows") || message.contains("never changes"), "{statement}: {message}");
    }
    drop(raw);
    Case::open(&path).expect("nothing was changed");
}

#[test]
fn the_chain_shows_every_changed_event() {
    for (statements, expected) in [
        ("UPDATE event SET date = '2020-01-01' WHERE seq = 3", (3, "was changed")),
        ("UPDATE event SET subject = 'a2' WHERE seq = 3", (3, "was changed")),
        ("UPDATE event SET kind = 'other' WHERE seq = 1", (1, "was changed")),
        ("UPDATE event SET payload_sha256 = hash WHERE seq = 6", (6, "was changed")),
        ("UPDATE event SET hash = payload_sha256 WHERE seq = 2", (2, "was changed")),
        ("DELETE FROM event WHERE seq = 3", (3, "is missing")),
        ("DELETE FROM event WHERE seq = 1", (1, "is missing")),
        ("DELETE FROM event", (1, "is missing")),
        (
            "DELETE FROM event WHERE seq = 3; UPDATE event SET seq = seq - 1 WHERE seq > 3",
            (3, "does not follow from the event before it"),
        ),
    ] {
        let (_folder, path) = full_case();
        tamper(&path, statements);
        match Case::open(&path) {
            Err(Error::History { seq, reason, .. }) => assert_eq!((seq, reason), expected, "{statements}"),
            other => panic!("{statements}: the history is named as broken, not {other:?}"),
        }
    }
}

#[test]
fn changed_bytes_of_an_event_are_seen() {
    let (_folder, path) = full_case();
    let mut bytes = std::fs::read(&path).expect("the file");
    let at = bytes.windows(16).position(|window| window == b"annotation-added").expect("the event's kind");
    bytes[at] = b'A';
    std::fs::write(&path, bytes).expect("the file with one byte changed");
    let refused = Case::open(&path).expect_err("the case is refused");
    assert!(matches!(refused, Error::History { seq: 3, .. }), "SQLite sees nothing, the chain does: {refused:?}");
    let sentence = refused.to_string();
    assert!(sentence.contains("history") && sentence.contains("event 3 was changed"), "it says so: {sentence}");
}

#[test]
fn a_check_compares_every_row_with_the_history() {
    for (statements, expected) in [
        ("UPDATE case_info SET title = 'other'", "`case-created`"),
        ("UPDATE run SET audit = json_set(audit, '$.engine', '9')", "`audit-stored` `1` was changed"),
        ("UPDATE finding SET record = json_set(record, '$.sentence', 'other') WHERE rank = 1", "`audit-stored` `1`"),
        ("UPDATE item SET moved = 0.0 WHERE moved IS NULL", "`audit-stored` `1`"),
        ("UPDATE decision SET operative = nominal", "`audit-stored` `1`"),
        ("DELETE FROM decision", "`audit-stored` `1`"),
        ("UPDATE annotation SET body = 'other'", "`annotation-added` `a1` was changed"),
        ("DELETE FROM annotation", "`annotation-added` `a1`, but its row is gone"),
        (
            "INSERT INTO annotation SELECT 9, 'a9', run, target, target_id, motivation, language, direction, body, author, created FROM annotation",
            "`annotation-added` `a9` is not in the history",
        ),
        ("UPDATE contestation SET record = json_set(record, '$.revision', 1, '$.status', 'final')", "`contestation-s"),
        ("UPDATE seal SET fingerprint = 'SHA256:other'", "`contestation-sealed`"),
        ("UPDATE signing_key SET private_key = 'other'", "`key-set`"),
        ("UPDATE map_tap SET positions = zeroblob(32) WHERE nominal_tap = 6", "`audit-stored` `1` was changed"),
        ("UPDATE map_tap SET explained = 1.0", "`audit-stored` `1` was changed"),
        ("UPDATE suite_map SET aligned = 1", "`audit-stored` `1` was changed"),
        ("DELETE FROM map_tap", "`audit-stored` `1` was changed"),
        ("UPDATE fitted_reader SET operative = zeroblob(8) WHERE reader = 'probe'", "`audit-stored` `1` was changed"),
        ("DELETE FROM fitted_reader", "`audit-stored` `1` was changed"),
        (
            "UPDATE comparison SET report = json_set(report, '$.nominal', 'other') WHERE kind = 'tokens'",
            "`audit-stored` `1` was changed",
        ),
        ("DELETE FROM comparison WHERE kind = 'weights'", "`audit-stored` `1` was changed"),
        ("UPDATE kept_words SET sorted = json_set(sorted, '$.text', 'other')", "`words-kept` `w1` was changed"),
        ("DELETE FROM kept_words", "`words-kept` `w1`, but its row is gone"),
        (
            "INSERT INTO kept_words (id, created, sorted, salt) SELECT 'w9', created, sorted, salt FROM kept_words",
            "`words-kept` `w9` is not in the history",
        ),
    ] {
        let (_folder, path) = full_case();
        tamper(&path, statements);
        let case = Case::open(&path).expect("the chain itself holds");
        let problems = case.check().expect("a check");
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{statements}: {problems:?}");
    }
}

#[test]
fn a_row_without_its_owner_is_a_problem() {
    let (_folder, path) = full_case();
    tamper(&path, "PRAGMA foreign_keys = OFF; UPDATE annotation SET run = 7");
    let problems = Case::open(&path).expect("the chain itself holds").check().expect("a check");
    assert!(problems.iter().any(|problem| problem.starts_with("A row of `annotation` belongs")), "{problems:?}");
}
