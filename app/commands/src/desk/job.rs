//! Audits that a window asks for: started in a worker, watched, cancelled, and kept when they are done.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use parallax_wire::{AuditRequest, Error, OpenedCase, Progress, Role};

use super::{Desk, hold};
use crate::error::{Coded, base_name};
use crate::{DemoVariant, KeepRequest};

/// Running jobs by the id that the window gave them.
#[derive(Default)]
pub(super) struct Jobs(Mutex<BTreeMap<u32, Arc<AtomicBool>>>);

/// A job while it runs; it is forgotten at its end, however it ends.
pub(super) struct Running<'a> {
    jobs: &'a Jobs,
    id: u32,
    pub(super) cancel: Arc<AtomicBool>,
}

impl Jobs {
    pub(super) fn begin(&self, id: u32) -> Running<'_> {
        let cancel = Arc::new(AtomicBool::new(false));
        hold(&self.0).insert(id, Arc::clone(&cancel));
        Running { jobs: self, id, cancel }
    }

    pub(super) fn cancel(&self, id: u32) {
        if let Some(cancel) = hold(&self.0).get(&id) {
            cancel.store(true, Ordering::Relaxed);
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        hold(&self.jobs.0).remove(&self.id);
    }
}

impl Desk {
    /// Opens the demonstration case, audited before where it is not there yet.
    pub(super) fn open_demonstration(&self, job: u32, observe: &mut dyn FnMut(&Progress)) -> Result<OpenedCase, Error> {
        let folder = self.host.data_folder()?;
        std::fs::create_dir_all(&folder).bad_input()?;
        let path = folder.join("demonstration.parallax");
        if !path.exists() {
            let models = tempfile::tempdir().bad_input()?;
            let request = crate::demo_request(models.path(), DemoVariant::Drifted)?;
            self.audit_into(job, request, &path, observe)?;
        }
        self.open(&path)
    }

    /// Audits two chosen variants into a new case among the person's documents.
    pub(super) fn audit(
        &self,
        job: u32,
        nominal: &str,
        operative: &str,
        observe: &mut dyn FnMut(&Progress),
    ) -> Result<OpenedCase, Error> {
        let (nominal, operative) = (self.place(nominal)?, self.place(operative)?);
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let request = AuditRequest {
            nominal: text(&nominal),
            operative: text(&operative),
            suites: Vec::new(),
            reader: None,
            linfa_logistic: false,
            seed: 1,
        };
        let path = self.new_case_path(&nominal, &operative)?;
        self.audit_into(job, request, &path, observe)?;
        let opened = self.open(&path)?;
        self.learn_variant(&opened.id, Role::Nominal, nominal);
        self.learn_variant(&opened.id, Role::Operative, operative);
        Ok(opened)
    }

    fn audit_into(
        &self,
        job: u32,
        request: AuditRequest,
        path: &Path,
        observe: &mut dyn FnMut(&Progress),
    ) -> Result<(), Error> {
        let keep = KeepRequest { case: Some(path.to_path_buf()), report: None };
        keep.check()?;
        let started = Instant::now();
        let running = self.jobs.begin(job);
        let mut outcome = crate::run_audit(&self.host.executable()?, request, observe, &running.cancel)?;
        outcome.audit.cost.seconds = started.elapsed().as_secs_f64();
        crate::keep_audit(&outcome, &keep)?;
        Ok(())
    }

    /// A file that is not there yet, named after both variants.
    fn new_case_path(&self, nominal: &Path, operative: &Path) -> Result<PathBuf, Error> {
        let folder = self.parallax_folder()?;
        let stem = format!("{} - {}", short_name(nominal), short_name(operative));
        let numbered = |number: u32| match number {
            1 => folder.join(format!("{stem}.parallax")),
            _ => folder.join(format!("{stem} {number}.parallax")),
        };
        Ok((1..).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(1)))
    }

    /// Where new cases and bundles go.
    pub(super) fn parallax_folder(&self) -> Result<PathBuf, Error> {
        let folder = self.host.documents_folder()?.join("Parallax");
        std::fs::create_dir_all(&folder).bad_input()?;
        Ok(folder)
    }
}

/// A name that every file system takes.
fn short_name(path: &Path) -> String {
    base_name(path).chars().filter(|letter| !letter.is_control() && !"/\\:*?\"<>|".contains(*letter)).take(60).collect()
}
