//! Exit codes, and how an error is printed.

use std::process::ExitCode;

use parallax_wire::{Code, Error};

/// What was asked for was done.
pub(crate) const DONE: u8 = 0;

/// A check that was asked for did not hold.
pub(crate) const CHECK_FAILED: u8 = 1;

/// Bad input or use; nothing was written.
pub(crate) const BAD_INPUT: u8 = 2;

/// The worker process was lost, or Parallax has a defect.
pub(crate) const INTERNAL: u8 = 3;

/// The person asked to stop, as shells report an interrupt.
pub(crate) const CANCELLED: u8 = 130;

/// Prints `error` as one message on standard error and returns the exit code that belongs to it.
#[expect(clippy::print_stderr, reason = "errors of the command line go to standard error")]
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    eprintln!("parallax: {error:#}");
    let code = match error.downcast_ref::<Error>().map(|error| error.code) {
        Some(Code::CheckFailed) => CHECK_FAILED,
        Some(Code::Cancelled) => CANCELLED,
        Some(Code::WorkerLost | Code::Internal) => INTERNAL,
        // Anything else went wrong at the edge: a file that cannot be read or written, a wrong argument.
        Some(Code::BadInput) | None => BAD_INPUT,
    };
    ExitCode::from(code)
}
