//! What is refused, with which sentence, and that a refused file stays as it was.

use std::fs;
use std::path::Path;

use parallax_store::{Case, Error, NewCase, VERSION};
use rusqlite::Connection;

use crate::sample;

/// Opens what `prepare` put in place of a case and compares the sentence and the file afterwards.
fn check_refusal(prepare: impl FnOnce(&Path), is_expected: impl FnOnce(&Error) -> bool, sentence: &str) {
    let (folder, path, case) = sample::case();
    case.close().expect("the case closes");
    prepare(&path);
    let names = sample::names(folder.path());
    let before = fs::read(&path).ok();
    let refused = Case::open(&path).expect_err("the file is refused");
    let message = refused.to_string();
    assert!(is_expected(&refused), "another kind of refusal: {refused:?}");
    assert!(message.contains(sentence), "the sentence says which: {message}");
    assert!(message.contains("desk.parallax"), "the sentence names the file: {message}");
    assert_eq!(fs::read(&path).ok(), before, "a refused file stays as it was: {message}");
    assert_eq!(sample::names(folder.path()), names, "nothing is made beside it: {message}");
}

fn other_database(path: &Path) -> Connection {
    fs::remove_file(path).expect("the case is removed");
    let raw = Connection::open(path).expect("a database");
    raw.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE place (name TEXT); INSERT INTO place VALUES ('x')")
        .expect("another program's tables");
    raw
}

#[test]
fn what_is_not_a_case_is_refused_as_such() {
    let not_a_case = |error: &Error| matches!(error, Error::NotACase { .. });
    check_refusal(
        |path| fs::remove_file(path).expect("removed"),
        |error| matches!(error, Error::Missing { .. }),
        "there is no file",
    );
    check_refusal(
        |path| {
            fs::remove_file(path).expect("removed");
            fs::create_dir(path).expect("a folder");
        },
        |error| matches!(error, Error::Folder { .. }),
        "is a folder",
    );
    check_refusal(|path| fs::write(path, "").expect("written"), not_a_case, "it is empty");
    check_refusal(|path| fs::write(path, "S").expect("written"), not_a_case, "its contents are something else");
    check_refusal(
        |path| fs::write(path, "Dear all,\n").expect("written"),
        not_a_case,
        "its contents are something else",
    );
    check_refusal(
        |path| fs::write(path, "SELECT 1; CREATE TABLE case_info (\n".repeat(500)).expect("written"),
        not_a_case,
        "its contents are something else",
    );
    check_refusal(|path| drop(other_database(path)), not_a_case, "an SQLite database of another program");
    check_refusal(
        |path| {
            drop(other_database(path));
            let bytes = fs::read(path).expect("the database");
            fs::write(path, &bytes[..bytes.len() - 600]).expect("its first part");
        },
        not_a_case,
        "an SQLite database of another program",
    );
}

#[test]
fn a_damaged_case_is_refused_as_damaged() {
    let damaged = |error: &Error| matches!(error, Error::Damaged { .. });
    let cut = |length: usize| {
        move |path: &Path| {
            let bytes = fs::read(path).expect("the case");
            fs::write(path, &bytes[..length.min(bytes.len() - 1)]).expect("its first part");
        }
    };
    for length in [16, 99, 100, 511, 4096, 50_000, usize::MAX] {
        check_refusal(cut(length), damaged, "is damaged");
    }
    let overwrite = |from: usize, to: usize, byte: u8| {
        move |path: &Path| {
            let mut bytes = fs::read(path).expect("the case");
            let to = to.min(bytes.len());
            bytes[from..to].fill(byte);
            fs::write(path, bytes).expect("the case with some bytes overwritten");
        }
    };
    check_refusal(overwrite(0, 16, 0), damaged, "its header was overwritten");
    check_refusal(overwrite(0, 100, b'x'), damaged, "its header was overwritten");
    check_refusal(overwrite(100, 4096, 0xFF), damaged, "is damaged");
    check_refusal(overwrite(3 * 4096, 12 * 4096, 0), damaged, "is damaged");
    check_refusal(overwrite(68, 72, 0), damaged, "some of it was overwritten");
    check_refusal(overwrite(60, 64, 0), damaged, "it does not say which version made it");
}

#[test]
fn a_case_with_other_tables_is_refused_as_damaged() {
    for (statement, name) in [
        ("DROP TRIGGER event_is_not_removed", "event_is_not_removed"),
        ("CREATE TABLE extra (x TEXT)", "extra"),
        ("CREATE TRIGGER sly AFTER INSERT ON annotation BEGIN DELETE FROM annotation; END", "sly"),
        ("CREATE VIEW sly AS SELECT 1", "sly"),
    ] {
        check_refusal(
            |path| Connection::open(path).expect("another program").execute_batch(statement).expect("changed"),
            |error| matches!(error, Error::Damaged { .. }),
            &format!("`{name}`"),
        );
    }
    check_refusal(
        |path| Connection::open(path).expect("another program").execute_batch("DROP TABLE event").expect("dropped"),
        |error| matches!(error, Error::Damaged { .. }),
        "it has no history",
    );
}

#[test]
fn a_case_of_a_newer_version_is_refused_as_newer() {
    check_refusal(
        |path| {
            let raw = Connection::open(path).expect("another program");
            raw.pragma_update(None, "user_version", VERSION + 1).expect("a later version");
        },
        |error| matches!(error, Error::Newer { found, known, .. } if *found == VERSION + 1 && *known == VERSION),
        "newer version of Parallax",
    );
}

#[test]
fn a_path_with_signs_of_a_uri_is_only_a_path() {
    let (folder, _) = sample::folder();
    let path = folder.path().join("50% of #1? ಕ್ಷೇತ್ರ.parallax");
    Case::create(&path, &sample::new_case()).expect("a new case").close().expect("it closes");
    Case::open(&path).expect("it opens again").close().expect("it closes");
    assert_eq!(sample::names(folder.path()).len(), 1, "no other file was made");
}

#[test]
fn what_cannot_be_made_leaves_nothing_behind() {
    let (folder, path) = sample::folder();
    let bad_day = NewCase { date: "2026-02-29".to_owned(), ..sample::new_case() };
    let refused = Case::create(&path, &bad_day).expect_err("no such day");
    assert!(matches!(refused, Error::Date { .. }), "{refused:?}");
    let mut twice = sample::outcome();
    twice.items.push(twice.items[0].clone());
    let refused = Case::create_with_audit(&path, &sample::new_case(), &twice).expect_err("an item is there twice");
    assert_eq!(
        refused.to_string(),
        "the audit holds the item `en-1` of the suite `livelihoods` twice",
        "it says which"
    );
    let mut twice = sample::outcome();
    twice.audit.findings.push(twice.audit.findings[0].clone());
    let refused = Case::create_with_audit(&path, &sample::new_case(), &twice).expect_err("a finding is there twice");
    assert!(matches!(refused, Error::DuplicateFinding { .. }), "{refused:?}");
    assert_eq!(sample::names(folder.path()), Vec::<String>::new(), "the folder is as empty as before");

    let nowhere = folder.path().join("missing").join("desk.parallax");
    let refused = Case::create(&nowhere, &sample::new_case()).expect_err("the folder is missing");
    assert!(matches!(refused, Error::Io { .. }) && refused.to_string().contains("desk.parallax"), "{refused:?}");
    assert_eq!(sample::names(folder.path()), Vec::<String>::new(), "no folder is made");

    fs::write(&path, "mine").expect("a file of that name");
    let refused = Case::create(&path, &sample::new_case()).expect_err("the name is taken");
    assert!(matches!(refused, Error::Exists { .. }), "{refused:?}");
    assert_eq!(fs::read(&path).expect("the file"), b"mine", "a file that is there is never touched");
    assert_eq!(sample::names(folder.path()), ["desk.parallax"], "nothing else is left");
}

#[test]
fn a_failed_audit_leaves_the_case_as_it_was() {
    let (_folder, _path, mut case) = sample::case();
    let before = case.summary().expect("a summary");
    let mut twice = sample::outcome();
    twice.items.push(twice.items[0].clone());
    assert!(case.add_audit(&twice, sample::NEXT_DAY).is_err(), "an item is there twice");
    assert_eq!(case.summary().expect("a summary"), before, "not one row and not one event was added");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "nothing is wrong with the case");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_named() {
    // Permissions do not stop the superuser; the kernel's own folder takes no files from anyone.
    let refused = Case::create(Path::new("/proc/desk.parallax"), &sample::new_case()).expect_err("no file can be made");
    assert!(refused.to_string().contains("cannot create `/proc/desk.parallax`"), "{refused}");
}
