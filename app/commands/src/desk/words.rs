//! Own words in the window: sorted in a worker, and stored only when a person keeps them.

use std::path::PathBuf;

use parallax_wire::{ChosenPlace, Error, OwnWords, PlaceForm, Progress, Role, SortWords, SortedReply, SortedWords};

use super::{Desk, Numbered, hold};
use crate::error::{Coded, refuse};

/// How many sorted texts are remembered until they are kept or the window closes.
const REMEMBERED: usize = 50;

/// Texts that were sorted in this session, by id; in memory only.
pub(super) struct SortedLately(Numbered<SortedWords>);

impl Default for SortedLately {
    fn default() -> Self {
        Self(Numbered::new("sorted-"))
    }
}

impl SortedLately {
    fn add(&mut self, sorted: SortedWords) -> String {
        let id = self.0.add(sorted);
        while self.0.things.len() > REMEMBERED {
            // Ids are not in numeric order, so any one but the new one may go: it can be sorted again.
            let Some(old) = self.0.things.keys().find(|old| **old != id).cloned() else { break };
            self.0.things.remove(&old);
        }
        id
    }

    pub(super) fn get(&self, id: &str) -> Result<SortedWords, Error> {
        self.0.get(id).cloned().ok_or_else(|| refuse("these words were sorted too long ago; sort them again"))
    }
}

impl Desk {
    pub(super) fn own_words(&self, case: &str) -> Result<OwnWords, Error> {
        let path = self.case(case)?;
        Ok(OwnWords {
            nominal_at_hand: self.variant(case, Role::Nominal)?.is_some(),
            operative_at_hand: self.variant(case, Role::Operative)?.is_some(),
            fitted: crate::has_fitted_readers(&path)?,
            kept: crate::kept_words(&path)?,
        })
    }

    /// Where a variant is: known from this session, or among the models that ship inside the program.
    fn variant(&self, case: &str, role: Role) -> Result<Option<PathBuf>, Error> {
        if let Some(path) = self.known_variant(case, role) {
            return Ok(Some(path));
        }
        let folder = self.host.data_folder()?.join("demonstration-models");
        std::fs::create_dir_all(&folder).bad_input()?;
        for deployment in [crate::DemoVariant::Drifted, crate::DemoVariant::Honest] {
            let request = crate::demo_request(&folder, deployment)?;
            let path = PathBuf::from(match role {
                Role::Nominal => request.nominal,
                Role::Operative => request.operative,
            });
            if crate::variant_matches(&self.case(case)?, role, &path).is_ok() {
                self.learn_variant(case, role, path.clone());
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    pub(super) fn find_variant(&self, case: &str, role: Role, form: PlaceForm) -> Result<Option<ChosenPlace>, Error> {
        let Some(path) = self.ask_for_variant(form)? else { return Ok(None) };
        crate::variant_matches(&self.case(case)?, role, &path)?;
        self.learn_variant(case, role, path.clone());
        Ok(Some(self.remember(&path)))
    }

    pub(super) fn sort_words(
        &self,
        call: &SortWords,
        observe: &mut dyn FnMut(&Progress),
    ) -> Result<SortedReply, Error> {
        let missing = || refuse("the models of this case are not at hand; choose their files first");
        let nominal = self.variant(&call.case, Role::Nominal)?.ok_or_else(missing)?;
        let operative = self.variant(&call.case, Role::Operative)?.ok_or_else(missing)?;
        let request = crate::sort_request(&self.case(&call.case)?, &nominal, &operative, &call.text, &call.language)?;
        let running = self.jobs.begin(call.job);
        let sorted = crate::run_sort(&self.host.executable()?, request, observe, &running.cancel)?;
        let id = hold(&self.sorted).add(sorted.clone());
        Ok(SortedReply { id, sorted })
    }
}
