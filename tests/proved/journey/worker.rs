//! Engine jobs run in a process of their own: it can be killed and cancelled, and nothing else is lost.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use parallax_tests::{parallax, shared_folder};

use super::{ran, run};

/// Longest wait for a process to appear or go; generous, so that a busy machine fails no test.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts an audit that takes long enough to be interrupted, on the real embedding model.
fn start(folder: &Path, shared: &Path) -> Child {
    let mut command = parallax();
    command
        .current_dir(folder)
        .arg("audit")
        .arg("--nominal")
        .arg(shared.join("models/all-MiniLM-L6-v2"))
        .arg("--operative")
        .arg(shared.join("models/gguf/minilm-q4_0.gguf"))
        .args(["--case", "case.parallax"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

/// Process ids of the children of `parent`, from /proc.
fn children(parent: u32) -> Vec<u32> {
    let path = format!("/proc/{parent}/task/{parent}/children");
    let listed = std::fs::read_to_string(path).unwrap_or_default();
    listed.split_whitespace().filter_map(|id| id.parse().ok()).collect()
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until the worker of `program` runs and has begun to compute.
fn busy_worker(program: &Child) -> u32 {
    wait_for("the worker to compute", || {
        let worker = *children(program.id()).first()?;
        // Utime, field 14 of stat, in hundredths of a second: it has left the start-up behind.
        let stat = std::fs::read_to_string(format!("/proc/{worker}/stat")).ok()?;
        let ticks: u64 = stat.rsplit_once(')')?.1.split_whitespace().nth(11)?.parse().ok()?;
        (ticks > 50).then_some(worker)
    })
}

fn signal(signal: &str, process: u32) {
    let sent = super::tool("kill").args([signal, &process.to_string()]).status().expect("kill starts");
    assert!(sent.success(), "the signal should reach process {process}");
}

fn gone(process: u32) -> bool {
    // A process that ended and was waited for has no entry; one that was not yet waited for is a zombie.
    std::fs::read_to_string(format!("/proc/{process}/stat")).map_or(true, |stat| stat.contains(") Z "))
}

#[test]
fn a_killed_worker_is_one_clear_error_and_the_same_command_then_succeeds() {
    let Some(shared) = shared_folder() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let demo = run(folder.path(), &["demo", "--out", "other.parallax"]);
    assert_eq!(demo.code, Some(0), "{}", demo.err);
    let program = start(folder.path(), &shared);
    signal("-KILL", busy_worker(&program));
    let answer = ran(&program.wait_with_output().expect("the program ends"));
    assert_eq!(answer.code, Some(3), "{}", answer.err);
    assert!(answer.err.contains("worker process ended"), "{}", answer.err);
    assert_eq!(answer.err.trim().lines().count(), 1, "one clear sentence: {}", answer.err);
    assert!(!folder.path().join("case.parallax").exists(), "no half-written case should be left");
    assert_eq!(
        run(folder.path(), &["case", "other.parallax", "check"]).code,
        Some(0),
        "another case should be untouched"
    );
    let again = ran(&start(folder.path(), &shared).wait_with_output().expect("the program ends"));
    assert_eq!(again.code, Some(0), "the same command should then succeed: {}", again.err);
    assert_eq!(run(folder.path(), &["case", "case.parallax", "check"]).code, Some(0), "and leave a sound case");
}

#[test]
fn a_cancelled_audit_leaves_no_process_and_no_file() {
    let Some(shared) = shared_folder() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = start(folder.path(), &shared);
    let worker = busy_worker(&program);
    signal("-INT", program.id());
    let answer = ran(&program.wait_with_output().expect("the program ends"));
    assert_eq!(answer.code, Some(130), "{}", answer.err);
    assert!(answer.err.contains("cancelled"), "{}", answer.err);
    wait_for("the worker to be gone", || gone(worker).then_some(()));
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("the folder can be listed").collect();
    assert!(left.is_empty(), "nothing should be left: {left:?}");
}

#[test]
fn a_worker_does_not_outlive_the_program_that_started_it() {
    let Some(shared) = shared_folder() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut program = start(folder.path(), &shared);
    let worker = busy_worker(&program);
    program.kill().expect("the program can be killed");
    program.wait().expect("the program ends");
    wait_for("the worker to be gone", || gone(worker).then_some(()));
}
