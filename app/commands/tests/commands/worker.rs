//! The shell's side of a job, with stand-ins for the worker that say what a test wants.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use parallax_commands::{run_audit, run_sort};
use parallax_wire::{AuditRequest, Code, JobEvent, ReadText, RegimeKind, SortRequest, SortedWords};
use tempfile::TempDir;

/// A program that reads its job and then does as the script says.
fn worker(script: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("worker.sh");
    std::fs::write(&path, format!("#!/bin/sh\nread job\n{script}\n")).expect("the program is written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("it may be started");
    (folder, path)
}

fn audit_request() -> AuditRequest {
    AuditRequest {
        nominal: "nominal".to_owned(),
        operative: "operative".to_owned(),
        suites: Vec::new(),
        reader: None,
        linfa_logistic: false,
        seed: 1,
    }
}

fn sort_request() -> SortRequest {
    SortRequest {
        nominal: "nominal".to_owned(),
        operative: "operative".to_owned(),
        nominal_sha256: Vec::new(),
        operative_sha256: Vec::new(),
        text: "text".to_owned(),
        language: "en".to_owned(),
        suites: Vec::new(),
        regime: RegimeKind::SameBasis,
        fitted: Vec::new(),
    }
}

fn sorted() -> SortedWords {
    let read = ReadText { pieces: vec!["text".to_owned()], words: 1, unknown_words: 0, truncated: false };
    SortedWords {
        text: "text".to_owned(),
        language: "en".to_owned(),
        nominal: read.clone(),
        operative: read,
        same_tokens: true,
        sorted: Vec::new(),
    }
}

/// A script that answers with sorted words.
fn answer() -> String {
    let line = serde_json::to_string(&JobEvent::Sorted(Box::new(sorted()))).expect("JSON");
    format!("echo '{line}'")
}

#[test]
fn sorted_words_come_back_with_the_progress_before_them() {
    let progress = r#"echo '{"event":"progress","data":{"step":"open-nominal","fraction":0.5}}'"#;
    let (_folder, program) = worker(&format!("{progress}\n{}", answer()));
    let mut steps = Vec::new();
    let mut observe = |progress: &parallax_wire::Progress| steps.push((progress.step.clone(), progress.fraction));
    let got = run_sort(&program, sort_request(), &mut observe, &AtomicBool::new(false));
    assert_eq!(got, Ok(sorted()), "the answer is the worker's");
    assert_eq!(steps, [("open-nominal".to_owned(), 0.5)], "progress was shown");
}

#[test]
fn a_cancelled_job_says_which_job_it_was() {
    let (_folder, program) = worker("sleep 60");
    let cancel = AtomicBool::new(true);
    let error = run_sort(&program, sort_request(), &mut |_| (), &cancel).expect_err("it was cancelled");
    assert_eq!(error.code, Code::Cancelled, "{error}");
    assert_eq!(error.message, "the sorting was cancelled; nothing was written");
    let error = run_audit(&program, audit_request(), &mut |_| (), &cancel).expect_err("it was cancelled");
    assert_eq!(error.message, "the audit was cancelled; nothing was written");
}

#[test]
fn a_lost_worker_is_said_to_be_lost() {
    let (_folder, program) = worker("echo 'out of memory' >&2; exit 9");
    let error = run_sort(&program, sort_request(), &mut |_| (), &AtomicBool::new(false)).expect_err("it is gone");
    assert_eq!(error.code, Code::WorkerLost, "{error}");
    assert!(error.message.contains("before the sorting was done"), "{error}");
    assert_eq!(error.causes, ["out of memory"], "with what it said last");
}

#[test]
fn the_answer_to_another_job_is_no_answer() {
    let (_folder, program) = worker(&answer());
    let error = run_audit(&program, audit_request(), &mut |_| (), &AtomicBool::new(false)).expect_err("no audit");
    assert_eq!(error.code, Code::Internal, "{error}");
    let failed = r#"echo '{"event":"failed","data":{"code":"bad-input","message":"`x` is no model","causes":[]}}'"#;
    let (_folder, program) = worker(failed);
    let error = run_sort(&program, sort_request(), &mut |_| (), &AtomicBool::new(false)).expect_err("it failed");
    assert_eq!((error.code, error.message.as_str()), (Code::BadInput, "`x` is no model"), "a failure is passed on");
}
