//! Looking into a case, and noting something on a piece of evidence.

use std::path::Path;

use parallax_store::{AnnotationFilter, Case, ItemFilter};
use parallax_wire::{
    AnnotateRequest, Annotation, CaseSummary, Error, Event, Finding, ItemPage, ItemQuery, ItemRecord, TargetKind,
};

use crate::clock::today;
use crate::error::{Coded, base_name, refuse};

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
        Some(id) => Ok(vec![finding(&case, id)?]),
    }
}

/// The finding `id` of an open case.
pub(crate) fn finding(case: &Case, id: &str) -> Result<Finding, Error> {
    case.finding(id).internal()?.ok_or_else(|| {
        refuse(format!("`{}` has no finding `{id}`; `parallax case FILE findings` lists them", base_name(case.path())))
    })
}

/// The items that match `query`, in the order of the suite.
///
/// # Errors
/// As [`case_findings`].
pub fn case_items(path: &Path, query: &ItemQuery) -> Result<Vec<ItemRecord>, Error> {
    let case = Case::open(path).bad_input()?;
    case.items(&filter(&case, query)?).internal()
}

/// The items that match `query` as a page, with how many match in all.
///
/// # Errors
/// As [`case_findings`].
pub fn item_page(path: &Path, query: &ItemQuery) -> Result<ItemPage, Error> {
    item_page_in(&Case::open(path).bad_input()?, query)
}

pub(crate) fn item_page_in(case: &Case, query: &ItemQuery) -> Result<ItemPage, Error> {
    let filter = filter(case, query)?;
    Ok(ItemPage { total: case.count_items(&filter).internal()?, items: case.items(&filter).internal()? })
}

/// What the case file understands of a query; refuses a finding that is not there.
fn filter(case: &Case, query: &ItemQuery) -> Result<ItemFilter, Error> {
    if let Some(id) = &query.finding {
        finding(case, id)?;
    }
    let flipped_by = if query.flipped && !query.any_reader { Some(primary_readers(case)?) } else { None };
    Ok(ItemFilter {
        suite: query.suite.clone(),
        language: query.language.clone(),
        category: query.category.clone(),
        flipped_only: query.flipped,
        flipped_by,
        cell: query.cell.clone(),
        finding: query.finding.clone(),
        search: query.search.clone(),
        limit: Some(query.limit),
        offset: query.offset,
    })
}

/// Each suite with its primary reader, where it has one.
fn primary_readers(case: &Case) -> Result<Vec<(String, String)>, Error> {
    let audit = case.audit().internal()?;
    let readers = audit.into_iter().flat_map(|audit| audit.readers).filter(|reader| reader.primary);
    Ok(readers.map(|reader| (reader.suite, reader.reader)).collect())
}

/// One item by `SUITE/ID`.
///
/// # Errors
/// As [`case_summary`]; and when there is no such item.
pub fn case_item(path: &Path, id: &str) -> Result<ItemRecord, Error> {
    item(&Case::open(path).bad_input()?, id)
}

pub(crate) fn item(case: &Case, id: &str) -> Result<ItemRecord, Error> {
    let missing = || refuse(format!("`{}` has no item `{id}`; items are named SUITE/ID", base_name(case.path())));
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
    annotate_in(&mut Case::open(path).bad_input()?, request)
}

pub(crate) fn annotate_in(case: &mut Case, request: AnnotateRequest) -> Result<Annotation, Error> {
    match request.target {
        TargetKind::Finding => {
            finding(case, &request.target_id)?;
        }
        TargetKind::Item => {
            item(case, &request.target_id)?;
        }
        TargetKind::Category => category(case, &request.target_id)?,
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

fn category(case: &Case, id: &str) -> Result<(), Error> {
    let audit = case.audit().internal()?;
    let suites = audit.map(|audit| audit.suites).unwrap_or_default();
    let known = id.split_once('/').is_some_and(|(suite, category)| {
        suites.iter().any(|s| s.id == suite && s.categories.iter().any(|c| c == category))
    });
    if known {
        Ok(())
    } else {
        Err(refuse(format!("`{}` has no category `{id}`; categories are named SUITE/ID", base_name(case.path()))))
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
