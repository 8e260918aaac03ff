//! What can be read from an open case; it changes nothing.

use std::collections::HashMap;

use parallax_wire::{
    Annotation, Audit, CaseSummary, ContestationReport, Event, Finding, FittedReader, ItemRecord, KeptWords, MapTap,
    NoteCount, SuiteMap, TokensReport, WeightsReport,
};

use crate::case::Case;
use crate::create::NewCase;
use crate::error::{Error, Failure, Result};
use crate::table::{
    annotation, case_info, comparison, contestation, event, finding, fitted_reader, item, kept_words, run, seal,
    signing_key, suite_map,
};
use crate::{AnnotationFilter, ItemFilter, ItemWays, Seal};

/// Every function here fails only when the file cannot be read ([`Error::Damaged`], [`Error::Busy`], [`Error::Database`]),
/// unless it says more. Items and findings are those of the latest run; without a run there are none.
impl Case {
    /// Id, title and day of the case.
    pub fn info(&self) -> Result<NewCase> {
        case_info::get(&self.connection).map_err(|failure| self.failed(failure))
    }

    /// The case at a glance. Names of variants are empty without a run.
    pub fn summary(&self) -> Result<CaseSummary> {
        self.read_summary().map_err(|failure| self.failed(failure))
    }

    /// Number of the latest run, from 1.
    pub fn latest_run(&self) -> Result<Option<u64>> {
        run::latest(&self.connection).map_err(|failure| self.failed(failure))
    }

    /// The audit of the latest run.
    pub fn audit(&self) -> Result<Option<Audit>> {
        self.in_latest_run(None, |number| run::audit(&self.connection, number))
    }

    /// The audit of a run.
    pub fn audit_of_run(&self, number: u64) -> Result<Option<Audit>> {
        run::audit(&self.connection, number).map_err(|failure| self.failed(failure))
    }

    /// Findings, the first-ranked first.
    pub fn findings(&self) -> Result<Vec<Finding>> {
        self.in_latest_run(Vec::new(), |number| finding::all(&self.connection, number))
    }

    /// The finding of that id.
    pub fn finding(&self, id: &str) -> Result<Option<Finding>> {
        self.in_latest_run(None, |number| finding::get(&self.connection, number, id))
    }

    /// Items that the filter lets through, in the order of the audit, or in that of the finding asked for.
    pub fn items(&self, filter: &ItemFilter) -> Result<Vec<ItemRecord>> {
        self.in_latest_run(Vec::new(), |number| item::list(&self.connection, number, filter))
    }

    /// How many items the filter lets through, whatever its limit and offset.
    pub fn count_items(&self, filter: &ItemFilter) -> Result<u64> {
        self.in_latest_run(0, |number| item::count(&self.connection, number, filter))
    }

    /// Every item of a suite by its id, with how one reader sorted it.
    pub fn item_ways(&self, suite: &str, reader: Option<&str>) -> Result<HashMap<String, ItemWays>> {
        self.in_latest_run(HashMap::new(), |number| item::ways(&self.connection, number, suite, reader))
    }

    /// The item of that id in that suite.
    pub fn item(&self, suite: &str, id: &str) -> Result<Option<ItemRecord>> {
        self.in_latest_run(None, |number| item::get(&self.connection, number, suite, id))
    }

    /// Where the items of a suite lie in both variants; `None` where the audit made no map of it.
    pub fn suite_map(&self, suite: &str) -> Result<Option<SuiteMap>> {
        self.in_latest_run(None, |number| suite_map::get(&self.connection, number, suite))
    }

    /// As [`Case::suite_map`] without the positions, which are most of it.
    pub fn map_outline(&self, suite: &str) -> Result<Option<SuiteMap>> {
        self.in_latest_run(None, |number| suite_map::outline(&self.connection, number, suite))
    }

    /// One tap of a suite's map, by the tap of the nominal variant.
    pub fn map_tap(&self, suite: &str, tap: u32) -> Result<Option<MapTap>> {
        self.in_latest_run(None, |number| suite_map::tap(&self.connection, number, suite, tap))
    }

    /// The readers that the latest run fitted.
    pub fn fitted(&self) -> Result<Vec<FittedReader>> {
        self.in_latest_run(Vec::new(), |number| fitted_reader::all(&self.connection, number))
    }

    /// Whether the latest run fitted any reader.
    pub fn has_fitted(&self) -> Result<bool> {
        self.in_latest_run(false, |number| Ok(fitted_reader::count(&self.connection, number)? > 0))
    }

    /// How the weights of both variants compare; `None` where the latest run did not hold them against each other.
    pub fn weights(&self) -> Result<Option<WeightsReport>> {
        self.in_latest_run(None, |number| comparison::weights(&self.connection, number))
    }

    /// How the tokenizers of both variants compare; `None` as for [`Case::weights`].
    pub fn tokens(&self) -> Result<Option<TokensReport>> {
        self.in_latest_run(None, |number| comparison::tokens(&self.connection, number))
    }

    /// Own words that were kept and not forgotten, the oldest first.
    pub fn kept_words(&self) -> Result<Vec<KeptWords>> {
        kept_words::all(&self.connection).map_err(|failure| self.failed(failure))
    }

    /// How many notes each piece of evidence has; of findings only those of the latest run, because `F1` of another
    /// run is another finding.
    pub fn note_counts(&self) -> Result<Vec<NoteCount>> {
        self.in_latest_run(Vec::new(), |number| annotation::counts(&self.connection, number))
    }

    /// Annotations that the filter lets through, the oldest first.
    pub fn annotations(&self, filter: &AnnotationFilter) -> Result<Vec<Annotation>> {
        annotation::list(&self.connection, filter).map_err(|failure| self.failed(failure))
    }

    /// The latest revision of every contestation, the first made first.
    pub fn contestations(&self) -> Result<Vec<ContestationReport>> {
        contestation::latest(&self.connection).map_err(|failure| self.failed(failure))
    }

    /// The latest revision of the contestation of that id, or of the only one whose id begins so;
    /// `urn:uuid:` may be left out.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] when several ids begin so.
    pub fn contestation(&self, id_or_prefix: &str) -> Result<Option<ContestationReport>> {
        Ok(self.contestation_revisions(id_or_prefix)?.pop())
    }

    /// Every revision of a contestation, the first first; empty when there is no such contestation.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] when several ids begin so.
    pub fn contestation_revisions(&self, id_or_prefix: &str) -> Result<Vec<ContestationReport>> {
        let ids = contestation::matching_ids(&self.connection, id_or_prefix).map_err(|failure| self.failed(failure))?;
        match ids.as_slice() {
            [] => Ok(Vec::new()),
            [id] => contestation::revisions(&self.connection, id).map_err(|failure| self.failed(failure)),
            several => Err(Error::Ambiguous { prefix: id_or_prefix.to_owned(), matches: several.len() as u64 }),
        }
    }

    /// The seal of a revision of a contestation, by its whole id.
    pub fn seal(&self, contestation: &str, revision: u32) -> Result<Option<Seal>> {
        seal::get(&self.connection, contestation, revision).map_err(|failure| self.failed(failure))
    }

    /// The key that seals this case's contestations, as the text of an OpenSSH private key file.
    pub fn key(&self) -> Result<Option<String>> {
        signing_key::get(&self.connection).map_err(|failure| self.failed(failure))
    }

    /// Everything that happened, the first first.
    pub fn history(&self) -> Result<Vec<Event>> {
        event::all(&self.connection).map_err(|failure| self.failed(failure))
    }

    fn in_latest_run<T>(&self, without: T, read: impl FnOnce(u64) -> std::result::Result<T, Failure>) -> Result<T> {
        match self.latest_run()? {
            Some(number) => read(number).map_err(|failure| self.failed(failure)),
            None => Ok(without),
        }
    }

    fn read_summary(&self) -> std::result::Result<CaseSummary, Failure> {
        let connection = &self.connection;
        let info = case_info::get(connection)?;
        let latest = run::latest(connection)?;
        let (nominal, operative) =
            latest.map(|number| run::variants(connection, number)).transpose()?.unwrap_or_default();
        let findings = latest.map(|number| finding::count(connection, number)).transpose()?.unwrap_or_default();
        let languages = latest.map(|number| item::languages(connection, number)).transpose()?.unwrap_or_default();
        let (log_head, log_length) = event::head(connection)?;
        Ok(CaseSummary {
            id: info.id,
            title: info.title,
            nominal,
            operative,
            findings,
            items: languages.values().sum(),
            annotations: annotation::count(connection)?,
            contestations: contestation::count(connection)?,
            log_head,
            log_length,
            languages,
        })
    }
}
