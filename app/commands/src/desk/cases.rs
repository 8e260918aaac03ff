//! Cases that a window has open, by id, and the sign by which other windows see that.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use parallax_wire::{CaseSummary, Error, OpenedCase, Role};

use super::{Desk, Numbered, Wanted, hold};
use crate::error::{Coded, base_name, refuse};

/// One open case.
struct Open {
    path: PathBuf,
    /// Held for as long as the case is open; `None` where another window holds it.
    _sign: Option<File>,
    /// Where its variants are, as far as this session knows.
    variants: BTreeMap<Role, PathBuf>,
}

/// Open cases by id.
pub(super) struct Cases(Numbered<Open>);

impl Default for Cases {
    fn default() -> Self {
        Self(Numbered::new("case-"))
    }
}

impl Desk {
    /// The path of an open case.
    pub(super) fn case(&self, id: &str) -> Result<PathBuf, Error> {
        hold(&self.cases)
            .0
            .get(id)
            .map(|open| open.path.clone())
            .ok_or_else(|| refuse("this case is no longer open; open it again"))
    }

    /// Opens a case and gives it an id; the same file keeps its id.
    pub(super) fn open(&self, path: &Path) -> Result<OpenedCase, Error> {
        let summary = crate::case_summary(path)?;
        let path = path.canonicalize().bad_input()?;
        *hold(&self.latest) = Some(path.clone());
        let name = base_name(&path);
        let mut cases = hold(&self.cases);
        if let Some((id, open)) = cases.0.things.iter().find(|(_, open)| open.path == path) {
            return Ok(OpenedCase { id: id.clone(), name, shared: open._sign.is_none() });
        }
        let sign = self.sign(&summary)?;
        let shared = sign.is_none();
        let id = cases.0.add(Open { path, _sign: sign, variants: BTreeMap::new() });
        Ok(OpenedCase { id, name, shared })
    }

    /// A lock that other windows see; `None` where another one holds it.
    ///
    /// The lock is not on the case file itself: on network file systems that would keep SQLite out.
    fn sign(&self, summary: &CaseSummary) -> Result<Option<File>, Error> {
        let folder = self.host.data_folder()?.join("open");
        std::fs::create_dir_all(&folder).bad_input()?;
        // An id is from the file, and so from a stranger.
        let name: String =
            summary.id.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(format!("{name}.lock")))
            .bad_input()?;
        Ok(file.try_lock().is_ok().then_some(file))
    }

    pub(super) fn open_chosen(&self) -> Result<Option<OpenedCase>, Error> {
        self.ask(Wanted::Case, "dialog-case")?.map(|path| self.open(&path)).transpose()
    }

    /// Where a variant of a case is, as far as this session knows.
    pub(super) fn known_variant(&self, case: &str, role: Role) -> Option<PathBuf> {
        hold(&self.cases).0.get(case)?.variants.get(&role).cloned()
    }

    /// Remembers for this session where a variant is.
    pub(super) fn learn_variant(&self, case: &str, role: Role, path: PathBuf) {
        if let Some(open) = hold(&self.cases).0.things.get_mut(case) {
            open.variants.insert(role, path);
        }
    }
}
