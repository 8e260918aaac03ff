//! What a comparison of weights says, in sentences: the whole, the claim, and what a verdict rests on.

use parallax_wire::{Claim, ClaimOutcome, Evidence, LatticeRow, Param, TensorReport, Verdict, WeightsSummary};

use crate::words::params;
use crate::{Error, Words};

/// Names, rows or columns that a sentence lists before it breaks off.
const MOST_NAMES: usize = 3;
const MOST_LINES: usize = 10;

/// What holds for all weights together: counted once, so that every place says the same.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Whole {
    /// Tensors that were compared.
    pub tensors: u64,
    /// Tensors whose numbers no known way of storing explains.
    pub changed: u64,
    /// Share of all compared weights that lie in them, 0 to 1.
    pub changed_share: f64,
    /// Tensors about which nothing could be decided.
    pub undecided: u64,
}

impl Whole {
    /// Counts the verdicts of a summary.
    pub fn of(summary: &WeightsSummary) -> Self {
        summary.verdicts.iter().fold(Self::default(), |mut whole, row| {
            whole.tensors += row.tensors;
            if row.verdict.is_changed() {
                whole.changed += row.tensors;
                whole.changed_share += row.share;
            } else if row.verdict == Verdict::NotDecidable {
                whole.undecided += row.tensors;
            }
            whole
        })
    }
}

impl Words {
    /// The first sentences about a comparison of weights: what holds for all of them together.
    ///
    /// # Errors
    /// As [`Words::say`].
    pub fn weights_whole(&self, summary: &WeightsSummary) -> Result<Vec<String>, Error> {
        let Some(worst) = summary.worst else {
            return Ok(vec![self.text("weights-nothing-compared")?]);
        };
        let whole = Whole::of(summary);
        let total = || ("total", Param::Count(whole.tensors));
        let mut said = Vec::new();
        if whole.changed > 0 && whole.changed == whole.tensors {
            said.push(self.say("weights-all-changed", &params([("tensors", Param::Count(whole.changed))]))?);
        } else if whole.changed > 0 {
            let percent = Param::Text(percent_text(whole.changed_share));
            let slots = params([("tensors", Param::Count(whole.changed)), total(), ("percent", percent)]);
            said.push(self.say("weights-some-changed", &slots)?);
        }
        if whole.undecided > 0 {
            let slots = params([("tensors", Param::Count(whole.undecided)), total()]);
            said.push(self.say("weights-some-undecided", &slots)?);
        }
        if said.is_empty() {
            let same = worst == Verdict::Identical;
            let id = if same { "weights-all-identical" } else { "weights-all-explained" };
            said.push(self.say(id, &params([("parameters", Param::Count(summary.parameters))]))?);
        }
        Ok(said)
    }

    /// What these sentences do not say; `None` where nothing was compared.
    ///
    /// # Errors
    /// As [`Words::say`].
    pub fn weights_not_said(&self, summary: &WeightsSummary) -> Result<Option<String>, Error> {
        if summary.worst.is_none() {
            return Ok(None);
        }
        let changed = Whole::of(summary).changed > 0;
        let id = if changed { "weights-changed-not-harm" } else { "weights-not-harmless" };
        self.text(id).map(Some)
    }

    /// What became of the claim about how a file was stored.
    ///
    /// # Errors
    /// As [`Words::say`].
    pub fn weights_claim(&self, claim: Option<&Claim>) -> Result<Vec<String>, Error> {
        let Some(claim) = claim else {
            return Ok(vec![self.text("weights-no-claim")?]);
        };
        let claimed = || ("claimed", Param::Text(claim.claimed.clone()));
        let otherwise = || ("otherwise", Param::Count(claim.otherwise));
        let first = match claim.outcome {
            ClaimOutcome::Holds if claim.otherwise == 0 => {
                self.say("weights-claim-holds", &params([claimed(), ("count", Param::Count(claim.as_expected))]))?
            }
            ClaimOutcome::Holds => {
                let options = ("options", Param::Text(claim.options.join(", ")));
                self.say("weights-claim-holds-by-option", &params([claimed(), options, otherwise()]))?
            }
            ClaimOutcome::Contradicted | ClaimOutcome::Deviates => {
                let contradicted = claim.outcome == ClaimOutcome::Contradicted;
                let id = if contradicted { "weights-claim-contradicted" } else { "weights-claim-deviates" };
                let names: Vec<&str> = claim.examples.iter().take(MOST_NAMES).map(String::as_str).collect();
                let examples = ("examples", Param::Text(names.join(", ")));
                self.say(id, &params([claimed(), otherwise(), examples]))?
            }
            ClaimOutcome::NotDecidable => self.say("weights-claim-not-decidable", &params([claimed()]))?,
        };
        let mut said = vec![first];
        if claim.outcome != ClaimOutcome::Holds && !claim.fitting.is_empty() {
            let fitting = ("fitting", Param::Text(claim.fitting.join(", ")));
            said.push(self.say("weights-claim-fits", &params([fitting]))?);
        }
        if claim.by_shape > 0 {
            let slots = params([claimed(), ("count", Param::Count(claim.by_shape))]);
            said.push(self.say("weights-claim-by-shape", &slots)?);
        }
        if !claim.given {
            said.push(self.text("weights-claim-from-file")?);
        }
        Ok(said)
    }

    /// Whether the published file was rounded before; `None` where no tensor of it could be looked at.
    ///
    /// # Errors
    /// As [`Words::say`].
    pub fn weights_lattice(&self, rows: &[LatticeRow]) -> Result<Option<String>, Error> {
        let number = |of: fn(&LatticeRow) -> bool| rows.iter().filter(|row| of(row)).count() as u64;
        let (flagged, looked_at) = (number(|row| row.flagged), number(|row| row.ratio.is_some()));
        let others = rows.len() as u64 - looked_at;
        let slots = |tensors| params([("tensors", Param::Count(tensors)), ("others", Param::Count(others))]);
        Ok(Some(match (flagged, looked_at, others) {
            (0, 0, _) => return Ok(None),
            (0, _, 0) => self.text("weights-lattice-clear")?,
            (0, some, _) => self.say("weights-lattice-clear-some", &slots(some))?,
            (flagged, ..) => self.say("weights-lattice-flagged", &slots(flagged))?,
        }))
    }

    /// What a verdict rests on, one sentence a thing that was measured.
    ///
    /// # Errors
    /// As [`Words::say`].
    pub fn evidence(&self, tensor: &TensorReport) -> Result<Vec<String>, Error> {
        let evidence = &tensor.evidence;
        let count = |slot, number| (slot, Param::Count(number));
        let short = |slot, text: String| (slot, Param::Text(text));
        let mut said = Vec::new();
        if let Some(error) = tensor.relative_error {
            said.push(self.say("evidence-relative-error", &params([short("percent", percent_text(error))]))?);
        }
        said.extend(self.stored_again(evidence)?);
        if let (Some(replayed), Some(differs)) = (evidence.replayed, evidence.replay_differs) {
            said.push(self.say("evidence-replay", &params([count("replayed", replayed), count("differs", differs)]))?);
        }
        if let (Some(tested), Some(mismatches)) = (evidence.codes_tested, evidence.code_mismatches) {
            let ties = count("ties", evidence.code_ties.unwrap_or(0));
            let slots = params([count("tested", tested), count("mismatches", mismatches), ties]);
            said.push(self.say("evidence-codes", &slots)?);
        }
        if let (Some(tried), Some(unexplained)) = (evidence.scales_tried, evidence.scales_unexplained) {
            let slots = params([count("tried", tried), count("unexplained", unexplained)]);
            said.push(self.say("evidence-scales-tried", &slots)?);
        }
        if let Some(dead) = evidence.dead_codes.filter(|dead| *dead > 0) {
            said.push(self.say("evidence-dead", &params([count("count", dead)]))?);
        }
        if let Some(ratio) = evidence.scale_ratio {
            said.push(self.say("evidence-scales", &params([short("ratio", format!("{ratio:.2}"))]))?);
        }
        if let (Some(edge), Some(null)) = (evidence.edge_ratio, evidence.null_edge_ratio) {
            let slots = params([short("ratio", format!("{edge:.2}")), short("null", format!("{null:.2}"))]);
            said.push(self.say("evidence-edge", &slots)?);
        }
        if let (Some(rank), Some(norm)) = (evidence.rank, evidence.relative_norm) {
            let slots = params([count("rank", rank), short("percent", percent_text(norm))]);
            said.push(self.say("evidence-rank", &slots)?);
        }
        for (id, slot, n, lines) in [
            ("evidence-rows", "rows", evidence.n_rows, &evidence.rows),
            ("evidence-columns", "columns", evidence.n_columns, &evidence.columns),
        ] {
            if let Some(n) = n.filter(|n| *n > 0) {
                said.push(self.say(id, &params([count("count", n), short(slot, first_lines(lines, n))]))?);
            }
        }
        if let Some(permutation) = &evidence.permutation {
            said.push(self.text(&format!("evidence-permutation-{permutation}"))?);
        }
        if let Some(zeroed) = evidence.zeroed {
            said.push(self.say("evidence-zeroed", &params([short("percent", percent_text(zeroed))]))?);
        }
        Ok(said)
    }

    /// How the published numbers were stored again, where that is known.
    fn stored_again(&self, evidence: &Evidence) -> Result<Option<String>, Error> {
        let Some(transform) = &evidence.transform else { return Ok(None) };
        if transform.starts_with("merge") {
            return self.text("evidence-adapter").map(Some);
        }
        let precision = evidence.precision.as_deref().map(|precision| format!("evidence-precision-{precision}"));
        let Some(precision) = precision.filter(|id| self.has(id)) else { return Ok(None) };
        let slots =
            params([("transform", Param::Text(transform.clone())), ("precision", Param::Text(self.text(&precision)?))]);
        self.say("evidence-stored-again", &slots).map(Some)
    }
}

/// The first indices of a list, with a sign that there are more.
fn first_lines(lines: &[u64], n: u64) -> String {
    let shown: Vec<String> = lines.iter().take(MOST_LINES).map(u64::to_string).collect();
    let more = if n > shown.len() as u64 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// A share as percent: small ones keep two digits that say something, and what is not nothing never becomes 0.
pub fn percent_text(share: f64) -> String {
    let percent = share * 100.0;
    if !percent.is_finite() {
        return percent.to_string();
    }
    if percent == 0.0 {
        return "0".to_owned();
    }
    let digits = if percent.abs() >= 10.0 { 1 } else { (1.0 - percent.abs().log10().floor()).clamp(1.0, 6.0) as usize };
    let text = format!("{percent:.digits$}");
    if text.chars().all(|digit| matches!(digit, '0' | '.' | '-')) { "< 0.000001".to_owned() } else { text }
}
