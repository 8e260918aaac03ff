//! `parallax contest` and `parallax verify`.

use std::path::Path;

use parallax_commands::{
    contest_change, contest_list, contest_missing, contest_new, contest_preview, contest_seal, contest_show,
};
use parallax_wire::{ContestChanges, ContestationReport, LocalText, ReportStatus};

use crate::args::{ContestArguments, ContestFields, ContestStep, VerifyArguments};
use crate::case::typed_text;
use crate::exit;
use crate::say::{self, Page, count, text};

pub(crate) fn run(arguments: &ContestArguments, json: bool) -> anyhow::Result<u8> {
    let case = &arguments.case;
    let mut page = Page::new();
    match &arguments.step {
        ContestStep::New { findings, changes } => {
            let report = contest_new(case, findings, &changes_of(changes)?)?;
            if json {
                say::json(&report)?;
                return Ok(exit::DONE);
            }
            page.say("cli-contest-opened", [("id", text(short(&report)))])?;
            missing(&mut page, case, &report)?;
        }
        ContestStep::Edit { id, changes } => {
            let report = contest_change(case, id, &changes_of(changes)?)?;
            if json {
                say::json(&report)?;
                return Ok(exit::DONE);
            }
            page.say("cli-contest-changed", [("id", text(short(&report)))])?;
            missing(&mut page, case, &report)?;
        }
        ContestStep::List => {
            let reports = contest_list(case)?;
            if json {
                say::json(&reports)?;
                return Ok(exit::DONE);
            }
            if reports.is_empty() {
                page.say("cli-no-contestations", [])?;
            }
            for report in &reports {
                let summary = report.contest.summary.first().map_or("", |text| text.value.as_str());
                page.line(&format!("{}  {}  {}  {summary}", short(report), report.created, status(&page, report)?));
            }
        }
        ContestStep::Show { id } => {
            let report = contest_show(case, id)?;
            if json {
                say::json(&report)?;
                return Ok(exit::DONE);
            }
            show(&mut page, case, &report)?;
        }
        ContestStep::Preview { id, file } => {
            let files = contest_preview(case, id)?;
            let chosen: Vec<_> =
                files.iter().filter(|entry| file.as_ref().is_none_or(|path| *path == entry.path)).collect();
            if let (Some(path), true) = (file, chosen.is_empty()) {
                anyhow::bail!("the bundle would hold no file `{path}`; `parallax contest FILE preview ID` lists them");
            }
            if json {
                say::json(&chosen)?;
                return Ok(exit::DONE);
            }
            if let (Some(_), [entry]) = (file, chosen.as_slice()) {
                page.line(&entry.content);
            } else {
                page.say("cli-preview", [("files", count(files.len()))])?;
                for entry in &chosen {
                    page.line(&format!("{:>9}  {}", entry.size, entry.path));
                }
                page.gap();
                page.say("cli-preview-file", [("id", text(id))])?;
                page.say("contest-before-export", [])?;
            }
        }
        ContestStep::Seal { id, into } => {
            let reply = contest_seal(case, id, into)?;
            if json {
                say::json(&reply)?;
                return Ok(exit::DONE);
            }
            page.say(
                "cli-sealed",
                [("folder", text(into.join(&reply.folder).display().to_string())), ("files", count(reply.files))],
            )?;
            page.say("cli-sealed-key", [("fingerprint", text(&reply.fingerprint))])?;
            page.say("cli-sealed-next", [])?;
        }
    }
    page.print()?;
    Ok(exit::DONE)
}

fn short(report: &ContestationReport) -> String {
    report.id.trim_start_matches("urn:uuid:").chars().take(8).collect()
}

fn status(page: &Page, report: &ContestationReport) -> anyhow::Result<String> {
    page.sentence(
        match report.status {
            ReportStatus::Draft => "contest-status-draft",
            ReportStatus::Final => "contest-status-final",
            ReportStatus::Withdrawn => "contest-status-withdrawn",
            ReportStatus::Superseded => "contest-status-superseded",
        },
        [],
    )
}

fn missing(page: &mut Page, case: &Path, report: &ContestationReport) -> anyhow::Result<()> {
    let missing = contest_missing(case, &report.id)?;
    if missing.is_empty() {
        return page.say("cli-contest-complete", [("id", text(short(report)))]);
    }
    page.say("cli-contest-missing", [])?;
    for sentence in missing {
        page.line(&format!("  - {sentence}"));
    }
    Ok(())
}

fn show(page: &mut Page, case: &Path, report: &ContestationReport) -> anyhow::Result<()> {
    let status = status(page, report)?;
    page.line(&format!("{}  {}  {status}", short(report), report.created));
    page.gap();
    for finding in &report.findings {
        page.line(&format!("{}  {}", finding.id, finding.sentence));
    }
    for words in report.contest.summary.iter().chain(&report.contest.statement) {
        page.line(&format!("[{}] {}", words.lang, words.value));
    }
    let contest = &report.contest;
    page.line(&format!("kinds: {}", names(&contest.kinds)?));
    page.line(&format!("asks: {}", names(&contest.asks)?));
    page.line(&format!("scope: {}", names(&[report.consent.scope])?));
    page.line(&format!("recipients: {}", report.consent.recipients.join(", ")));
    page.gap();
    if report.status == ReportStatus::Draft {
        missing(page, case, report)?;
    }
    Ok(())
}

/// The names that the schema gives to these values.
fn names<T: serde::Serialize>(values: &[T]) -> anyhow::Result<String> {
    let names: Vec<String> = values
        .iter()
        .map(|value| Ok(serde_json::to_string(value)?.trim_matches('"').to_owned()))
        .collect::<anyhow::Result<_>>()?;
    Ok(names.join(", "))
}

fn changes_of(fields: &ContestFields) -> anyhow::Result<ContestChanges> {
    let local = |typed: &Option<String>| -> anyhow::Result<Option<LocalText>> {
        typed.as_deref().map(|words| Ok(LocalText::new(&fields.lang, typed_text(words)?))).transpose()
    };
    Ok(ContestChanges {
        summary: local(&fields.summary)?,
        statement: local(&fields.statement)?,
        kinds: given(each("kind", &fields.kinds)?),
        asks: given(each("ask", &fields.asks)?),
        target_site: one("target site", fields.target_site.as_deref())?,
        signatory: fields.signatory.clone(),
        signatory_role: fields.signatory_role.clone(),
        scope: one("scope", fields.scope.as_deref())?,
        recipients: given(fields.recipients.clone()),
        quote: one("choice for --quote", fields.quote.as_deref())?,
        deployed_access: one("way to the deployed file", fields.deployed_access.as_deref())?,
        reviewer: fields.reviewer.clone(),
        reviewer_role: fields.reviewer_role.clone(),
    })
}

/// A list that was not given stays as it is.
fn given<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// Reads a name of the schema; serde knows the names and lists them when one is unknown.
fn parsed<T: serde::de::DeserializeOwned>(what: &str, name: &str) -> anyhow::Result<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned()))
        .map_err(|error| anyhow::anyhow!("`{name}` is not a {what}: {error}"))
}

fn each<T: serde::de::DeserializeOwned>(what: &str, given: &[String]) -> anyhow::Result<Vec<T>> {
    given.iter().map(|name| parsed(what, name)).collect()
}

fn one<T: serde::de::DeserializeOwned>(what: &str, given: Option<&str>) -> anyhow::Result<Option<T>> {
    given.map(|name| parsed(what, name)).transpose()
}

/// Checks a sealed bundle; exit code 1 when it is not intact.
pub(crate) fn verify(arguments: &VerifyArguments, json: bool) -> anyhow::Result<u8> {
    let reply = parallax_commands::verify(&arguments.bundle)?;
    let code = if reply.intact { exit::DONE } else { exit::CHECK_FAILED };
    if json {
        say::json(&reply)?;
        return Ok(code);
    }
    let mut page = Page::new();
    if reply.intact {
        page.say("cli-bundle-intact", [("files", count(reply.files))])?;
    } else {
        page.say("cli-bundle-broken", [("problems", count(reply.problems.len()))])?;
        for problem in &reply.problems {
            page.line(&format!("  - {}", problem.sentence));
        }
    }
    if let Some(fingerprint) = &reply.fingerprint {
        page.say("cli-bundle-key", [("fingerprint", text(fingerprint))])?;
    }
    page.print()?;
    Ok(code)
}
