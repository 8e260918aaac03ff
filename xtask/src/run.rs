//! `cargo xtask run`: builds Parallax and shows the demonstration case.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Args;

use crate::{cargo, setup};

/// What `cargo xtask run` is told.
#[derive(Args)]
pub(crate) struct RunArguments {
    /// Passed on to `parallax demo`
    #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Runs `parallax demo` in the folder where the task was started and hands on its exit code.
pub(crate) fn run(arguments: &RunArguments) -> Result<ExitCode> {
    if !setup::ready(setup::Purpose::Run)? {
        return Ok(setup::missing());
    }
    let parallax = cargo::build_binary("parallax")?;
    start(Command::new(&parallax).arg("demo").args(&arguments.rest))
}

/// Starts a program in the foreground and hands on its exit code; a signal counts as 1.
pub(crate) fn start(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().with_context(|| format!("starting `{}`", command.get_program().display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}
