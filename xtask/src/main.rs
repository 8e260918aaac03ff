//! Set-up and tasks of the repository, run as `cargo xtask TASK`; it holds no logic of the product.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "tasks talk to the person who started them")]

mod bench;
mod cargo;
mod demo_model;
mod fuzz;
mod mirror;
mod places;
mod run;
mod screenshots;
mod setup;
mod tally;
mod test;
mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Set-up and tasks of the Parallax repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what the machine lacks, or print the one line that does.
    ///
    /// Looks for a C compiler (SQLite is compiled from source), the system's web view and fonts for the window,
    /// Rust's target wasm32-unknown-unknown for its pages, and what the tests use: git, ssh-keygen, sha256sum,
    /// Xvfb, WebKitWebDriver and a Vulkan driver that draws in software.
    /// As root, or with sudo that asks for no password, apt installs what is missing;
    /// otherwise the line to run is printed and the exit code is 2.
    Setup,
    /// Build Parallax and open the demonstration case in a window.
    ///
    /// Builds the optimised programs and opens `demonstration.parallax` in the current folder,
    /// which `parallax demo` makes when it is not there.
    /// Without a screen, or with `--headless`, it builds no window and runs `parallax demo` alone.
    /// What follows `--` is passed on: `cargo xtask run -- my.parallax` opens another case,
    /// `cargo xtask run --headless -- --out first.parallax` audits into another file.
    Run(run::RunArguments),
    /// Build the pages of the window.
    ///
    /// Compiles them to WebAssembly and writes `ui/dist`, which the window embeds while it is compiled.
    Ui,
    /// Take a picture of every page of the window.
    ///
    /// Opens the demonstration case on a screen that nobody sees and follows the links of its pages,
    /// in two sizes, light and dark.
    Screenshots(screenshots::ScreenshotsArguments),
    /// Run every check and every test; the last line counts the tests.
    ///
    /// Checks the formatting, builds the pages and the programs, runs the tests of the whole workspace, and runs clippy.
    /// Says at the end what was skipped and why.
    /// Tests that read shared models look in PARALLAX_SHARED, by default `../shared`;
    /// with PARALLAX_REQUIRE_SHARED=1 they fail where they would have been skipped.
    Test,
    /// Train the models of the demonstration case again.
    ///
    /// Takes a few minutes and overwrites the committed models.
    /// What follows `--` is passed on to the trainer; `-- --help` lists its options.
    DemoModel(demo_model::DemoModelArguments),
    /// Feed the readers of strangers' files with noise that learns.
    ///
    /// Builds libFuzzer (C++: it needs `c++`) and the readers with coverage, in a target folder of their own,
    /// and runs one target, or all of them one after another.
    /// Exits with 1 at the first input that a reader does not come back from; the input is kept.
    Fuzz(fuzz::FuzzArguments),
    /// Measure time and memory against their limits.
    ///
    /// Exits with 1 when a limit is passed.
    Bench(bench::BenchArguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Setup => setup::run(setup::Purpose::Test),
        Task::Run(arguments) => run::run(&arguments),
        Task::Ui => ui::run(),
        Task::Screenshots(arguments) => screenshots::run(&arguments),
        Task::Test => test::run(),
        Task::DemoModel(arguments) => demo_model::run(&arguments),
        Task::Fuzz(arguments) => fuzz::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
