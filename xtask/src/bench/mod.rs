//! `cargo xtask bench`: what Parallax takes on real weights, held against limits; one file per bench.

mod measured;
mod minilm;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{cargo, setup};

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
}

/// Runs the benches that were asked for; exit code 1 when one passes a limit.
pub(crate) fn run(arguments: &BenchArguments) -> Result<ExitCode> {
    if !setup::ready(setup::Purpose::Run)? {
        return Ok(setup::missing());
    }
    let parallax = cargo::build_binary("parallax")?;
    let chosen = if arguments.benches.is_empty() { Bench::value_variants() } else { &arguments.benches };
    let mut within_limits = true;
    for bench in chosen {
        within_limits &= match bench {
            Bench::Minilm => minilm::run(&parallax)?,
        };
    }
    Ok(if within_limits { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
