//! What a contestation still lacks, and what in it may not leave, each as a sentence.

use std::collections::BTreeSet;

use parallax_wire::{Param, REPORT_SCHEMA, Scope, TargetKind};
use parallax_words::{Words, params};

use crate::Error;
use crate::content::{BundleContent, ItemIndex};
use crate::evidence::category_of;

/// Longest summary in one language, in characters.
const LONGEST_SUMMARY: usize = 500;

/// Everything that is missing from a contestation or may not leave, as complete sentences; empty when it can be sealed.
///
/// # Errors
/// Only when a sentence itself is missing.
pub fn check_draft(content: &BundleContent) -> Result<Vec<String>, Error> {
    let words = Words::english();
    let mut missing = Missing { words: &words, sentences: Vec::new() };
    missing.identity(content)?;
    missing.objection(content)?;
    missing.evidence(content)?;
    missing.machine_traces(content)?;
    Ok(missing.sentences)
}

struct Missing<'a> {
    words: &'a Words,
    sentences: Vec<String>,
}

impl Missing<'_> {
    fn add<const N: usize>(&mut self, id: &str, slots: [(&str, Param); N]) -> Result<(), Error> {
        self.sentences.push(self.words.say(id, &params(slots))?);
        Ok(())
    }

    fn identity(&mut self, content: &BundleContent) -> Result<(), Error> {
        let report = &content.report;
        if report.schema != REPORT_SCHEMA {
            self.add("contest-missing-schema", [("schema", Param::Text(report.schema.clone()))])?;
        }
        if uuid_hex(&report.id).is_none() {
            self.add("contest-missing-id", [])?;
        }
        if report.revision == 0 {
            self.add("contest-missing-revision", [])?;
        }
        let days = std::iter::once(&report.created)
            .chain(report.consent.expires.iter())
            .chain(content.annotations.iter().map(|annotation| &annotation.created))
            .chain(content.history.iter().map(|event| &event.date));
        let wrong: BTreeSet<&String> = days.filter(|day| !is_day(day)).collect();
        for day in wrong {
            self.add("contest-missing-day", [("day", Param::Text(day.clone()))])?;
        }
        Ok(())
    }

    fn objection(&mut self, content: &BundleContent) -> Result<(), Error> {
        let report = &content.report;
        if report.contest.kinds.is_empty() {
            self.add("contest-missing-kind", [])?;
        }
        if report.contest.summary.is_empty() {
            self.add("contest-missing-summary", [])?;
        }
        for summary in &report.contest.summary {
            let length = summary.value.chars().count();
            let language = ("language", Param::Text(summary.lang.clone()));
            if summary.value.trim().is_empty() {
                self.add("contest-empty-summary", [language])?;
            } else if length > LONGEST_SUMMARY {
                self.add("contest-long-summary", [language, ("length", Param::Count(length as u64))])?;
            }
        }
        let consent = &report.consent;
        let recipients = consent.recipients.iter().any(|recipient| !recipient.trim().is_empty());
        if consent.scope == Scope::Red && !recipients {
            self.add("contest-missing-scope", [])?;
        }
        if consent.obtained_from.trim().is_empty() {
            self.add("contest-missing-consent", [])?;
        }
        let subject = &report.subject;
        let reason = subject.empty_reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
        if (subject.published.is_empty() || subject.deployed.is_empty()) && !reason {
            self.add("contest-missing-subject", [])?;
        }
        Ok(())
    }

    fn evidence(&mut self, content: &BundleContent) -> Result<(), Error> {
        let items = ItemIndex::new(&content.items);
        let mut ids = BTreeSet::new();
        for finding in &content.report.findings {
            let id = || Param::Text(finding.id.clone());
            if !ids.insert(finding.id.as_str()) {
                self.add("contest-double-id", [("id", id())])?;
            }
            if finding.limits.iter().all(|limit| limit.trim().is_empty()) {
                self.add("contest-missing-limit", [("finding", id())])?;
            }
            if !content.audit.findings.contains(finding) {
                self.add("contest-changed-finding", [("finding", id())])?;
            }
            for item in items.of_finding(finding).into_iter().filter_map(Result::err) {
                self.add("contest-missing-item", [("item", Param::Text(item.to_owned()))])?;
            }
        }
        for annotation in &content.annotations {
            let target = || Param::Text(annotation.target_id.clone());
            if !ids.insert(annotation.id.as_str()) {
                self.add("contest-double-id", [("id", Param::Text(annotation.id.clone()))])?;
            }
            match annotation.target {
                TargetKind::Item if items.by_path(&annotation.target_id).is_none() => {
                    self.add("contest-missing-item", [("item", target())])?;
                }
                TargetKind::Category if category_of(&content.audit, &annotation.target_id).is_none() => {
                    self.add("contest-missing-category", [("category", target())])?;
                }
                TargetKind::Finding if !content.report.findings.iter().any(|f| f.id == annotation.target_id) => {
                    self.add("contest-missing-finding", [("finding", target())])?;
                }
                TargetKind::Item | TargetKind::Category | TargetKind::Finding => {}
            }
        }
        Ok(())
    }

    /// Looks for paths of the machine in what programs filled in; people's own words are theirs and are shown in the preview.
    fn machine_traces(&mut self, content: &BundleContent) -> Result<(), Error> {
        let report = &content.report;
        let mut filled: Vec<(String, &str)> = Vec::new();
        for file in report.subject.published.iter().chain(&report.subject.deployed) {
            filled.push(("subject".to_owned(), &file.name));
        }
        for identity in [&content.audit.nominal, &content.audit.operative] {
            filled.push(("subject".to_owned(), &identity.name));
            filled.push(("subject".to_owned(), &identity.tokenizer));
            filled.extend(identity.files.iter().map(|file| ("subject".to_owned(), file.name.as_str())));
        }
        for recipe in &report.reproduce {
            filled.push((format!("reproduce/{}", recipe.id), &recipe.command));
            for (name, value) in &recipe.settings {
                filled.push((format!("reproduce/{}/{name}", recipe.id), value));
            }
        }
        for finding in &report.findings {
            filled.push((format!("findings/{}", finding.id), &finding.sentence));
            filled.extend(finding.limits.iter().map(|limit| (format!("findings/{}", finding.id), limit.as_str())));
            for evidence in &finding.evidence {
                filled.push((format!("findings/{}/evidence", finding.id), &evidence.path));
            }
        }
        for row in &content.audit.preflight {
            filled.push((format!("preflight/{}", row.check), &row.detail));
        }
        for (place, value) in filled {
            if let Some(path) = machine_path(value) {
                self.add(
                    "contest-machine-path",
                    [("place", Param::Text(place)), ("value", Param::Text(path.to_owned()))],
                )?;
            }
        }
        Ok(())
    }
}

/// The first word of a text that is an absolute path, on any system, if there is one.
fn machine_path(text: &str) -> Option<&str> {
    text.split(|character: char| character.is_whitespace() || "\"'`“”‘’()=,;".contains(character)).find(|word| {
        let bytes = word.as_bytes();
        let drive =
            bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/');
        // Two further characters keep a lone slash and a fraction such as `/3` from counting.
        let root = bytes.len() > 2 && bytes[0] == b'/' && (bytes[1].is_ascii_alphabetic() || bytes[1] == b'.');
        drive || root || word.starts_with("~/") || word.starts_with("\\\\") || word.starts_with("file:")
    })
}

/// The hex digits of a `urn:uuid:` of a random UUID, or `None` when it is none.
pub(crate) fn uuid_hex(id: &str) -> Option<String> {
    let uuid = id.strip_prefix("urn:uuid:")?;
    let parts: Vec<&str> = uuid.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let lower_hex = |part: &&str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let random = lengths == [8, 4, 4, 4, 12] && parts.iter().all(lower_hex) && parts[2].starts_with('4');
    random.then(|| parts.concat())
}

/// True for a day written as `YYYY-MM-DD`, which leaves no room for a clock time.
fn is_day(day: &str) -> bool {
    let bytes = day.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    shaped && (1..=12).contains(&two_digits(bytes, 5)) && (1..=31).contains(&two_digits(bytes, 8))
}

fn two_digits(bytes: &[u8], at: usize) -> u8 {
    (bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0')
}
