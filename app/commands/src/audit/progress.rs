//! Which share of an audit each step takes, so that the progress bar moves evenly.

use parallax_wire::Progress;

/// Steps in order with their share of the whole, measured on the real embedding model.
const SHARES: [(&str, f64); 13] = [
    ("read-suites", 0.01),
    ("open-nominal", 0.01),
    ("open-operative", 0.01),
    ("preflight", 0.02),
    ("represent-nominal", 0.19),
    ("represent-operative", 0.19),
    ("represent-floor", 0.19),
    ("represent-rounding", 0.19),
    ("measure", 0.08),
    ("read", 0.06),
    ("find", 0.01),
    ("compare-weights", 0.03),
    ("compare-tokens", 0.01),
];

/// Tells an observer how far the audit is.
pub(crate) struct Steps<'a> {
    observe: &'a (dyn Fn(Progress) + Sync),
}

impl<'a> Steps<'a> {
    pub(crate) fn new(observe: &'a (dyn Fn(Progress) + Sync)) -> Self {
        Self { observe }
    }

    /// The step `name` begins.
    pub(crate) fn begin(&self, name: &str) {
        self.within(name, 0.0);
    }

    /// The step `name` is done to `part`, 0 to 1.
    pub(crate) fn within(&self, name: &str, part: f64) {
        let mut before = 0.0;
        for (step, share) in SHARES {
            if step == name {
                (self.observe)(Progress { step: name.to_owned(), fraction: before + share * part });
                return;
            }
            before += share;
        }
    }
}
