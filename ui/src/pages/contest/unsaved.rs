//! What was typed into a draft and is not stored yet; a newer change of a field takes the place of an older one.

use std::collections::BTreeMap;

use parallax_wire::{ContestChanges, ContestationReport, LocalText, Reviewer, Signatory};

/// Changes that are not stored yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Unsaved {
    /// All fields but the texts.
    pub(super) fields: ContestChanges,
    /// Summaries by language; an empty one is taken out.
    pub(super) summary: BTreeMap<String, String>,
    /// Statements by language.
    pub(super) statement: BTreeMap<String, String>,
}

impl Unsaved {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes up changes that were made later.
    pub(super) fn take_up(&mut self, newer: Self) {
        let (old, new) = (&mut self.fields, newer.fields);
        *old = ContestChanges {
            summary: None,
            statement: None,
            kinds: new.kinds.or(old.kinds.take()),
            asks: new.asks.or(old.asks.take()),
            target_site: new.target_site.or(old.target_site),
            signatory: new.signatory.or(old.signatory.take()),
            signatory_role: new.signatory_role.or(old.signatory_role.take()),
            scope: new.scope.or(old.scope),
            recipients: new.recipients.or(old.recipients.take()),
            quote: new.quote.or(old.quote),
            deployed_access: new.deployed_access.or(old.deployed_access),
            reviewer: new.reviewer.or(old.reviewer.take()),
            reviewer_role: new.reviewer_role.or(old.reviewer_role.take()),
        };
        self.summary.extend(newer.summary);
        self.statement.extend(newer.statement);
    }

    /// Takes back what could not be stored; what was changed since is newer.
    pub(super) fn take_back(&mut self, sent: ContestChanges) {
        let newer = std::mem::replace(self, Self::of(sent));
        self.take_up(newer);
    }

    /// Changes that were taken out with [`Unsaved::take_next`].
    pub(super) fn of(mut sent: ContestChanges) -> Self {
        let texts = |text: Option<LocalText>| text.map(|text| (text.lang, text.value)).into_iter().collect();
        let (summary, statement) = (texts(sent.summary.take()), texts(sent.statement.take()));
        Self { fields: sent, summary, statement }
    }

    /// Takes out what one command can store: all fields, and of each text one language.
    pub(super) fn take_next(&mut self) -> Option<ContestChanges> {
        if self.is_empty() {
            return None;
        }
        let mut changes = std::mem::take(&mut self.fields);
        changes.summary = one_of(&mut self.summary);
        changes.statement = one_of(&mut self.statement);
        Some(changes)
    }

    /// Puts the changes into a report as it was last stored.
    pub(super) fn put_into(&self, report: &mut ContestationReport) {
        let fields = self.fields.clone();
        put_texts(&self.summary, &mut report.contest.summary);
        put_texts(&self.statement, &mut report.contest.statement);
        put(fields.kinds, &mut report.contest.kinds);
        put(fields.asks, &mut report.contest.asks);
        put(fields.scope, &mut report.consent.scope);
        put(fields.recipients, &mut report.consent.recipients);
        put(fields.quote, &mut report.consent.quote);
        report.contest.target_site = fields.target_site.or(report.contest.target_site);
        report.subject.deployed_access = fields.deployed_access.or(report.subject.deployed_access);
        if let (Some(name), Some(role)) = (fields.signatory, fields.signatory_role) {
            report.signatory = Some(Signatory { name, role });
        }
        if let (Some(pseudonym), Some(role)) = (fields.reviewer, fields.reviewer_role) {
            let position = "supports".to_owned();
            report.reviewers = vec![Reviewer { pseudonym, role, position, note: Vec::new() }];
        }
    }
}

/// Takes out a text; one that says something goes before one that is emptied, so that at no moment both are gone.
fn one_of(texts: &mut BTreeMap<String, String>) -> Option<LocalText> {
    let says = texts.iter().find(|(_, value)| !value.trim().is_empty()).or(texts.first_key_value());
    let lang = says.map(|(lang, _)| lang.clone())?;
    let value = texts.remove(&lang)?;
    Some(LocalText::new(lang, value))
}

fn put<T>(new: Option<T>, old: &mut T) {
    if let Some(new) = new {
        *old = new;
    }
}

fn put_texts(new: &BTreeMap<String, String>, old: &mut Vec<LocalText>) {
    for (lang, value) in new {
        old.retain(|text| text.lang != *lang);
        if !value.trim().is_empty() {
            old.push(LocalText::new(lang, value));
        }
    }
}
