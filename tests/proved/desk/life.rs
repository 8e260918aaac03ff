//! A case in the window from its findings to a sealed bundle, and what others do to it meanwhile.

use parallax_commands::Answer;
use parallax_wire::{
    AnnotateRequest, Ask, ChangeContestation, ChooseFolder, Code, ContestChanges, ItemQuery, ListItems, LocalText,
    MakeNote, MapPoints, MatrixCell, Motivation, OpenCase, OpenContestation, PreviewContestation, Scope,
    SealContestation, ShowCase, ShowContestation, ShowItem, ShowMap, ShowTensor, Start, TargetKind, TensorRow,
    VerifyBundle, WeightsReport,
};
use serde_json::json;

use super::Seat;

#[test]
fn every_cell_of_the_matrix_opens_as_many_items_as_it_counts() {
    let (seat, case) = Seat::with_case();
    let audit = seat.ask(&ShowCase { case: case.id.clone() }).expect("a case").audit.expect("an audit");
    let mut cells = 0;
    for reader in audit.readers.iter().filter(|reader| reader.undefined.is_none()) {
        for (from, row) in reader.matrix.iter().enumerate() {
            for (to, count) in row.iter().enumerate() {
                let cell = MatrixCell {
                    reader: reader.reader.clone(),
                    nominal: Some(reader.categories[from].clone()),
                    operative: Some(reader.categories[to].clone()),
                };
                let query =
                    ItemQuery { suite: Some(reader.suite.clone()), cell: Some(cell), limit: 3, ..ItemQuery::default() };
                let page = seat.ask(&ListItems { case: case.id.clone(), query }).expect("items");
                assert_eq!(page.total, *count, "{} {}: {from} to {to}", reader.suite, reader.reader);
                assert_eq!(page.items.len() as u64, (*count).min(3));
                cells += 1;
            }
        }
    }
    assert!(cells > 100, "the demonstration has matrices");
}

#[test]
fn the_map_has_a_point_for_each_of_its_items_and_carries_their_decisions() {
    let (seat, case) = Seat::with_case();
    let audit = seat.ask(&ShowCase { case: case.id.clone() }).expect("a case").audit.expect("an audit");
    for suite in &audit.suites {
        let legend = seat
            .ask(&ShowMap { case: case.id.clone(), suite: suite.id.clone() })
            .expect("a map")
            .expect("the audit made one");
        assert_eq!(legend.items.len(), legend.texts.len());
        assert!(legend.taps.iter().all(|tap| tap.positions.0.is_empty()), "positions cross as bytes, not as text");
        for tap in &legend.taps {
            let request = json!({ "case": case.id, "suite": suite.id, "tap": tap.nominal_tap });
            let Answer::Bytes(bytes) = seat.raw("load-map", request, &mut |_| ()).expect("points") else {
                panic!("a dense series crosses as bytes");
            };
            let points = MapPoints::from_bytes(&bytes).expect("whole points").0;
            assert_eq!(points.len(), legend.items.len(), "one point an item");
            assert!(points.iter().all(|point| usize::from(point.language) < legend.languages.len()));
            let flat: Vec<f32> =
                points.iter().flat_map(|point| point.nominal_at.into_iter().chain(point.operative_at)).collect();
            assert!(flat.iter().all(|number| number.is_finite()), "every item has a place");
        }
        let moved = seat
            .ask(&ShowItem { case: case.id.clone(), suite: suite.id.clone(), item: legend.items[0].clone() })
            .expect("the first point is an item");
        assert_eq!(moved.item.text, legend.texts[0], "texts stand in the order of the points");
    }
}

#[test]
fn the_files_of_a_case_cross_line_by_line() {
    let (seat, case) = Seat::with_case();
    let Answer::Lines(bytes) = seat.raw("show-files", json!({ "case": case.id }), &mut |_| ()).expect("files") else {
        panic!("thousands of rows are no single value");
    };
    let text = String::from_utf8(bytes).expect("JSON is text");
    let mut lines = text.split('\n');
    let report: Option<WeightsReport> =
        serde_json::from_str(lines.next().expect("a first line")).expect("the comparison comes first");
    let report = report.expect("the demonstration was compared");
    assert!(report.tensors.is_empty(), "its tensors cross as rows, and one by one in full");
    let rows: Vec<TensorRow> = lines.map(|line| serde_json::from_str(line).expect("a row")).collect();
    let parameters: u64 = rows.iter().map(|row| row.parameters).sum();
    assert!(rows.len() > 30 && parameters == report.summary.parameters, "every weight is in a row");
    for row in rows {
        let tensor = seat.ask(&ShowTensor { case: case.id.clone(), name: row.name.clone() }).expect("a case");
        assert_eq!(tensor.as_ref().map(TensorRow::from), Some(row), "a row says what the tensor says");
    }
}

#[test]
fn a_page_that_begins_anew_finds_the_case_that_was_opened_last() {
    let (seat, first) = Seat::with_case();
    assert_eq!(seat.ask(&Start {}).expect("a desk").opened, Some(first.clone()), "the case it was started with");
    let other = seat.folder.path().join("other.parallax");
    std::fs::copy(seat.folder.path().join("case.parallax"), &other).expect("another case");
    seat.will_choose(&other);
    let other = seat.ask(&OpenCase {}).expect("a case").expect("it was chosen");
    assert_ne!(other.id, first.id);
    assert_eq!(seat.ask(&Start {}).expect("a desk").opened, Some(other));
}

#[test]
fn a_case_goes_from_finding_to_a_bundle_that_verifies() {
    let (seat, case) = Seat::with_case();
    let note = AnnotateRequest {
        target: TargetKind::Finding,
        target_id: "F1".to_owned(),
        motivation: Motivation::Contesting,
        body: LocalText::new("kn", "ಇದು ಸರಿಯಲ್ಲ"),
        author: "neem".to_owned(),
    };
    seat.ask(&MakeNote { case: case.id.clone(), note }).expect("a note");
    let opened =
        seat.ask(&OpenContestation { case: case.id.clone(), findings: vec!["F1".to_owned()] }).expect("a contestation");
    assert!(!opened.missing.is_empty(), "a new one says what it still lacks");
    let id = opened.report.id.clone();
    let early = seat
        .ask(&SealContestation { case: case.id.clone(), id: id.clone(), folder: None })
        .expect_err("it lacks something");
    assert_eq!(early.code, Code::BadInput);
    let changes = ContestChanges {
        summary: Some(LocalText::new("kn", "ನಮ್ಮ ಕೆಲಸವನ್ನು ಬೇರೆ ಹೆಸರಿನಲ್ಲಿ ಎಣಿಸುತ್ತಾರೆ.")),
        asks: Some(vec![Ask::Explain]),
        scope: Some(Scope::Green),
        reviewer: Some("neem".to_owned()),
        ..ContestChanges::default()
    };
    let filled =
        seat.ask(&ChangeContestation { case: case.id.clone(), id: id.clone(), changes }).expect("it can be filled in");
    assert_eq!(filled.missing, Vec::<String>::new(), "then nothing is missing");
    let preview = seat.ask(&PreviewContestation { case: case.id.clone(), id: id.clone() }).expect("a preview");
    let folder = seat.folder.path().join("handed over");
    std::fs::create_dir(&folder).expect("a folder");
    seat.will_choose(&folder);
    let chosen = seat.ask(&ChooseFolder {}).expect("a dialog").expect("a choice");
    let sealed = seat
        .ask(&SealContestation { case: case.id.clone(), id: id.clone(), folder: Some(chosen.id) })
        .expect("it can be sealed");
    for file in &preview {
        let bytes = std::fs::read(folder.join(&sealed.reply.folder).join(&file.path)).expect("a sealed file");
        assert!(bytes == file.content.as_bytes(), "{} leaves as previewed", file.path);
    }
    let verified = seat.ask(&VerifyBundle { bundle: sealed.place.id.clone() }).expect("it can be checked");
    assert!(verified.intact, "{:?}", verified.problems);
    std::fs::write(folder.join(&sealed.reply.folder).join("data/added.txt"), "x").expect("a stranger adds a file");
    let verified = seat.ask(&VerifyBundle { bundle: sealed.place.id }).expect("it can be checked");
    assert!(!verified.intact, "an added file is seen");
    let shown = seat.ask(&ShowContestation { case: case.id, id }).expect("it is still there");
    assert!(shown.missing.is_empty(), "a sealed contestation lacks nothing");
}

#[test]
fn another_window_on_the_same_case_is_told() {
    let (seat, case) = Seat::with_case();
    assert!(!case.shared, "the first has it to itself");
    // Another process of the same person: the same folders, another desk.
    let path = seat.folder.path().join("case.parallax");
    let link = tempfile::tempdir().expect("a temporary folder");
    std::os::unix::fs::symlink(seat.folder.path().join("data"), link.path().join("data")).expect("a link");
    let other = Seat::new(link, Some(path), None);
    let second = other.ask(&Start {}).expect("a desk starts").opened.expect("it opens too");
    assert!(second.shared, "the second is told of the first");
    let note = |author: &str| AnnotateRequest {
        target: TargetKind::Finding,
        target_id: "F1".to_owned(),
        motivation: Motivation::Commenting,
        body: LocalText::new("en", format!("from {author}")),
        author: author.to_owned(),
    };
    seat.ask(&MakeNote { case: case.id.clone(), note: note("one") }).expect("the first writes");
    other.ask(&MakeNote { case: second.id.clone(), note: note("two") }).expect("the second writes");
    let seen = |seat: &Seat, id: &str| seat.ask(&ShowCase { case: id.to_owned() }).expect("a case").summary.annotations;
    assert_eq!((seen(&seat, &case.id), seen(&other, &second.id)), (2, 2), "both see both notes");
    drop(seat.desk);
    let third = other.ask(&Start {}).expect("a desk starts").opened.expect("it opens");
    assert!(third.shared, "a window keeps what it was told when it opened the case");
}

#[test]
fn a_named_case_that_is_damaged_or_newer_is_refused_with_its_name() {
    for (name, bytes, reason) in [
        ("damaged.parallax", &b"SQLite format 3\0 and then nothing of the kind"[..], "damaged.parallax"),
        ("text.parallax", &b"hello"[..], "text.parallax"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        let seat = Seat::new(folder, Some(path.clone()), None);
        let started = seat.ask(&Start {}).expect("the window starts all the same");
        let refused = started.refused.expect("the case is refused");
        assert!(refused.to_string().contains(reason), "{refused}");
        assert_eq!(std::fs::read(&path).expect("the file"), bytes, "and left as it was");
    }
}
