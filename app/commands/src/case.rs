//! Looking into a case, and noting something on a piece of evidence.

use std::path::Path;

use parallax_store::{AnnotationFilter, Case, ItemFilter};
use parallax_wire::{Annotation, CaseSummary, Error, Event, Finding, ItemRecord, LocalText, Motivation, TargetKind};

use crate::clock::today;
use crate::error::{Coded, base_name, refuse};

/// Which items of a case are wanted.
#[derive(Clone, Debug, Default)]
pub struct ItemQuery {
    /// Only this suite.
    pub suite: Option<String>,
    /// Only this language.
    pub language: Option<String>,
    /// Only this category.
    pub category: Option<String>,
    /// Only items that this finding rests on.
    pub finding: Option<String>,
    /// Only items that some reader sorts differently in the two variants.
    pub flipped: bool,
    /// Only items with these words.
    pub search: Option<String>,
    /// At most this many.
    pub limit: u64,
    /// Leave out this many first.
    pub offset: u64,
}

/// A note to be made.
#[derive(Clone, Debug)]
pub struct AnnotateRequest {
    /// What kind of thing it is about.
    pub target: TargetKind,
    /// Which one: `SUITE/ID` for items and categories, the id for findings.
    pub target_id: String,
    /// What the note does.
    pub motivation: Motivation,
    /// The note, exactly as typed.
    pub body: LocalText,
    /// Pseudonym of the author.
    pub author: String,
}

/// What a check of a case file found.
#[derive(Clone, Debug)]
pub struct CaseCheck {
    /// Everything that is wrong, each a complete sentence; empty when nothing is.
    pub problems: Vec<String>,
    /// Number of events in the history.
    pub events: u64,
}

/// A case at a glance.
///
/// # Errors
/// When the file is missing, not a case, damaged, or from a newer version.
pub fn case_summary(path: &Path) -> Result<CaseSummary, Error> {
    Case::open(path).bad_input()?.summary().internal()
}

/// The findings of the latest run, ranked; only `id` when one is asked for.
///
/// # Errors
/// As [`case_summary`]; and when no finding has that id.
pub fn case_findings(path: &Path, id: Option<&str>) -> Result<Vec<Finding>, Error> {
    let case = Case::open(path).bad_input()?;
    match id {
        None => case.findings().internal(),
        Some(id) => Ok(vec![finding(&case, path, id)?]),
    }
}

/// The finding `id` of an open case.
pub(crate) fn finding(case: &Case, path: &Path, id: &str) -> Result<Finding, Error> {
    case.finding(id).internal()?.ok_or_else(|| {
        refuse(format!("`{}` has no finding `{id}`; `parallax case FILE findings` lists them", base_name(path)))
    })
}

/// The items that match `query`, in the order of the suite.
///
/// # Errors
/// As [`case_findings`].
pub fn case_items(path: &Path, query: &ItemQuery) -> Result<Vec<ItemRecord>, Error> {
    let case = Case::open(path).bad_input()?;
    if let Some(id) = &query.finding {
        finding(&case, path, id)?;
    }
    let filter = ItemFilter {
        suite: query.suite.clone(),
        language: query.language.clone(),
        category: query.category.clone(),
        flipped_only: query.flipped,
        finding: query.finding.clone(),
        search: query.search.clone(),
        limit: Some(query.limit),
        offset: query.offset,
    };
    case.items(&filter).internal()
}

/// One item by `SUITE/ID`.
///
/// # Errors
/// As [`case_summary`]; and when there is no such item.
pub fn case_item(path: &Path, id: &str) -> Result<ItemRecord, Error> {
    item(&Case::open(path).bad_input()?, path, id)
}

fn item(case: &Case, path: &Path, id: &str) -> Result<ItemRecord, Error> {
    let missing = || refuse(format!("`{}` has no item `{id}`; items are named SUITE/ID", base_name(path)));
    let (suite, item) = id.split_once('/').ok_or_else(missing)?;
    case.item(suite, item).internal()?.ok_or_else(missing)
}

/// The notes that were made, oldest first.
///
/// # Errors
/// As [`case_summary`].
pub fn annotations(path: &Path) -> Result<Vec<Annotation>, Error> {
    Case::open(path).bad_input()?.annotations(&AnnotationFilter::everything()).internal()
}

/// Notes something on an item, a category or a finding that the case holds.
///
/// # Errors
/// As [`case_summary`]; when the target does not exist; when the note is empty.
pub fn annotate(path: &Path, request: AnnotateRequest) -> Result<Annotation, Error> {
    if request.body.value.trim().is_empty() {
        return Err(refuse("the note is empty; nothing was written"));
    }
    let mut case = Case::open(path).bad_input()?;
    match request.target {
        TargetKind::Finding => {
            finding(&case, path, &request.target_id)?;
        }
        TargetKind::Item => {
            item(&case, path, &request.target_id)?;
        }
        TargetKind::Category => category(&case, path, &request.target_id)?,
    }
    let annotation = Annotation {
        id: uuid::Uuid::new_v4().to_string(),
        target: request.target,
        target_id: request.target_id,
        motivation: request.motivation,
        body: request.body,
        author: request.author,
        created: today(),
    };
    case.annotate(&annotation).internal()?;
    Ok(annotation)
}

fn category(case: &Case, path: &Path, id: &str) -> Result<(), Error> {
    let audit = case.audit().internal()?;
    let suites = audit.map(|audit| audit.suites).unwrap_or_default();
    let known = id.split_once('/').is_some_and(|(suite, category)| {
        suites.iter().any(|s| s.id == suite && s.categories.iter().any(|c| c == category))
    });
    if known {
        Ok(())
    } else {
        Err(refuse(format!("`{}` has no category `{id}`; categories are named SUITE/ID", base_name(path))))
    }
}

/// What was done with the case, in order.
///
/// # Errors
/// As [`case_summary`].
pub fn case_history(path: &Path) -> Result<Vec<Event>, Error> {
    Case::open(path).bad_input()?.history().internal()
}

/// Checks the case file itself.
///
/// # Errors
/// As [`case_summary`].
pub fn case_check(path: &Path) -> Result<CaseCheck, Error> {
    let case = Case::open(path).bad_input()?;
    let problems = case.check().internal()?;
    let events = case.history().internal()?.len() as u64;
    Ok(CaseCheck { problems, events })
}
