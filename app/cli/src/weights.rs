//! `parallax weights`: run the comparison, say what explains the deployed bytes and what does not.

use parallax_commands::run_weights;
use parallax_wire::{ClaimOutcome, PreflightStatus, Role, TensorReport, VerdictShare, WeightsReport, WeightsRequest};
use parallax_words::percent_text;

use crate::args::WeightsArguments;
use crate::exit;
use crate::job::{Running, path_text};
use crate::say::{self, Page, count, text};

/// Tensors that are shown one by one; the JSON reply has all of them.
const MOST_SHOWN: usize = 20;

/// Holds the weights of two variants against each other; the exit code is 1 when a given claim is contradicted.
pub(crate) fn weights(arguments: &WeightsArguments, json: bool) -> anyhow::Result<u8> {
    let request = WeightsRequest {
        nominal: path_text(&arguments.nominal)?,
        operative: path_text(&arguments.operative)?,
        claim: arguments.claim.clone(),
        adapter: arguments.adapter.as_deref().map(path_text).transpose()?,
        seed: arguments.seed,
    };
    let running = Running::new()?;
    let mut report = running.run(|executable, observe, cancel| run_weights(executable, request, observe, cancel))?;
    running.add_cost(&mut report.cost);
    if json {
        say::json(&report)?;
    } else {
        let mut page = Page::new();
        summary(&mut page, &report)?;
        page.print()?;
    }
    let contradicted =
        report.claim.as_ref().is_some_and(|claim| claim.given && claim.outcome == ClaimOutcome::Contradicted);
    Ok(if contradicted { exit::CHECK_FAILED } else { exit::DONE })
}

fn summary(page: &mut Page, report: &WeightsReport) -> anyhow::Result<()> {
    page.say("weights-compared", [("nominal", text(&report.nominal)), ("operative", text(&report.operative))])?;
    page.gap();
    let said = page.words().weights_whole(&report.summary)?;
    let not_said = page.words().weights_not_said(&report.summary)?;
    said.iter().chain(&not_said).for_each(|sentence| page.line(sentence));
    page.gap();
    let claim = page.words().weights_claim(report.claim.as_ref())?;
    claim.iter().for_each(|sentence| page.line(sentence));
    if !report.summary.verdicts.is_empty() {
        page.gap();
        page.say("weights-verdicts", [])?;
        for share in &report.summary.verdicts {
            verdict(page, share)?;
        }
    }
    changed(page, report)?;
    unmatched(page, report)?;
    rest(page, report)?;
    page.gap();
    let mebibytes = report.cost.peak_bytes.div_ceil(1024 * 1024);
    page.say("cli-cost", [("seconds", text(format!("{:.1}", report.cost.seconds))), ("mebibytes", count(mebibytes))])
}

fn verdict(page: &mut Page, share: &VerdictShare) -> anyhow::Result<()> {
    let label = page.sentence(&format!("verdict-{}", share.verdict.as_str()), [])?;
    let row = page.sentence(
        "weights-verdict-row",
        [
            ("tensors", count(share.tensors)),
            ("parameters", count(share.parameters)),
            ("percent", text(percent_text(share.share))),
        ],
    )?;
    page.line(&format!("  {label:<30} {row}"));
    let meaning = page.sentence(&format!("meaning-{}", share.verdict.as_str()), [])?;
    page.line(&format!("      {meaning}"));
    Ok(())
}

/// The tensors that are not explained, with what that rests on.
fn changed(page: &mut Page, report: &WeightsReport) -> anyhow::Result<()> {
    let mut tensors: Vec<&TensorReport> =
        report.tensors.iter().filter(|tensor| !tensor.verdict.is_explained()).collect();
    if tensors.is_empty() {
        return Ok(());
    }
    // The least explained first; the order of the file decides among equals.
    tensors.sort_by_key(|tensor| std::cmp::Reverse(tensor.verdict));
    page.gap();
    page.say("weights-tensors-first", [])?;
    for tensor in tensors.iter().take(MOST_SHOWN) {
        let at =
            page.sentence("weights-tensor-at", [("name", text(&tensor.name)), ("type", text(&tensor.stored_type))])?;
        let label = page.sentence(&format!("verdict-{}", tensor.verdict.as_str()), [])?;
        page.line(&format!("  {at}: {label}"));
        let evidence = page.words().evidence(tensor)?;
        for sentence in tensor.undefined.iter().chain(&evidence) {
            page.line(&format!("      - {sentence}"));
        }
    }
    if tensors.len() > MOST_SHOWN {
        page.say("weights-more", [("count", count(tensors.len() - MOST_SHOWN))])?;
    }
    Ok(())
}

fn unmatched(page: &mut Page, report: &WeightsReport) -> anyhow::Result<()> {
    if report.unmatched.is_empty() {
        return Ok(());
    }
    page.gap();
    page.say("weights-unmatched", [])?;
    for tensor in report.unmatched.iter().take(MOST_SHOWN) {
        let why = page.sentence(&format!("unmatched-{}", tensor.reason), [])?;
        let side = match tensor.side {
            Role::Nominal => "nominal",
            Role::Operative => "operative",
        };
        let row = page.sentence(
            "weights-unmatched-row",
            [("name", text(&tensor.name)), ("side", text(side)), ("why", text(why))],
        )?;
        page.line(&format!("  {row}"));
    }
    if report.unmatched.len() > MOST_SHOWN {
        page.say("weights-more", [("count", count(report.unmatched.len() - MOST_SHOWN))])?;
    }
    Ok(())
}

/// The screen of the published file, settings that differ, and remarks about the files.
fn rest(page: &mut Page, report: &WeightsReport) -> anyhow::Result<()> {
    if let Some(sentence) = page.words().weights_lattice(&report.lattice)? {
        page.gap();
        page.line(&sentence);
    }
    let differ: Vec<_> = report.settings.iter().filter(|row| row.status == PreflightStatus::Differs).collect();
    if !differ.is_empty() {
        page.gap();
        page.say("weights-settings-differ", [])?;
        for row in differ {
            let unset = page.sentence("weights-setting-unset", [])?;
            let shown = |value: &Option<String>| text(value.clone().unwrap_or_else(|| unset.clone()));
            let line = page.sentence(
                "weights-setting-row",
                [
                    ("setting", text(&row.setting)),
                    ("nominal", shown(&row.nominal)),
                    ("operative", shown(&row.operative)),
                ],
            )?;
            page.line(&format!("  {line}"));
        }
    }
    if !report.notes.is_empty() {
        page.gap();
        page.say("weights-notes", [])?;
        for note in &report.notes {
            page.line(&format!("  {}", note.detail));
        }
    }
    Ok(())
}
