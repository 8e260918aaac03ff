//! Keeping what an audit found: the case file and the unsigned report.

use std::path::{Path, PathBuf};

use parallax_store::{Case, NewCase};
use parallax_wire::{AuditOutcome, CaseSummary, Error};

use crate::clock::today;
use crate::error::{Coded, base_name, refuse};

/// Where to keep an audit.
#[derive(Clone, Debug)]
pub struct KeepRequest {
    /// Case file; an existing case of the same two variants gets a further run.
    pub case: Option<PathBuf>,
    /// Folder of the unsigned report.
    pub report: Option<PathBuf>,
}

/// What was kept.
#[derive(Clone, Debug)]
pub struct AuditKept {
    /// The case at a glance, where one was written.
    pub case: Option<CaseSummary>,
    /// The HTML page, where a report was written.
    pub page: Option<PathBuf>,
}

impl KeepRequest {
    /// Finds out before the work begins whether what is wanted can be kept at all.
    ///
    /// # Errors
    /// When the case is not a case, the report folder is not empty, or a parent folder is missing.
    pub fn check(&self) -> Result<(), Error> {
        for path in [&self.case, &self.report].into_iter().flatten() {
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            if let Some(parent) = parent
                && !parent.is_dir()
            {
                return Err(refuse(format!(
                    "`{}` cannot be written: the folder `{}` does not exist",
                    path.display(),
                    parent.display()
                )));
            }
        }
        if let Some(path) = &self.case
            && path.exists()
        {
            Case::open(path).bad_input()?;
        }
        if let Some(folder) = &self.report {
            free_for_report(folder)?;
        }
        Ok(())
    }
}

fn free_for_report(folder: &Path) -> Result<(), Error> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => {
            let ours = ["report.html", "report.json"];
            let foreign = entries.find_map(|entry| {
                let name = entry.ok()?.file_name().to_string_lossy().into_owned();
                (!ours.contains(&name.as_str())).then_some(name)
            });
            match foreign {
                Some(name) => Err(refuse(format!(
                    "`{}` already holds `{name}`; choose an empty folder for the report",
                    folder.display()
                ))),
                None => Ok(()),
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(refuse(format!("`{}` cannot be used for the report: {error}", folder.display()))),
    }
}

/// Writes the case file and the report of an audit, each whole or not at all.
///
/// # Errors
/// When a file cannot be written, or the case is about other variants.
pub fn keep_audit(outcome: &AuditOutcome, request: &KeepRequest) -> Result<AuditKept, Error> {
    let mut kept = AuditKept { case: None, page: None };
    if let Some(path) = &request.case {
        kept.case = Some(keep_case(path, outcome)?);
    }
    if let Some(folder) = &request.report {
        parallax_report::audit_report(&outcome.audit, &outcome.items, folder).bad_input()?;
        kept.page = Some(folder.join("report.html"));
    }
    Ok(kept)
}

fn keep_case(path: &Path, outcome: &AuditOutcome) -> Result<CaseSummary, Error> {
    let audit = &outcome.audit;
    if !path.exists() {
        let new = NewCase {
            id: uuid::Uuid::new_v4().to_string(),
            title: format!("{} / {}", audit.nominal.name, audit.operative.name),
            date: today(),
        };
        return Case::create_with_audit(path, &new, outcome).bad_input()?.summary().internal();
    }
    let mut case = Case::open(path).bad_input()?;
    if let Some(held) = case.audit().internal()? {
        for (role, held, new) in
            [("published", &held.nominal, &audit.nominal), ("deployed", &held.operative, &audit.operative)]
        {
            if held.files != new.files {
                return Err(refuse(format!(
                    "`{}` is a case about another {role} variant (`{}`); choose another case file",
                    base_name(path),
                    held.name
                )));
            }
        }
    }
    case.add_audit(outcome, &today()).bad_input()?;
    case.summary().internal()
}
