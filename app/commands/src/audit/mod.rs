//! The audit: two variants in, measures, decisions and ranked findings out. Writes no file.

mod findings;
mod fitted;
mod items;
mod joint;
mod maps;
mod measures;
mod nearest;
mod outcome;
mod preflight;
mod progress;
mod readers;
mod reading;
mod sort;
mod states;
mod subject;

pub use sort::sort;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use parallax_compare::drift::{Drift, DriftInput, drift};
use parallax_compare::geometry::{Neighbours, agreement};
use parallax_compare::regime::{RegimeReason, regime};
use parallax_datasets::Suite;
use parallax_wire::{
    AUDIT_SCHEMA, Audit, AuditOutcome, AuditRequest, Cost, Error, FittedReader, Progress, Regime, RegimeKind,
    TokensRequest, WeightsRequest,
};
use parallax_words::Words;

use crate::error::{Coded, refuse};
use findings::{Grounds, SuiteFlips};
use items::Chosen;
use joint::Joint;
use nearest::Nearest;
use progress::Steps;
use readers::{Asked, Readings, Wanted};
use reading::{LanguageCheck, ReadItem};
use states::Passes;
use subject::Subject;

/// Compares two variants; everything of it is computed in this process.
///
/// `observe` is told how far it is, also from worker threads.
///
/// # Errors
/// When a variant or a suite cannot be read, or the variants have no reader in common.
pub fn audit(request: &AuditRequest, observe: &(dyn Fn(Progress) + Sync)) -> Result<AuditOutcome, Error> {
    let started = Instant::now();
    let steps = Steps::new(observe);
    let words = Words::english();
    let wanted = Wanted::parse(request.reader.as_deref())?;
    steps.begin("read-suites");
    let suites = suites(request)?;
    steps.begin("open-nominal");
    let nominal = Subject::nominal(&request.nominal)?;
    steps.begin("open-operative");
    let operative = Subject::operative(&request.operative)?;
    if wanted == Wanted::Head {
        // Said before the long part begins.
        for suite in &suites {
            readers::head_categories(&nominal, &operative, &readers::category_ids(suite))
                .ok_or_else(|| readers::no_head(&nominal, &operative, suite))?;
        }
    }
    steps.begin("preflight");
    let items = reading::read(&suites, &nominal, &operative)?;
    let languages = reading::check_languages(&suites, &items)?;
    let pooling = (preflight::pooling(&nominal), preflight::pooling(&operative));
    let passes = states::represent(&nominal, &operative, &items, pooling, request.seed, &steps)?;

    steps.begin("measure");
    let regime = decide_regime(&suites, &items, &languages, &passes);
    let geometry: Vec<Chosen> =
        (0..suites.len()).map(|suite| Chosen::testable(&suites, suite, &items, &languages, true)).collect();
    let nearest: Vec<Nearest> = geometry.iter().map(|chosen| Nearest::find(chosen, &passes.nominal)).collect();
    let pooled = format!("{:?}/{:?}", pooling.0, pooling.1).to_lowercase();
    let measured = suites.iter().zip(&geometry).zip(&nearest);
    let measures = measured
        .clone()
        .map(|((suite, chosen), nearest)| {
            measures::measure(suite, chosen, nearest, &passes, regime.kind, &pooled, request.seed)
        })
        .collect();
    let maps = measured
        .filter_map(|((suite, chosen), nearest)| maps::suite_map(suite, chosen, nearest, &items, &passes, regime.kind))
        .collect();
    let drifts: Vec<Option<SuiteDrift>> =
        geometry.iter().zip(&nearest).map(|(chosen, nearest)| suite_drift(chosen, nearest, &passes)).collect();

    steps.begin("read");
    let chosen: Vec<Chosen> =
        (0..suites.len()).map(|suite| Chosen::testable(&suites, suite, &items, &languages, false)).collect();
    let mut readings: Vec<Readings> = Vec::new();
    let mut fitted: Vec<FittedReader> = Vec::new();
    for (suite, chosen) in suites.iter().zip(&chosen) {
        let asked = Asked {
            suite,
            chosen,
            items: &items,
            passes: &passes,
            regime: regime.kind,
            seed: request.seed,
            linfa_logistic: request.linfa_logistic,
        };
        let made = readers::read_all(&asked, wanted, &nominal, &operative)?;
        fitted.extend(fitted::fitted_readers(&asked, &made));
        readings.push(made);
        steps.within("read", readings.len() as f64 / suites.len() as f64);
    }

    steps.begin("find");
    let mut joint = Joint::default();
    for (index, (chosen, readings)) in chosen.iter().zip(&readings).enumerate() {
        if let Some(primary) = readings.made.first() {
            joint.add(index, chosen, primary);
        }
    }
    let tested = joint.test(request.seed).internal()?;
    let grounds = Grounds {
        words: &words,
        suites: &suites,
        items: &items,
        languages: &languages,
        joint: &joint,
        tested: &tested,
        readers: &readings
            .iter()
            .map(|readings| readings.made.first().map(|primary| primary.reader))
            .collect::<Vec<_>>(),
        drifts: &drifts,
        flips: &chosen
            .iter()
            .zip(&readings)
            .map(|(chosen, readings)| suite_flips(chosen, readings))
            .collect::<Vec<_>>(),
        has_rounding: passes.rounded.is_some(),
        rounding_approximate: states::approximate(&operative),
        same_files: nominal.variant.files() == operative.variant.files(),
        last_tap: passes.nominal.n_taps as u32 - 1,
    };
    let primary_reader =
        readings.iter().find_map(|readings| readings.made.first()).map_or("prototype", |reading| reading.reader);
    let preflight = preflight::preflight(&words, (&nominal, &operative), &suites, &items, &languages, primary_reader)?;
    let items = outcome::item_records(&suites, &items, &chosen, (&geometry, &nearest), &readings, &passes, regime.kind);
    steps.begin("compare-weights");
    let weights =
        crate::weights(&weights_request(request), &|progress| steps.within("compare-weights", progress.fraction))?;
    steps.begin("compare-tokens");
    let tokens = crate::tokens(&tokens_request(request), &|_| ())?;
    let audit = Audit {
        schema: AUDIT_SCHEMA.to_owned(),
        engine: format!("parallax {}", env!("CARGO_PKG_VERSION")),
        nominal: nominal.identity(),
        operative: operative.identity(),
        suites: suites.iter().map(outcome::suite_summary).collect(),
        preflight,
        measures,
        readers: outcome::reader_results(&suites, &chosen, &readings, &tested),
        findings: findings::findings(&grounds, &weights.summary)?,
        settings: settings(request, &regime),
        regime,
        cost: Cost { seconds: started.elapsed().as_secs_f64(), peak_bytes: crate::memory::peak_bytes() },
    };
    Ok(AuditOutcome { audit, items, maps, fitted, weights: Some(weights), tokens: Some(tokens) })
}

/// The files of the two variants are held against each other with what the deployed one claims of itself.
fn weights_request(request: &AuditRequest) -> WeightsRequest {
    WeightsRequest {
        nominal: request.nominal.clone(),
        operative: request.operative.clone(),
        claim: None,
        adapter: None,
        seed: request.seed,
    }
}

/// Their tokenizers too, on the items of the shipped suites.
fn tokens_request(request: &AuditRequest) -> TokensRequest {
    TokensRequest { nominal: request.nominal.clone(), operative: request.operative.clone(), texts: None }
}

fn suites(request: &AuditRequest) -> Result<Vec<Suite>, Error> {
    if request.suites.is_empty() {
        return parallax_datasets::shipped().internal();
    }
    let suites: Vec<Suite> = request
        .suites
        .iter()
        .map(|path| parallax_datasets::load(Path::new(path)).bad_input())
        .collect::<Result<_, _>>()?;
    for (index, suite) in suites.iter().enumerate() {
        if suites[..index].iter().any(|earlier| earlier.id == suite.id) {
            return Err(refuse(format!("two of the suites have the id `{}`; each can be asked once", suite.id)));
        }
    }
    Ok(suites)
}

fn settings(request: &AuditRequest, regime: &Regime) -> BTreeMap<String, String> {
    let solver = if request.linfa_logistic { "linfa-logistic" } else { "newton" };
    let settings = [
        ("seed", request.seed.to_string()),
        ("alpha", joint::ALPHA.to_string()),
        ("neighbours", measures::NEIGHBOURS.to_string()),
        ("solver", solver.to_owned()),
        ("regime", format!("{:?}", regime.kind)),
        ("precision", "dequantized".to_owned()),
    ];
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The regime follows from the last tap of all items that both variants read alike in languages that can be tested.
fn decide_regime(suites: &[Suite], items: &[ReadItem<'_>], languages: &[LanguageCheck], passes: &Passes) -> Regime {
    let all: Vec<usize> =
        (0..suites.len()).flat_map(|suite| Chosen::testable(suites, suite, items, languages, true).items).collect();
    let rows = |states: &parallax_model::States| items::matrix(states, &all, states.n_taps - 1);
    let decided = regime(rows(&passes.nominal).view(), rows(&passes.operative).view());
    let kind = match decided.kind {
        parallax_compare::regime::RegimeKind::SameBasis => RegimeKind::SameBasis,
        parallax_compare::regime::RegimeKind::DifferentBasis => RegimeKind::DifferentBasis,
        parallax_compare::regime::RegimeKind::Undetermined => RegimeKind::Undetermined,
    };
    let reason = match decided.reason {
        RegimeReason::Widths { nominal, operative } => {
            format!(
                "The hidden states of the published model hold {nominal} numbers, those of the deployed model {operative}."
            )
        }
        RegimeReason::TooFewItems { n } => format!("Only {n} items can be compared, too few to tell."),
        RegimeReason::Undefined(reason) => format!("It could not be decided: {reason}."),
        RegimeReason::Items { n, median_cosine, self_retrieval, chance } => format!(
            "Of {n} items, {:.0}% find their own state among all states of the other model (chance: {:.1}%); the median cosine of an item's two states is {median_cosine:.3}.",
            self_retrieval * 100.0,
            chance * 100.0
        ),
    };
    Regime { kind, reason }
}

/// Drift, the tags of its languages, and the items its positions are about.
type SuiteDrift = (Drift, Vec<String>, Vec<usize>);

fn suite_drift(chosen: &Chosen, nearest: &Nearest, passes: &Passes) -> Option<SuiteDrift> {
    let last = passes.nominal.n_taps - 1;
    let find = |states: &parallax_model::States, tap: usize| {
        Neighbours::find(chosen.states(states, tap).view(), measures::NEIGHBOURS)
    };
    // Where neighbours do not exist, the measures say why; then there is no drift to find.
    let nominal = nearest.last().ok()?;
    let shared =
        |states: &parallax_model::States, tap: usize| Some(agreement(nominal, &find(states, tap).ok()?).ok()?.shared);
    let operative = shared(&passes.operative, passes.operative.n_taps - 1)?;
    let rounding = passes.rounded.as_ref().and_then(|states| shared(states, last));
    let floor = shared(&passes.floor, last);
    let input = DriftInput {
        operative: &operative,
        rounding: rounding.as_deref(),
        floor: floor.as_deref(),
        k: measures::NEIGHBOURS,
        languages: &chosen.language_of,
        groups: &chosen.groups,
    };
    Some((drift(&input).ok()?, chosen.languages.clone(), chosen.items.clone()))
}

fn suite_flips(chosen: &Chosen, readings: &Readings) -> SuiteFlips {
    let Some(primary) = readings.made.first() else { return SuiteFlips::default() };
    let nominal = &primary.nominal.categories;
    let differing =
        |other: &[usize]| (0..nominal.len()).filter(|&item| nominal[item] != other[item]).collect::<Vec<_>>();
    SuiteFlips {
        items: differing(&primary.operative.categories).into_iter().map(|position| chosen.items[position]).collect(),
        n: chosen.len(),
        rounding: primary.rounding.as_ref().map(|rounding| differing(&rounding.categories).len()),
        floor: differing(&primary.floor.categories).len(),
    }
}
