//! Wall time and peak memory of a program and every process below it, read from /proc.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How often memory is read; the kernel keeps the peak, so only a process's last moments can be missed.
const INTERVAL: Duration = Duration::from_millis(20);

/// What one process held at most.
pub(super) struct Process {
    pub(super) name: String,
    pub(super) peak_bytes: u64,
}

/// What a program took.
pub(super) struct Measured {
    pub(super) status: ExitStatus,
    pub(super) elapsed: Duration,
    /// The program and every process that it started, by process id.
    pub(super) processes: BTreeMap<u32, Process>,
}

impl Measured {
    /// Runs a program to its end.
    pub(super) fn of(command: &mut Command) -> Result<Self> {
        let started = Instant::now();
        let mut child = command.spawn().with_context(|| format!("starting `{}`", command.get_program().display()))?;
        let mut processes = BTreeMap::new();
        loop {
            look_at(child.id(), &mut processes);
            if let Some(status) = child.try_wait().context("waiting for the program")? {
                return Ok(Self { status, elapsed: started.elapsed(), processes });
            }
            std::thread::sleep(INTERVAL);
        }
    }

    /// The peaks of all processes added up: at least what they ever held together.
    pub(super) fn peak_bytes(&self) -> u64 {
        self.processes.values().map(|process| process.peak_bytes).sum()
    }
}

/// Processor time that this process and every process below it took so far; of those that have ended, none.
pub(super) fn processor_time() -> Duration {
    let mut hundredths = 0;
    visit(std::process::id(), &mut |id| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        hundredths += hundredths_of(&stat).unwrap_or(0);
    });
    Duration::from_millis(10 * hundredths)
}

/// Notes the peak of a process and of everything below it; a process that just ended is passed over.
fn look_at(id: u32, processes: &mut BTreeMap<u32, Process>) {
    visit(id, &mut |id| {
        if let Ok(status) = fs::read_to_string(format!("/proc/{id}/status"))
            && let Some((name, peak_bytes)) = name_and_peak(&status)
        {
            processes.insert(id, Process { name, peak_bytes });
        }
    });
}

/// Visits a process and everything below it.
fn visit(id: u32, each: &mut impl FnMut(u32)) {
    each(id);
    let Ok(threads) = fs::read_dir(format!("/proc/{id}/task")) else {
        return;
    };
    for thread in threads.flatten() {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace().filter_map(|id| id.parse().ok()) {
            visit(child, each);
        }
    }
}

/// `utime` and `stime` of a process's `stat`, in hundredths of a second; its name may hold anything, in parentheses.
fn hundredths_of(stat: &str) -> Option<u64> {
    let fields = stat.rsplit_once(')')?.1;
    let mut times = fields.split_whitespace().skip(11).map(str::parse::<u64>);
    Some(times.next()?.ok()? + times.next()?.ok()?)
}

/// `Name` and `VmHWM` of a process's status; `None` for one that has no memory left.
fn name_and_peak(status: &str) -> Option<(String, u64)> {
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    let kibibytes: u64 = field("VmHWM")?.strip_suffix(" kB")?.parse().ok()?;
    Some((field("Name")?.to_owned(), kibibytes * 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_in_bytes() {
        let status = "Name:\tparallax\nState:\tR (running)\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(name_and_peak(status), Some(("parallax".to_owned(), 2 << 20)));
    }

    #[test]
    fn processor_time_is_read_behind_any_name() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 2 3 4 250 31 0 0 20 0 1 0 100 200 300";
        assert_eq!(hundredths_of(stat), Some(281));
        assert_eq!(hundredths_of("7 (a"), None);
    }

    #[test]
    fn a_process_without_memory_is_passed_over() {
        assert_eq!(name_and_peak("Name:\tparallax\nState:\tZ (zombie)\n"), None);
    }

    #[test]
    fn a_child_of_the_program_is_counted() {
        let measured = Measured::of(Command::new("sh").args(["-c", "sleep 0.3; true"])).expect("sh is there");
        let names: Vec<&str> = measured.processes.values().map(|process| process.name.as_str()).collect();
        assert_eq!(names, ["sh", "sleep"], "the worker below the program counts");
        assert!(measured.peak_bytes() > 0);
        assert!(measured.status.success());
    }
}
