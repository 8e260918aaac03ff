//! `cargo xtask test`: formatting, every test, clippy, and a line that counts.

use std::io::{BufRead, BufReader};
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result};

use crate::tally::Tally;
use crate::{cargo, setup};

/// What became of the steps beside the tests themselves.
#[derive(Default)]
struct Steps {
    failed: Vec<String>,
    skipped: Vec<String>,
}

/// Runs every check to its end, whatever fails on the way, and prints the counts last.
pub(crate) fn run() -> Result<ExitCode> {
    if !setup::ready(setup::Purpose::Test)? {
        return Ok(setup::missing());
    }
    let mut steps = Steps::default();
    check_with(&mut steps, "fmt", &["fmt", "--all", "--check"])?;
    let tally = run_tests(&mut steps)?;
    check_with(
        &mut steps,
        "clippy",
        &["clippy", "--release", "--workspace", "--all-targets", "--", "--deny", "warnings"],
    )?;
    report(&tally, &steps);
    Ok(if tally.failed == 0 && steps.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs a cargo component, or notes that it is not installed.
fn check_with(steps: &mut Steps, component: &str, arguments: &[&str]) -> Result<()> {
    let line = format!("cargo {}", arguments.join(" "));
    if !cargo::has_component(component)? {
        steps.skipped.push(format!("{line}: `cargo {component}` is not installed"));
        return Ok(());
    }
    println!("== {line}");
    let status = cargo::cargo(arguments)?.status().with_context(|| format!("starting `{line}`"))?;
    if !status.success() {
        steps.failed.push(line);
    }
    Ok(())
}

/// Runs the tests of the workspace, passing on what they print as they print it.
fn run_tests(steps: &mut Steps) -> Result<Tally> {
    let mut tally = Tally::default();
    // The journeys start the built programs, which `cargo test` alone does not build.
    let build = ["build", "--release", "--workspace", "--all-targets"];
    println!("== cargo {}", build.join(" "));
    let built = cargo::cargo(&build)?.status().context("starting cargo")?;
    if !built.success() {
        steps.failed.push(format!("cargo {}", build.join(" ")));
        return Ok(tally);
    }

    // The output of passing tests is asked for because it says what they skipped.
    let test = ["test", "--release", "--workspace", "--no-fail-fast", "--", "--show-output"];
    println!("== cargo {}", test.join(" "));
    let mut child =
        cargo::cargo(&test)?.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("starting cargo")?;
    let output = child.stdout.take().context("reading what the tests print")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line.context("reading what the tests print")?;
        let line = String::from_utf8_lossy(&line);
        if tally.read(&line) {
            println!("{line}");
        }
    }
    let status = child.wait().context("waiting for the tests")?;
    if !status.success() && tally.failed == 0 {
        // A binary that dies prints no result; the counts alone would hide it.
        steps.failed.push(format!("cargo {}", test.join(" ")));
    }
    Ok(tally)
}

fn report(tally: &Tally, steps: &Steps) {
    println!();
    for skipped in tally.skipped.iter().chain(&steps.skipped) {
        println!("skipped: {skipped}");
    }
    for failed in tally.failures.iter().chain(&steps.failed) {
        println!("failed: {failed}");
    }
    println!("{}", tally.summary(steps.failed.len() as u64, steps.skipped.len() as u64));
}
