//! A thorough check of an open case: pages, references, history, and every row against what the history says of it.

use std::collections::BTreeMap;

use crate::case::Case;
use crate::error::{Failure, Result};
use crate::table::{Recorded, annotation, case_info, contestation, event, kept_words, run, seal, signing_key};

impl Case {
    /// Everything that is wrong with the file, a sentence each; empty when nothing is.
    ///
    /// Events and rows that were both taken from the end leave no trace here: compare the head and the length of the
    /// history with those in a sealed bundle.
    ///
    /// # Errors
    /// Fails only when the file cannot be read at all.
    pub fn check(&self) -> Result<Vec<String>> {
        self.problems().map_err(|failure| self.failed(failure))
    }

    fn problems(&self) -> std::result::Result<Vec<String>, Failure> {
        let mut problems = Vec::new();
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        let answers = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
        problems.extend(
            answers.iter().filter(|answer| *answer != "ok").map(|answer| format!("The database is damaged: {answer}.")),
        );
        let mut statement = self.connection.prepare("PRAGMA foreign_key_check")?;
        let orphans = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
        problems.extend(orphans.iter().map(|table| format!("A row of `{table}` belongs to a row that is not there.")));
        if let Some((seq, reason)) = event::first_break(&self.connection)? {
            problems.push(format!("The history does not hold: event {seq} {reason}."));
        }
        self.compare_with_history(&mut problems)?;
        Ok(problems)
    }

    fn compare_with_history(&self, problems: &mut Vec<String>) -> std::result::Result<(), Failure> {
        // A draft and the key are stored over what was there before: the last event on them counts.
        let mut said = BTreeMap::new();
        for event in event::all(&self.connection)? {
            if event.kind == event::WORDS_FORGOTTEN {
                // That their row is gone is what was asked for.
                said.remove(&(event::WORDS_KEPT.to_owned(), event.subject));
            } else {
                said.insert((event.kind, event.subject), event.payload_sha256);
            }
        }
        for row in self.rows()? {
            let Recorded { kind, subject, sha256 } = row;
            match said.remove(&(kind.to_owned(), subject.clone())) {
                None => problems.push(format!("The row of `{kind}` `{subject}` is not in the history.")),
                Some(expected) if expected != sha256 => {
                    problems
                        .push(format!("The row of `{kind}` `{subject}` was changed after the history recorded it."));
                }
                Some(_) => {}
            }
        }
        problems.extend(
            said.keys()
                .map(|(kind, subject)| format!("The history records `{kind}` `{subject}`, but its row is gone.")),
        );
        Ok(())
    }

    fn rows(&self) -> std::result::Result<Vec<Recorded>, Failure> {
        let connection = &self.connection;
        let mut rows = vec![case_info::recorded(connection)?];
        rows.extend(run::all_recorded(connection)?);
        rows.extend(annotation::all_recorded(connection)?);
        rows.extend(contestation::all_recorded(connection)?);
        for seal in seal::all(connection)? {
            let record = contestation::record(connection, &seal.contestation, seal.revision)?;
            rows.push(seal::recorded(&seal, &record));
        }
        rows.extend(kept_words::all_recorded(connection)?);
        rows.extend(signing_key::get(connection)?.map(|key| signing_key::recorded(&key)));
        Ok(rows)
    }
}
