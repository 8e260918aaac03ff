//! The command line of Parallax: clap arguments to commands to standard output and an exit code.
//!
//! Standard output carries what was asked for and nothing else; progress goes to standard error, and only to a terminal.

mod args;
mod audit;
mod case;
mod contest;
mod exit;
mod identify;
mod job;
mod progress;
mod say;
mod tokens;
mod weights;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap prints help to standard output and mistakes to standard error, and knows which is which.
            let _closed_pipe = error.print();
            return ExitCode::from(if error.use_stderr() { exit::BAD_INPUT } else { exit::DONE });
        }
    };
    let json = arguments.json;
    let outcome = match arguments.command {
        Command::Demo(demo) => audit::demo(&demo, json),
        Command::Audit(command) => audit::audit(&command, json),
        Command::Identify(command) => identify::identify(&command, json),
        Command::Weights(command) => weights::weights(&command, json),
        Command::Tokens(command) => tokens::tokens(&command, json),
        Command::Case(command) => case::run(&command, json),
        Command::Contest(command) => contest::run(&command, json),
        Command::Verify(command) => contest::verify(&command, json),
        Command::Worker => return worker(),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => exit::report(&error),
    }
}

/// Serves one job over standard input and output; the rest of the process must not print.
fn worker() -> ExitCode {
    let input = std::io::BufReader::new(std::io::stdin());
    match parallax_commands::serve(input, std::io::stdout()) {
        Ok(()) => ExitCode::from(exit::DONE),
        Err(error) => exit::report(&error.into()),
    }
}
