//! The demonstration case that ships inside the program.

use std::path::Path;

use parallax_wire::{AuditRequest, Error};

use crate::error::refuse;

/// Which of the two shipped deployments is compared with the disclosed model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoVariant {
    /// Quantized and nothing else.
    Honest,
    /// Claims the same quantization, and was trained a little further.
    Drifted,
}

impl DemoVariant {
    fn folder(self) -> &'static str {
        match self {
            Self::Honest => "honest",
            Self::Drifted => "drifted",
        }
    }
}

/// Writes the shipped variants into `folder` and says how to audit them.
///
/// # Errors
/// When the folder cannot be written.
pub fn demo_request(folder: &Path, deployment: DemoVariant) -> Result<AuditRequest, Error> {
    parallax_datasets::demo::write_to(folder).map_err(|error| {
        refuse(format!("the demonstration models cannot be written to `{}`: {error}", folder.display()))
    })?;
    Ok(AuditRequest {
        nominal: folder.join("disclosed").to_string_lossy().into_owned(),
        operative: folder.join(deployment.folder()).to_string_lossy().into_owned(),
        suites: Vec::new(),
        reader: None,
        linfa_logistic: false,
        seed: 1,
    })
}
