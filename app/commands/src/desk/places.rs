//! Files and folders that a person chose, by id.

use std::path::{Path, PathBuf};

use parallax_wire::{ChosenPlace, Error, PlaceForm};

use super::{Desk, Numbered, Wanted, hold};
use crate::error::{Coded, base_name, refuse};

/// Chosen paths by id.
pub(super) struct Places(Numbered<PathBuf>);

impl Default for Places {
    fn default() -> Self {
        Self(Numbered::new("place-"))
    }
}

impl Places {
    /// Remembers a path under a new id.
    pub(super) fn add(&mut self, path: PathBuf) -> ChosenPlace {
        let name = base_name(&path);
        ChosenPlace { id: self.0.add(path), name }
    }
}

impl Desk {
    /// The path behind an id.
    pub(super) fn place(&self, id: &str) -> Result<PathBuf, Error> {
        hold(&self.places)
            .0
            .get(id)
            .cloned()
            .ok_or_else(|| refuse("this file or folder was chosen in an earlier session; choose it again"))
    }

    pub(super) fn remember(&self, path: &Path) -> ChosenPlace {
        hold(&self.places).add(path.to_path_buf())
    }

    /// Asks the person; `title` is the id of a sentence.
    pub(super) fn ask(&self, wanted: Wanted, title: &str) -> Result<Option<PathBuf>, Error> {
        let title = parallax_words::Words::english().text(title).internal()?;
        Ok(self.host.choose(wanted, &title))
    }

    pub(super) fn ask_for_variant(&self, form: PlaceForm) -> Result<Option<PathBuf>, Error> {
        match form {
            PlaceForm::Folder => self.ask(Wanted::VariantFolder, "dialog-variant-folder"),
            PlaceForm::File => self.ask(Wanted::VariantFile, "dialog-variant-file"),
        }
    }

    pub(super) fn choose_variant(&self, form: PlaceForm) -> Result<Option<ChosenPlace>, Error> {
        Ok(self.ask_for_variant(form)?.map(|path| self.remember(&path)))
    }

    pub(super) fn choose_seal_folder(&self) -> Result<Option<ChosenPlace>, Error> {
        Ok(self.ask(Wanted::SealFolder, "dialog-seal-folder")?.map(|path| self.remember(&path)))
    }

    pub(super) fn choose_bundle(&self) -> Result<Option<ChosenPlace>, Error> {
        Ok(self.ask(Wanted::Bundle, "dialog-bundle")?.map(|path| self.remember(&path)))
    }
}
