//! Contestation bundles and reports: render, seal and verify; no database, no engine, no clock and no network.
//!
//! # Invariants
//! - What is exported is built from named fields only; nothing else of a case can leave.
//! - The same content and key give the same bytes; a bundle holds no clock time, user name, host name or path.
//! - A folder is written whole or not at all, and nothing is overwritten.
//! - A bundle comes from a stranger: reading it is bounded, follows no link and opens no path that it names outside itself.

mod annotations;
mod audit_report;
mod content;
mod draft;
mod error;
mod evidence;
mod howto;
mod key;
mod page;
mod payload;
mod plain;
mod seal;
mod verify;

pub use audit_report::audit_report;
pub use content::BundleContent;
pub use draft::check_draft;
pub use error::Error;
pub use key::SigningKey;
pub use payload::{NAMESPACE, preview};
pub use seal::seal;
pub use verify::verify;
