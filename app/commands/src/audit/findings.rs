//! Findings: what the numbers allow to be said, each with its limits, ranked.

use std::collections::{BTreeMap, BTreeSet};

use parallax_compare::drift::{Drift, LanguageDrift};
use parallax_compare::flips::Flip;
use parallax_datasets::Suite;
use parallax_wire::{AccordLayer, Error, Finding, FindingMeasure, FindingType, Sampling, Strength, WeightsSummary};
use parallax_words::{Statement, Whole, Words, percent_text};

use super::SuiteDrift;
use super::joint::{Joint, Tested};
use super::measures::NEIGHBOURS;
use super::preflight::cannot_test;
use super::reading::{LanguageCheck, ReadItem};
use crate::error::Coded;

/// A claim of the accord that a finding concerns: its layer and its id in the disclosure schema.
type Claim = (AccordLayer, &'static str);

/// The effect of the transformation on the representation was measured.
const OPERATIVE_SHIFT: Claim = (AccordLayer::R, "R3");
/// The deployed weights are the published ones.
const WEIGHTS_DEPLOYED: Claim = (AccordLayer::W, "W3");
/// The tokenizer in use is the one that was disclosed.
const TOKENIZER_DISCLOSED: Claim = (AccordLayer::L, "L3");
/// The tokenizer serves the language.
const TOKENIZER_SERVES: Claim = (AccordLayer::L, "L4");

/// Everything that findings are made from.
pub(crate) struct Grounds<'a> {
    pub(crate) words: &'a Words,
    pub(crate) suites: &'a [Suite],
    pub(crate) items: &'a [ReadItem<'a>],
    pub(crate) languages: &'a [LanguageCheck],
    pub(crate) joint: &'a Joint,
    pub(crate) tested: &'a Tested,
    /// Name of the primary reader of each suite; `None` where nothing could be tested.
    pub(crate) readers: &'a [Option<&'static str>],
    /// Per suite: drift at the last tap and the language each of its entries is about.
    pub(crate) drifts: &'a [Option<SuiteDrift>],
    /// Single flips of each suite.
    pub(crate) flips: &'a [SuiteFlips],
    pub(crate) has_rounding: bool,
    /// True where the rounding control was made by an encoder that differs from the one that made the file.
    pub(crate) rounding_approximate: bool,
    /// True where both variants are the same files, so that nothing can diverge.
    pub(crate) same_files: bool,
    pub(crate) last_tap: u32,
}

/// Items of one suite that the primary reader sorts differently.
#[derive(Default)]
pub(crate) struct SuiteFlips {
    pub(crate) items: Vec<usize>,
    pub(crate) n: usize,
    pub(crate) rounding: Option<usize>,
    pub(crate) floor: usize,
}

/// All findings, the strongest first; what the files say by themselves concerns no item, and comes last.
pub(crate) fn findings(grounds: &Grounds<'_>, weights: &WeightsSummary) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for flip in grounds.tested.found() {
        findings.push(grounds.movement(flip)?);
    }
    if !grounds.same_files {
        let mut reading = Vec::new();
        for check in grounds.languages {
            reading.extend(grounds.tokens_differ(check)?);
            reading.extend(grounds.cannot_test(check)?);
        }
        reading.sort_by_key(|finding| std::cmp::Reverse(finding.items.len()));
        findings.extend(reading);
    }
    for suite in 0..grounds.suites.len() {
        findings.extend(grounds.drift(suite)?);
    }
    for suite in 0..grounds.suites.len() {
        findings.extend(grounds.single_flips(suite)?);
    }
    findings.extend(numbers_changed(grounds.words, weights)?);
    for (index, finding) in findings.iter_mut().enumerate() {
        finding.id = format!("F{}", index + 1);
    }
    Ok(findings)
}

impl Grounds<'_> {
    /// Label of a category; a head may know categories of several suites, the given one is asked first.
    fn label(&self, suite: usize, category: &str) -> String {
        let suites = std::iter::once(&self.suites[suite]).chain(self.suites);
        let found = suites.flat_map(|suite| &suite.categories).find(|known| known.id == category);
        let label = found.and_then(|known| known.labels.get("en").or(known.labels.values().next()));
        label.cloned().unwrap_or_else(|| category.to_owned())
    }

    fn ids(&self, items: &[usize]) -> Vec<String> {
        items.iter().map(|&index| self.items[index].item.id.clone()).collect()
    }

    /// A finding with everything that all findings share; the caller fills in what is its own.
    fn said(
        &self,
        suite: usize,
        statement: &Statement,
        kind: FindingType,
        claim: Claim,
        items: &[usize],
        mut own: Vec<Statement>,
    ) -> Result<Finding, Error> {
        let different = items.iter().filter(|&&index| !self.items[index].same_tokens()).count();
        if different > 0 && kind != FindingType::TokenizerDiff && kind != FindingType::Observation {
            own.push(Statement::LimitTokensDiffer { k: different as u64, n: items.len() as u64 });
        }
        let asked = &self.suites[suite];
        own.push(Statement::LimitNotHarm {});
        own.push(Statement::LimitExamplesChosen {});
        let concerned: BTreeSet<&str> = items.iter().map(|&index| self.items[index].item.language.as_str()).collect();
        let unreviewed: Vec<String> =
            asked.unreviewed().into_iter().filter(|tag| concerned.contains(tag.as_str())).collect();
        if !unreviewed.is_empty() {
            let names: Vec<String> = unreviewed.iter().map(|tag| self.words.language_name(tag)).collect();
            own.push(Statement::LimitUnreviewed { languages: names.join(", ") });
        }
        if asked.synthetic {
            own.push(Statement::LimitSynthetic {});
        }
        own.push(Statement::LimitOneRun {});
        Ok(Finding {
            sampling: Sampling::ChosenByReviewers,
            suite: Some(asked.id.clone()),
            items: self.ids(items),
            ..bare(self.words, statement, kind, claim, &own)?
        })
    }

    fn reader_limits(&self, suite: usize) -> Vec<Statement> {
        let mut limits = match self.readers[suite] {
            Some("prototype") => vec![Statement::LimitReaderPrototype {}],
            Some("probe") => vec![Statement::LimitReaderProbe {}],
            _ => Vec::new(),
        };
        if !self.has_rounding {
            limits.push(Statement::LimitNoRoundingControl {});
        } else if self.rounding_approximate {
            limits.push(Statement::LimitRoundingApproximate {});
        }
        limits
    }

    /// Items that moved from one category to another, or left it for several.
    fn movement(&self, flip: &Flip) -> Result<Finding, Error> {
        let (suite, language) = &self.joint.tags[flip.language];
        let name = |category: usize| self.joint.categories[category].1.clone();
        let from = name(flip.from);
        let (moved, total) = (flip.items.len() as u64, flip.n_from as u64);
        let mut destinations: BTreeMap<usize, u64> = BTreeMap::new();
        for &item in &flip.items {
            *destinations.entry(self.joint.operative_of(item)).or_default() += 1;
        }
        // A category that is left for a single other one is a movement to that one.
        let to = flip.to.or_else(|| (destinations.len() == 1).then(|| destinations.keys().next().copied()).flatten());
        let language_slot = Some(language.clone());
        let from_label = self.label(*suite, &from);
        let statement = match (to, flip.rounding_items) {
            (Some(to), Some(control)) => Statement::CategoryPairMoved {
                language: language_slot,
                from: from_label,
                to: self.label(*suite, &name(to)),
                moved,
                total,
                control: control as u64,
            },
            (Some(to), None) => Statement::CategoryPairMovedWithoutControl {
                language: language_slot,
                from: from_label,
                to: self.label(*suite, &name(to)),
                moved,
                total,
            },
            (None, Some(control)) => Statement::CategoryLeft {
                language: language_slot,
                from: from_label,
                left: moved,
                total,
                categories: destinations.len() as u64,
                control: control as u64,
            },
            (None, None) => Statement::CategoryLeftWithoutControl {
                language: language_slot,
                from: from_label,
                left: moved,
                total,
                categories: destinations.len() as u64,
            },
        };
        let mut limits = self.reader_limits(*suite);
        limits.push(Statement::LimitCauseUnknown {});
        if let Some(share) = self.tested.positive_control.filter(|share| *share < 1.0) {
            limits.push(Statement::LimitWeakTest { percent: (share * 100.0).floor() as u64 });
        }
        let mut items: Vec<usize> = flip.items.iter().map(|&item| self.joint.items[item]).collect();
        items.sort_unstable();
        let mut finding = self.said(*suite, &statement, FindingType::LabelFlip, OPERATIVE_SHIFT, &items, limits)?;
        finding.categories = Some((from, to.map_or_else(|| "*".to_owned(), name)));
        finding.language = Some(language.clone());
        finding.reader = self.readers[*suite].map(str::to_owned);
        finding.effect = Some(moved as f64);
        // The interval is of the share; the effect counts items.
        finding.interval = flip.interval.map(|interval| (interval.low * total as f64, interval.high * total as f64));
        finding.adjusted_p = Some(flip.adjusted_p);
        finding.measure = Some(FindingMeasure {
            name: "category-flips".to_owned(),
            value: Some(moved as f64),
            unit: "items".to_owned(),
            n: total,
            runs: 1,
            spread: None,
            floor: flip.floor_items.map(|items| items as f64),
            negative_control: Some(self.tested.negative_control as f64),
            positive_control: self.tested.positive_control,
            rounding_control: flip.rounding_items.map(|items| items as f64),
            undefined: None,
        });
        Ok(finding)
    }

    fn tokens_differ(&self, check: &LanguageCheck) -> Result<Option<Finding>, Error> {
        if check.different_ids.is_empty() {
            return Ok(None);
        }
        let (k, n) = (check.different_ids.len() as u64, check.items.len() as u64);
        let statement = Statement::TokensDiffer { language: Some(check.language.clone()), k, n };
        let mut finding = self.said(
            check.suite,
            &statement,
            FindingType::TokenizerDiff,
            TOKENIZER_DISCLOSED,
            &check.different_ids,
            Vec::new(),
        )?;
        finding.language = Some(check.language.clone());
        finding.effect = Some(k as f64);
        finding.measure = Some(counted("token-ids-differ", k, n));
        Ok(Some(finding))
    }

    fn cannot_test(&self, check: &LanguageCheck) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        for statement in cannot_test(check) {
            let mut finding = self.said(
                check.suite,
                &statement,
                FindingType::Observation,
                TOKENIZER_SERVES,
                &check.items,
                Vec::new(),
            )?;
            finding.language = Some(check.language.clone());
            let (name, k, n) = match &statement {
                Statement::CannotTestUnknownWords { k, n, .. } => ("unknown-words", *k, *n),
                Statement::CannotTestSameTokens { k, n, .. } => ("items-with-equal-tokens", *k, *n),
                _ => continue,
            };
            finding.effect = Some(k as f64);
            finding.measure = Some(counted(name, k, n));
            findings.push(finding);
        }
        Ok(findings)
    }

    fn drift(&self, suite: usize) -> Result<Vec<Finding>, Error> {
        let Some((drift, tags, items)) = &self.drifts[suite] else { return Ok(Vec::new()) };
        let mut findings = Vec::new();
        for language in drift.languages.iter().filter(|language| language.adjusted_p <= super::joint::ALPHA) {
            findings.extend(self.language_drift(suite, drift, language, &tags[language.language], items)?);
        }
        Ok(findings)
    }

    fn language_drift(
        &self,
        suite: usize,
        drift: &Drift,
        language: &LanguageDrift,
        tag: &str,
        items: &[usize],
    ) -> Result<Option<Finding>, Error> {
        let moved: Vec<usize> = language.items_beyond.iter().map(|&position| items[position]).collect();
        if moved.is_empty() {
            return Ok(None);
        }
        let (k, n, neighbours) = (moved.len() as u64, language.n as u64, NEIGHBOURS as u64);
        let slot = Some(tag.to_owned());
        let statement = if drift.against_rounding {
            Statement::NeighboursChanged { language: slot, k, n, neighbours }
        } else {
            Statement::NeighboursChangedWithoutControl { language: slot, k, n, neighbours }
        };
        let mut limits = self.reader_limits(suite);
        limits.retain(|limit| !matches!(limit, Statement::LimitReaderPrototype {} | Statement::LimitReaderProbe {}));
        let mut finding =
            self.said(suite, &statement, FindingType::NeighbourChange, OPERATIVE_SHIFT, &moved, limits)?;
        finding.language = Some(tag.to_owned());
        finding.tap = Some(self.last_tap);
        finding.effect = Some(k as f64);
        finding.adjusted_p = Some(language.adjusted_p);
        let mut measure = counted(&format!("knn-overlap@{NEIGHBOURS}"), k, n);
        measure.rounding_control = drift.against_rounding.then_some(language.control_items_beyond as f64);
        finding.measure = Some(measure);
        Ok(Some(finding))
    }

    fn single_flips(&self, suite: usize) -> Result<Option<Finding>, Error> {
        let flips = &self.flips[suite];
        if flips.items.is_empty() {
            return Ok(None);
        }
        let (k, n) = (flips.items.len() as u64, flips.n as u64);
        let category_findings =
            self.tested.found().filter(|flip| self.joint.tags[flip.language].0 == suite).count() as u64;
        let statement = match (category_findings, flips.rounding) {
            (0, Some(control)) => Statement::SingleFlips { k, n, control: control as u64, category_findings },
            (0, None) => Statement::SingleFlipsWithoutControl { k, n, category_findings },
            _ => Statement::SingleFlipsBesideCategories { k, n, category_findings },
        };
        let mut finding = self.said(
            suite,
            &statement,
            FindingType::LabelFlip,
            OPERATIVE_SHIFT,
            &flips.items,
            self.reader_limits(suite),
        )?;
        finding.reader = self.readers[suite].map(str::to_owned);
        finding.effect = Some(k as f64);
        let mut measure = counted("category-flips", k, n);
        measure.floor = Some(flips.floor as f64);
        measure.rounding_control = flips.rounding.map(|items| items as f64);
        measure.negative_control = Some(self.tested.negative_control as f64);
        measure.positive_control = self.tested.positive_control;
        finding.measure = Some(measure);
        Ok(Some(finding))
    }
}

/// A finding of which nothing but the statement and its limits is known.
fn bare(
    words: &Words,
    statement: &Statement,
    kind: FindingType,
    claim: Claim,
    limits: &[Statement],
) -> Result<Finding, Error> {
    let limits = limits.iter().map(|limit| words.statement(limit)).collect::<Result<_, _>>().internal()?;
    Ok(Finding {
        id: String::new(),
        layer: claim.0,
        claim_id: Some(claim.1.to_owned()),
        kind,
        statement_id: statement.id().to_owned(),
        params: statement.params(),
        strength: Strength::MeasuredOnce,
        measure: None,
        sampling: Sampling::Full,
        evidence: Vec::new(),
        recipe_id: Some("audit".to_owned()),
        limits,
        sentence: words.statement(statement).internal()?,
        suite: None,
        categories: None,
        language: None,
        group: None,
        reader: None,
        tap: None,
        effect: None,
        interval: None,
        adjusted_p: None,
        items: Vec::new(),
    })
}

/// What the stored numbers say: all of them were looked at, whatever they do.
fn numbers_changed(words: &Words, weights: &WeightsSummary) -> Result<Option<Finding>, Error> {
    let whole = Whole::of(weights);
    if whole.changed == 0 {
        return Ok(None);
    }
    let statement = if whole.changed == whole.tensors {
        Statement::NumbersChangedEverywhere { total: whole.tensors }
    } else {
        let percent = percent_text(whole.changed_share);
        Statement::NumbersChanged { tensors: whole.changed, total: whole.tensors, percent }
    };
    let limits = [Statement::LimitNumbersNotWhy {}, Statement::LimitOneRun {}];
    bare(words, &statement, FindingType::TensorDiff, WEIGHTS_DEPLOYED, &limits).map(Some)
}

/// A count of items that no test stands behind.
fn counted(name: &str, k: u64, n: u64) -> FindingMeasure {
    FindingMeasure {
        name: name.to_owned(),
        value: Some(k as f64),
        unit: if name == "unknown-words" { "words" } else { "items" }.to_owned(),
        n,
        runs: 1,
        spread: None,
        floor: None,
        negative_control: None,
        positive_control: None,
        rounding_control: None,
        undefined: None,
    }
}
