//! `cargo xtask bench`: what Parallax takes, held against limits; one file per bench.

mod measured;
mod minilm;
mod weights;
mod window;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{cargo, setup, ui};

/// What `cargo xtask bench` is told.
#[derive(Args)]
pub(crate) struct BenchArguments {
    /// Which benches to run; all of them when none is named
    #[arg(value_enum)]
    benches: Vec<Bench>,
}

/// The benches there are.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Bench {
    /// Audit all-MiniLM-L6-v2 against its Q4_0 file: under 90 s and 1 GiB.
    Minilm,
    /// Hold weights against each other: 400 million elements a second, and 512 MiB for a pair of 4 GiB.
    Weights,
    /// What people do in the window: nothing may hold it up for more than 100 ms.
    Window,
}

/// Runs the benches that were asked for; exit code 1 when one passes a limit.
pub(crate) fn run(arguments: &BenchArguments) -> Result<ExitCode> {
    let chosen = if arguments.benches.is_empty() { Bench::value_variants() } else { &arguments.benches };
    let with_window = chosen.contains(&Bench::Window);
    if !setup::ready(if with_window { setup::Purpose::Test } else { setup::Purpose::Run })? {
        return Ok(setup::missing());
    }
    let parallax = cargo::build_binary("parallax")?;
    let mut within_limits = true;
    for bench in chosen {
        within_limits &= match bench {
            Bench::Minilm => minilm::run(&parallax)?,
            Bench::Weights => weights::run(&parallax)?,
            Bench::Window => {
                ui::build()?;
                window::run(&parallax, &cargo::build_binary("parallax-desktop")?)?
            }
        };
    }
    Ok(if within_limits { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
