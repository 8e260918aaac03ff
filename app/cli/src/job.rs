//! What every job of the command line shares: an interrupt that cancels, a bar, and what it took.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::Context;
use parallax_commands::peak_bytes;
use parallax_wire::{Cost, Error, Progress};

use crate::progress::Bar;

/// A job that runs in a worker process until it is done or interrupted.
pub(crate) struct Running {
    started: Instant,
    cancel: Arc<AtomicBool>,
}

impl Running {
    /// Starts the clock and catches interrupts.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let cancel = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&cancel);
        ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed)).context("interrupts cannot be caught")?;
        Ok(Self { started: Instant::now(), cancel })
    }

    /// Runs a job of this executable's worker, with a bar on a terminal.
    pub(crate) fn run<T>(
        &self,
        job: impl FnOnce(&Path, &mut dyn FnMut(&Progress), &AtomicBool) -> Result<T, Error>,
    ) -> anyhow::Result<T> {
        let executable = std::env::current_exe().context("the path of this program is unknown")?;
        let bar = Bar::new();
        Ok(job(&executable, &mut |progress| bar.show(progress), &self.cancel)?)
    }

    /// Worker and shell together, as far as they have come.
    pub(crate) fn add_cost(&self, cost: &mut Cost) {
        cost.seconds = self.started.elapsed().as_secs_f64();
        cost.peak_bytes += peak_bytes();
    }
}

/// A path as it crosses to the worker.
pub(crate) fn path_text(path: &Path) -> anyhow::Result<String> {
    path.to_str().map(str::to_owned).with_context(|| format!("`{}` is not a path in UTF-8", path.display()))
}
