//! The demonstration case, audited once for all tests. Asserts nothing.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use parallax_commands::{DemoVariant, KeepRequest, audit, demo_request, keep_audit};
use parallax_wire::{AuditOutcome, ItemRecord};
use tempfile::TempDir;

/// The drifted demonstration: where its models are, and what its audit found.
pub(crate) struct Demonstration {
    folder: PathBuf,
    pub(crate) outcome: AuditOutcome,
}

impl Demonstration {
    pub(crate) fn get() -> &'static Self {
        static SHARED: OnceLock<Demonstration> = OnceLock::new();
        SHARED.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder").keep();
            let request = demo_request(&folder, DemoVariant::Drifted).expect("the models are written");
            let outcome = audit(&request, &|_| ()).expect("the demonstration can be audited");
            keep(&outcome, &folder.join("case.parallax"));
            Self { folder, outcome }
        })
    }

    pub(crate) fn nominal(&self) -> PathBuf {
        self.folder.join("disclosed")
    }

    pub(crate) fn operative(&self) -> PathBuf {
        self.folder.join("drifted")
    }

    /// The other deployment, which this case is not about.
    pub(crate) fn other(&self) -> PathBuf {
        self.folder.join("honest")
    }

    /// The case, to be read only.
    pub(crate) fn case(&self) -> PathBuf {
        self.folder.join("case.parallax")
    }

    /// A case of one's own, to be written to.
    pub(crate) fn own_case(&self) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("case.parallax");
        keep(&self.outcome, &path);
        (folder, path)
    }

    pub(crate) fn item(&self, suite: &str, id: &str) -> &ItemRecord {
        let found = self.outcome.items.iter().find(|item| item.suite == suite && item.id == id);
        found.expect("the demonstration has this item")
    }
}

pub(crate) fn keep(outcome: &AuditOutcome, path: &Path) {
    let request = KeepRequest { case: Some(path.to_path_buf()), report: None };
    keep_audit(outcome, &request).expect("the case is written");
}
