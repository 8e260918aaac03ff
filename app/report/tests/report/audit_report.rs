//! The unsigned report: two files or none, and nothing of somebody else's replaced.

use std::fs;

use parallax_report::{Error, audit_report};
use parallax_wire::Audit;

use crate::fixture::{audit, items};

#[test]
fn the_data_beside_the_page_is_the_audit() {
    let into = tempfile::tempdir().unwrap();
    let folder = into.path().join("out");
    audit_report(&audit(), &items(), &folder).unwrap();
    let read: Audit = serde_json::from_slice(&fs::read(folder.join("report.json")).unwrap()).unwrap();
    assert_eq!(read, audit(), "it reads back as it was");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "two files and nothing else");
}

#[test]
fn an_earlier_report_is_replaced_and_other_files_are_not() {
    let into = tempfile::tempdir().unwrap();
    audit_report(&audit(), &items(), into.path()).unwrap();
    let mut again = audit();
    again.engine = "parallax 0.2.0".into();
    audit_report(&again, &items(), into.path()).unwrap();
    let page = fs::read_to_string(into.path().join("report.html")).unwrap();
    assert!(page.contains("parallax 0.2.0"), "the new report stands there");

    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("report.html"), "mine").unwrap();
    assert!(
        matches!(audit_report(&audit(), &items(), other.path()), Err(Error::Exists { .. })),
        "it is somebody's page"
    );
    assert_eq!(fs::read_to_string(other.path().join("report.html")).unwrap(), "mine", "and stays");
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1, "alone");
}

#[test]
fn a_file_in_place_of_the_folder_is_told() {
    let into = tempfile::tempdir().unwrap();
    let file = into.path().join("file");
    fs::write(&file, "x").unwrap();
    assert!(matches!(audit_report(&audit(), &items(), &file), Err(Error::Io { .. })), "a file is no folder");
}
