//! `cargo xtask test`: formatting, every test, clippy, and a line that counts.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};

use crate::setup::web;
use crate::tally::Tally;
use crate::{cargo, setup, ui};

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
    check_with(&mut steps, "fmt", cargo::cargo(&["fmt", "--all", "--check"])?)?;
    let tally = run_tests(&mut steps)?;
    check_with(&mut steps, "clippy", selected("clippy", &["--all-targets", "--", "--deny", "warnings"])?)?;
    check_with(&mut steps, "clippy", ui::clippy()?)?;
    report(&tally, &steps);
    Ok(if tally.failed == 0 && steps.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A cargo command on the packages that every task selects.
fn selected(name: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = cargo::cargo(&[name, "--release"])?;
    command.args(cargo::selection()).args(arguments);
    Ok(command)
}

/// Runs a cargo component, or notes that it is not installed.
fn check_with(steps: &mut Steps, component: &str, command: Command) -> Result<()> {
    if cargo::has_component(component)? {
        step(steps, command)?;
    } else {
        steps.skipped.push(format!("{}: `cargo {component}` is not installed", cargo::line(&command)));
    }
    Ok(())
}

/// Runs a command and notes when it fails; says whether it succeeded.
fn step(steps: &mut Steps, mut command: Command) -> Result<bool> {
    let line = cargo::line(&command);
    println!("== {line}");
    let succeeded = command.status().with_context(|| format!("starting `{line}`"))?.success();
    if !succeeded {
        steps.failed.push(line);
    }
    Ok(succeeded)
}

/// Builds everything and runs the tests, passing on what they print as they print it.
fn run_tests(steps: &mut Steps) -> Result<Tally> {
    let mut tally = Tally::default();
    // The house rules look, without the network, at every crate that is built for this machine or for the pages.
    let fetch = ["fetch", "--locked", "--target", &cargo::host()?, "--target", web::TARGET];
    if !step(steps, cargo::cargo(&fetch)?)? {
        return Ok(tally);
    }
    // The window embeds its pages while it is compiled.
    if let Err(error) = ui::build() {
        steps.failed.push(format!("{error:#}"));
        return Ok(tally);
    }
    // The journeys start the built programs, which `cargo test` alone does not build.
    if !step(steps, selected("build", &["--all-targets"])?)? {
        return Ok(tally);
    }

    // The output of passing tests is asked for because it says what they skipped.
    let mut test = selected("test", &["--no-fail-fast", "--", "--show-output"])?;
    let line = cargo::line(&test);
    println!("== {line}");
    // Windows open on screens that the tests start themselves, never on a person's.
    test.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    // Tests that start a built program ask cargo for it: with the same packages, nothing is built for them.
    test.env("PARALLAX_SELECTION", cargo::selection().join(" "));
    let mut child = test.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("starting cargo")?;
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
        steps.failed.push(line);
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
