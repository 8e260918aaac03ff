//! Where the shared reference files lie; none of them is copied here.

use std::path::PathBuf;

/// The path of a shared file or folder.
/// `None` where the shared files are missing, unless `PARALLAX_REQUIRE_SHARED=1` makes that a failure.
pub(crate) fn shared(relative: &str) -> Option<PathBuf> {
    let beside_repository = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let root = std::env::var_os("PARALLAX_SHARED").map_or_else(beside_repository, PathBuf::from);
    let path = root.join(relative);
    if path.exists() {
        return Some(path);
    }
    let required = std::env::var("PARALLAX_REQUIRE_SHARED").is_ok_and(|value| value == "1");
    assert!(!required, "shared file {relative} is required and missing");
    skipped(relative);
    None
}

#[expect(clippy::print_stderr, reason = "a test that skips says so where people look")]
fn skipped(relative: &str) {
    eprintln!("skipped: the shared file {relative} is not on this machine");
}
