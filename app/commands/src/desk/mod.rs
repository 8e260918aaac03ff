//! What stands behind a window: cases and places by id, jobs that can be cancelled, and one answer for every call.
//!
//! # Invariants
//! - Knows no window: what only a shell can do, such as asking a person for a file, is a [`Host`].
//! - A path never leaves in an id; the window can only name what a person chose or the program was started with.
//! - A panic in a command is an error with the panic's text and not the end of the program.

mod answer;
mod cases;
mod job;
mod places;
mod seal;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use parallax_wire::{Call, Code, Error, Progress, Started};

pub use answer::Answer;
use cases::Cases;
use job::Jobs;
use places::Places;
use words::SortedLately;

use crate::worker::panic_text;

/// What a person is asked to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A case file.
    Case,
    /// A variant that is one file.
    VariantFile,
    /// A variant that is a folder.
    VariantFolder,
    /// A folder to write bundles into.
    SealFolder,
    /// A sealed bundle.
    Bundle,
}

/// What only a shell can do.
pub trait Host: Send + Sync {
    /// Asks the person for a file or folder under `title`; `None` when they choose none. May block for long.
    fn choose(&self, wanted: Wanted, title: &str) -> Option<PathBuf>;
    /// Folder for what the program keeps for itself, such as the demonstration case.
    fn data_folder(&self) -> Result<PathBuf, Error>;
    /// The person's folder for documents, where new cases and bundles go.
    fn documents_folder(&self) -> Result<PathBuf, Error>;
    /// The executable to start as `worker`.
    fn executable(&self) -> Result<PathBuf, Error>;
}

/// Everything behind one running shell.
pub struct Desk {
    host: Box<dyn Host>,
    /// What the page begins with: the case that was opened last, for a page may have to begin anew.
    latest: Mutex<Option<PathBuf>>,
    cases: Mutex<Cases>,
    places: Mutex<Places>,
    jobs: Jobs,
    sorted: Mutex<SortedLately>,
}

impl Desk {
    /// A desk of a shell that was started with the case `named`, where one was given.
    pub fn new(host: Box<dyn Host>, named: Option<PathBuf>) -> Self {
        Self {
            host,
            latest: Mutex::new(named),
            cases: Mutex::default(),
            places: Mutex::default(),
            jobs: Jobs::default(),
            sorted: Mutex::default(),
        }
    }

    /// Answers a call; `observe` is told how far a job is.
    ///
    /// # Errors
    /// What the command fails with; [`Code::Internal`] with the text of a panic.
    pub fn answer(&self, call: Call, observe: &mut dyn FnMut(&Progress)) -> Result<Answer, Error> {
        let run = std::panic::AssertUnwindSafe(|| self.dispatch(call, observe));
        std::panic::catch_unwind(run).unwrap_or_else(|panic| {
            Err(Error::new(Code::Internal, format!("a defect of Parallax stopped this: {}", panic_text(&*panic))))
        })
    }

    fn start(&self) -> Started {
        let latest = hold(&self.latest).clone();
        let opened = latest.map(|path| self.open(&path));
        let (opened, refused) = match opened {
            None => (None, None),
            Some(Ok(case)) => (Some(case), None),
            Some(Err(error)) => (None, Some(error)),
        };
        Started { version: env!("CARGO_PKG_VERSION").to_owned(), opened, refused }
    }
}

/// What a lock protects is whole after a panic too: every change of it is one statement.
fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Things by an id that says nothing about them.
#[derive(Debug)]
struct Numbered<T> {
    prefix: &'static str,
    next: u64,
    things: BTreeMap<String, T>,
}

impl<T> Numbered<T> {
    fn new(prefix: &'static str) -> Self {
        Self { prefix, next: 1, things: BTreeMap::new() }
    }

    fn add(&mut self, thing: T) -> String {
        let id = format!("{}{}", self.prefix, self.next);
        self.next += 1;
        self.things.insert(id.clone(), thing);
        id
    }

    fn get(&self, id: &str) -> Option<&T> {
        self.things.get(id)
    }
}
