//! Contestations in the window: each reply says what is still missing.

use parallax_wire::{ContestChanges, ContestState, ContestationReport, Error, ReportStatus, SealedBundle};

use super::Desk;

impl Desk {
    pub(super) fn open_contestation(&self, case: &str, findings: &[String]) -> Result<ContestState, Error> {
        let report = crate::contest_new(&self.case(case)?, findings, &ContestChanges::default())?;
        self.state(case, report)
    }

    pub(super) fn contestation(&self, case: &str, id: &str) -> Result<ContestState, Error> {
        let report = crate::contest_show(&self.case(case)?, id)?;
        self.state(case, report)
    }

    pub(super) fn change_contestation(
        &self,
        case: &str,
        id: &str,
        changes: &ContestChanges,
    ) -> Result<ContestState, Error> {
        let report = crate::contest_change(&self.case(case)?, id, changes)?;
        self.state(case, report)
    }

    fn state(&self, case: &str, report: ContestationReport) -> Result<ContestState, Error> {
        let missing = if report.status == ReportStatus::Draft {
            crate::contest_missing(&self.case(case)?, &report.id)?
        } else {
            Vec::new()
        };
        Ok(ContestState { report, missing })
    }

    pub(super) fn seal(&self, case: &str, id: &str, folder: Option<&str>) -> Result<SealedBundle, Error> {
        let into = match folder {
            Some(folder) => self.place(folder)?,
            None => self.parallax_folder()?,
        };
        let reply = crate::contest_seal(&self.case(case)?, id, &into)?;
        let bundle = into.join(&reply.folder);
        Ok(SealedBundle { place: self.remember(&bundle), shown_path: bundle.display().to_string(), reply })
    }
}
