//! How a failure crosses a process or window boundary.

use serde::{Deserialize, Serialize};

/// What kind of failure it was; a variant exists only where some shell branches on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The input or the use was wrong; nothing was written. Exit code 2.
    BadInput,
    /// A check that was asked for did not hold. Exit code 1.
    CheckFailed,
    /// The person asked to stop.
    Cancelled,
    /// The worker process ended without an answer.
    WorkerLost,
    /// A defect of the product.
    Internal,
}

/// A failure in one sentence, with what led to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// What kind of failure it was.
    pub code: Code,
    /// Lower-case fragment without a full stop, naming the file and the reason.
    pub message: String,
    /// What led to it, outermost first.
    pub causes: Vec<String>,
}

impl Error {
    /// An error of the given kind with the chain of causes of `source`.
    pub fn from_source(code: Code, source: &(dyn std::error::Error + 'static)) -> Self {
        let message = source.to_string();
        let mut causes = Vec::new();
        let mut next = source.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        Self { code, message, causes }
    }

    /// An error of the given kind with a message and no cause.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), causes: Vec::new() }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        for cause in &self.causes {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
