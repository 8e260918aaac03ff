//! `cargo xtask demo-model`: trains the models of the demonstration case again.

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::Args;

use crate::{cargo, places, run, setup};

/// What `cargo xtask demo-model` is told.
#[derive(Args)]
pub(crate) struct DemoModelArguments {
    /// Passed on to the trainer
    #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Runs the trainer at the root of the repository and hands on its exit code.
pub(crate) fn run(arguments: &DemoModelArguments) -> Result<ExitCode> {
    if !setup::ready(setup::Purpose::Run)? {
        return Ok(setup::missing());
    }
    let trainer = cargo::build_binary("demo-model")?;
    run::start(Command::new(&trainer).args(&arguments.rest).current_dir(places::repository()?))
}
