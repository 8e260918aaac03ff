//! What can be written to an open case: each change and its event in one transaction.

use parallax_wire::{Annotation, AuditOutcome, ContestationReport, KeptWords, SealReply, TargetKind};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::Seal;
use crate::case::Case;
use crate::error::{Error, Failure, Result};
use crate::table::{Recorded, annotation, contestation, event, finding, item, kept_words, run, seal, signing_key};

/// Every function here fails with [`Error::Busy`] when another program is writing, with [`Error::Full`] or
/// [`Error::Database`] when the disk refuses, and with [`Error::Date`] when a day is not written as one;
/// nothing is changed then.
impl Case {
    /// Stores another audit as the next run, which from now on is the one that is shown; gives its number.
    ///
    /// # Errors
    /// [`Error::DuplicateItem`], [`Error::DuplicateFinding`], [`Error::DuplicateMap`], [`Error::DuplicateReader`] and
    /// [`Error::MapLength`].
    pub fn add_audit(&mut self, outcome: &AuditOutcome, date: &str) -> Result<u64> {
        check_date(date)?;
        self.change(|transaction| store_audit(transaction, outcome, date))
    }

    /// Stores a note on an item, a category or a finding of the latest run.
    ///
    /// # Errors
    /// [`Error::NoSuchTarget`] when the latest run has no such evidence, [`Error::DuplicateAnnotation`].
    pub fn annotate(&mut self, annotation: &Annotation) -> Result<()> {
        check_date(&annotation.created)?;
        self.change(|transaction| {
            let run = run_with(transaction, annotation)?;
            annotation::insert(transaction, run, annotation)?;
            record(transaction, &annotation.created, &annotation::recorded(run, annotation)?)
        })
    }

    /// Stores a contestation: a new one, a draft in place of the same revision, or the next revision.
    ///
    /// Storing what is already stored changes nothing and is no event.
    ///
    /// # Errors
    /// [`Error::Sealed`] when this revision is sealed, [`Error::Revision`] when it is neither the last nor the next.
    pub fn save_contestation(&mut self, report: &ContestationReport, date: &str) -> Result<()> {
        check_date(date)?;
        check_date(&report.created)?;
        self.change(|transaction| save(transaction, report, date))
    }

    /// Stores a contestation exactly as it left together with the seal it left under; that revision never changes again.
    ///
    /// # Errors
    /// As [`Case::save_contestation`].
    pub fn record_seal(&mut self, report: &ContestationReport, reply: &SealReply, date: &str) -> Result<()> {
        check_date(date)?;
        check_date(&report.created)?;
        self.change(|transaction| {
            save(transaction, report, date)?;
            let seal = Seal {
                contestation: report.id.clone(),
                revision: report.revision,
                date: date.to_owned(),
                reply: reply.clone(),
            };
            seal::insert(transaction, &seal)?;
            let sealed = contestation::record(transaction, &report.id, report.revision)?;
            record(transaction, date, &seal::recorded(&seal, &sealed))
        })
    }

    /// Stores the key that seals this case's contestations, in place of the one before.
    pub fn set_key(&mut self, private_key: &str, date: &str) -> Result<()> {
        check_date(date)?;
        self.change(|transaction| {
            signing_key::set(transaction, private_key)?;
            record(transaction, date, &signing_key::recorded(private_key))
        })
    }

    /// Keeps own words with how they were sorted.
    ///
    /// # Errors
    /// [`Error::DuplicateWords`].
    pub fn keep_words(&mut self, words: &KeptWords, date: &str) -> Result<()> {
        check_date(date)?;
        check_date(&words.created)?;
        self.change(|transaction| {
            kept_words::insert(transaction, words)?;
            record(transaction, date, &kept_words::recorded(transaction, &words.id)?)
        })
    }

    /// Removes kept words from the file for good; the history says that there were some, and nothing of what they said.
    ///
    /// # Errors
    /// [`Error::NoSuchWords`].
    pub fn forget_words(&mut self, id: &str, date: &str) -> Result<()> {
        check_date(date)?;
        self.change(|transaction| {
            if !kept_words::delete(transaction, id)? {
                return Err(Error::NoSuchWords { id: id.to_owned() }.into());
            }
            record(transaction, date, &kept_words::forgotten(id))
        })?;
        // The log beside the file still holds the words; while another program reads it, it stays until that one ends.
        self.checkpoint().map_err(|source| self.failed(source))
    }

    /// Runs a change in a transaction that holds the right to write from its beginning: the chain is read and continued
    /// with nobody in between.
    fn change<T>(&mut self, change: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, Failure>) -> Result<T> {
        let changed =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(Failure::from).and_then(
                |transaction| {
                    let value = change(&transaction)?;
                    transaction.commit()?;
                    Ok(value)
                },
            );
        changed.map_err(|failure| self.failed(failure))
    }
}

/// Stores an audit and its event; the caller holds the transaction.
pub(crate) fn store_audit(
    connection: &Connection,
    outcome: &AuditOutcome,
    date: &str,
) -> std::result::Result<u64, Failure> {
    let number = run::insert(connection, date, outcome)?;
    record(connection, date, &run::recorded(connection, number)?)?;
    Ok(number)
}

fn save(connection: &Connection, report: &ContestationReport, date: &str) -> std::result::Result<(), Failure> {
    if seal::get(connection, &report.id, report.revision)?.is_some() {
        return Err(Error::Sealed { id: report.id.clone(), revision: report.revision }.into());
    }
    if contestation::save(connection, report, date)? {
        record(connection, date, &contestation::recorded(connection, &report.id, report.revision)?)?;
    }
    Ok(())
}

fn record(connection: &Connection, date: &str, recorded: &Recorded) -> std::result::Result<(), Failure> {
    event::append(connection, date, recorded.kind, &recorded.subject, &recorded.sha256)
}

/// The latest run, when it has what the annotation is about.
fn run_with(connection: &Connection, annotation: &Annotation) -> std::result::Result<u64, Failure> {
    let id = annotation.target_id.as_str();
    if let Some(number) = run::latest(connection)? {
        let in_suite = id.split_once('/');
        let found = match annotation.target {
            TargetKind::Finding => finding::get(connection, number, id)?.is_some(),
            TargetKind::Item => match in_suite {
                Some((suite, id)) => item::get(connection, number, suite, id)?.is_some(),
                None => false,
            },
            TargetKind::Category => match in_suite {
                Some((suite, id)) => run::has_category(connection, number, suite, id)?,
                None => false,
            },
        };
        if found {
            return Ok(number);
        }
    }
    Err(Error::NoSuchTarget { target: annotation.target, id: annotation.target_id.clone() }.into())
}

/// Refuses what is not a day of the calendar written `YYYY-MM-DD`.
pub(crate) fn check_date(date: &str) -> Result<()> {
    let refused = || Error::Date { found: date.to_owned() };
    let bytes = date.as_bytes();
    let shaped = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
    if !shaped {
        return Err(refused());
    }
    let number = |range| date.get(range).and_then(|text: &str| text.parse::<u32>().ok()).unwrap_or(0);
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    if (1..=days).contains(&day) { Ok(()) } else { Err(refused()) }
}
