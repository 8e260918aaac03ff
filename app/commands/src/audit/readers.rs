//! Category decisions of both variants and both controls, as each reader reads them.

use linfa::ParamGuard;
use ndarray::{Array2, ArrayView2};
use parallax_compare::category_probe::{CategoryProbe, CategoryProbeInput, category_probe, token_probe};
use parallax_compare::folds::{DEFAULT_FOLDS, Fold, grouped_folds};
use parallax_compare::probe::{LogisticParams, LogisticValidParams, Solver};
use parallax_compare::prototype::prototype;
use parallax_compare::{Decisions, Error as CompareError};
use parallax_datasets::Suite;
use parallax_model::States;
use parallax_wire::{Error, ProbeScores, RegimeKind};

use super::items::{Chosen, pick};
use super::measures::tap_pairs;
use super::reading::ReadItem;
use super::states::Passes;
use super::subject::Subject;
use crate::error::refuse;

/// Decisions of one reader about the chosen items of one suite, all in the order of the items.
pub(crate) struct Reading {
    pub(crate) reader: &'static str,
    /// Names of the categories; those of the suite come first, in its order.
    pub(crate) categories: Vec<String>,
    pub(crate) nominal: Decisions,
    pub(crate) operative: Decisions,
    pub(crate) rounding: Option<Decisions>,
    pub(crate) floor: Decisions,
    pub(crate) probes: Vec<ProbeScores>,
}

/// What readers need to know of one suite.
pub(crate) struct Asked<'a> {
    pub(crate) suite: &'a Suite,
    pub(crate) chosen: &'a Chosen,
    pub(crate) items: &'a [ReadItem<'a>],
    pub(crate) passes: &'a Passes,
    pub(crate) regime: RegimeKind,
    pub(crate) seed: u64,
    pub(crate) linfa_logistic: bool,
}

/// The labels that both heads have, with the suite's categories first; `None` where a head is missing or has another list.
pub(crate) fn head_categories(nominal: &Subject, operative: &Subject, suite: &[String]) -> Option<Vec<String>> {
    let (published, deployed) = (nominal.variant.labels(), operative.variant.labels());
    let same = published.len() == deployed.len() && published.iter().all(|label| deployed.contains(label));
    let asked = suite.iter().all(|category| published.contains(category));
    (same && asked && !published.is_empty()).then(|| {
        let others = published.iter().filter(|label| !suite.contains(label));
        suite.iter().chain(others).cloned().collect()
    })
}

/// Ids of a suite's categories, in order.
pub(crate) fn category_ids(suite: &Suite) -> Vec<String> {
    suite.categories.iter().map(|category| category.id.clone()).collect()
}

/// Where each of `categories` is among the labels of a variant's head; labels that are missing are left out.
pub(crate) fn head_order(subject: &Subject, categories: &[String]) -> Vec<usize> {
    let labels = subject.variant.labels();
    categories.iter().filter_map(|category| labels.iter().position(|label| label == category)).collect()
}

/// Why the head cannot be read, in words that name the variant.
pub(crate) fn no_head(nominal: &Subject, operative: &Subject, suite: &Suite) -> Error {
    let without = [nominal, operative].into_iter().find(|subject| subject.variant.labels().is_empty());
    refuse(match without {
        Some(subject) => format!(
            "the two variants have no reader in common: `head` needs a classification head in both, and `{}` has none",
            subject.variant.path().display()
        ),
        None => format!(
            "the two variants have no reader in common for the suite `{}`: `head` needs both to name its categories with the same labels",
            suite.id
        ),
    })
}

/// Reads decisions off the classification heads.
pub(crate) fn head(
    asked: &Asked<'_>,
    categories: Vec<String>,
    nominal: &Subject,
    operative: &Subject,
) -> Result<Reading, Error> {
    let decide = |subject: &Subject, states: &States| {
        let order = head_order(subject, &categories);
        let mut decisions = Decisions { categories: Vec::new(), margins: Vec::new() };
        for &item in &asked.chosen.items {
            let logits = states.item_logits(item).ok_or_else(|| refuse("a model with labels gave no scores"))?;
            let (best, margin) = best_probability(&pick(logits, &order));
            decisions.categories.push(best);
            decisions.margins.push(margin);
        }
        Ok::<_, Error>(decisions)
    };
    let passes = asked.passes;
    Ok(Reading {
        reader: "head",
        nominal: decide(nominal, &passes.nominal)?,
        operative: decide(operative, &passes.operative)?,
        rounding: passes.rounded.as_ref().map(|states| decide(nominal, states)).transpose()?,
        floor: decide(nominal, &passes.floor)?,
        probes: Vec::new(),
        categories,
    })
}

/// The largest logit, the lower index on a tie, and how far its softmax probability is ahead of the second.
fn best_probability(logits: &[f32]) -> (usize, f64) {
    let mut best = 0;
    for (index, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = index;
        }
    }
    let top = f64::from(logits[best]);
    let weights: Vec<f64> = logits.iter().map(|logit| (f64::from(*logit) - top).exp()).collect();
    let second =
        weights.iter().enumerate().filter(|(index, _)| *index != best).map(|(_, weight)| *weight).fold(0.0, f64::max);
    (best, (1.0 - second) / weights.iter().sum::<f64>())
}

/// Decides by the nearest category centroid at the last tap, language by language, each variant by its own centroids.
pub(crate) fn prototypes(asked: &Asked<'_>) -> Result<Reading, CompareError> {
    let passes = asked.passes;
    Ok(Reading {
        reader: "prototype",
        categories: category_ids(asked.suite),
        nominal: prototypes_of(asked, &passes.nominal)?,
        operative: prototypes_of(asked, &passes.operative)?,
        rounding: passes.rounded.as_ref().map(|states| prototypes_of(asked, states)).transpose()?,
        floor: prototypes_of(asked, &passes.floor)?,
        probes: Vec::new(),
    })
}

fn prototypes_of(asked: &Asked<'_>, states: &States) -> Result<Decisions, CompareError> {
    let chosen = asked.chosen;
    let all = chosen.states(states, states.n_taps - 1);
    let mut decisions = Decisions { categories: vec![0; chosen.len()], margins: vec![0.0; chosen.len()] };
    for language in 0..chosen.languages.len() {
        let positions = chosen.in_language(language);
        if positions.is_empty() {
            continue;
        }
        let own = all.select(ndarray::Axis(0), &positions);
        let (labels, groups) = (pick(&chosen.labels, &positions), pick(&chosen.groups, &positions));
        let decided = prototype(own.view(), own.view(), &labels, &groups, asked.suite.categories.len())?;
        for (index, &position) in positions.iter().enumerate() {
            decisions.categories[position] = decided.categories[index];
            decisions.margins[position] = decided.margins[index];
        }
    }
    Ok(decisions)
}

/// Decides by a probe fitted on nominal and read on held-out items of every variant; same basis only.
pub(crate) fn probes(asked: &Asked<'_>) -> Result<Reading, CompareError> {
    let chosen = asked.chosen;
    let params = LogisticParams::new(if asked.linfa_logistic { Solver::Linfa } else { Solver::Ours }).check()?;
    let folds = grouped_folds(&chosen.labels, &chosen.groups, asked.suite.categories.len(), DEFAULT_FOLDS, asked.seed)?;
    let passes = asked.passes;
    let nominal_last = passes.nominal.n_taps - 1;
    let bags: Vec<Vec<u32>> = chosen.items.iter().map(|&item| asked.items[item].nominal.ids.clone()).collect();
    let tokens = token_probe(&bags, &chosen.labels, &folds, &params)?.accuracy;
    let mut scores = Vec::new();
    let mut last = None;
    // Three taps: what the tokens give, half-way, and what decisions are read from.
    let pairs = tap_pairs(passes.nominal.n_taps, passes.operative.n_taps);
    let mut taps = vec![0, nominal_last / 2, nominal_last];
    taps.dedup();
    for tap in taps {
        let nominal = chosen.states(&passes.nominal, tap);
        let operative = chosen.states(&passes.operative, pairs[tap].1);
        match one_probe(asked, &folds, &params, nominal.view(), operative.view()) {
            Ok(probe) => {
                scores.push(score(tap, &probe, tokens));
                last = Some((nominal, probe));
            }
            Err(reason) if tap == nominal_last => return Err(reason),
            // The first token's state, for example, is the same for every text before the first layer.
            Err(reason) => scores.push(no_score(tap, &chosen.labels, tokens, &reason)),
        }
    }
    let Some((nominal, probe)) = last else {
        return Err(parallax_compare::Undefined::TooFewItems { needed: 1, got: 0 }.into());
    };
    let control = |states: &States| -> Result<Decisions, CompareError> {
        let read: Array2<f64> = chosen.states(states, nominal_last);
        let probe = one_probe(asked, &folds, &params, nominal.view(), read.view())?;
        Ok(probe.transfer.unwrap_or(probe.nominal))
    };
    Ok(Reading {
        reader: "probe",
        categories: category_ids(asked.suite),
        rounding: passes.rounded.as_ref().map(control).transpose()?,
        floor: control(&passes.floor)?,
        // Where the bases differ nothing can be transferred, and each variant is read by a probe of its own.
        operative: probe.transfer.unwrap_or(probe.refitted),
        nominal: probe.nominal,
        probes: scores,
    })
}

fn one_probe<'v>(
    asked: &'v Asked<'_>,
    folds: &'v [Fold],
    params: &LogisticValidParams,
    nominal: ArrayView2<'v, f64>,
    operative: ArrayView2<'v, f64>,
) -> Result<CategoryProbe, CompareError> {
    let input = CategoryProbeInput {
        nominal,
        operative,
        labels: &asked.chosen.labels,
        groups: &asked.chosen.groups,
        folds,
        same_basis: asked.regime == RegimeKind::SameBasis,
        seed: asked.seed,
    };
    category_probe(&input, params)
}

fn no_score(tap: usize, labels: &[usize], bag_of_tokens: f64, reason: &CompareError) -> ProbeScores {
    let n = labels.len();
    let largest = labels.iter().map(|label| labels.iter().filter(|other| *other == label).count()).max().unwrap_or(0);
    ProbeScores {
        tap: tap as u32,
        n: n as u64,
        chance: largest as f64 / n.max(1) as f64,
        bag_of_tokens: Some(bag_of_tokens),
        nominal: None,
        transfer: None,
        refitted: None,
        control: None,
        iterations: 0,
        gradient_norm: 0.0,
        undefined: Some(reason.to_string()),
    }
}

fn score(tap: usize, probe: &CategoryProbe, bag_of_tokens: f64) -> ProbeScores {
    ProbeScores {
        tap: tap as u32,
        n: probe.n as u64,
        chance: probe.chance,
        bag_of_tokens: Some(bag_of_tokens),
        nominal: Some(probe.nominal_accuracy),
        transfer: probe.transfer_accuracy,
        refitted: Some(probe.refitted_accuracy),
        control: probe.control_accuracy,
        iterations: probe.iterations.unwrap_or_default() as u64,
        gradient_norm: probe.gradient_norm,
        undefined: None,
    }
}

/// A reading that was asked for by name but cannot be made is bad input that names the suite and the reason.
pub(crate) fn required<T>(reading: Result<T, CompareError>, reader: &str, suite: &Suite) -> Result<T, Error> {
    reading.map_err(|reason| {
        refuse(format!(
            "the two variants have no reader in common for the suite `{}`: `{reader}` cannot be used, {reason}",
            suite.id
        ))
    })
}

/// Asks for readers by name, or lets what the variants have decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Automatic,
    Head,
    Prototype,
    Probe,
}

impl Wanted {
    pub(crate) fn parse(name: Option<&str>) -> Result<Self, Error> {
        Ok(match name {
            None => Self::Automatic,
            Some("head") => Self::Head,
            Some("prototype") => Self::Prototype,
            Some("probe") => Self::Probe,
            Some(other) => {
                return Err(refuse(format!("`{other}` is not a reader; known are head, prototype and probe")));
            }
        })
    }
}

/// All readings of one suite, the primary one first, and why others could not be made.
#[derive(Default)]
pub(crate) struct Readings {
    pub(crate) made: Vec<Reading>,
    /// Name and reason of each reader that does not work here.
    pub(crate) undefined: Vec<(&'static str, String)>,
}

impl Readings {
    fn add(&mut self, reader: &'static str, reading: Result<Reading, CompareError>) {
        match reading {
            Ok(reading) => self.made.push(reading),
            Err(reason) => self.undefined.push((reader, reason.to_string())),
        }
    }
}

/// Reads one suite with every reader that works for it.
///
/// # Errors
/// When the reader that was asked for, or every reader, cannot be used.
pub(crate) fn read_all(
    asked: &Asked<'_>,
    wanted: Wanted,
    nominal: &Subject,
    operative: &Subject,
) -> Result<Readings, Error> {
    let heads = head_categories(nominal, operative, &category_ids(asked.suite));
    let mut readings = Readings::default();
    if wanted == Wanted::Head && heads.is_none() {
        return Err(no_head(nominal, operative, asked.suite));
    }
    if asked.chosen.len() == 0 {
        // No language can be tested; the findings say so.
        return Ok(readings);
    }
    if let (Wanted::Head | Wanted::Automatic, Some(categories)) = (wanted, heads) {
        readings.made.push(head(asked, categories, nominal, operative)?);
    }
    if wanted == Wanted::Probe {
        readings.made.push(required(probes(asked), "probe", asked.suite)?);
        readings.add("prototype", prototypes(asked));
        return Ok(readings);
    }
    if wanted == Wanted::Prototype {
        readings.made.push(required(prototypes(asked), "prototype", asked.suite)?);
    } else {
        readings.add("prototype", prototypes(asked));
    }
    readings.add("probe", probes(asked));
    match readings.undefined.first() {
        Some((reader, reason)) if readings.made.is_empty() => Err(refuse(format!(
            "the two variants have no reader in common for the suite `{}`: `{reader}` cannot be used, {reason}",
            asked.suite.id
        ))),
        _ => Ok(readings),
    }
}
