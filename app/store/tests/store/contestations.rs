//! The life of a contestation in the file: drafted, revised, sealed.

use parallax_store::{Case, Error};
use parallax_wire::ReportStatus;
use rusqlite::Connection;

use crate::sample::{self, DAY, NEXT_DAY, REPORT_ID};

const OTHER_ID: &str = "urn:uuid:6f1cffff-0000-4000-8000-000000000002";

#[test]
fn drafts_and_revisions_follow_each_other() {
    let (_folder, path, mut case) = sample::case();
    let first = sample::report(REPORT_ID, 1, "first");
    let edited = sample::report(REPORT_ID, 1, "edited");
    let second = sample::report(REPORT_ID, 2, "second");
    let refused = case.save_contestation(&second, DAY);
    assert!(matches!(refused, Err(Error::Revision { got: 2, next: 1, .. })), "the first is 1: {refused:?}");
    case.save_contestation(&first, DAY).expect("a draft");
    case.save_contestation(&edited, NEXT_DAY).expect("the draft again");
    let events = case.history().expect("a history").len();
    case.save_contestation(&edited, NEXT_DAY).expect("the same again");
    assert_eq!(case.history().expect("a history").len(), events, "storing the same again is no event");
    let stored = case.contestations().expect("contestations");
    assert_eq!(stored, std::slice::from_ref(&edited), "a draft is stored over itself");
    case.save_contestation(&second, NEXT_DAY).expect("revision 2");
    let refused = case.save_contestation(&first, NEXT_DAY);
    assert!(matches!(refused, Err(Error::Revision { got: 1, next: 3, .. })), "no way back: {refused:?}");
    drop(case);
    let case = Case::open(&path).expect("the case opens");
    let stored = case.contestations().expect("contestations");
    assert_eq!(stored, std::slice::from_ref(&second), "the latest revision is shown");
    assert_eq!(case.contestation_revisions(REPORT_ID).expect("revisions"), [edited, second], "the earlier one stays");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "an edited draft is no problem");
}

#[test]
fn a_contestation_is_found_by_the_beginning_of_its_id() {
    let (_folder, _path, mut case) = sample::case();
    let one = sample::report(REPORT_ID, 1, "one");
    case.save_contestation(&one, DAY).expect("a draft");
    case.save_contestation(&sample::report(OTHER_ID, 1, "other"), DAY).expect("another draft");
    for id in [REPORT_ID, "6f1c2a34", "urn:uuid:6f1c2"] {
        assert_eq!(case.contestation(id).expect("a contestation").as_ref(), Some(&one), "{id} is enough");
    }
    for id in ["", "urn:uuid:", "7", "%"] {
        assert_eq!(case.contestation(id).expect("none"), None, "{id:?} finds nothing");
    }
    let refused = case.contestation("6f1c");
    assert!(matches!(refused, Err(Error::Ambiguous { matches: 2, .. })), "it fits two: {refused:?}");
}

#[test]
fn a_sealed_contestation_cannot_be_changed() {
    let (_folder, path, mut case) = sample::case();
    let mut sealed = sample::report(REPORT_ID, 1, "as it left");
    case.save_contestation(&sample::report(REPORT_ID, 1, "as drafted"), DAY).expect("a draft");
    sealed.status = ReportStatus::Final;
    case.record_seal(&sealed, &sample::seal_reply(), NEXT_DAY).expect("a seal");
    let before = case.history().expect("a history");
    for refused in [
        case.save_contestation(&sample::report(REPORT_ID, 1, "changed"), NEXT_DAY),
        case.save_contestation(&sealed, NEXT_DAY),
        case.record_seal(&sealed, &sample::seal_reply(), NEXT_DAY),
    ] {
        assert!(matches!(refused, Err(Error::Sealed { revision: 1, .. })), "the seal holds: {refused:?}");
    }
    assert_eq!(case.history().expect("a history"), before, "what was refused is no event");
    assert_eq!(case.contestation(REPORT_ID).expect("it").as_ref(), Some(&sealed), "it is kept exactly as it left");
    let seal = case.seal(REPORT_ID, 1).expect("a seal").expect("the seal is there");
    assert_eq!((seal.reply, seal.date.as_str()), (sample::seal_reply(), NEXT_DAY), "the seal is kept");
    let mut withdrawn = sample::report(REPORT_ID, 2, "withdrawn");
    withdrawn.status = ReportStatus::Withdrawn;
    case.save_contestation(&withdrawn, NEXT_DAY).expect("a next revision may follow a sealed one");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "nothing is wrong");
    drop(case);
    let raw = Connection::open(path).expect("another program");
    for statement in [
        "UPDATE contestation SET saved = '2026-04-01' WHERE revision = 1",
        "DELETE FROM contestation",
        "UPDATE seal SET folder = 'other'",
        "DELETE FROM seal",
    ] {
        assert!(raw.execute_batch(statement).is_err(), "the file itself refuses: {statement}");
    }
}
