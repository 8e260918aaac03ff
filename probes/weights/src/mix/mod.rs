//! The type every tensor of a GGUF should have under its label, and what its types say about a claim.
//! Recomputed from names and shapes; no tensor is read.

mod category;
mod evidence;
mod expected;
mod file_type;
mod rules;
mod why;

pub use evidence::{ClaimEvidence, ClaimVerdict, Deviation, Direction, Override, claim_evidence};
pub use expected::{Expectation, Expected, expected_types};
pub use file_type::FileType;
pub use why::{Fallback, Rule, Why};
