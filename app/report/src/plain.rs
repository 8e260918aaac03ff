//! The contestation as plain text, with the same content as the page and without its plots.

use parallax_wire::{LocalText, Param, PreflightStatus};
use parallax_words::{Isolation, Words, params, visible, without_isolates};

use crate::Error;
use crate::content::BundleContent;
use crate::page::{View, wire_name};

/// Width at which lines are broken, in characters.
const WIDTH: usize = 88;

/// `report.en.txt`.
///
/// # Errors
/// When a sentence is missing or a finding may not be said.
pub(crate) fn contestation_text(content: &BundleContent) -> Result<String, Error> {
    let words = Words::english().with_isolation(Isolation::None);
    let view = View::of_contestation(&words, content);
    let mut text = Text { view: &view, out: String::new() };
    text.head()?;
    text.objection(content)?;
    text.findings()?;
    text.checks()?;
    text.notes(content)?;
    text.heading("report-words")?;
    for entry in words.glossary()? {
        text.line(&format!("{}: {}", entry.word, entry.explanation));
    }
    text.blank();
    text.line(&words.text("howto-pointer")?);
    text.blank();
    text.line(&words.text("report-always-at-the-end")?);
    Ok(text.out)
}

struct Text<'a> {
    view: &'a View<'a>,
    out: String,
}

impl Text<'_> {
    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn line(&mut self, line: &str) {
        wrap(&without_isolates(line), "", &mut self.out);
    }

    fn bullet(&mut self, line: &str) {
        wrap(&format!("- {}", without_isolates(line)), "  ", &mut self.out);
    }

    fn heading(&mut self, id: &str) -> Result<(), Error> {
        let heading = self.view.text(id)?;
        self.blank();
        self.line(&heading);
        self.out.push_str(&"-".repeat(heading.chars().count().min(WIDTH)));
        self.out.push('\n');
        Ok(())
    }

    fn written(&mut self, text: &LocalText) {
        for line in visible(&text.value).lines() {
            wrap(&format!("> {line}"), "> ", &mut self.out);
        }
    }

    fn head(&mut self) -> Result<(), Error> {
        let audit = self.view.audit;
        let title = self.view.text("report-title-contestation")?;
        self.line(&title);
        self.out.push_str(&"=".repeat(title.chars().count().min(WIDTH)));
        self.out.push('\n');
        let sides = [
            ("nominal", Param::Text(audit.nominal.name.clone())),
            ("operative", Param::Text(audit.operative.name.clone())),
        ];
        self.line(&self.view.say("report-lead-contestation", sides)?);
        for (side, identity) in [("report-side-published", &audit.nominal), ("report-side-deployed", &audit.operative)]
        {
            self.blank();
            self.line(&format!("{}: {}", self.view.text(side)?, visible(&identity.name)));
            for file in &identity.files {
                self.bullet(&format!("{} ({} B)", visible(&file.name), file.size));
                // Not wrapped: a hash is copied whole.
                self.out.push_str(&format!("  SHA-256 {}\n", file.sha256));
            }
        }
        Ok(())
    }

    fn objection(&mut self, content: &BundleContent) -> Result<(), Error> {
        let report = &content.report;
        self.heading("report-objection")?;
        for summary in &report.contest.summary {
            self.written(summary);
        }
        self.line(&format!("({})", self.view.text("contest-your-words")?));
        self.heading("report-contested")?;
        for kind in &report.contest.kinds {
            self.bullet(&self.view.text(&format!("contest-kind-{}", wire_name(kind)?))?);
        }
        if !report.contest.asks.is_empty() {
            self.heading("report-asked-for")?;
            for ask in &report.contest.asks {
                self.bullet(&self.view.text(&format!("contest-ask-{}", wire_name(ask)?))?);
            }
        }
        for statement in &report.contest.statement {
            self.blank();
            self.written(statement);
        }
        if !report.reviewers.is_empty() {
            self.heading("report-reviewers")?;
        }
        for reviewer in &report.reviewers {
            let slots = params([
                ("pseudonym", Param::Text(reviewer.pseudonym.clone())),
                ("role", Param::Text(self.view.text_or_other("contest-role", &reviewer.role)?)),
                ("position", Param::Text(self.view.text_or_other("contest-position", &reviewer.position)?)),
            ]);
            self.bullet(&self.view.words.say("report-reviewer", &slots)?);
            for note in &reviewer.note {
                self.written(note);
            }
        }
        self.heading("report-consent")?;
        let consent = &report.consent;
        self.bullet(&self.view.text(&format!("contest-scope-{}", wire_name(&consent.scope)?))?);
        if !consent.recipients.is_empty() {
            let recipients = Param::Text(consent.recipients.join("; "));
            self.bullet(&self.view.say("contest-recipients", [("recipients", recipients)])?);
        }
        self.bullet(&self.view.text(&format!("contest-quote-{}", wire_name(&consent.quote)?))?);
        self.bullet(&self.view.text(if consent.train_on { "contest-train-yes" } else { "contest-train-no" })?);
        if let Some(day) = &consent.expires {
            self.bullet(&self.view.say("contest-expires", [("day", Param::Text(day.clone()))])?);
        }
        self.bullet(&self.view.text("contest-revocable")?);
        Ok(())
    }

    fn findings(&mut self) -> Result<(), Error> {
        let view = self.view;
        self.heading("report-found")?;
        if view.findings.is_empty() {
            self.line(&view.text("report-found-nothing")?);
        }
        for (position, finding) in view.findings.iter().enumerate() {
            self.blank();
            self.line(&format!("{}. {}", position + 1, view.sentence(finding)?));
            for item in view.items_of(finding).into_iter().take(6) {
                wrap(&format!("  “{}”", visible(&item.text)), "   ", &mut self.out);
                let decision = match &finding.reader {
                    Some(reader) => item.decisions.iter().find(|decision| decision.reader == *reader),
                    None => item.decisions.first(),
                };
                if let Some(decision) = decision {
                    let suite = Some(item.suite.as_str());
                    let slots = params([
                        ("from", Param::Text(view.label(suite, &decision.nominal))),
                        ("to", Param::Text(view.label(suite, &decision.operative))),
                    ]);
                    wrap(&format!("   {}", view.words.say("report-example-decision", &slots)?), "   ", &mut self.out);
                }
            }
            self.line(&view.text("report-limits")?);
            for limit in &finding.limits {
                self.bullet(&visible(&without_isolates(limit)));
            }
        }
        Ok(())
    }

    fn checks(&mut self) -> Result<(), Error> {
        let view = self.view;
        self.heading("report-preflight")?;
        for row in view.audit.preflight.iter().filter(|row| row.item.is_none()) {
            let status = match row.status {
                PreflightStatus::Same => "status-same",
                PreflightStatus::Differs => "status-differs",
                PreflightStatus::Unknown => "status-unknown",
                PreflightStatus::CannotTest => "status-cannot-test",
            };
            let check = view.text_or_other("check", &row.check)?;
            let language = row.language.as_deref().map(|tag| view.words.language_name(tag));
            let place = language.map_or_else(|| check.clone(), |language| format!("{check}, {language}"));
            // Isolates go first, or they would be written out as controls.
            let detail = without_isolates(&row.detail);
            self.bullet(&format!("{place} [{}]: {}", view.text(status)?, visible(&detail)));
        }
        Ok(())
    }

    fn notes(&mut self, content: &BundleContent) -> Result<(), Error> {
        if content.annotations.is_empty() {
            return Ok(());
        }
        self.heading("report-notes")?;
        for annotation in &content.annotations {
            self.blank();
            let slots =
                [("author", Param::Text(annotation.author.clone())), ("day", Param::Text(annotation.created.clone()))];
            let author = self.view.say("report-note-author", slots)?;
            self.line(&format!("{}: {author}", visible(&annotation.target_id)));
            self.written(&annotation.body);
        }
        Ok(())
    }
}

/// Breaks a line at spaces; a longer word stays whole, since scripts without spaces must not be cut inside a letter.
fn wrap(line: &str, indent: &str, out: &mut String) {
    let lead: String = line.chars().take_while(|character| *character == ' ').collect();
    let mut length = 0;
    out.push_str(&lead);
    for word in line.split_whitespace() {
        let long = word.chars().count();
        if length > 0 && lead.len() + length + 1 + long > WIDTH {
            out.push('\n');
            out.push_str(indent);
            length = indent.chars().count();
        } else if length > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += long;
    }
    out.push('\n');
}
