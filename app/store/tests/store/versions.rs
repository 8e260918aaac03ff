//! Files of earlier formats open as if they had been made today.

use std::path::Path;

use parallax_store::{AnnotationFilter, Case, ItemFilter, VERSION};
use parallax_wire::TargetKind;
use rusqlite::Connection;

use crate::sample::{self, DAY, NEXT_DAY};

/// A case of format 1 as the program of that time wrote it, with one row in every table.
fn write_version_1(path: &Path) {
    let raw = Connection::open(path).expect("a new file");
    // As every case is kept.
    raw.execute_batch("PRAGMA journal_mode = WAL").expect("a log");
    raw.execute_batch(include_str!("version_1.sql")).expect("the rows of format 1");
    raw.close().expect("it closes");
}

#[test]
fn a_case_of_the_first_format_keeps_everything_and_has_no_maps() {
    let (folder, path) = sample::folder();
    write_version_1(&path);
    let mut case = Case::open(&path).expect("it opens");
    let outcome = sample::outcome();
    assert_eq!(case.info().expect("info"), sample::new_case(), "what it is called");
    assert_eq!(case.audit().expect("an audit"), Some(outcome.audit), "its audit");
    assert_eq!(case.items(&ItemFilter::everything()).expect("items"), outcome.items, "its items");
    let notes = case.annotations(&AnnotationFilter::everything()).expect("annotations");
    assert_eq!(notes, [sample::annotation("a1", TargetKind::Item, "livelihoods/kn-1")], "its notes");
    assert_eq!(case.key().expect("a key").as_deref(), Some("a key"), "its key");
    let sealed = case.contestation(sample::REPORT_ID).expect("a contestation");
    assert_eq!(sealed, Some(sample::report(sample::REPORT_ID, 1, "sealed")), "its contestation");
    assert!(case.seal(sample::REPORT_ID, 1).expect("a seal").is_some(), "its seal");
    let found =
        ItemFilter { search: Some("ಕ್ಷೇತ್ರದಲ್ಲಿ".to_owned()), ..ItemFilter::everything() };
    assert_eq!(case.items(&found).expect("items").len(), 1, "its words are found");
    assert_eq!(case.suite_map("livelihoods").expect("no map"), None, "there were no maps then");
    assert!(
        !case.has_fitted().expect("an answer") && case.kept_words().expect("none").is_empty(),
        "nor readers or words"
    );
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "the hashes recorded then still hold");

    case.keep_words(&sample::kept_words("w1", "new"), DAY).expect("words can be kept now");
    case.add_audit(&sample::outcome(), NEXT_DAY).expect("and a run with maps can follow");
    assert!(case.suite_map("livelihoods").expect("a map").is_some(), "whose map is there");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "both runs hold");
    case.close().expect("it closes");
    assert_eq!(sample::names(folder.path()), ["desk.parallax"], "it is one file again");
    let raw = Connection::open(&path).expect("any SQLite tool opens it");
    let version: u32 = raw.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version");
    assert_eq!(version, VERSION, "it is of today's format");
}

#[test]
fn a_map_slipped_into_a_run_of_the_first_format_is_noticed() {
    let (_folder, path) = sample::folder();
    write_version_1(&path);
    Case::open(&path).expect("it opens").close().expect("it closes");
    let raw = Connection::open(&path).expect("another program");
    raw.execute("INSERT INTO suite_map VALUES (1, 'livelihoods', 0, '[]')", []).expect("a row");
    drop(raw);
    let problems = Case::open(&path).expect("the chain itself holds").check().expect("a check");
    assert!(problems.iter().any(|problem| problem.contains("`audit-stored` `1` was changed")), "{problems:?}");
}

#[test]
fn a_damaged_case_of_the_first_format_is_refused_and_stays_as_it_was() {
    let (folder, path) = sample::folder();
    write_version_1(&path);
    let raw = Connection::open(&path).expect("another program");
    raw.execute_batch("DROP TRIGGER event_is_not_removed").expect("a trigger is dropped");
    raw.close().expect("it closes");
    let before = std::fs::read(&path).expect("the file");
    let refused = Case::open(&path).expect_err("its tables are not those of format 1").to_string();
    assert!(refused.contains("`event_is_not_removed`"), "it says which: {refused}");
    assert_eq!(std::fs::read(&path).expect("the file"), before, "a refused file stays as it was");
    assert_eq!(sample::names(folder.path()), ["desk.parallax"], "nothing is made beside it");
}
