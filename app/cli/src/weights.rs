//! `parallax weights`: run the comparison, say what explains the deployed bytes and what does not.

use parallax_commands::run_weights;
use parallax_wire::{
    Claim, ClaimOutcome, Evidence, Param, PreflightStatus, Role, TensorReport, VerdictShare, WeightsReport,
    WeightsRequest,
};

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
    whole(page, report)?;
    page.gap();
    claim(page, report.claim.as_ref())?;
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

/// The first sentences: what holds for all weights together, and what that does not say.
fn whole(page: &mut Page, report: &WeightsReport) -> anyhow::Result<()> {
    let summary = &report.summary;
    let Some(worst) = summary.worst else {
        return page.say("weights-nothing-compared", []);
    };
    let of = |holds: fn(&VerdictShare) -> bool| {
        let chosen = summary.verdicts.iter().filter(|share| holds(share));
        chosen.fold((0, 0.0), |(tensors, share), row| (tensors + row.tensors, share + row.share))
    };
    let (changed, changed_share) = of(|share| share.verdict.is_changed());
    let (undecided, _) = of(|share| share.verdict == parallax_wire::Verdict::NotDecidable);
    if changed > 0 {
        page.say(
            "weights-some-changed",
            [("tensors", count(changed)), ("total", count(report.tensors.len())), ("percent", percent(changed_share))],
        )?;
    }
    if undecided > 0 {
        page.say("weights-some-undecided", [("tensors", count(undecided)), ("total", count(report.tensors.len()))])?;
    }
    if changed > 0 {
        return page.say("weights-changed-not-harm", []);
    }
    if undecided == 0 {
        let id =
            if worst == parallax_wire::Verdict::Identical { "weights-all-identical" } else { "weights-all-explained" };
        page.say(id, [("parameters", count(summary.parameters))])?;
    }
    page.say("weights-not-harmless", [])
}

fn claim(page: &mut Page, claim: Option<&Claim>) -> anyhow::Result<()> {
    let Some(claim) = claim else {
        return page.say("weights-no-claim", []);
    };
    let claimed = || ("claimed", text(&claim.claimed));
    match claim.outcome {
        ClaimOutcome::Holds if claim.otherwise == 0 => {
            page.say("weights-claim-holds", [claimed(), ("count", count(claim.as_expected))])?;
        }
        ClaimOutcome::Holds => page.say(
            "weights-claim-holds-by-option",
            [claimed(), ("options", text(claim.options.join(", "))), ("otherwise", count(claim.otherwise))],
        )?,
        ClaimOutcome::Contradicted | ClaimOutcome::Deviates => {
            let contradicted = claim.outcome == ClaimOutcome::Contradicted;
            let id = if contradicted { "weights-claim-contradicted" } else { "weights-claim-deviates" };
            let examples = ("examples", text(first_names(&claim.examples)));
            page.say(id, [claimed(), ("otherwise", count(claim.otherwise)), examples])?;
            if !claim.fitting.is_empty() {
                page.say("weights-claim-fits", [("fitting", text(claim.fitting.join(", ")))])?;
            }
        }
        ClaimOutcome::NotDecidable => page.say("weights-claim-not-decidable", [claimed()])?,
    }
    if claim.by_shape > 0 {
        page.say("weights-claim-by-shape", [claimed(), ("count", count(claim.by_shape))])?;
    }
    if !claim.given {
        page.say("weights-claim-from-file", [])?;
    }
    Ok(())
}

fn first_names(names: &[String]) -> String {
    names.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn verdict(page: &mut Page, share: &VerdictShare) -> anyhow::Result<()> {
    let label = page.sentence(&format!("verdict-{}", share.verdict.as_str()), [])?;
    let row = page.sentence(
        "weights-verdict-row",
        [("tensors", count(share.tensors)), ("parameters", count(share.parameters)), ("percent", percent(share.share))],
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
        for sentence in evidence(page, tensor)? {
            page.line(&format!("      - {sentence}"));
        }
    }
    if tensors.len() > MOST_SHOWN {
        page.say("weights-more", [("count", count(tensors.len() - MOST_SHOWN))])?;
    }
    Ok(())
}

/// What a verdict rests on, in sentences.
fn evidence(page: &Page, tensor: &TensorReport) -> anyhow::Result<Vec<String>> {
    let Evidence { replayed, replay_differs, codes_tested, code_mismatches, code_ties, .. } = tensor.evidence;
    let evidence = &tensor.evidence;
    let mut said = Vec::new();
    if let Some(reason) = &tensor.undefined {
        said.push(reason.clone());
    }
    if let Some(error) = tensor.relative_error {
        said.push(page.sentence("evidence-relative-error", [("percent", percent(error))])?);
    }
    if let (Some(replayed), Some(differs)) = (replayed, replay_differs) {
        said.push(page.sentence("evidence-replay", [("replayed", count(replayed)), ("differs", count(differs))])?);
    }
    if let (Some(tested), Some(mismatches)) = (codes_tested, code_mismatches) {
        let ties = count(code_ties.unwrap_or(0));
        said.push(page.sentence(
            "evidence-codes",
            [("tested", count(tested)), ("mismatches", count(mismatches)), ("ties", ties)],
        )?);
    }
    if let (Some(edge), Some(null)) = (evidence.edge_ratio, evidence.null_edge_ratio) {
        said.push(page.sentence("evidence-edge", [("ratio", ratio(edge)), ("null", ratio(null))])?);
    }
    if let (Some(rank), Some(norm)) = (evidence.rank, evidence.relative_norm) {
        said.push(page.sentence("evidence-rank", [("rank", count(rank)), ("percent", percent(norm))])?);
    }
    for (id, slot, n, indices) in [
        ("evidence-rows", "rows", evidence.n_rows, &evidence.rows),
        ("evidence-columns", "columns", evidence.n_columns, &evidence.columns),
    ] {
        if let Some(n) = n.filter(|n| *n > 0) {
            said.push(page.sentence(id, [("count", count(n)), (slot, text(some_of(indices, n)))])?);
        }
    }
    if let Some(permutation) = &evidence.permutation {
        said.push(page.sentence(&format!("evidence-permutation-{permutation}"), [])?);
    }
    if let Some(zeroed) = evidence.zeroed {
        said.push(page.sentence("evidence-zeroed", [("percent", percent(zeroed))])?);
    }
    Ok(said)
}

/// The first indices of a list, with a sign that there are more.
fn some_of(indices: &[u64], n: u64) -> String {
    let shown: Vec<String> = indices.iter().take(10).map(u64::to_string).collect();
    let more = if n > shown.len() as u64 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
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
    if !report.lattice.is_empty() {
        let flagged = report.lattice.iter().filter(|row| row.flagged).count();
        page.gap();
        if flagged > 0 {
            page.say("weights-lattice-flagged", [("tensors", count(flagged))])?;
        } else if report.lattice.iter().any(|row| row.ratio.is_some()) {
            page.say("weights-lattice-clear", [])?;
        }
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

fn percent(share: f64) -> Param {
    let percent = share * 100.0;
    // Small shares keep two digits that say something.
    text(if percent >= 10.0 || percent == 0.0 {
        format!("{percent:.1}")
    } else {
        format!("{percent:.*}", (1.0 - percent.log10().floor()).clamp(1.0, 6.0) as usize)
    })
}

fn ratio(value: f64) -> Param {
    text(format!("{value:.2}"))
}
