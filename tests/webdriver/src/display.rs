//! A screen that nobody sees: Xvfb on a display number that it finds itself.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::process::Process;

/// Larger than every size that a window is looked at in.
const SCREEN: &str = "1700x1100x24";

/// A running X server; it ends when this is dropped, and with it everything that shows a window there.
#[derive(Debug)]
pub struct Display {
    name: OsString,
    _server: Process,
}

impl Display {
    /// Starts a server and waits until it takes connections.
    ///
    /// # Errors
    /// When Xvfb is not installed or does not start; the message holds what it said.
    pub fn start() -> Result<Self> {
        let mut server = Process::start(
            Command::new("Xvfb")
                // It writes the number once it is ready, and finds a free one itself.
                .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"])
                .stdout(Stdio::piped()),
        )?;
        let output = server.take_stdout().context("reading the display number")?;
        let mut number = String::new();
        BufReader::new(output).read_line(&mut number).context("reading the display number")?;
        ensure!(!number.trim().is_empty(), "Xvfb did not start: {}", server.said());
        Ok(Self { name: format!(":{}", number.trim()).into(), _server: server })
    }

    /// What programs that shall show something here must find in their environment, and what they must not.
    ///
    /// Drawing is done in software, so that pictures do not depend on the machine;
    /// the desktop's services, of which a container has none, are not asked for.
    pub fn apply(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("NO_AT_BRIDGE", "1");
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    #[expect(clippy::print_stderr, reason = "the test runner collects these lines from the output of tests")]
    fn a_screen_is_there_until_it_is_dropped() {
        if Command::new("Xvfb").arg("-help").stderr(Stdio::null()).status().is_err() {
            eprintln!("skipped: Xvfb is not installed");
            return;
        }
        let display = Display::start().expect("Xvfb starts");
        let another = Display::start().expect("Xvfb starts a second time");
        assert_ne!(display.name, another.name, "each finds a number of its own");
        let mut command = Command::new("true");
        display.apply(&mut command);
        assert!(command.get_envs().any(|(name, value)| name == "DISPLAY" && value == Some(&display.name)));
        let number = display.name.to_string_lossy().trim_start_matches(':').to_owned();
        let socket = PathBuf::from("/tmp/.X11-unix").join(format!("X{number}"));
        assert!(socket.exists(), "programs can reach it");
        drop(display);
        assert!(!socket.exists(), "nothing is left behind");
    }
}
