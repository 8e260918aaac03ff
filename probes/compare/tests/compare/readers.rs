//! Folds, category probes, the token baseline and prototypes: nothing leaks, chance is chance, a planted change shows.

use std::collections::BTreeSet;

use linfa::ParamGuard;
use ndarray::Array2;
use parallax_compare::category_probe::{
    CategoryProbe, CategoryProbeInput, category_probe, control_labels, token_probe,
};
use parallax_compare::folds::grouped_folds;
use parallax_compare::probe::{LogisticParams, LogisticValidParams, Solver};
use parallax_compare::prototype::prototype;
use parallax_compare::standardise::Standardiser;
use parallax_compare::{Error, Undefined};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use rand::Rng;
use rand::seq::SliceRandom;

use crate::draw::{clusters, noise, rng};

fn params() -> LogisticValidParams {
    LogisticParams::new(Solver::Ours).check().expect("valid settings")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn folds_hold_out_every_item_once_with_its_whole_group(seed in any::<u64>(), mixed in any::<bool>()) {
        let mut rng = rng(seed);
        let n_categories = rng.random_range(2..6);
        let mut labels = Vec::new();
        let mut groups = Vec::new();
        for group in 0..n_categories * 6 {
            for _ in 0..rng.random_range(1..5) {
                labels.push(if mixed { rng.random_range(0..n_categories) } else { group % n_categories });
                groups.push(group);
            }
        }
        let Ok(folds) = grouped_folds(&labels, &groups, n_categories, 5, seed) else {
            // Mixed groups may leave a category with one group; that is refused, and tested below.
            prop_assert!(mixed);
            return Ok(());
        };
        prop_assert_eq!(&folds, &grouped_folds(&labels, &groups, n_categories, 5, seed).expect("the same again"));
        let mut seen = BTreeSet::new();
        for fold in &folds {
            let groups_of = |items: &[usize]| items.iter().map(|&item| groups[item]).collect::<BTreeSet<_>>();
            prop_assert!(groups_of(&fold.train).is_disjoint(&groups_of(&fold.test)));
            prop_assert_eq!(fold.train.len() + fold.test.len(), labels.len());
            for &item in &fold.test {
                prop_assert!(seen.insert(item), "held out twice");
            }
            let left: BTreeSet<usize> = fold.train.iter().map(|&item| labels[item]).collect();
            prop_assert_eq!(left, labels.iter().copied().collect::<BTreeSet<_>>());
        }
        prop_assert_eq!(seen.len(), labels.len());
    }
}

#[test]
fn equal_groups_make_equal_folds() {
    let labels: Vec<usize> = (0..240).map(|item| (item / 3) % 8).collect();
    let groups: Vec<usize> = (0..240).map(|item| item / 3).collect();
    for fold in grouped_folds(&labels, &groups, 8, 5, 1).expect("enough groups") {
        for category in 0..8 {
            let held_out = fold.test.iter().filter(|&&item| labels[item] == category).count();
            assert_eq!(held_out, 6, "two of ten groups of category {category}");
        }
    }
}

#[test]
fn a_category_in_one_group_cannot_be_held_out() {
    let error = grouped_folds(&[0, 0, 1, 1], &[0, 1, 2, 2], 2, 5, 1);
    match error {
        Err(Error::Undefined(Undefined::TooFewGroups { what, got, .. })) => {
            assert_eq!((what.as_str(), got), ("category 1", 1), "which one");
        }
        other => panic!("expected too few groups, got {other:?}"),
    }
    assert!(grouped_folds(&[0, 0], &[0, 1], 1, 5, 1).is_err(), "one category");
    assert!(grouped_folds(&[0, 5], &[0, 1], 2, 5, 1).is_err(), "a label outside the list");
}

fn read(nominal: &Array2<f64>, operative: &Array2<f64>, labels: &[usize], groups: &[usize]) -> CategoryProbe {
    let n_categories = labels.iter().max().expect("labels") + 1;
    let folds = grouped_folds(labels, groups, n_categories, 5, 9).expect("enough groups");
    let input = CategoryProbeInput {
        nominal: nominal.view(),
        operative: operative.view(),
        labels,
        groups,
        folds: &folds,
        same_basis: true,
        seed: 9,
    };
    category_probe(&input, &params()).expect("every fit converges")
}

#[test]
fn a_variant_against_itself_moves_no_decision() {
    let (states, labels, groups) = clusters(240, 24, 4, 3, 0.6, &mut rng(1));
    let probe = read(&states, &states, &labels, &groups);
    let transfer = probe.transfer.expect("one basis");
    assert_eq!(transfer, probe.nominal, "decisions and margins");
    assert_eq!(probe.refitted.categories, probe.nominal.categories, "refitted on the same states");
    assert!(probe.nominal_accuracy > 0.9, "accuracy {}", probe.nominal_accuracy);
    assert!((probe.chance - 0.25).abs() < 1e-12, "chance {}", probe.chance);
    assert!(probe.gradient_norm <= 1e-6 && probe.iterations.is_some_and(|most| most < 100), "effort is reported");
}

#[test]
fn control_labels_follow_groups_and_are_read_at_chance() {
    let (states, labels, groups) = clusters(480, 24, 4, 3, 0.6, &mut rng(2));
    let control = control_labels(&labels, &groups, 5);
    let mut of_group = std::collections::BTreeMap::new();
    for (group, label) in groups.iter().zip(&control) {
        assert_eq!(of_group.entry(group).or_insert(label), &label, "group {group} has one control label");
    }
    for category in 0..4 {
        let drawn = control.iter().filter(|label| **label == category).count();
        assert_eq!(drawn, 120, "category {category} keeps its size");
    }
    assert_ne!(control, labels, "drawn anew");
    let accuracy = read(&states, &states, &labels, &groups).control_accuracy.expect("labels in every fold");
    assert!((accuracy - 0.25).abs() < 0.12, "control accuracy {accuracy}");
}

#[test]
fn shuffled_labels_are_read_at_chance() {
    let (states, mut labels, groups) = clusters(400, 64, 4, 2, 0.6, &mut rng(3));
    labels.shuffle(&mut rng(4));
    let accuracy = read(&states, &states, &labels, &groups).nominal_accuracy;
    assert!((accuracy - 0.25).abs() < 0.08, "held-out accuracy of shuffled labels is {accuracy}");
}

#[test]
fn a_moved_category_fails_the_transfer_and_not_the_refit() {
    let (nominal, labels, groups) = clusters(320, 24, 4, 4, 0.8, &mut rng(5));
    let mut operative = nominal.clone();
    let offset = noise(1, 24, &mut rng(6)) * 3.0;
    for (mut row, _) in operative.rows_mut().into_iter().zip(&labels).filter(|(_, label)| **label == 2) {
        row += &offset.row(0);
    }
    let probe = read(&nominal, &operative, &labels, &groups);
    let transfer = probe.transfer_accuracy.expect("one basis");
    assert!(transfer < probe.nominal_accuracy - 0.1, "transfer {transfer}");
    assert!(probe.refitted_accuracy > 0.95, "what moved is still there: {}", probe.refitted_accuracy);
}

#[test]
fn threads_change_nothing() {
    let (nominal, labels, groups) = clusters(160, 16, 4, 2, 0.4, &mut rng(7));
    let operative = &nominal + &(noise(160, 16, &mut rng(8)) * 0.2);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| read(&nominal, &operative, &labels, &groups))
    };
    assert_eq!(with(1), with(4), "to the last bit");
}

#[test]
fn tokens_that_give_the_category_away_are_seen_by_the_baseline() {
    let labels: Vec<usize> = (0..120).map(|item| item % 3).collect();
    let groups: Vec<usize> = (0..120).map(|item| item / 6 * 3 + item % 3).collect();
    let mut rng = rng(9);
    let told: Vec<Vec<u32>> =
        labels.iter().map(|&label| vec![label as u32, 100 + rng.random_range(0..50), 7, 7]).collect();
    let untold: Vec<Vec<u32>> = labels.iter().map(|_| vec![100 + rng.random_range(0..50), 7]).collect();
    let folds = grouped_folds(&labels, &groups, 3, 5, 1).expect("enough groups");
    let accuracy = |bags: &[Vec<u32>]| token_probe(bags, &labels, &folds, &params()).expect("converges").accuracy;
    assert!(accuracy(&told) > 0.99, "a token a category");
    assert!(accuracy(&untold) < 0.5, "tokens that say nothing: {}", accuracy(&untold));
}

#[test]
fn a_switched_off_dimension_stays_off() {
    let mut states = noise(40, 5, &mut rng(10));
    states.column_mut(3).mapv_inplace(|value| value * 1e-9);
    states.column_mut(4).fill(2.0);
    let standardiser = Standardiser::fit(states.view()).expect("states vary");
    assert_eq!(standardiser.left_out(), [3, 4], "the tiny and the constant one");
    let standardised = standardiser.apply(states.view()).expect("one width");
    assert!(standardised.column(3).iter().all(|value| *value == 0.0), "not blown up");
    let deviation = standardised.column(0).std(0.0);
    assert!((deviation - 1.0).abs() < 1e-12, "population deviation {deviation}");
}

#[test]
fn prototypes_leave_the_own_group_out() {
    // Two items of each group are equal and lie apart from everything: with their own group among the references
    // each would be nearest to its own category; without it they say nothing.
    let mut rng = rng(11);
    let mut states = Array2::zeros((80, 200));
    let (mut labels, mut groups) = (Vec::new(), Vec::new());
    for group in 0..40 {
        let state = noise(1, 200, &mut rng);
        for item in [2 * group, 2 * group + 1] {
            states.row_mut(item).assign(&state.row(0));
            labels.push(group % 2);
            groups.push(group);
        }
    }
    let decided = prototype(states.view(), states.view(), &labels, &groups, 2).expect("enough groups");
    let right = decided.categories.iter().zip(&labels).filter(|(a, b)| a == b).count();
    assert!(right < 60, "{right} of 80 right would mean that the own group was asked");
    let by_item: Vec<usize> = (0..80).collect();
    let leaky = prototype(states.view(), states.view(), &labels, &by_item, 2).expect("enough groups");
    let right = leaky.categories.iter().zip(&labels).filter(|(a, b)| a == b).count();
    assert!(right > 60, "with each item its own group, the twin gives it away: {right}");
}

#[test]
fn prototypes_sort_clusters_and_ignore_a_common_direction() {
    let (states, labels, groups) = clusters(200, 30, 5, 2, 1.0, &mut rng(12));
    let far = &states + 50.0;
    let near = prototype(states.view(), states.view(), &labels, &groups, 5).expect("enough groups");
    let shifted = prototype(far.view(), far.view(), &labels, &groups, 5).expect("enough groups");
    assert_eq!(near.categories, shifted.categories, "a common direction changes nothing");
    let right = near.categories.iter().zip(&labels).filter(|(a, b)| a == b).count();
    assert!(right > 190, "{right} of 200 right");
    assert!(near.margins.iter().all(|margin| (0.0..=2.0).contains(margin)), "margins are differences of cosines");
    let one_group: Vec<usize> = labels.clone();
    assert!(prototype(states.view(), states.view(), &labels, &one_group, 5).is_err(), "a category in one group");
    let constant = Array2::from_elem((200, 30), 0.1);
    let read = prototype(constant.view(), constant.view(), &labels, &groups, 5);
    assert!(matches!(read, Err(Error::Undefined(Undefined::NoVariation))), "constant states: {read:?}");
}
