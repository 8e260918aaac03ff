//! What another process goes through: killed while it writes, or out of room on its disk.
//!
//! A test starts this test program again with a task in its environment; the child runs the same test and finds the task.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use parallax_store::Case;
use parallax_wire::{AuditOutcome, ItemRecord, TargetKind};

use crate::sample::{self, DAY};

const TASK: &str = "PARALLAX_STORE_TEST_CASE";

fn task() -> Option<PathBuf> {
    std::env::var_os(TASK).map(PathBuf::from)
}

/// The command line that runs one test of this program in a child.
fn this_test(name: &str) -> Vec<String> {
    let program = std::env::current_exe().expect("the path of this program");
    vec![
        program.to_string_lossy().into_owned(),
        format!("child::{name}"),
        "--exact".to_owned(),
        "--nocapture".to_owned(),
    ]
}

#[test]
fn a_case_survives_being_killed_at_any_moment() {
    if let Some(path) = task() {
        return write_until_killed(&path);
    }
    let (folder, path, case) = sample::case();
    case.close().expect("the case closes");
    let mut written = 0_u64;
    for round in 0..12_usize {
        let command = this_test("a_case_survives_being_killed_at_any_moment");
        let mut child = Command::new(&command[0])
            .args(&command[1..])
            .env(TASK, &path)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child starts");
        let lines = BufReader::new(child.stdout.take().expect("the child's output")).lines();
        // Each line tells of a committed change; the kill comes while the child is at one of the next.
        let told = lines.map_while(Result::ok).filter(|line| line.contains("written")).take(1 + round * 3).count();
        child.kill().expect("the child is killed");
        child.wait().expect("the child is gone");
        written += told as u64;
        let case = Case::open(&path).expect("the case opens after the kill");
        assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "the chain and every row hold, round {round}");
        let length = case.summary().expect("a summary").log_length;
        assert!(length >= 2 + written, "what was told as written is there: {length} events, {written} told");
        written = length - 2;
        case.close().expect("the case closes");
    }
    assert_eq!(sample::names(folder.path()), ["desk.parallax"], "nothing is left beside it");
}

/// Alternates small and large changes, and tells of each that was committed.
fn write_until_killed(path: &Path) {
    let mut case = Case::open(path).expect("the case opens");
    let from = case.summary().expect("a summary").log_length;
    let mut output = std::io::stdout();
    for n in 0_u64..500 {
        match n % 3 {
            0 => case.annotate(&sample::annotation(&format!("{from}-{n}"), TargetKind::Item, "livelihoods/kn-1")),
            1 => case.add_audit(&large_outcome(200), DAY).map(drop),
            _ => case.set_key(&format!("key {from} {n}"), DAY),
        }
        .expect("the change is written");
        writeln!(output, "\nwritten").expect("the parent reads");
        output.flush().expect("the parent reads");
    }
}

/// The sample audit with `n` items more.
fn large_outcome(n: usize) -> AuditOutcome {
    let mut outcome = sample::outcome();
    let template = outcome.items[3].clone();
    outcome.items.extend((0..n).map(|at| ItemRecord {
        id: format!("kn-more-{at}"),
        text: format!("{} {at} {}", template.text, "ಕ್ಷೇತ್ರ ".repeat(20)),
        ..template.clone()
    }));
    outcome
}

/// A process that may write files of at most `blocks` times 512 bytes, as if its disk were full.
#[cfg(unix)]
fn with_little_room(name: &str, path: &Path, blocks: u64) -> String {
    let output = Command::new("sh")
        .args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")])
        .args(this_test(name))
        .env(TASK, path)
        .output()
        .expect("a child runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "the child ran to its end: {text} {}", String::from_utf8_lossy(&output.stderr));
    text
}

#[cfg(unix)]
#[test]
fn a_case_that_does_not_fit_on_the_disk_leaves_no_file() {
    if let Some(path) = task() {
        let refused = Case::create_with_audit(&path, &sample::new_case(), &sample::outcome()).expect_err("no room");
        return writeln!(std::io::stdout(), "refused: {refused}").expect("the parent reads");
    }
    let (folder, path) = sample::folder();
    let said = with_little_room("a_case_that_does_not_fit_on_the_disk_leaves_no_file", &path, 64);
    assert!(said.contains("refused: the case file `") && said.contains("desk.parallax"), "it names the file: {said}");
    assert_eq!(sample::names(folder.path()), Vec::<String>::new(), "nothing is left behind");
}

#[cfg(unix)]
#[test]
fn an_audit_that_does_not_fit_on_the_disk_leaves_the_case_as_it_was() {
    if let Some(path) = task() {
        let mut case = Case::open(&path).expect("the case opens");
        let refused = case.add_audit(&large_outcome(5000), DAY).expect_err("no room");
        return writeln!(std::io::stdout(), "refused: {refused}").expect("the parent reads");
    }
    let (folder, path, case) = sample::case();
    let before = case.summary().expect("a summary");
    case.close().expect("the case closes");
    let said = with_little_room("an_audit_that_does_not_fit_on_the_disk_leaves_the_case_as_it_was", &path, 2000);
    assert!(said.contains("refused: the case file `"), "it names the file: {said}");
    let case = Case::open(&path).expect("the case opens");
    assert_eq!(case.summary().expect("a summary"), before, "not one row and not one event was added");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "nothing is wrong with the case");
    case.close().expect("the case closes");
    assert_eq!(sample::names(folder.path()), ["desk.parallax"], "nothing else is left");
}
