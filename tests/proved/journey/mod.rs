//! Journeys through the built program, as a person would take them.

mod audit;
mod bad_input;
mod contestation;
mod files;
mod packed;
mod retrained;
mod worker;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use parallax_tests::parallax;
use serde_json::Value;

/// What one run of the program gave.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `parallax` with these arguments in `folder`.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = parallax();
    command.current_dir(folder).args(arguments);
    ran(&command.output().expect("the program starts"))
}

pub(crate) fn ran(output: &Output) -> Ran {
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout.clone()).expect("standard output is UTF-8"),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// As [`run`]; it must succeed, and its standard output is JSON.
pub(crate) fn run_json(folder: &Path, arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    let ran = run(folder, &arguments);
    assert_eq!(ran.code, Some(0), "{arguments:?} should succeed: {}", ran.err);
    serde_json::from_str(&ran.out).expect("with --json, standard output is JSON and nothing else")
}

/// A demonstration case that was audited once for all tests; tests that write take a copy.
pub(crate) fn demonstration() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        let ran = run(&folder, &["demo"]);
        assert_eq!(ran.code, Some(0), "the demonstration should be audited: {}", ran.err);
        folder
    })
}

/// A copy of the audited demonstration case in a folder of its own.
pub(crate) fn own_case() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::copy(demonstration().join("demonstration.parallax"), folder.path().join("case.parallax"))
        .expect("the case can be copied");
    folder
}

/// A tool of the system; these tests need it.
pub(crate) fn tool(name: &str) -> Command {
    Command::new(name)
}
