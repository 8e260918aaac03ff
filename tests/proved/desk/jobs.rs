//! Jobs that a window starts: progress, a worker that is lost, cancelling.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use parallax_wire::{CancelJob, ChooseVariant, Code, OpenDemonstration, PlaceForm, RunAudit, ShowCase};

use super::Seat;

/// A program that is started as the worker and does what the script says.
fn script(folder: &std::path::Path, text: &str) -> std::path::PathBuf {
    let path = folder.join("worker.sh");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a script can be written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("and made a program");
    path
}

#[test]
fn the_demonstration_is_audited_once_and_then_only_opened() {
    let seat = Seat::empty();
    let mut fractions = Vec::new();
    let first = seat
        .ask_observed(&OpenDemonstration { job: 1 }, &mut |progress| fractions.push(progress.fraction))
        .expect("the demonstration opens");
    assert!(fractions.len() > 3, "the window is told how far it is");
    assert!(fractions.is_sorted(), "progress goes forward: {fractions:?}");
    let overview = seat.ask(&ShowCase { case: first.id.clone() }).expect("it can be shown");
    assert!(!overview.audit.expect("it was audited").findings.is_empty(), "the demonstration has findings");
    let again = seat
        .ask_observed(&OpenDemonstration { job: 2 }, &mut |_| panic!("nothing is computed again"))
        .expect("it opens again");
    assert_eq!(again, first, "the same file keeps its id");
}

#[test]
fn a_lost_worker_is_a_sentence_and_leaves_no_case() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let seat = Seat::with_worker(script(folder.path(), "read job; kill -9 $$"));
    let error = seat.ask(&OpenDemonstration { job: 1 }).expect_err("the worker is lost");
    assert_eq!(error.code, Code::WorkerLost);
    assert!(error.message.contains("nothing was written"), "{error}");
    assert!(!seat.folder.path().join("data/demonstration.parallax").exists(), "no half-written case");
}

#[test]
fn a_cancelled_job_ends_its_worker_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mark = folder.path().join("running");
    let seat =
        Seat::with_worker(script(folder.path(), &format!("read job; touch '{}'; exec sleep 600", mark.display())));
    let desk = Arc::new(seat);
    let waiting = Arc::clone(&desk);
    let job = std::thread::spawn(move || waiting.ask(&OpenDemonstration { job: 7 }));
    while !mark.exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    desk.ask(&CancelJob { job: 7 }).expect("cancelling always succeeds");
    let error = job.join().expect("the call returns").expect_err("it was cancelled");
    assert_eq!(error.code, Code::Cancelled);
    desk.ask(&CancelJob { job: 7 }).expect("a job that has ended needs no cancelling");
}

#[test]
fn two_chosen_variants_become_a_case_among_the_documents() {
    let seat = Seat::empty();
    let models = seat.folder.path().join("models");
    let request = parallax_commands::demo_request(&models, parallax_commands::DemoVariant::Honest).expect("models");
    let mut ids = Vec::new();
    for path in [&request.nominal, &request.operative] {
        seat.will_choose(path.as_ref());
        let chosen = seat.ask(&ChooseVariant { form: PlaceForm::Folder }).expect("a dialog").expect("a choice");
        assert!(!chosen.id.contains('/') && !chosen.name.contains('/'), "the page sees no path: {chosen:?}");
        ids.push(chosen.id);
    }
    assert_eq!(seat.ask(&ChooseVariant { form: PlaceForm::File }).expect("a dialog"), None, "closed without a choice");
    let audit = |job| RunAudit { job, nominal: ids[0].clone(), operative: ids[1].clone() };
    let case = seat.ask(&audit(1)).expect("the audit runs");
    assert_eq!(case.name, "disclosed - honest.parallax");
    let second = seat.ask(&audit(2)).expect("it runs again");
    assert_eq!(second.name, "disclosed - honest 2.parallax", "no case is written over");
    let cases = seat.folder.path().join("documents/Parallax");
    assert_eq!(std::fs::read_dir(cases).expect("the folder").count(), 2, "and nothing else is left there");
}

#[test]
fn a_variant_that_cannot_be_read_is_named_and_nothing_is_left() {
    let seat = Seat::empty();
    let broken = seat.folder.path().join("broken.gguf");
    std::fs::write(&broken, b"GGUF\x03\0\0\0").expect("a broken file");
    seat.will_choose(&broken);
    let chosen = seat.ask(&ChooseVariant { form: PlaceForm::File }).expect("a dialog").expect("a choice");
    let error = seat
        .ask(&RunAudit { job: 1, nominal: chosen.id.clone(), operative: chosen.id })
        .expect_err("such a file cannot be audited");
    assert_eq!(error.code, Code::BadInput);
    assert!(error.to_string().contains("broken.gguf"), "the file is named: {error}");
    let cases = seat.folder.path().join("documents/Parallax");
    assert_eq!(std::fs::read_dir(cases).expect("the folder").count(), 0, "nothing half-written is left");
}
