//! What the first pages of a case show.

use std::path::Path;

use parallax_store::Case;
use parallax_wire::{CaseOverview, Error};

use crate::error::Coded;

/// The case at a glance, its latest audit, where notes are, and its history.
///
/// # Errors
/// When the file is missing, not a case, damaged, or from a newer version.
pub fn case_overview(path: &Path) -> Result<CaseOverview, Error> {
    case_overview_in(&Case::open(path).bad_input()?)
}

pub(crate) fn case_overview_in(case: &Case) -> Result<CaseOverview, Error> {
    Ok(CaseOverview {
        summary: case.summary().internal()?,
        audit: case.audit().internal()?,
        notes: case.note_counts().internal()?,
        history: case.history().internal()?,
    })
}
