//! Reads what test binaries print: counts, reasons for skipping, and which lines are worth showing.

/// Counts over all test binaries so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that held.
    pub(crate) passed: u64,
    /// Tests that did not hold.
    pub(crate) failed: u64,
    /// Tests that cargo was told to leave out.
    pub(crate) ignored: u64,
    /// Names of failed tests.
    pub(crate) failures: Vec<String>,
    /// What tests left out, each as `test: reason`.
    pub(crate) skipped: Vec<String>,
    section: Section,
    test: String,
}

/// Which part of a test binary's output is being read.
#[derive(Debug, Default, PartialEq, Eq)]
enum Section {
    #[default]
    Running,
    /// Output of tests that passed: asked for because of its `skipped:` lines, and hidden.
    Successes,
    Failures,
}

impl Tally {
    /// Takes in one line and says whether it should be shown.
    pub(crate) fn read(&mut self, line: &str) -> bool {
        match line {
            "successes:" => self.section = Section::Successes,
            "failures:" => self.section = Section::Failures,
            _ => {}
        }
        if let Some(name) = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----")) {
            self.test = name.to_owned();
        }
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(name.to_owned());
        }
        if let Some(reason) = line.strip_prefix("skipped: ") {
            let reason = match self.section {
                Section::Running => reason.to_owned(),
                Section::Successes | Section::Failures => format!("{}: {reason}", self.test),
            };
            self.skipped.push(reason);
        }
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.section = Section::Running;
            self.passed += count(counts, " passed");
            self.failed += count(counts, " failed");
            self.ignored += count(counts, " ignored");
        }
        self.section != Section::Successes
    }

    /// The line that ends a run.
    pub(crate) fn summary(&self, steps_failed: u64, steps_skipped: u64) -> String {
        let skipped = self.skipped.len() as u64 + self.ignored + steps_skipped;
        format!("{} passed, {} failed, {skipped} skipped", self.passed, self.failed + steps_failed)
    }
}

/// The number before a word in `ok. 3 passed; 0 failed; …`; 0 when there is none.
fn count(counts: &str, word: &str) -> u64 {
    counts
        .split(';')
        .filter_map(|part| part.trim_end().strip_suffix(word))
        .filter_map(|rest| rest.rsplit(' ').next()?.parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_BINARIES: &str = "\
running 2 tests
test one ... ok
test two ... ok

successes:

---- two stdout ----
skipped: no shared folder
noise

successes:
    one
    two

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.10s

running 3 tests
test three ... ok
test four ... FAILED
test five ... ignored

successes:

successes:
    three

failures:

---- four stdout ----
the reason

failures:
    four

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s
";

    fn read(output: &str) -> (Tally, Vec<&str>) {
        let mut tally = Tally::default();
        let shown = output.lines().filter(|line| tally.read(line)).collect();
        (tally, shown)
    }

    #[test]
    fn counts_are_summed_over_binaries() {
        let (tally, _) = read(TWO_BINARIES);
        assert_eq!((tally.passed, tally.failed, tally.ignored), (3, 1, 1));
        assert_eq!(tally.failures, ["four"]);
        assert_eq!(tally.summary(0, 0), "3 passed, 1 failed, 2 skipped");
        assert_eq!(tally.summary(1, 2), "3 passed, 2 failed, 4 skipped");
    }

    #[test]
    fn a_skipped_test_is_named_with_its_reason() {
        let (tally, _) = read(TWO_BINARIES);
        assert_eq!(tally.skipped, ["two: no shared folder"]);
    }

    #[test]
    fn output_of_passing_tests_is_hidden_and_of_failing_tests_shown() {
        let (_, shown) = read(TWO_BINARIES);
        assert!(!shown.contains(&"noise"), "a passing test's output is noise");
        assert!(shown.contains(&"the reason"), "a failing test's output is its message");
        assert!(shown.contains(&"test three ... ok"), "progress streams");
    }
}
