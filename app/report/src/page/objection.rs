//! The objection itself: what is contested and asked, in the reporter's own words, who stands behind it and what was agreed.

use maud::{Markup, html};
use parallax_wire::{Annotation, Consent, ContestationReport, Reviewer, TargetKind};
use parallax_words::visible;
use serde_json::Value;

use super::view::{View, count, foreign, name, written};
use crate::Error;
use crate::content::BundleContent;

/// The wire name of a value, for example `category_boundary`, with hyphens as sentence ids have them.
pub(crate) fn wire_name(value: &impl serde::Serialize) -> Result<String, Error> {
    Ok(match serde_json::to_value(value)? {
        Value::String(name) => name.to_ascii_lowercase().replace(['_', '+'], "-"),
        other => other.to_string(),
    })
}

/// The section that comes before everything measured.
pub(crate) fn objection(view: &View, content: &BundleContent) -> Result<Markup, Error> {
    let report = &content.report;
    Ok(html! {
        section.objection id="objection" {
            h2 { (view.text("report-objection")?) }
            @for summary in &report.contest.summary { (written(summary)) }
            p.note { (view.text("contest-your-words")?) }
            h3 { (view.text("report-contested")?) }
            ul { @for kind in &report.contest.kinds { li { (view.text(&format!("contest-kind-{}", wire_name(kind)?))?) } } }
            @if let Some(site) = report.contest.target_site {
                p { (view.text("report-target-site")?) " " (view.text(&format!("contest-site-{}", wire_name(&site)?))?) }
            }
            @if !report.contest.asks.is_empty() {
                h3 { (view.text("report-asked-for")?) }
                ul { @for ask in &report.contest.asks { li { (view.text(&format!("contest-ask-{}", wire_name(ask)?))?) } } }
            }
            @for statement in &report.contest.statement { (written(statement)) }
            (record(view, report)?)
            (reviewers(view, &report.reviewers)?)
            (consent(view, &report.consent)?)
        }
    })
}

fn record(view: &View, report: &ContestationReport) -> Result<Markup, Error> {
    let access = report.subject.deployed_access.as_ref().map(wire_name).transpose()?;
    Ok(html! {
        table.numbers { tbody {
            tr { th scope="row" { (view.text("report-record-id")?) } td { code dir="ltr" { (visible(&report.id)) } } }
            tr { th scope="row" { (view.text("report-record-revision")?) } td { (report.revision) } }
            tr { th scope="row" { (view.text("report-record-day")?) } td { (foreign(&report.created)) } }
            @if let Some(signatory) = &report.signatory {
                tr { th scope="row" { (view.text("report-record-signatory")?) } td {
                    (foreign(&signatory.name)) " (" (view.text_or_other("signatory", &signatory.role)?) ")"
                } }
            }
            @if let Some(access) = access {
                tr { th scope="row" { (view.text("report-record-access")?) } td { (view.text(&format!("contest-access-{access}"))?) } }
            }
            @if let Some(reason) = &report.subject.empty_reason {
                tr { th scope="row" { (view.text("report-record-empty")?) } td { (foreign(reason)) } }
            }
            @if let Some(history) = &report.history {
                tr { th scope="row" { (view.text("report-record-history")?) } td {
                    (view.say("report-record-history-length", [("n", count(history.log_length))])?) " "
                    code.hash dir="ltr" { (visible(&history.log_head)) }
                } }
            }
            @for redaction in &report.redactions {
                tr { th scope="row" { (view.text_or_other("redaction", &redaction.method)?) } td {
                    (foreign(&redaction.pointer)) ": " (foreign(&redaction.reason))
                } }
            }
        } }
    })
}

fn reviewers(view: &View, reviewers: &[Reviewer]) -> Result<Markup, Error> {
    Ok(html! {
        @if !reviewers.is_empty() {
            h3 { (view.text("report-reviewers")?) }
            ul { @for reviewer in reviewers { li {
                (view.say("report-reviewer", [
                    ("pseudonym", name(&reviewer.pseudonym)),
                    ("role", name(&view.text_or_other("contest-role", &reviewer.role)?)),
                    ("position", name(&view.text_or_other("contest-position", &reviewer.position)?)),
                ])?)
                @for note in &reviewer.note { (written(note)) }
            } } }
        }
    })
}

fn consent(view: &View, consent: &Consent) -> Result<Markup, Error> {
    let recipients = if consent.recipients.is_empty() {
        view.text("contest-recipients-none")?
    } else {
        view.say("contest-recipients", [("recipients", name(&consent.recipients.join("; ")))])?
    };
    Ok(html! {
        h3 { (view.text("report-consent")?) }
        ul {
            li { (view.text(&format!("contest-scope-{}", wire_name(&consent.scope)?))?) ". " (recipients) }
            li { (view.text(&format!("contest-quote-{}", wire_name(&consent.quote)?))?) }
            li { (view.text(if consent.train_on { "contest-train-yes" } else { "contest-train-no" })?) }
            @if let Some(day) = &consent.expires { li { (view.say("contest-expires", [("day", name(day))])?) } }
            li { (view.text("contest-revocable")?) }
        }
    })
}

/// The notes that go along, each with what it is about.
pub(crate) fn annotations(view: &View, content: &BundleContent) -> Result<Markup, Error> {
    Ok(html! {
        @if !content.annotations.is_empty() {
            section id="notes" {
                h2 { (view.text("report-notes")?) }
                @for annotation in &content.annotations { (note(view, annotation)?) }
            }
        }
    })
}

fn note(view: &View, annotation: &Annotation) -> Result<Markup, Error> {
    let target = match annotation.target {
        TargetKind::Item => "report-note-item",
        TargetKind::Category => "report-note-category",
        TargetKind::Finding => "report-note-finding",
    };
    Ok(html! {
        article.note-card {
            p.chips {
                span.chip { (view.text(&format!("motivation-{}", wire_name(&annotation.motivation)?))?) }
                span.chip { (view.say(target, [("target", name(&annotation.target_id))])?) }
                span.chip { (view.say("report-note-author", [("author", name(&annotation.author)), ("day", name(&annotation.created))])?) }
            }
            (written(&annotation.body))
        }
    })
}
