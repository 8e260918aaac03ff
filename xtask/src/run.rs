//! `cargo xtask run`: builds Parallax and shows the demonstration case, in a window or on the command line.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{cargo, places, setup, ui};

/// The case file of the demonstration, in the folder where the task was started.
const DEMONSTRATION: &str = "demonstration.parallax";

/// What `cargo xtask run` is told.
#[derive(Args)]
pub(crate) struct RunArguments {
    /// Open no window: audit the demonstration case on the command line
    #[arg(long)]
    headless: bool,
    /// Passed on: to `parallax demo`, or to the window in place of the demonstration case
    #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Opens the window where there is a screen; otherwise runs `parallax demo` in the folder where the task was started.
///
/// Hands on the exit code of what it started.
pub(crate) fn run(arguments: &RunArguments) -> Result<ExitCode> {
    if arguments.headless || !has_screen() {
        on_the_command_line(&arguments.rest)
    } else {
        in_a_window(&arguments.rest)
    }
}

fn on_the_command_line(arguments: &[String]) -> Result<ExitCode> {
    if !setup::ready(setup::Purpose::Run)? {
        return Ok(setup::missing());
    }
    let parallax = cargo::build_binary("parallax")?;
    start(Command::new(parallax).arg("demo").args(arguments))
}

fn in_a_window(arguments: &[String]) -> Result<ExitCode> {
    if !setup::ready(setup::Purpose::Window)? {
        eprintln!("`cargo xtask run --headless` needs less: it opens no window.");
        return Ok(setup::missing());
    }
    ui::build()?;
    let [parallax, window] = cargo::build_binaries(["parallax", "parallax-desktop"])?;
    if !arguments.is_empty() {
        return start(Command::new(window).args(arguments));
    }
    let demonstration = Path::new(DEMONSTRATION);
    demonstrate(&parallax, demonstration, &places::emptied_folder("demonstration.report")?)?;
    start(Command::new(window).arg(demonstration))
}

/// Makes sure that the demonstration case lies at a path and can be opened; a report goes into an empty folder.
///
/// # Errors
/// When a file lies there that cannot be opened: it may be somebody's and is left alone.
pub(crate) fn demonstrate(parallax: &Path, case: &Path, report: &Path) -> Result<()> {
    if case.exists() {
        let opened = Command::new(parallax).arg("case").arg(case).stdin(Stdio::null()).stdout(Stdio::null()).status();
        if !opened.context("starting `parallax`")?.success() {
            bail!("`{}` cannot be opened as a case: move it away, then start again", case.display());
        }
        return Ok(());
    }
    println!("auditing the demonstration case: {}", case.display());
    let mut demo = Command::new(parallax);
    cargo::succeed(demo.arg("demo").arg("--out").arg(case).arg("--report").arg(report).stdout(Stdio::null()))
}

/// True when windows can be opened for whoever started this.
fn has_screen() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Starts a program in the foreground and hands on its exit code; a signal counts as 1.
pub(crate) fn start(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().with_context(|| format!("starting `{}`", command.get_program().display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}
