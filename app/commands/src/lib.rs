//! One function per command; jobs, progress and cancellation.
//!
//! # Invariants
//! - The one place that sees probes and store together, and the one that asks the clock.
//! - No window and no terminal: replies are plain `wire` types, progress goes to a callback.
//! - A command that fails leaves no half-written file.

mod audit;
mod case;
mod clock;
mod contest;
mod demo;
mod error;
mod keep;
mod memory;
mod worker;

pub use audit::audit;
pub use case::{
    AnnotateRequest, CaseCheck, ItemQuery, annotate, annotations, case_check, case_findings, case_history, case_item,
    case_items, case_summary,
};
pub use contest::{
    ContestChanges, contest_change, contest_list, contest_missing, contest_new, contest_preview, contest_seal,
    contest_show, verify,
};
pub use demo::{DemoVariant, demo_request};
pub use keep::{AuditKept, KeepRequest, keep_audit};
pub use memory::peak_bytes;
pub use worker::{run_job, serve};
