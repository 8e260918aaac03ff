//! Everything that a window can ask for, answered without a window: the desk behind a shell that answers by itself.

mod calls;
mod jobs;
mod life;
mod own_words;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use parallax_commands::{Answer, Desk, Host, Wanted};
use parallax_tests::parallax;
use parallax_wire::{Call, Command, Error, OpenedCase, Progress, Started};
use serde_json::{Value, json};

/// What a person would choose, one path a question, in order; nothing more means that they close the dialog.
type Choices = Arc<Mutex<VecDeque<PathBuf>>>;

/// A shell without a window, with its folders in one temporary folder.
struct Shell {
    folder: PathBuf,
    choices: Choices,
    executable: PathBuf,
}

impl Host for Shell {
    fn choose(&self, _wanted: Wanted, title: &str) -> Option<PathBuf> {
        assert!(!title.is_empty(), "a dialog says what it asks for");
        self.choices.lock().expect("nobody panics with it").pop_front()
    }

    fn data_folder(&self) -> Result<PathBuf, Error> {
        Ok(self.folder.join("data"))
    }

    fn documents_folder(&self) -> Result<PathBuf, Error> {
        Ok(self.folder.join("documents"))
    }

    fn executable(&self) -> Result<PathBuf, Error> {
        Ok(self.executable.clone())
    }
}

/// A desk and the folder that everything of it lies in.
pub(crate) struct Seat {
    pub(crate) desk: Arc<Desk>,
    pub(crate) folder: tempfile::TempDir,
    choices: Choices,
}

impl Seat {
    /// A desk that was started with a copy of the audited demonstration case.
    pub(crate) fn with_case() -> (Self, OpenedCase) {
        let folder = super::journey::own_case();
        let named = folder.path().join("case.parallax");
        let seat = Self::new(folder, Some(named), None);
        let started: Started = seat.ask(&parallax_wire::Start {}).expect("a desk starts");
        let case = started.opened.expect("the named case opens");
        (seat, case)
    }

    /// A desk without a case.
    pub(crate) fn empty() -> Self {
        Self::new(tempfile::tempdir().expect("a temporary folder"), None, None)
    }

    /// As [`Seat::empty`], with another program as the worker.
    pub(crate) fn with_worker(executable: PathBuf) -> Self {
        Self::new(tempfile::tempdir().expect("a temporary folder"), None, Some(executable))
    }

    /// A desk in `folder`.
    pub(crate) fn new(folder: tempfile::TempDir, named: Option<PathBuf>, executable: Option<PathBuf>) -> Self {
        let choices = Choices::default();
        let executable = executable.unwrap_or_else(|| PathBuf::from(parallax().get_program()));
        let shell = Shell { folder: folder.path().to_path_buf(), choices: Arc::clone(&choices), executable };
        Self { desk: Arc::new(Desk::new(Box::new(shell), named)), folder, choices }
    }

    /// Lets the person choose `path` at the next question.
    pub(crate) fn will_choose(&self, path: &Path) {
        self.choices.lock().expect("nobody panics with it").push_back(path.to_path_buf());
    }

    /// Calls a command as the page does: its name, and its request as JSON.
    pub(crate) fn ask<C: Command>(&self, request: &C) -> Result<C::Reply, Error> {
        self.ask_observed(request, &mut |_| ())
    }

    /// As [`Seat::ask`], seeing how far it is.
    pub(crate) fn ask_observed<C: Command>(
        &self,
        request: &C,
        observe: &mut dyn FnMut(&Progress),
    ) -> Result<C::Reply, Error> {
        let request = serde_json::to_value(request).expect("a request is JSON");
        let Answer::Json(bytes) = self.raw(C::NAME, request, observe)? else { panic!("`{}` answers in JSON", C::NAME) };
        Ok(serde_json::from_slice(&bytes).expect("the reply is what the command declares"))
    }

    /// Calls a command by name.
    pub(crate) fn raw(
        &self,
        command: &str,
        request: Value,
        observe: &mut dyn FnMut(&Progress),
    ) -> Result<Answer, Error> {
        let call: Call = serde_json::from_value(json!({ "command": command, "request": request }))
            .unwrap_or_else(|error| panic!("`{command}` is a command: {error}"));
        self.desk.answer(call, observe)
    }
}
