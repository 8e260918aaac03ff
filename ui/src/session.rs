//! What all pages share: the open case, where one is, and the one selected item.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{
    Audit, CaseOverview, Error, Finding, Motivation, OpenedCase, ShowCase, Start, SuiteSummary, TargetKind,
};

use crate::load::Loaded;
use crate::place::Place;
use crate::{bridge, dom};

/// An item by suite and id.
pub(crate) type ItemKey = (String, String);

/// What a note is about: the case, the kind of evidence, and which one.
pub(crate) type NoteKey = (String, TargetKind, String);

/// A note that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoteDraft {
    /// What was typed.
    pub(crate) text: String,
    /// Language that it is written in.
    pub(crate) language: String,
    /// Whether the person chose that language, so that letters no longer change it.
    pub(crate) settled: bool,
    /// Whether the language was told from the letters.
    pub(crate) told: bool,
    /// What kind of note it is.
    pub(crate) motivation: Motivation,
}

impl Default for NoteDraft {
    fn default() -> Self {
        Self {
            text: String::new(),
            language: "en".to_owned(),
            settled: false,
            told: false,
            motivation: Motivation::Commenting,
        }
    }
}

/// Signals that every page can reach.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    /// Version of Parallax; empty until the shell has said it.
    pub(crate) version: RwSignal<String>,
    /// The open case.
    pub(crate) case: RwSignal<Option<OpenedCase>>,
    /// What its first pages show.
    pub(crate) overview: RwSignal<Loaded<CaseOverview>>,
    /// Why the case that was named at the start could not be opened.
    pub(crate) refused: RwSignal<Option<Error>>,
    /// Where one is.
    pub(crate) place: RwSignal<Place>,
    /// The item that is selected, on whichever page.
    pub(crate) selected: RwSignal<Option<ItemKey>>,
    /// The tensor that is chosen, by its name in the deployed file.
    pub(crate) tensor: RwSignal<Option<String>>,
    /// Name that notes are signed with in this session.
    pub(crate) author: RwSignal<String>,
    /// Notes that are being written, as long as the window is open.
    pub(crate) drafts: RwSignal<BTreeMap<NoteKey, NoteDraft>>,
    /// `light` or `dark`.
    pub(crate) theme: RwSignal<String>,
}

/// The session of this window.
pub(crate) fn session() -> Session {
    expect_context::<Session>()
}

impl Session {
    pub(crate) fn new() -> Self {
        Self {
            version: RwSignal::default(),
            case: RwSignal::new(None),
            overview: RwSignal::new(Loaded::Waiting),
            refused: RwSignal::new(None),
            place: RwSignal::new(Place::from_hash(&dom::hash())),
            selected: RwSignal::new(None),
            tensor: RwSignal::new(None),
            author: RwSignal::new("reviewer".to_owned()),
            drafts: RwSignal::default(),
            theme: RwSignal::new(dom::theme()),
        }
    }

    /// Asks the shell what to begin with.
    pub(crate) fn start(self) {
        spawn_local(async move {
            match bridge::call(&Start {}).await {
                Ok(started) => {
                    self.version.set(started.version);
                    self.refused.set(started.refused);
                    if let Some(case) = started.opened {
                        self.enter(case);
                    }
                }
                Err(error) => self.refused.set(Some(error)),
            }
        });
    }

    /// Goes to another page.
    pub(crate) fn go(self, place: &Place) {
        dom::set_hash(&place.hash());
    }

    /// Takes up a case that was just opened.
    pub(crate) fn enter(self, case: OpenedCase) {
        self.refused.set(None);
        self.selected.set(None);
        self.tensor.set(None);
        self.overview.set(Loaded::Waiting);
        self.case.set(Some(case));
        self.refresh();
        if !self.place.with_untracked(Place::needs_case) {
            self.go(&Place::Overview);
        }
    }

    /// Reads the first pages again after something was written.
    pub(crate) fn refresh(self) {
        let Some(case) = self.case_id() else { return };
        spawn_local(async move {
            let reply = bridge::call(&ShowCase { case: case.clone() }).await;
            if self.case_id().as_ref() == Some(&case) {
                self.overview.set(reply.into());
            }
        });
    }

    /// Id of the open case.
    pub(crate) fn case_id(self) -> Option<String> {
        self.case.with_untracked(|case| case.as_ref().map(|case| case.id.clone()))
    }

    /// Something of the latest audit; `None` without one. Tracks the overview.
    pub(crate) fn with_audit<T>(self, read: impl FnOnce(&Audit) -> T) -> Option<T> {
        self.overview.with(|state| state.ready().and_then(|overview| overview.audit.as_ref().map(read)))
    }

    /// A finding by id.
    pub(crate) fn finding(self, id: &str) -> Option<Finding> {
        self.with_audit(|audit| audit.findings.iter().find(|finding| finding.id == id).cloned()).flatten()
    }

    /// A suite by id.
    pub(crate) fn suite(self, id: &str) -> Option<SuiteSummary> {
        self.with_audit(|audit| audit.suites.iter().find(|suite| suite.id == id).cloned()).flatten()
    }

    /// Title of a suite; its id where the audit does not know it.
    pub(crate) fn suite_title(self, id: &str) -> String {
        self.suite(id).map_or_else(|| id.to_owned(), |suite| suite.title)
    }

    /// Label of a category in English; its id where no suite gives one.
    ///
    /// A model's own head may sort an item of one suite under a category of another, which is labelled there.
    pub(crate) fn category_label(self, suite: &str, category: &str) -> String {
        self.label_in(suite, category, "en")
            .or_else(|| {
                let of_any = |audit: &Audit| {
                    audit.suites.iter().find_map(|suite| suite.labels.get("en")?.get(category).cloned())
                };
                self.with_audit(of_any).flatten()
            })
            .unwrap_or_else(|| category.to_owned())
    }

    /// Label of a category in one language.
    pub(crate) fn label_in(self, suite: &str, category: &str, language: &str) -> Option<String> {
        self.with_audit(|audit| {
            let suite = audit.suites.iter().find(|known| known.id == suite)?;
            suite.labels.get(language)?.get(category).cloned()
        })
        .flatten()
    }

    /// What a category means, in one language.
    pub(crate) fn meaning_in(self, suite: &str, category: &str, language: &str) -> Option<String> {
        self.with_audit(|audit| {
            let suite = audit.suites.iter().find(|known| known.id == suite)?;
            suite.meanings.get(language)?.get(category).cloned()
        })
        .flatten()
    }
}
