//! Tests of the suite reader, the shipped suites and their templates, one file per subject. No model is asked anything here.

mod demo;
mod draw;
mod refused;
mod shipped;

use std::path::Path;

/// Writes the two files of a suite into `folder`.
fn write_suite(folder: &Path, suite: &str, items: impl AsRef<[u8]>) {
    std::fs::write(folder.join("suite.toml"), suite).expect("a fresh folder can be written to");
    std::fs::write(folder.join("items.jsonl"), items).expect("a fresh folder can be written to");
}
