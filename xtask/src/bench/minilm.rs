//! The audit of all-MiniLM-L6-v2 against llama.cpp's Q4_0 of it, as a newcomer would start it.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::measured::{Measured, Process};
use crate::places;

/// Longest the audit may take on two cores.
const LIMIT: Duration = Duration::from_secs(90);
/// Most memory that the program and its worker may hold together.
const LIMIT_BYTES: u64 = 1 << 30;

/// Runs the audit and prints what it took; false when it passed a limit.
pub(super) fn run(parallax: &Path) -> Result<bool> {
    let shared = places::shared()?;
    let folder = places::emptied_folder("bench-minilm")?;
    let printed = folder.join("audit.json");
    let mut command = Command::new(parallax);
    command
        .arg("audit")
        .arg("--nominal")
        .arg(shared.join("models/all-MiniLM-L6-v2"))
        .arg("--operative")
        .arg(shared.join("models/gguf/minilm-q4_0.gguf"))
        .arg("--case")
        .arg(folder.join("minilm.parallax"))
        .arg("--report")
        .arg(folder.join("report"))
        .arg("--json")
        .stdout(File::create(&printed).with_context(|| format!("making `{}`", printed.display()))?);
    let measured = Measured::of(&mut command)?;
    if !measured.status.success() {
        bail!("the audit failed: {}", measured.status);
    }

    let audit: serde_json::Value = serde_json::from_reader(BufReader::new(File::open(&printed)?))
        .with_context(|| format!("reading `{}`", printed.display()))?;
    print(&measured, &audit);
    println!("left to look at: {}", folder.display());

    let in_time = measured.elapsed < LIMIT;
    let in_memory = measured.peak_bytes() < LIMIT_BYTES;
    if !in_time {
        println!("failed: the audit may take {} s", LIMIT.as_secs());
    }
    if !in_memory {
        println!("failed: the audit may hold {} MiB", mebibytes(LIMIT_BYTES));
    }
    Ok(in_time && in_memory)
}

fn print(measured: &Measured, audit: &serde_json::Value) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let seconds = measured.elapsed.as_secs_f64();
    println!("minilm: all-MiniLM-L6-v2 against its Q4_0 file, {cores} cores");
    println!("seconds: {seconds:.1} (limit {})", LIMIT.as_secs());
    println!("peak memory: {} MiB (limit {} MiB)", mebibytes(measured.peak_bytes()), mebibytes(LIMIT_BYTES));
    for Process { name, peak_bytes } in measured.processes.values() {
        println!("  {name}: {} MiB", mebibytes(*peak_bytes));
    }
    let cost = &audit["cost"];
    if let (Some(seconds), Some(bytes)) = (cost["seconds"].as_f64(), cost["peak_bytes"].as_u64()) {
        println!("by its own account: {seconds:.1} s, {} MiB", mebibytes(bytes));
    }
    if let Some(texts_per_second) = cost["texts_per_second"].as_f64() {
        println!("texts per second: {texts_per_second:.0}");
    } else if let Some(items) = number_of_items(audit) {
        // Each item is read by both variants; measuring them is part of the time.
        let rate = 2.0 * items as f64 / seconds;
        println!("items: {items}; texts per second over the whole audit: {rate:.0}");
    }
}

/// Items of all suites together.
fn number_of_items(audit: &serde_json::Value) -> Option<u64> {
    audit["suites"].as_array()?.iter().map(|suite| suite["n_items"].as_u64()).sum()
}

fn mebibytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}
