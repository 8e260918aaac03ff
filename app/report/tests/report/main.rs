//! Tests of sealing, checking and rendering.
#![expect(clippy::unwrap_used, reason = "a test stops at the first thing that is not as it should be")]

mod audit_report;
mod bundle;
mod draft;
mod fixture;
mod pages;
mod schema;
mod stock_tools;
mod verify;
