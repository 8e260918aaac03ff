//! What a case says about the files of its variants.

use std::path::Path;

use parallax_store::Case;
use parallax_wire::{Error, FilesOverview, TensorReport, TensorRow, TokensReport};

use crate::error::Coded;

/// How the weights of both variants compare, tensor by tensor as rows; `None` where the latest run did not ask.
///
/// # Errors
/// When the file is missing, not a case, damaged, or from a newer version.
pub fn files_overview(path: &Path) -> Result<Option<FilesOverview>, Error> {
    let report = Case::open(path).bad_input()?.weights().internal()?;
    Ok(report.map(|mut report| {
        let rows = report.tensors.iter().map(TensorRow::from).collect();
        report.tensors.clear();
        FilesOverview { report, rows }
    }))
}

/// One tensor in full, by its name in the operative file.
///
/// # Errors
/// As [`files_overview`].
pub fn tensor_report(path: &Path, name: &str) -> Result<Option<TensorReport>, Error> {
    let report = Case::open(path).bad_input()?.weights().internal()?;
    Ok(report.and_then(|report| report.tensors.into_iter().find(|tensor| tensor.name == name)))
}

/// How the tokenizers of both variants compare; `None` where the latest run did not ask.
///
/// # Errors
/// As [`files_overview`].
pub fn tokens_report(path: &Path) -> Result<Option<TokensReport>, Error> {
    Case::open(path).bad_input()?.tokens().internal()
}
