//! What may leave in a bundle, as one value: the allow-list of the export.

use std::collections::BTreeMap;

use parallax_wire::{Annotation, Audit, ContestationReport, Event, Finding, ItemRecord, ReportStatus};

/// Everything that a bundle is built from; whatever is not read from here cannot leave.
#[derive(Clone, Debug, PartialEq)]
pub struct BundleContent {
    /// The contestation; a draft is exported with the status `final`.
    pub report: ContestationReport,
    /// The audit it rests on; only what is compared, totals and first checks are taken from it.
    pub audit: Audit,
    /// The items that included findings and annotations rest on; others are left out.
    pub items: Vec<ItemRecord>,
    /// The notes that go along.
    pub annotations: Vec<Annotation>,
    /// The case's history, of which what each event concerns is left out.
    pub history: Vec<Event>,
}

impl BundleContent {
    /// The report as it is exported.
    pub(crate) fn exported_report(&self) -> ContestationReport {
        let mut report = self.report.clone();
        if report.status == ReportStatus::Draft {
            report.status = ReportStatus::Final;
        }
        report
    }
}

/// Finds items by suite and id.
#[derive(Clone, Debug, Default)]
pub(crate) struct ItemIndex<'a> {
    by_key: BTreeMap<(&'a str, &'a str), &'a ItemRecord>,
    by_id: BTreeMap<&'a str, Vec<&'a ItemRecord>>,
}

impl<'a> ItemIndex<'a> {
    /// An index of the given items.
    pub(crate) fn new(items: &'a [ItemRecord]) -> Self {
        let mut index = Self::default();
        for item in items {
            if index.by_key.insert((&item.suite, &item.id), item).is_none() {
                index.by_id.entry(&item.id).or_default().push(item);
            }
        }
        index
    }

    /// The item with this suite and id.
    pub(crate) fn get(&self, suite: &str, id: &str) -> Option<&'a ItemRecord> {
        self.by_key.get(&(suite, id)).copied()
    }

    /// The item that an annotation names as `suite/id`.
    pub(crate) fn by_path(&self, path: &str) -> Option<&'a ItemRecord> {
        // Either half may hold a slash, so every split is tried.
        path.match_indices('/').find_map(|(at, _)| self.get(&path[..at], &path[at + 1..]))
    }

    /// The items of a finding in its order, each `Err` with its name where it is not among the given items.
    ///
    /// A finding without a suite may name an item as `suite/id` or by an id that only one suite has.
    pub(crate) fn of_finding<'f>(&self, finding: &'f Finding) -> Vec<Result<&'a ItemRecord, &'f str>> {
        finding
            .items
            .iter()
            .map(|id| {
                let found = match &finding.suite {
                    Some(suite) => self.get(suite, id).or_else(|| self.by_path(id)),
                    None => self.by_path(id).or_else(|| match self.by_id.get(id.as_str()).map(Vec::as_slice) {
                        Some([only]) => Some(*only),
                        _ => None,
                    }),
                };
                found.ok_or(id.as_str())
            })
            .collect()
    }
}
