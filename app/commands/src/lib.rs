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
mod desk;
mod error;
mod file_identity;
mod files;
mod identify;
mod item_detail;
mod keep;
mod map;
mod memory;
mod overview;
mod own_words;
mod tokens;
mod weights;
mod worker;

pub use audit::{audit, sort};
pub use case::{
    CaseCheck, annotate, annotations, case_check, case_findings, case_history, case_item, case_items, case_summary,
    item_page,
};
pub use contest::{
    contest_change, contest_list, contest_missing, contest_new, contest_preview, contest_seal, contest_show, verify,
};
pub use demo::{DemoVariant, demo_request};
pub use desk::{Answer, Desk, Host, Wanted};
pub use files::{files_overview, tensor_report, tokens_report};
pub use identify::{identify, write_statement};
pub use item_detail::item_detail;
pub use keep::{AuditKept, KeepRequest, keep_audit};
pub use map::{map_legend, map_points};
pub use memory::peak_bytes;
pub use overview::case_overview;
pub use own_words::{
    MOST_CHARACTERS, forget_words, has_fitted_readers, keep_words, kept_words, sort_request, variant_matches,
};
pub use tokens::tokens;
pub use weights::weights;
pub use worker::{run_audit, run_identify, run_sort, run_tokens, run_weights, serve};
