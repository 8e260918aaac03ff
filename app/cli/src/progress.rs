//! A progress bar on standard error, only where that is a terminal.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use parallax_wire::Progress;
use parallax_words::Words;

/// Steps of the bar; fine enough that it moves at least once a second on a long audit.
const STEPS: u64 = 1000;

/// Shows what a job is doing; clears itself when dropped.
pub(crate) struct Bar {
    bar: ProgressBar,
    words: Words,
}

impl Bar {
    pub(crate) fn new() -> Self {
        let target =
            if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(STEPS), target);
        // The template is a constant: where it did not parse, the bar would only be plainer.
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3}%  {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar, words: Words::english() }
    }

    pub(crate) fn show(&self, progress: &Progress) {
        let step = self.words.say(&format!("progress-{}", progress.step), &BTreeMap::new());
        self.bar.set_message(step.unwrap_or_else(|_| progress.step.clone()));
        self.bar.set_position((progress.fraction.clamp(0.0, 1.0) * STEPS as f64) as u64);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
