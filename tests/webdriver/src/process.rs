//! A process that ends with its owner, and what it said on stderr.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::wait_until;

/// How many lines of stderr are kept.
const LINES: usize = 200;

/// Longest that a process may take to end in peace.
const FAREWELL: Duration = Duration::from_secs(2);

/// A child process that is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    said: Arc<Mutex<VecDeque<String>>>,
}

impl Process {
    /// Starts a program; its stderr is read by a thread of its own, so that it never blocks.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting `{program}`; `cargo xtask setup` installs it"))?;
        let stderr = child.stderr.take().context("reading what it says")?;
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() == LINES {
                    kept.pop_front();
                }
                kept.push_back(String::from_utf8_lossy(&line).into_owned());
            }
        });
        Ok(Self { child, said })
    }

    /// The child's standard output, when it was piped and nobody took it yet.
    pub(crate) fn take_stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// The last lines that the process, or a child of it, wrote on stderr.
    pub(crate) fn said(&self) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// True when the process has ended by itself.
    pub(crate) fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait().context("asking after a process")?.is_some())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Asked first, so that it can clean up behind itself: a killed X server leaves its socket.
        let asked = i32::try_from(self.child.id())
            .is_ok_and(|id| !matches!(self.has_ended(), Ok(true)) && kill(Pid::from_raw(id), Signal::SIGTERM).is_ok());
        let ended = asked && wait_until("the end", FAREWELL, || Ok(self.has_ended()?.then_some(()))).is_ok();
        if !ended {
            // It may have ended before; either way nothing is left to wait for afterwards.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_says_is_kept_and_its_end_seen() {
        let mut process = Process::start(Command::new("sh").args(["-c", "echo oh dear >&2"])).expect("sh is there");
        wait_until("the end", Duration::from_secs(10), || Ok(process.has_ended()?.then_some(()))).expect("it ends");
        wait_until("the message", Duration::from_secs(10), || Ok((process.said() == "oh dear").then_some(())))
            .expect("stderr is kept");
    }

    #[test]
    fn a_process_ends_with_its_owner() {
        let process = Process::start(Command::new("sleep").arg("600")).expect("sleep is there");
        let folder = format!("/proc/{}", process.child.id());
        assert!(std::path::Path::new(&folder).exists());
        drop(process);
        assert!(!std::path::Path::new(&folder).exists(), "it was ended and waited for");
    }

    #[test]
    fn a_process_that_does_not_listen_ends_all_the_same() {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' TERM; echo ready >&2; exec sleep 600"]);
        let process = Process::start(&mut command).expect("sh is there");
        wait_until("the trap", Duration::from_secs(10), || Ok((process.said() == "ready").then_some(())))
            .expect("it says so");
        let folder = format!("/proc/{}", process.child.id());
        drop(process);
        assert!(!std::path::Path::new(&folder).exists(), "it was killed");
    }

    #[test]
    fn a_program_that_is_missing_is_named() {
        let error = Process::start(&mut Command::new("no-such-program")).expect_err("there is none");
        assert!(error.to_string().contains("no-such-program"));
    }
}
