//! The flip test: exact values, symmetries, families, ranking and controls.

use parallax_compare::Error;
use parallax_compare::flips::{
    Flip, FlipInput, FlipReport, FlipSettings, Injection, Test, flips, positive_control, smallest_detectable_groups,
};
use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};
use rand::Rng;

use crate::draw::rng;

const SETTINGS: FlipSettings = FlipSettings { alpha: 0.05, replicates: 200, seed: 1 };

/// A list of items: `languages x categories x groups x items`, nominal right everywhere.
pub(crate) struct Items {
    pub(crate) labels: Vec<usize>,
    pub(crate) languages: Vec<usize>,
    pub(crate) groups: Vec<usize>,
    pub(crate) n_categories: usize,
}

impl Items {
    pub(crate) fn new(n_languages: usize, n_categories: usize, n_groups: usize, size: usize) -> Self {
        let mut items = Self { labels: vec![], languages: vec![], groups: vec![], n_categories };
        for language in 0..n_languages {
            for label in 0..n_categories {
                for group in 0..n_groups {
                    for _ in 0..size {
                        items.labels.push(label);
                        items.languages.push(language);
                        items.groups.push(label * n_groups + group);
                    }
                }
            }
        }
        items
    }

    pub(crate) fn input<'a>(
        &'a self,
        nominal: &'a [usize],
        operative: &'a [usize],
        rounding: Option<&'a [usize]>,
    ) -> FlipInput<'a> {
        FlipInput {
            nominal,
            operative,
            rounding,
            floor: None,
            labels: &self.labels,
            languages: &self.languages,
            groups: &self.groups,
            n_categories: self.n_categories,
        }
    }

    /// Items of a category in a language.
    pub(crate) fn of(&self, language: usize, label: usize) -> Vec<usize> {
        (0..self.labels.len()).filter(|&i| self.languages[i] == language && self.labels[i] == label).collect()
    }
}

fn pair(report: &FlipReport, language: usize, from: usize, to: usize) -> &Flip {
    report
        .flips
        .iter()
        .find(|flip| (flip.language, flip.from, flip.to) == (language, from, Some(to)))
        .expect("the pair has a moved item")
}

#[test]
fn nominal_against_itself_moves_nothing() {
    let items = Items::new(3, 8, 10, 3);
    let report = flips(&items.input(&items.labels, &items.labels, Some(&items.labels)), &SETTINGS).expect("valid");
    assert!(report.flips.is_empty(), "no movement");
    assert_eq!((report.pairs.hypotheses, report.leaves.hypotheses), (0, 0), "and no hypothesis");
}

#[test]
fn a_swallowed_category_is_found_first_with_its_exact_p() {
    let items = Items::new(2, 4, 10, 3);
    let mut operative = items.labels.clone();
    // One item in each of nine groups goes from 1 to 2 in language 1, and one comes back the other way.
    for group in 0..9 {
        operative[items.of(1, 1)[3 * group]] = 2;
    }
    operative[items.of(1, 2)[0]] = 1;
    operative[items.of(0, 3)[0]] = 0;
    let report = flips(&items.input(&items.labels, &operative, Some(&items.labels)), &SETTINGS).expect("valid");
    let first = &report.flips[0];
    assert_eq!((first.language, first.from, first.to), (1, 1, Some(2)), "ranked first");
    // Ten groups moved, nine of them forward: (10 + 1) / 1024, in both tests as rounding moved nothing.
    assert!((first.raw_p - 11.0 / 1024.0).abs() < 1e-15, "raw p is {}", first.raw_p);
    assert_eq!(first.rounding_p, Some(first.raw_p), "no rounding, the same p");
    assert_eq!((first.net, first.rounding_net, first.items.len(), first.n_from), (8, Some(0), 9, 30), "counts");
    assert_eq!((first.groups_moved, first.groups_total), (9, 10), "groups");
    assert_eq!((first.right_before, first.right_after), (9, 0), "all were right");
    assert_eq!(first.test, Test::SignFlip { groups: 10 }, "named");
    let interval = first.interval.expect("enough groups");
    assert!(interval.low < 0.3 && interval.high >= 0.3, "30% moved: {interval:?}");
    // Both directions of two pairs moved; the other pair has one group and cannot reach the level.
    assert_eq!((report.pairs.hypotheses, report.pairs.counting), (4, 2), "family of pairs");
    assert!((first.adjusted_p - 2.0 * 11.0 / 1024.0 / 0.8).abs() < 1e-12, "adjusted p is {}", first.adjusted_p);
    assert_eq!(report.found().count(), 1, "leaving 1 is covered by it");
    let leave = report.flips.iter().find(|flip| flip.to.is_none() && flip.from == 1 && flip.language == 1);
    assert_eq!(leave.expect("items left").covered_by, Some(2), "covered by the pair");
}

#[test]
fn what_rounding_does_too_is_no_finding() {
    let items = Items::new(1, 4, 12, 3);
    let mut rounding = items.labels.clone();
    let mut operative = items.labels.clone();
    for group in 0..12 {
        rounding[items.of(0, 1)[3 * group]] = 2;
        operative[items.of(0, 1)[3 * group + 1]] = 2;
    }
    let report = flips(&items.input(&items.labels, &operative, Some(&rounding)), &SETTINGS).expect("valid");
    let flip = pair(&report, 0, 1, 2);
    assert!(flip.raw_p < 0.001, "on its own it would be a finding: {}", flip.raw_p);
    assert_eq!(flip.rounding_p, Some(1.0), "rounding moves as many, though other items");
    assert_eq!((flip.rounding_items, flip.beyond_controls), (Some(12), 0), "nothing beyond the control");
    assert_eq!(report.found().count(), 0, "no finding");
}

#[test]
fn items_scattered_to_many_categories_are_found_as_leaving() {
    let items = Items::new(1, 8, 14, 3);
    let mut operative = items.labels.clone();
    for (place, &item) in items.of(0, 0).iter().enumerate() {
        operative[item] = 1 + place % 7;
    }
    let report = flips(&items.input(&items.labels, &operative, None), &SETTINGS).expect("valid");
    let leave = report.found().find(|flip| flip.to.is_none()).expect("leaving is found");
    assert_eq!((leave.from, leave.covered_by), (0, None), "no pair explains it");
    assert_eq!(leave.rounding_p, None, "no control was given");
}

#[test]
fn single_items_give_mcnemar() {
    let mut items = Items::new(1, 2, 20, 1);
    items.groups = (0..40).collect();
    let mut operative = items.labels.clone();
    for place in 0..6 {
        operative[items.of(0, 0)[place]] = 1;
    }
    let report = flips(&items.input(&items.labels, &operative, None), &SETTINGS).expect("valid");
    let flip = pair(&report, 0, 0, 1);
    assert_eq!(flip.test, Test::McNemar { discordant: 6 }, "named");
    assert!((flip.raw_p - 1.0 / 64.0).abs() < 1e-15, "six against none, one-sided: {}", flip.raw_p);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn renaming_categories_renames_the_result(seed in any::<u64>()) {
        let mut rng = rng(seed);
        let items = Items::new(2, 3, 6, 2);
        let mut draw = |rate: f64| -> Vec<usize> {
            items.labels.iter().map(|&label| if rng.random_bool(rate) { rng.random_range(0..3) } else { label }).collect()
        };
        let (nominal, operative, rounding) = (draw(0.05), draw(0.3), draw(0.2));
        let settings = FlipSettings { replicates: 0, ..SETTINGS };
        let report = flips(&items.input(&nominal, &operative, Some(&rounding)), &settings).expect("valid");
        let rename = |list: &[usize]| -> Vec<usize> { list.iter().map(|&category| [1, 0, 2][category]).collect() };
        let (n, o, r) = (rename(&nominal), rename(&operative), rename(&rounding));
        let renamed = flips(&items.input(&n, &o, Some(&r)), &settings).expect("valid");
        prop_assert_eq!(report.flips.len(), renamed.flips.len());
        prop_assert_eq!(report.pairs, renamed.pairs);
        for flip in &report.flips {
            let (from, to) = ([1, 0, 2][flip.from], flip.to.map(|to| [1, 0, 2][to]));
            let twin = renamed
                .flips
                .iter()
                .find(|twin| (twin.language, twin.from, twin.to) == (flip.language, from, to))
                .expect("the renamed pair is there");
            prop_assert_eq!(
                (&twin.items, twin.net, twin.raw_p, twin.rounding_p),
                (&flip.items, flip.net, flip.raw_p, flip.rounding_p)
            );
            prop_assert_eq!(twin.adjusted_p, flip.adjusted_p);
        }
    }
}

#[test]
fn injected_changes_are_found_where_groups_suffice() {
    let items = Items::new(2, 4, 10, 3);
    let input = items.input(&items.labels, &items.labels, Some(&items.labels));
    let half_of_items = positive_control(&input, 0.05, Injection::Items { every: 2 }).expect("valid");
    assert_eq!(half_of_items.share(), Some(1.0), "half of the items of every group");
    let half_of_groups = positive_control(&input, 0.05, Injection::Groups { share: 0.5 }).expect("valid");
    assert_eq!(half_of_groups.share(), Some(0.0), "five groups give 1/32 at best, and that is said");
    assert_eq!(half_of_groups.missed.len(), 8, "one change a language and category");
    for detectable in smallest_detectable_groups(&input, 0.05).expect("valid") {
        // 2 x 2^-m / 0.8 <= 0.05 from m = 6 on.
        assert_eq!((detectable.groups_total, detectable.groups_needed), (10, Some(6)), "{detectable:?}");
    }
    let few = Items::new(1, 4, 3, 3);
    let input = few.input(&few.labels, &few.labels, None);
    let detectable = smallest_detectable_groups(&input, 0.05).expect("valid");
    assert!(detectable.iter().all(|entry| entry.groups_needed.is_none()), "three groups never suffice");
}

#[test]
fn decisions_that_do_not_fit_are_refused() {
    let items = Items::new(1, 2, 3, 1);
    let outside = vec![2; 6];
    let error = flips(&items.input(&items.labels, &outside, None), &SETTINGS);
    assert!(matches!(error, Err(Error::OutOfRange { got: 2, bound: 2, .. })), "a category too many");
    let short = vec![0; 5];
    assert!(flips(&items.input(&items.labels, &short, None), &SETTINGS).is_err(), "an item too few");
}
