//! `parallax audit` and `parallax demo`: run the job, keep what was found, say it.

use std::path::Path;

use anyhow::Context;
use parallax_commands::{DemoVariant, KeepRequest, demo_request, keep_audit, run_audit};
use parallax_wire::{Audit, AuditOutcome, AuditRequest, Finding, PreflightStatus, shared_limits};

use crate::args::{AuditArguments, DemoArguments, Deployment, Solver};
use crate::exit;
use crate::job::{Running, path_text};
use crate::say::{self, Page, count, text};

/// Audits the shipped demonstration case.
pub(crate) fn demo(arguments: &DemoArguments, json: bool) -> anyhow::Result<u8> {
    let folder = tempfile::tempdir().context("no temporary folder for the demonstration models")?;
    let deployment = match arguments.deployment {
        Deployment::Drifted => DemoVariant::Drifted,
        Deployment::Honest => DemoVariant::Honest,
    };
    let request = demo_request(folder.path(), deployment)?;
    let report = arguments.report.clone().unwrap_or_else(|| arguments.out.with_extension("report"));
    let keep = KeepRequest { case: Some(arguments.out.clone()), report: Some(report) };
    run(request, &keep, json)
}

/// Audits two variants.
pub(crate) fn audit(arguments: &AuditArguments, json: bool) -> anyhow::Result<u8> {
    let request = AuditRequest {
        nominal: path_text(&arguments.nominal)?,
        operative: path_text(&arguments.operative)?,
        suites: arguments.suites.iter().map(|path| path_text(path)).collect::<anyhow::Result<_>>()?,
        reader: arguments.reader.map(|reader| reader.name().to_owned()),
        linfa_logistic: arguments.solver == Solver::Linfa,
        seed: arguments.seed,
    };
    let keep = KeepRequest { case: arguments.case.clone(), report: arguments.report.clone() };
    run(request, &keep, json)
}

fn run(request: AuditRequest, keep: &KeepRequest, json: bool) -> anyhow::Result<u8> {
    keep.check()?;
    let running = Running::new()?;
    let mut outcome = running.run(|executable, observe, cancel| run_audit(executable, request, observe, cancel))?;
    // What is kept carries these numbers itself.
    running.add_cost(&mut outcome.audit.cost);
    let kept = keep_audit(&outcome, keep)?;
    if json {
        say::json(&outcome.audit)?;
        return Ok(exit::DONE);
    }
    let mut page = Page::new();
    summary(&mut page, &outcome)?;
    page.gap();
    if let Some(path) = &keep.case {
        let written = kept.case.as_ref().map_or(0, |case| case.findings);
        page.say("cli-case-written", [("path", shown(path)), ("findings", count(written))])?;
    }
    if let Some(path) = &kept.page {
        page.say("cli-report-written", [("path", shown(path))])?;
    }
    cost(&mut page, &outcome.audit)?;
    page.print()?;
    Ok(exit::DONE)
}

fn shown(path: &Path) -> parallax_wire::Param {
    text(path.display().to_string())
}

fn cost(page: &mut Page, audit: &Audit) -> anyhow::Result<()> {
    let mebibytes = audit.cost.peak_bytes.div_ceil(1024 * 1024);
    page.say("cli-cost", [("seconds", text(format!("{:.1}", audit.cost.seconds))), ("mebibytes", count(mebibytes))])
}

/// What was compared, what must be known first, and the ranked findings.
fn summary(page: &mut Page, outcome: &AuditOutcome) -> anyhow::Result<()> {
    let audit = &outcome.audit;
    page.say(
        "cli-compared",
        [
            ("nominal", text(&audit.nominal.name)),
            ("operative", text(&audit.operative.name)),
            ("items", count(outcome.items.len())),
        ],
    )?;
    page.gap();
    preflight(page, audit)?;
    page.gap();
    findings(page, &audit.findings)?;
    page.gap();
    page.say("report-always-at-the-end", [])
}

/// Rows about single items are counted, the others are shown.
fn preflight(page: &mut Page, audit: &Audit) -> anyhow::Result<()> {
    page.say("cli-preflight", [])?;
    for row in audit.preflight.iter().filter(|row| row.item.is_none()) {
        let status = match row.status {
            PreflightStatus::Same => "status-same",
            PreflightStatus::Differs => "status-differs",
            PreflightStatus::Unknown => "status-unknown",
            PreflightStatus::CannotTest => "status-cannot-test",
        };
        let status = page.sentence(status, [])?;
        // A language is checked once for each suite; the others hold for all.
        let suite = row.check.strip_prefix("language/").map_or_else(String::new, |suite| format!("[{suite}] "));
        page.line(&format!("  {status:<12} {suite}{}", row.detail));
    }
    Ok(())
}

/// The findings as a numbered list of sentences, each with its own limits, and what all of them share once.
pub(crate) fn findings(page: &mut Page, findings: &[Finding]) -> anyhow::Result<()> {
    if findings.is_empty() {
        return page.say("cli-no-findings", []);
    }
    page.say("cli-findings", [("count", count(findings.len()))])?;
    let shared = shared_limits(findings);
    for finding in findings {
        page.gap();
        let suite = finding.suite.as_ref().map_or_else(String::new, |suite| format!("[{suite}] "));
        page.line(&format!("{}  {suite}{}", finding.id, finding.sentence));
        for limit in finding.limits.iter().filter(|limit| !shared.contains(limit)) {
            page.line(&format!("      - {limit}"));
        }
    }
    if !shared.is_empty() {
        page.gap();
        page.say("report-limits-shared", [])?;
        for limit in &shared {
            page.line(&format!("      - {limit}"));
        }
    }
    Ok(())
}
