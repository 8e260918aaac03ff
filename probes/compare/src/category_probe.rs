//! Can the categories be read from a tap by a line, and does a line drawn on nominal still hold on operative?
//! Held-out readings only. Knows nothing of where states or tokens come from.

use std::collections::BTreeSet;

use linfa::prelude::{Fit, ToConfusionMatrix};
use linfa::{Dataset, DatasetBase};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::folds::Fold;
use crate::geometry::{check_length, check_pair};
use crate::probe::{FittedLogistic, LogisticValidParams, SparseRows, best};
use crate::standardise::Standardiser;
use crate::{Decisions, Error};

/// What a probe reads from one tap of two variants.
#[derive(Clone, Debug, PartialEq)]
pub struct CategoryProbe {
    /// Number of items.
    pub n: usize,
    /// Share of the largest category: what always guessing it would reach.
    pub chance: f64,
    /// Held-out accuracy, fitted and read on nominal.
    pub nominal_accuracy: f64,
    /// Fitted on nominal and read on operative, held out: a fall may mean moved, not lost. Only for a shared basis.
    pub transfer_accuracy: Option<f64>,
    /// Fitted and read on operative, held out: what is still there to be read.
    pub refitted_accuracy: f64,
    /// Held-out accuracy on labels drawn at random per group, fitted and read on nominal (Hewitt and Liang 2019,
    /// "Designing and Interpreting Probes with Control Tasks", section 2; selectivity is the distance to
    /// `nominal_accuracy`). `None` where the draw left a fold with one label.
    pub control_accuracy: Option<f64>,
    /// Held-out decision of each item by the probe on nominal; margins are differences of probability.
    pub nominal: Decisions,
    /// Held-out decision of each item by the nominal probe on operative.
    pub transfer: Option<Decisions>,
    /// Held-out decision of each item by the probe fitted on operative.
    pub refitted: Decisions,
    /// Most solver iterations of any fit; `None` with linfa-logistic, which does not say.
    pub iterations: Option<usize>,
    /// Largest final gradient entry of any fit.
    pub gradient_norm: f64,
    /// Dimensions left out of standardisation in any fold, nominal's.
    pub left_out_dimensions: Vec<usize>,
}

/// What is read of one tap.
#[derive(Clone, Copy, Debug)]
pub struct CategoryProbeInput<'a> {
    /// Nominal states [items, dim].
    pub nominal: ArrayView2<'a, f64>,
    /// Operative states of the same items.
    pub operative: ArrayView2<'a, f64>,
    /// Category of each item.
    pub labels: &'a [usize],
    /// Group of each item.
    pub groups: &'a [usize],
    /// Splits, from [`crate::folds::grouped_folds`] over these labels and groups.
    pub folds: &'a [Fold],
    /// Whether the variants share a basis; without it nothing is transferred.
    pub same_basis: bool,
    /// Seed of the control labels.
    pub seed: u64,
}

/// Most iterations and largest gradient of some fits.
#[derive(Clone, Copy)]
struct Effort {
    iterations: Option<usize>,
    gradient_norm: f64,
}

impl Effort {
    const NONE: Self = Self { iterations: Some(0), gradient_norm: 0.0 };

    fn and(self, other: Self) -> Self {
        Self {
            iterations: self.iterations.zip(other.iterations).map(|(a, b)| a.max(b)),
            gradient_norm: self.gradient_norm.max(other.gradient_norm),
        }
    }

    fn of(fitted: &FittedLogistic) -> Self {
        Self { iterations: fitted.iterations, gradient_norm: fitted.gradient_norm }
    }
}

/// Category and margin of each row of probabilities.
fn decide(fitted: &FittedLogistic, probabilities: &Array2<f64>) -> Vec<(usize, f64)> {
    probabilities
        .rows()
        .into_iter()
        .map(|row| {
            let (index, margin) = best(row.iter().copied());
            (fitted.classes[index], margin)
        })
        .collect()
}

/// Puts the held-out decisions of all folds in the order of the items.
fn gather(n: usize, folds: &[Fold], per_fold: impl Iterator<Item = Vec<(usize, f64)>>) -> Decisions {
    let mut decisions = Decisions { categories: vec![0; n], margins: vec![0.0; n] };
    for (fold, decided) in folds.iter().zip(per_fold) {
        for (&item, (category, margin)) in fold.test.iter().zip(decided) {
            decisions.categories[item] = category;
            decisions.margins[item] = margin;
        }
    }
    decisions
}

/// Share of decisions that equal the labels, by linfa's confusion matrix.
fn accuracy(decisions: &Decisions, labels: &[usize]) -> Result<f64, Error> {
    let decided = Array1::from(decisions.categories.clone());
    let matrix = decided.confusion_matrix(&Array1::from(labels.to_vec()))?;
    Ok(f64::from(matrix.accuracy()))
}

/// Share of the largest category.
fn largest_share(labels: &[usize]) -> f64 {
    let mut counts = vec![0_usize; labels.iter().max().map_or(0, |most| most + 1)];
    for &label in labels {
        counts[label] += 1;
    }
    counts.iter().max().map_or(0.0, |&most| most as f64 / labels.len() as f64)
}

fn check_folds(folds: &[Fold], n: usize) -> Result<(), Error> {
    let mut held_out = vec![false; n];
    for &item in folds.iter().flat_map(|fold| &fold.test) {
        *held_out.get_mut(item).ok_or(Error::OutOfRange { what: "item of a fold", got: item, bound: n })? = true;
    }
    for &item in folds.iter().flat_map(|fold| &fold.train) {
        if item >= n {
            return Err(Error::OutOfRange { what: "item of a fold", got: item, bound: n });
        }
    }
    let covered = held_out.iter().filter(|held_out| **held_out).count();
    Ok(check_length("held-out items", covered, n)?)
}

/// Labels of a control task: one label a group, drawn at random by `seed`.
///
/// Groups get labels in the proportions of `labels`, by largest remainder over the number of groups, in an order
/// shuffled by the seed. An item's control label says nothing but which group it is in, so on held-out groups a
/// probe can only reach chance; more would mean that groups leak.
pub fn control_labels(labels: &[usize], groups: &[usize], seed: u64) -> Vec<usize> {
    let members = crate::interval::members(groups);
    let n_categories = labels.iter().max().map_or(0, |most| most + 1);
    let mut counts = vec![0_usize; n_categories];
    for &label in labels {
        counts[label] += 1;
    }
    let quota = |count: usize| count as f64 * members.len() as f64 / labels.len().max(1) as f64;
    let mut dealt: Vec<usize> = counts.iter().map(|&count| quota(count).floor() as usize).collect();
    let mut by_remainder: Vec<usize> = (0..n_categories).collect();
    by_remainder.sort_by(|&a, &b| {
        let remainder = |category: usize| quota(counts[category]) - dealt[category] as f64;
        remainder(b).total_cmp(&remainder(a)).then(a.cmp(&b))
    });
    let missing = members.len().saturating_sub(dealt.iter().sum());
    for &category in by_remainder.iter().take(missing) {
        dealt[category] += 1;
    }
    let mut drawn: Vec<usize> =
        dealt.iter().enumerate().flat_map(|(category, &count)| std::iter::repeat_n(category, count)).collect();
    drawn.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let mut control = vec![0; labels.len()];
    for (items, label) in members.iter().zip(drawn) {
        for &item in items {
            control[item] = label;
        }
    }
    control
}

/// What one fold gives.
struct FoldReading {
    nominal: Vec<(usize, f64)>,
    transfer: Vec<(usize, f64)>,
    refitted: Vec<(usize, f64)>,
    control: Option<Vec<(usize, f64)>>,
    effort: Effort,
    left_out: Vec<usize>,
}

fn read_fold(
    input: &CategoryProbeInput<'_>,
    control: &[usize],
    fold: &Fold,
    params: &LogisticValidParams,
) -> Result<FoldReading, Error> {
    let pick = |labels: &[usize]| fold.train.iter().map(|&item| labels[item]).collect::<Array1<usize>>();
    let labels = pick(input.labels);
    let nominal_train = input.nominal.select(Axis(0), &fold.train);
    let operative_train = input.operative.select(Axis(0), &fold.train);
    let nominal_test = input.nominal.select(Axis(0), &fold.test);
    let operative_test = input.operative.select(Axis(0), &fold.test);

    let by_nominal = Standardiser::fit(nominal_train.view())?;
    let train = Dataset::new(by_nominal.apply(nominal_train.view())?, labels.clone());
    let probe = params.fit(&train)?;
    let mut effort = Effort::of(&probe);
    let held_out = by_nominal.apply(nominal_test.view())?;
    let nominal = decide(&probe, &probe.probabilities(held_out.view())?);
    let transfer = if input.same_basis {
        let moved = by_nominal.apply(operative_test.view())?;
        decide(&probe, &probe.probabilities(moved.view())?)
    } else {
        Vec::new()
    };

    let by_operative = Standardiser::fit(operative_train.view())?;
    let operative_set = Dataset::new(by_operative.apply(operative_train.view())?, labels);
    // The operative optimum is near the nominal one where the variants share a basis.
    let refitted_probe =
        if input.same_basis { params.fit_near(&operative_set, &probe)? } else { params.fit(&operative_set)? };
    effort = effort.and(Effort::of(&refitted_probe));
    let operative_held_out = by_operative.apply(operative_test.view())?;
    let refitted = decide(&refitted_probe, &refitted_probe.probabilities(operative_held_out.view())?);

    let control_targets = pick(control);
    let one_label = control_targets.iter().collect::<BTreeSet<_>>().len() < 2;
    let control = if one_label {
        None
    } else {
        let control_set = DatasetBase::new(train.records().view(), control_targets);
        let control_probe = params.fit(&control_set)?;
        effort = effort.and(Effort::of(&control_probe));
        Some(decide(&control_probe, &control_probe.probabilities(held_out.view())?))
    };
    Ok(FoldReading { nominal, transfer, refitted, control, effort, left_out: by_nominal.left_out().to_vec() })
}

/// Reads the categories from one tap of two variants, every item held out once with its whole group.
///
/// In each fold: states are standardised by the training items; a probe is fitted on nominal, read on held-out
/// nominal and, standardised by the same nominal numbers, on held-out operative; another is fitted and read on
/// operative (standardised by operative's training items); a third is fitted on control labels. Folds run in
/// parallel, and nothing is shared between them.
///
/// # Errors
/// [`Error::Unconverged`] if any fit does not converge, and [`Error::Undefined`] for lists of the wrong length,
/// numbers that are not finite, or folds that do not hold every item out.
pub fn category_probe(input: &CategoryProbeInput<'_>, params: &LogisticValidParams) -> Result<CategoryProbe, Error> {
    let n = input.nominal.nrows();
    check_pair(input.nominal, input.operative)?;
    check_length("labels", input.labels.len(), n)?;
    check_length("groups", input.groups.len(), n)?;
    check_folds(input.folds, n)?;
    let control = control_labels(input.labels, input.groups, input.seed);
    let readings = input
        .folds
        .par_iter()
        .map(|fold| read_fold(input, &control, fold, params))
        .collect::<Result<Vec<FoldReading>, Error>>()?;

    let effort = readings.iter().fold(Effort::NONE, |effort, reading| effort.and(reading.effort));
    let left_out: BTreeSet<usize> = readings.iter().flat_map(|reading| &reading.left_out).copied().collect();
    let control_readings: Option<Vec<_>> = readings.iter().map(|reading| reading.control.clone()).collect();
    let control_accuracy = control_readings
        .map(|readings| accuracy(&gather(n, input.folds, readings.into_iter()), &control))
        .transpose()?;
    let nominal = gather(n, input.folds, readings.iter().map(|reading| reading.nominal.clone()));
    let refitted = gather(n, input.folds, readings.iter().map(|reading| reading.refitted.clone()));
    let transfer =
        input.same_basis.then(|| gather(n, input.folds, readings.iter().map(|reading| reading.transfer.clone())));
    Ok(CategoryProbe {
        n,
        chance: largest_share(input.labels),
        nominal_accuracy: accuracy(&nominal, input.labels)?,
        transfer_accuracy: transfer.as_ref().map(|decisions| accuracy(decisions, input.labels)).transpose()?,
        refitted_accuracy: accuracy(&refitted, input.labels)?,
        control_accuracy,
        nominal,
        transfer,
        refitted,
        iterations: effort.iterations,
        gradient_norm: effort.gradient_norm,
        left_out_dimensions: left_out.into_iter().collect(),
    })
}

/// What the tokens alone tell.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenProbe {
    /// Held-out accuracy.
    pub accuracy: f64,
    /// Held-out decision of each item; margins are differences of probability.
    pub decisions: Decisions,
    /// Most solver iterations of any fold.
    pub iterations: Option<usize>,
    /// Largest final gradient entry of any fold.
    pub gradient_norm: f64,
}

/// The bag-of-tokens baseline: the same probe on counts of token ids, on the same folds.
///
/// `bags` holds the token ids of each item, in any order, repeats included. Counts are used as they are. In each fold
/// the vocabulary is what occurs in its training items; other tokens of held-out items are ignored. It does not
/// depend on a tap, so one call serves a whole suite.
///
/// # Errors
/// As [`category_probe`].
pub fn token_probe(
    bags: &[Vec<u32>],
    labels: &[usize],
    folds: &[Fold],
    params: &LogisticValidParams,
) -> Result<TokenProbe, Error> {
    check_length("token bags", bags.len(), labels.len())?;
    check_folds(folds, labels.len())?;
    let readings = folds
        .par_iter()
        .map(|fold| {
            let vocabulary: Vec<u32> =
                fold.train.iter().flat_map(|&item| &bags[item]).copied().collect::<BTreeSet<_>>().into_iter().collect();
            let rows = |items: &[usize]| {
                let rows = items
                    .iter()
                    .map(|&item| {
                        // A repeated entry adds up in every product, so counts need no counting.
                        bags[item]
                            .iter()
                            .filter_map(|token| vocabulary.binary_search(token).ok())
                            .map(|column| (column, 1.0))
                            .collect()
                    })
                    .collect();
                SparseRows::new(rows, vocabulary.len())
            };
            let train_labels: Vec<usize> = fold.train.iter().map(|&item| labels[item]).collect();
            let probe = params.fit_sparse(&rows(&fold.train), &train_labels)?;
            let decided = decide(&probe, &probe.probabilities_sparse(&rows(&fold.test))?);
            Ok((decided, Effort::of(&probe)))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let effort = readings.iter().fold(Effort::NONE, |effort, (_, of_fold)| effort.and(*of_fold));
    let decisions = gather(labels.len(), folds, readings.into_iter().map(|(decided, _)| decided));
    Ok(TokenProbe {
        accuracy: accuracy(&decisions, labels)?,
        decisions,
        iterations: effort.iterations,
        gradient_norm: effort.gradient_norm,
    })
}
