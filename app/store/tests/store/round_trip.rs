//! What is stored comes back as it was.

use std::collections::BTreeMap;

use parallax_store::{AnnotationFilter, Case, Error, ItemFilter};
use parallax_wire::{AuditOutcome, TargetKind};

use crate::sample::{self, DAY, NEXT_DAY};

#[test]
fn an_audit_comes_back_as_it_was() {
    let (_folder, path, case) = sample::case();
    case.close().expect("the case closes");
    let case = Case::open(&path).expect("the case opens");
    let AuditOutcome { audit, items, .. } = sample::outcome();
    assert_eq!(case.findings().expect("findings"), audit.findings, "findings keep their order and every field");
    assert_eq!(case.finding("F2").expect("a finding").as_ref(), audit.findings.get(1), "a finding is found by its id");
    assert_eq!(case.finding("F9").expect("no finding"), None, "an id that nothing has finds nothing");
    assert_eq!(case.audit().expect("an audit"), Some(audit), "the audit comes back with its findings");
    assert_eq!(case.items(&ItemFilter::everything()).expect("items"), items, "items keep their order and every bit");
    let item = case.item("desk", "en-1").expect("an item").expect("the item is there");
    assert_eq!(item.text, "魚を売っています", "the id is looked up within its suite");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "nothing is wrong with a new case");
}

#[test]
fn a_case_at_a_glance_counts_what_is_in_it() {
    let (_folder, _path, mut case) = sample::case();
    case.annotate(&sample::annotation("a1", TargetKind::Finding, "F1")).expect("an annotation");
    case.save_contestation(&sample::report(sample::REPORT_ID, 1, "first"), DAY).expect("revision 1");
    case.save_contestation(&sample::report(sample::REPORT_ID, 2, "second"), DAY).expect("revision 2");
    let summary = case.summary().expect("a summary");
    let history = case.history().expect("a history");
    assert_eq!(summary.title, sample::new_case().title, "the title is kept as typed");
    assert_eq!((summary.nominal.as_str(), summary.operative.as_str()), ("disclosed", "deployed"), "variants by name");
    assert_eq!(
        (summary.findings, summary.items, summary.annotations, summary.contestations),
        (2, 5, 1, 1),
        "two revisions are one contestation"
    );
    let languages = [("en", 2), ("hi", 1), ("ja", 1), ("kn", 1)].map(|(tag, n)| (tag.to_owned(), n));
    assert_eq!(summary.languages, BTreeMap::from(languages), "items are counted by language");
    assert_eq!(summary.log_length, history.len() as u64, "the length is that of the history");
    assert_eq!(Some(summary.log_head), history.last().map(|event| event.hash.clone()), "the head is its last hash");
}

#[test]
fn a_case_without_an_audit_has_nothing_in_it() {
    let (_folder, path) = sample::folder();
    let mut case = Case::create(&path, &sample::new_case()).expect("a new case");
    assert_eq!(case.info().expect("info"), sample::new_case(), "it knows what it is called");
    assert_eq!(case.audit().expect("no audit"), None, "there is no run");
    assert!(case.items(&ItemFilter::everything()).expect("no items").is_empty(), "there are no items");
    let refused = case.annotate(&sample::annotation("a1", TargetKind::Finding, "F1"));
    assert!(matches!(refused, Err(Error::NoSuchTarget { .. })), "there is nothing to note: {refused:?}");
    assert_eq!(case.history().expect("a history").len(), 1, "what was refused is no event");
}

#[test]
fn the_latest_run_is_shown_and_earlier_ones_stay() {
    let (_folder, _path, mut case) = sample::case();
    case.annotate(&sample::annotation("on-the-first", TargetKind::Finding, "F1")).expect("an annotation");
    let mut second = sample::outcome();
    second.audit.findings.truncate(1);
    second.items.truncate(2);
    assert_eq!(case.add_audit(&second, NEXT_DAY).expect("a second run"), 2, "runs are numbered");
    case.annotate(&sample::annotation("on-the-second", TargetKind::Finding, "F1")).expect("an annotation");
    assert_eq!(case.findings().expect("findings").len(), 1, "findings are those of the latest run");
    assert_eq!(case.items(&ItemFilter::everything()).expect("items").len(), 2, "and so are items");
    assert_eq!(case.audit_of_run(1).expect("the first run"), Some(sample::outcome().audit), "the first run stays");
    let on_the_first = AnnotationFilter { run: Some(1), ..AnnotationFilter::everything() };
    let notes = case.annotations(&on_the_first).expect("annotations");
    assert_eq!(notes.len(), 1, "`F1` of another run is another finding");
    assert_eq!(notes.first().map(|note| note.id.as_str()), Some("on-the-first"), "a note stays with its run");
    let refused = case.annotate(&sample::annotation("a3", TargetKind::Finding, "F2"));
    assert!(matches!(refused, Err(Error::NoSuchTarget { .. })), "the latest run has no second finding: {refused:?}");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "both runs are as the history recorded them");
}

#[test]
fn annotations_come_back_as_typed_and_only_on_what_is_there() {
    let (_folder, path, mut case) = sample::case();
    let on_item = sample::annotation("a1", TargetKind::Item, "livelihoods/kn-1");
    let on_category = sample::annotation("a2", TargetKind::Category, "livelihoods/farming");
    let on_finding = sample::annotation("a3", TargetKind::Finding, "F1");
    for annotation in [&on_item, &on_category, &on_finding] {
        case.annotate(annotation).expect("an annotation");
    }
    drop(case);
    let mut case = Case::open(&path).expect("the case opens");
    let everything = case.annotations(&AnnotationFilter::everything()).expect("annotations");
    assert_eq!(everything, [on_item.clone(), on_category.clone(), on_finding], "every character is kept, in order");
    let filter = AnnotationFilter {
        target: Some(TargetKind::Category),
        target_id: Some("livelihoods/farming".to_owned()),
        run: case.latest_run().expect("a run"),
    };
    assert_eq!(case.annotations(&filter).expect("annotations"), [on_category], "conditions add up");
    for (target, id) in [
        (TargetKind::Item, "livelihoods/none"),
        (TargetKind::Item, "kn-1"),
        (TargetKind::Category, "livelihoods/none"),
        (TargetKind::Category, "other/farming"),
        (TargetKind::Finding, "F9"),
    ] {
        let refused = case.annotate(&sample::annotation("new", target, id));
        assert!(matches!(refused, Err(Error::NoSuchTarget { .. })), "nothing is at {target:?} {id}: {refused:?}");
    }
    let refused = case.annotate(&on_item);
    assert!(matches!(refused, Err(Error::DuplicateAnnotation { .. })), "an id is used once: {refused:?}");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "what was refused left no trace");
}

#[test]
fn the_key_is_kept_and_replaced() {
    let (_folder, path, mut case) = sample::case();
    assert_eq!(case.key().expect("no key"), None, "a new case has no key");
    case.set_key("first", DAY).expect("a key");
    case.set_key("second", DAY).expect("another key");
    drop(case);
    let case = Case::open(&path).expect("the case opens");
    assert_eq!(case.key().expect("a key").as_deref(), Some("second"), "the last key counts");
    let history = serde_json::to_string(&case.history().expect("a history")).expect("JSON");
    assert!(!history.contains("second"), "the history does not hold the key");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "a replaced key is no problem");
    drop(case);
    let bytes = std::fs::read(&path).expect("the file");
    assert!(!bytes.windows(5).any(|window| window == b"first"), "nothing of the first key is left in the file");
}

#[test]
fn a_backup_is_a_case_without_what_was_taken_out() {
    let (folder, _path, mut case) = sample::case();
    case.save_contestation(&sample::report(sample::REPORT_ID, 1, "the name Zebulon"), DAY).expect("a draft");
    case.save_contestation(&sample::report(sample::REPORT_ID, 1, "no name"), DAY).expect("the draft without it");
    let to = folder.path().join("copy.parallax");
    case.backup(&to).expect("a backup while the case is open");
    assert!(matches!(case.backup(&to), Err(Error::Exists { .. })), "a backup overwrites nothing");
    let bytes = std::fs::read(&to).expect("the copy");
    assert!(!bytes.windows(7).any(|window| window == b"Zebulon"), "what was taken out is not in the copy");
    let copy = Case::open(&to).expect("the copy opens");
    assert_eq!(copy.history().expect("a history"), case.history().expect("a history"), "the history is the same");
    assert_eq!(copy.items(&ItemFilter::everything()).expect("items"), sample::outcome().items, "the rows are the same");
    assert_eq!(copy.check().expect("a check"), Vec::<String>::new(), "nothing is wrong with the copy");
    drop((case, copy));
    assert_eq!(sample::names(folder.path()), ["copy.parallax", "desk.parallax"], "nothing else is left");
    let bytes = std::fs::read(folder.path().join("desk.parallax")).expect("the case");
    assert!(!bytes.windows(7).any(|window| window == b"Zebulon"), "after closing it is not in the case either");
}
