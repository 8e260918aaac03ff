//! Under the null the flip test stays silent at its rate; a planted swallow comes first. Simulated, seeded.

use parallax_compare::flips::{FlipSettings, Injection, flips, positive_control};
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::draw::rng;
use crate::flips::Items;

const SETTINGS: FlipSettings = FlipSettings { alpha: 0.05, replicates: 0, seed: 1 };
const RUNS: u64 = 200;

/// Eight categories, three languages, ten groups of three items: 720 items.
fn items() -> Items {
    Items::new(3, 8, 10, 3)
}

/// `labels` with items decided otherwise: by themselves at `rate`, and by whole groups at `group_rate`; a category
/// is mostly taken for the next one.
fn shaken(labels: &[usize], groups: &[usize], rate: f64, group_rate: f64, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let wrong = |label: usize, rng: &mut ChaCha8Rng| {
        let steps = if rng.random_bool(0.7) { 1 } else { rng.random_range(2..8) };
        (label + steps) % 8
    };
    let mut decisions = labels.to_vec();
    let mut start = 0;
    while start < labels.len() {
        let stop = (start..labels.len()).find(|&item| groups[item] != groups[start]).unwrap_or(labels.len());
        if rng.random_bool(group_rate) {
            let other = wrong(labels[start], rng);
            decisions[start..stop].fill(other);
        }
        for decision in &mut decisions[start..stop] {
            if rng.random_bool(rate) {
                *decision = wrong(*decision, rng);
            }
        }
        start = stop;
    }
    decisions
}

/// Share of runs with any finding, operative and rounding control drawn alike.
fn false_finding_rate(rate: f64, group_rate: f64, first_seed: u64) -> f64 {
    let items = items();
    let found: usize = (0..RUNS)
        .into_par_iter()
        .map(|run| {
            let mut rng = rng(first_seed + run);
            let nominal = shaken(&items.labels, &items.groups, 0.05, 0.02, &mut rng);
            let operative = shaken(&nominal, &items.groups, rate, group_rate, &mut rng);
            let rounding = shaken(&nominal, &items.groups, rate, group_rate, &mut rng);
            let report = flips(&items.input(&nominal, &operative, Some(&rounding)), &SETTINGS).expect("valid");
            usize::from(report.found().count() > 0)
        })
        .sum();
    found as f64 / RUNS as f64
}

#[test]
fn another_rounding_of_the_same_size_is_found_at_most_at_the_stated_rate() {
    // From single flips to a rounding that moves a third of everything, mostly one way. With 200 runs at 5% more than
    // 10% has a chance of about one in a thousand.
    for (rate, group_rate) in [(0.01, 0.0), (0.05, 0.02), (0.15, 0.1), (0.2, 0.2)] {
        let found = false_finding_rate(rate, group_rate, 1000);
        assert!(found <= 0.1, "at rates {rate} and {group_rate}, {found} of runs have a finding");
    }
}

#[test]
fn equal_traffic_without_a_control_is_found_at_most_at_the_stated_rate() {
    let items = items();
    let found: usize = (0..RUNS)
        .into_par_iter()
        .map(|run| {
            let mut rng = rng(5000 + run);
            // Neighbours swap items at equal rates, whole groups at a time or one by one.
            let mut operative = items.labels.clone();
            for start in (0..operative.len()).step_by(3) {
                let partner = operative[start] ^ 1;
                if rng.random_bool(0.4) {
                    operative[start..start + 3].fill(partner);
                } else if rng.random_bool(0.3) {
                    operative[start + 1] = partner;
                }
            }
            let report = flips(&items.input(&items.labels, &operative, None), &SETTINGS).expect("valid");
            usize::from(report.found().count() > 0)
        })
        .sum();
    assert!(found as f64 / RUNS as f64 <= 0.1, "{found} of {RUNS} runs have a finding");
}

#[test]
fn a_planted_swallow_of_half_a_category_comes_first() {
    let items = items();
    let (mut first, mut others) = (0, 0);
    for run in 0..RUNS {
        let mut rng = rng(9000 + run);
        let nominal = shaken(&items.labels, &items.groups, 0.03, 0.0, &mut rng);
        let mut operative = shaken(&nominal, &items.groups, 0.02, 0.01, &mut rng);
        let rounding = shaken(&nominal, &items.groups, 0.02, 0.01, &mut rng);
        let (language, from) = (rng.random_range(0..3), rng.random_range(0..8));
        let to = (from + rng.random_range(1..8)) % 8;
        let mut swallowed: Vec<usize> =
            (0..nominal.len()).filter(|&i| items.languages[i] == language && nominal[i] == from).collect();
        swallowed.shuffle(&mut rng);
        swallowed.truncate(swallowed.len().div_ceil(2));
        for item in swallowed {
            operative[item] = to;
        }
        let report = flips(&items.input(&nominal, &operative, Some(&rounding)), &SETTINGS).expect("valid");
        let planted = |flip: &&parallax_compare::flips::Flip| {
            flip.language == language && flip.from == from && flip.to == Some(to)
        };
        first += usize::from(report.found().next().as_ref().is_some_and(planted));
        others += usize::from(report.found().any(|flip| !planted(&flip)));
    }
    assert!(first as f64 >= 0.95 * RUNS as f64, "first in {first} of {RUNS} runs");
    assert!(others as f64 <= 0.1 * RUNS as f64, "something else is found in {others} of {RUNS} runs");
}

#[test]
fn the_positive_control_foretells_what_is_found() {
    let items = items();
    let mut rng = rng(77);
    let nominal = shaken(&items.labels, &items.groups, 0.03, 0.0, &mut rng);
    let operative = shaken(&nominal, &items.groups, 0.02, 0.01, &mut rng);
    let rounding = shaken(&nominal, &items.groups, 0.02, 0.01, &mut rng);
    let input = items.input(&nominal, &operative, Some(&rounding));
    let control = positive_control(&input, 0.05, Injection::Items { every: 2 }).expect("valid");
    let share = control.share().expect("changes were injected");
    assert!(share >= 0.9, "{share} of injected changes are found; missed {:?}", control.missed);
    assert_eq!(control.found.len() + control.missed.len(), 24, "three languages of eight categories");
}
