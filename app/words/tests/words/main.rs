//! Tests of the sentences: whole, plain, guarded and repeatable from a stored finding.
#![expect(clippy::unwrap_used, reason = "a test stops at the first thing that is not as it should be")]

mod fluent_files;
mod guards;
mod sentences;
mod weights;
