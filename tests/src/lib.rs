//! What tests across crates share: where the shared data lies and how the built program is started.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package lies in a folder of the repository")
}

/// The folder of shared models and reference numbers, or `None` where a test has to skip.
///
/// It is named by `PARALLAX_SHARED` and otherwise is `shared` beside the repository.
/// Where it is missing, `skipped: …` goes to stderr for `cargo xtask test` to collect.
///
/// # Panics
/// When the folder is missing and `PARALLAX_REQUIRE_SHARED=1`.
pub fn shared_folder() -> Option<PathBuf> {
    let folder = std::env::var_os("PARALLAX_SHARED").map_or_else(|| repository().join("../shared"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    let reason = format!("the shared data folder `{}` is not there", folder.display());
    assert!(
        std::env::var_os("PARALLAX_REQUIRE_SHARED").is_none_or(|value| value != "1"),
        "{reason}, and PARALLAX_REQUIRE_SHARED=1 forbids to skip"
    );
    skip(&reason);
    None
}

/// Says why a test leaves something out.
#[expect(clippy::print_stderr, reason = "the test runner collects these lines from the output of tests")]
pub fn skip(reason: &str) {
    eprintln!("skipped: {reason}");
}

/// A command that starts the `parallax` of this checkout, built from its present sources.
///
/// # Panics
/// When it does not build.
pub fn parallax() -> Command {
    Command::new(built("parallax").expect("`parallax` builds"))
}

/// Where a binary of this checkout lies, built from its present sources.
///
/// # Errors
/// When it does not build.
pub fn built(name: &str) -> Result<PathBuf> {
    static BUILT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = built.get(name) {
        return Ok(path.clone());
    }
    let path = build(name)?;
    built.insert(name.to_owned(), path.clone());
    Ok(path)
}

/// Names the packages that the running tests were built with, as arguments for cargo; a task that runs the tests sets it.
const SELECTION: &str = "PARALLAX_SELECTION";

/// The packages that the running tests were most likely built with, as arguments for cargo.
///
/// Without [`SELECTION`] these are the ones that tasks select on this machine:
/// the default members, or everything but the pages where the window can be built.
fn selection() -> Vec<String> {
    let named = std::env::var(SELECTION).unwrap_or_else(|_| {
        let web_view = Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1"]).status();
        let with_window = web_view.is_ok_and(|status| status.success());
        if with_window { "--workspace --exclude parallax-ui".to_owned() } else { String::new() }
    });
    named.split_whitespace().map(str::to_owned).collect()
}

/// Builds a binary of the workspace in the profile of the running test and says where it lies.
///
/// `cargo test` builds no binaries of other packages, and one that lies there may be old.
/// The packages are those of the running tests, and `--examples` brings the features that tests are built with,
/// so that nothing is built twice.
fn build(name: &str) -> Result<PathBuf> {
    let test = std::env::current_exe().context("finding the running test")?;
    // Tests run from `<target>/<profile>/deps`.
    let products = test
        .parent()
        .and_then(Path::parent)
        .with_context(|| format!("`{}` is not in a target folder", test.display()))?;
    let target = products.parent().with_context(|| format!("`{}` has no parent folder", products.display()))?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(repository())
        .args(["build", "--quiet", "--examples", "--bin", name])
        .args(selection())
        .arg("--target-dir")
        .arg(target);
    if products.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo.status().context("starting cargo")?;
    ensure!(status.success(), "cargo could not build `{name}`: {status}");
    Ok(products.join(name))
}
