//! The desktop shell: a window, the one command `rpc`, and a channel for progress. All else is in `commands`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
#![expect(clippy::print_stderr, reason = "what stops the program before there is a window is said in the terminal")]

mod host;
mod rpc;
#[cfg(target_os = "linux")]
mod software;
mod window;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next();
    if first.as_deref().is_some_and(|argument| argument == "worker") {
        return worker();
    }
    match window::run(first.map(PathBuf::from)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("parallax-desktop: {error}");
            ExitCode::from(2)
        }
    }
}

/// Runs one job for the window that started this process.
fn worker() -> ExitCode {
    let input = std::io::BufReader::new(std::io::stdin());
    match parallax_commands::serve(input, std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("parallax-desktop: {error}");
            ExitCode::from(2)
        }
    }
}
