//! `cargo xtask fuzz`: feeds the readers of strangers' files with noise that learns which bytes lead somewhere new.
//!
//! The coverage that libFuzzer learns from comes from LLVM's own pass, which the stable compiler takes as code generation
//! options; nothing of it touches the ordinary build, which has a target folder of its own.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::{cargo, places};

/// The targets, in the order of `tests/fuzz/src/lib.rs`.
const TARGETS: [&str; 8] = ["safetensors", "index", "gguf", "onnx", "tokenizer", "config", "adapter", "card"];

/// Instruments every branch with a counter, and comparisons with their two sides (LLVM's SanitizerCoverage).
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions=on -Coverflow-checks=on";

/// The longest input; headers that matter fit well into it, and short inputs run fast.
const LONGEST_INPUT: u32 = 4_096;
/// The most memory, in MiB, that a reader may take: what a header claims must not become an allocation.
const MOST_MEMORY: u32 = 1_024;
/// Seconds after which one input counts as a hang.
const MOST_SECONDS: u32 = 10;

#[derive(clap::Args)]
pub(crate) struct FuzzArguments {
    /// One target: safetensors, index, gguf, onnx, tokenizer, config, adapter or card; all, one after another, without it.
    target: Option<String>,
    /// Inputs to try for each target.
    #[arg(long, default_value_t = 1_000_000)]
    executions: u64,
    /// Where the randomness starts.
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Put the smallest inputs that reach everything the corpus reaches among the committed seeds.
    #[arg(long)]
    keep: bool,
}

/// Builds the targets with coverage and runs them; exits with 1 at the first input that a reader does not come back from.
pub(crate) fn run(arguments: &FuzzArguments) -> Result<ExitCode> {
    let chosen: Vec<&str> = match &arguments.target {
        None => TARGETS.to_vec(),
        Some(name) if TARGETS.contains(&name.as_str()) => vec![name],
        Some(name) => bail!("there is no target `{name}`; there are {}", TARGETS.join(", ")),
    };
    let target = places::target()?.join("fuzz");
    let binary = build(&target)?;
    for name in chosen {
        if !fuzz(arguments, name, &target, &binary)? {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn build(target: &Path) -> Result<PathBuf> {
    let host = cargo::host()?;
    // Naming the host keeps the flags away from build scripts and procedural macros.
    let arguments = ["build", "--release", "-p", "parallax-fuzz", "--features", "libfuzzer", "--target", &host];
    let mut command = cargo::cargo(&arguments)?;
    command.env("CARGO_TARGET_DIR", target).env("RUSTFLAGS", FLAGS).env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo::succeed(&mut command).context("libFuzzer is C++: it needs `c++`, on Debian in the package `g++`")?;
    Ok(target.join(host).join("release/parallax-fuzz"))
}

/// Runs one target; says whether every input was answered.
fn fuzz(arguments: &FuzzArguments, name: &str, target: &Path, binary: &Path) -> Result<bool> {
    let corpus = folder(target.join("corpus").join(name))?;
    let failures = folder(target.join("failures").join(name))?;
    let seeds = places::repository()?.join("tests/fuzz/seeds").join(name);
    println!("== {name}: {} inputs", arguments.executions);
    let mut command = std::process::Command::new(binary);
    command
        .env("PARALLAX_FUZZ_TARGET", name)
        .arg(format!("-runs={}", arguments.executions))
        .arg(format!("-seed={}", arguments.seed))
        .arg(format!("-max_len={LONGEST_INPUT}"))
        .arg(format!("-rss_limit_mb={MOST_MEMORY}"))
        .arg(format!("-malloc_limit_mb={MOST_MEMORY}"))
        .arg(format!("-timeout={MOST_SECONDS}"))
        .arg(format!("-artifact_prefix={}/", failures.display()))
        .args(["-print_final_stats=1", "-verbosity=1"])
        .arg(&corpus)
        .arg(&seeds);
    let line = cargo::line(&command);
    let status = command.status().with_context(|| format!("starting `{line}`"))?;
    if !status.success() {
        println!("failed: {name}: the input lies in {}", failures.display());
        return Ok(false);
    }
    if arguments.keep {
        keep(name, &corpus, &seeds, binary)?;
    }
    Ok(true)
}

/// Merges what the corpus reaches beyond the seeds into the seeds, in as few and as small files as libFuzzer finds.
fn keep(name: &str, corpus: &Path, seeds: &Path, binary: &Path) -> Result<()> {
    let mut command = std::process::Command::new(binary);
    command.env("PARALLAX_FUZZ_TARGET", name).args(["-merge=1", "-max_len=512"]).arg(seeds).arg(corpus);
    cargo::succeed(&mut command)
}

fn folder(path: PathBuf) -> Result<PathBuf> {
    std::fs::create_dir_all(&path).with_context(|| format!("making `{}`", path.display()))?;
    Ok(path)
}
