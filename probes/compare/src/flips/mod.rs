//! Do items move from one category to another more than chance and rounding explain? The test that findings rest on.
//! Takes decisions, whatever reader made them; says nothing of states, words or harm.
//!
//! # Hypotheses
//! For each language and ordered pair of categories (a, b): items that nominal (N) puts into a are moved to b by
//! operative (O). For each language and category a: items leave a, wherever to.
//!
//! # Statistics and nulls
//! Items that share a group are variants of one wording, so the group is the unit. For a pair and a decision D,
//! `x_g(D) = #(N = a, D = b) - #(N = b, D = a)` over the items of group g; for leaving,
//! `x_g(D) = #(N = a, D != a) - #(N != a, D = a)`.
//!
//! - Raw null: moves are as likely one way as the other, so the signs of `x_g(O)` are independent and fair given
//!   `|x_g(O)|`. [`sign_flip`] of `x_g(O)`.
//! - Control null: R are the decisions of nominal rounded as the operative file is stored. If O is just another
//!   rounding of that size, O and R may be exchanged group by group given N. Exchanging them turns
//!   `y_g = x_g(O) - x_g(R)` into `-y_g`, so the signs of `y_g` are fair given `|y_g|`, also where rounding
//!   itself prefers a direction. [`sign_flip`] of `y_g`.
//!
//! With a control a movement must beat both: `p = max(p_raw, p_control)`, the intersection-union test (Berger 1982,
//! "Multiparameter Hypothesis Testing and Acceptance Sampling"), which needs no correction for being two tests.
//! Where every group of the language has one item, the raw test is McNemar's exact one.
//!
//! # Multiplicity
//! The family is chosen by `|x_g|` alone, never by signs: as soon as anything moved between a and b, both (a, b) and
//! (b, a) count, for the direction is read off the same data. Pairs are the first family with
//! [`PAIR_SHARE`] of alpha, leaving the second with the rest, so that all of them together keep the family-wise
//! rate alpha; inside each, Holm with Tarone's modification ([`holm_tarone`]), the smallest attainable p being the
//! larger of `2^-(non-zero groups)` of both tests. Adjusted p-values have the share worked in: compare with alpha.
//! The rate is exact where the signs of a hypothesis are fair given the absolute totals of all; that conditioning
//! mixes both nulls where O and R overlap, which is why the calibration test simulates it.

mod controls;

use std::collections::{BTreeMap, BTreeSet};

pub use controls::{Detectable, Injection, PositiveControl, positive_control, smallest_detectable_groups};

use crate::Error;
use crate::geometry::check_length;
use crate::interval::{Interval, group_bootstrap};
use crate::multiplicity::{DiscreteP, holm_tarone, tarone_family};
use crate::sign_flip::{SignFlip, sign_flip};

/// Share of alpha that the hypotheses about pairs get; those about leaving a category get the rest.
pub const PAIR_SHARE: f64 = 0.8;

/// Decisions about the same items, one entry an item in every list.
#[derive(Clone, Copy, Debug)]
pub struct FlipInput<'a> {
    /// Decisions of nominal.
    pub nominal: &'a [usize],
    /// Decisions of operative.
    pub operative: &'a [usize],
    /// Decisions of nominal rounded to the types the operative file is stored in.
    pub rounding: Option<&'a [usize]>,
    /// Decisions of nominal under last-bit noise; they enter the ranking, not the test.
    pub floor: Option<&'a [usize]>,
    /// What the suite says the items are.
    pub labels: &'a [usize],
    /// Language of each item, as an index.
    pub languages: &'a [usize],
    /// Group of each item; every item its own where there are none.
    pub groups: &'a [usize],
    /// Number of categories.
    pub n_categories: usize,
}

/// How the test is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlipSettings {
    /// Family-wise rate of false findings.
    pub alpha: f64,
    /// Replicates of the interval of the share; none is made at 0.
    pub replicates: usize,
    /// Seed of the interval.
    pub seed: u64,
}

/// Which test the raw p-value is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// Exact sign-flip over this many groups with a non-zero total.
    SignFlip {
        /// Groups that could flip.
        groups: usize,
    },
    /// McNemar's exact test: every group has one item.
    McNemar {
        /// Items that moved either way.
        discordant: usize,
    },
}

/// Items that moved from one category, with the test of the movement.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// Language, as an index.
    pub language: usize,
    /// Category nominal puts the items into.
    pub from: usize,
    /// Category operative puts them into; `None` for any other.
    pub to: Option<usize>,
    /// Items that moved, ascending.
    pub items: Vec<usize>,
    /// Moved less moved the other way: the test's statistic.
    pub net: i64,
    /// The same number for the rounding control.
    pub rounding_net: Option<i64>,
    /// Items that moved under the rounding control.
    pub rounding_items: Option<usize>,
    /// Items that moved under last-bit noise.
    pub floor_items: Option<usize>,
    /// Items moved beyond the larger of what rounding and floor move; what the list is ranked by.
    pub beyond_controls: i64,
    /// Of the moved items, those that were where their label says.
    pub right_before: usize,
    /// Of the moved items, those that are now where their label says.
    pub right_after: usize,
    /// Items that nominal puts into `from` in this language.
    pub n_from: usize,
    /// Groups with an item that moved.
    pub groups_moved: usize,
    /// Groups with an item that nominal puts into `from` in this language.
    pub groups_total: usize,
    /// Which test.
    pub test: Test,
    /// One-sided p-value against equal traffic both ways.
    pub raw_p: f64,
    /// One-sided p-value against the rounding control.
    pub rounding_p: Option<f64>,
    /// p-value after both families' correction; found when at or below alpha.
    pub adjusted_p: f64,
    /// Interval at 95% of the share of `n_from` that moved, by resampling groups.
    pub interval: Option<Interval>,
    /// For leaving: the destination of a found pair of this category that holds more than half of the items.
    pub covered_by: Option<usize>,
}

/// How many hypotheses were tested together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Hypotheses about which anything moved.
    pub hypotheses: usize,
    /// Those that count after Tarone, because their smallest attainable p could reach the level.
    pub counting: usize,
}

/// All movements, those found first, then by items beyond the controls, then by adjusted p.
#[derive(Clone, Debug, PartialEq)]
pub struct FlipReport {
    /// Movements of at least one item.
    pub flips: Vec<Flip>,
    /// Hypotheses about pairs of categories.
    pub pairs: Family,
    /// Hypotheses about leaving a category.
    pub leaves: Family,
    /// Family-wise rate the movements are held against.
    pub alpha: f64,
}

impl FlipReport {
    /// Whether a movement is a finding.
    pub fn is_found(&self, flip: &Flip) -> bool {
        flip.adjusted_p <= self.alpha
    }

    /// Findings, in order; leaving is left out where a found pair covers it.
    pub fn found(&self) -> impl Iterator<Item = &Flip> {
        self.flips.iter().filter(|flip| self.is_found(flip) && flip.covered_by.is_none())
    }
}

/// A hypothesis: language, category left, category entered or any.
type Key = (usize, usize, Option<usize>);

/// Net traffic of each hypothesis in each group.
type Totals = BTreeMap<Key, BTreeMap<usize, i64>>;

fn check(input: &FlipInput<'_>) -> Result<(), Error> {
    let n = input.nominal.len();
    check_length("operative decisions", input.operative.len(), n)?;
    check_length("labels", input.labels.len(), n)?;
    check_length("languages", input.languages.len(), n)?;
    check_length("groups", input.groups.len(), n)?;
    for (what, decisions) in [("rounding decisions", input.rounding), ("floor decisions", input.floor)] {
        if let Some(decisions) = decisions {
            check_length(what, decisions.len(), n)?;
        }
    }
    let decisions = [Some(input.nominal), Some(input.operative), input.rounding, input.floor];
    for &got in decisions.into_iter().flatten().flatten() {
        if got >= input.n_categories {
            return Err(Error::OutOfRange { what: "decided category", got, bound: input.n_categories });
        }
    }
    Ok(())
}

/// Net traffic under `decisions`: each move counts for its own direction and against the other.
fn totals(input: &FlipInput<'_>, decisions: &[usize]) -> Totals {
    let mut totals = Totals::new();
    for (item, (&from, &to)) in input.nominal.iter().zip(decisions).enumerate() {
        if from == to {
            continue;
        }
        let (language, group) = (input.languages[item], input.groups[item]);
        let moves = [
            ((language, from, Some(to)), 1),
            ((language, to, Some(from)), -1),
            ((language, from, None), 1),
            ((language, to, None), -1),
        ];
        for (key, sign) in moves {
            *totals.entry(key).or_default().entry(group).or_insert(0) += sign;
        }
    }
    totals
}

/// Both tests of one hypothesis.
struct Tested {
    raw: SignFlip,
    rounding: Option<SignFlip>,
}

impl Tested {
    fn discrete_p(&self) -> DiscreteP {
        let rounding = self.rounding.map_or((0.0, 0.0), |test| (test.p, test.smallest_p));
        DiscreteP { p: self.raw.p.max(rounding.0), smallest_p: self.raw.smallest_p.max(rounding.1) }
    }
}

/// Tests every hypothesis about which operative moved anything, in order of their keys.
fn test_all(input: &FlipInput<'_>) -> BTreeMap<Key, Tested> {
    let operative = totals(input, input.operative);
    let rounding = input.rounding.map(|decisions| totals(input, decisions));
    let nothing = BTreeMap::new();
    operative
        .into_iter()
        .map(|(key, x)| {
            let raw = sign_flip(&x.values().copied().collect::<Vec<_>>());
            let rounding = rounding.as_ref().map(|rounding| {
                let control = rounding.get(&key).unwrap_or(&nothing);
                let groups: BTreeSet<usize> = x.keys().chain(control.keys()).copied().collect();
                let of = |totals: &BTreeMap<usize, i64>, group| totals.get(group).copied().unwrap_or(0);
                sign_flip(&groups.iter().map(|group| of(&x, group) - of(control, group)).collect::<Vec<_>>())
            });
            (key, Tested { raw, rounding })
        })
        .collect()
}

/// Adjusted p-value of each hypothesis, and both families.
fn adjust(tested: &BTreeMap<Key, Tested>, alpha: f64) -> (BTreeMap<Key, f64>, Family, Family) {
    let mut adjusted = BTreeMap::new();
    let mut family = |pairs: bool, share: f64| {
        let keys: Vec<Key> = tested.keys().filter(|key| key.2.is_some() == pairs).copied().collect();
        let tests: Vec<DiscreteP> = keys.iter().map(|key| tested[key].discrete_p()).collect();
        for (key, p) in keys.iter().zip(holm_tarone(&tests)) {
            adjusted.insert(*key, (p / share).min(1.0));
        }
        let level = alpha * share;
        let attainable = tests.iter().any(|test| test.smallest_p <= level);
        Family { hypotheses: keys.len(), counting: if attainable { tarone_family(&tests, level) } else { 0 } }
    };
    let pairs = family(true, PAIR_SHARE);
    let leaves = family(false, 1.0 - PAIR_SHARE);
    (adjusted, pairs, leaves)
}

/// Whether `decision` makes an item of nominal decision `nominal` a case of the hypothesis.
fn moved(key: Key, nominal: usize, decision: usize) -> bool {
    nominal == key.1 && key.2.map_or(decision != key.1, |to| decision == to)
}

/// Languages in which every group has one item.
fn single_item_languages(input: &FlipInput<'_>) -> BTreeSet<usize> {
    let mut sizes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (&language, &group) in input.languages.iter().zip(input.groups) {
        *sizes.entry((language, group)).or_insert(0) += 1;
    }
    let grouped: BTreeSet<usize> =
        sizes.iter().filter(|(_, size)| **size > 1).map(|((language, _), _)| *language).collect();
    input.languages.iter().copied().filter(|language| !grouped.contains(language)).collect()
}

fn describe(
    input: &FlipInput<'_>,
    settings: &FlipSettings,
    key: Key,
    tested: &Tested,
    adjusted_p: f64,
    single: bool,
) -> Flip {
    let in_language: Vec<usize> = (0..input.nominal.len()).filter(|&item| input.languages[item] == key.0).collect();
    let moved_by = |decisions: &[usize]| -> Vec<usize> {
        in_language.iter().copied().filter(|&item| moved(key, input.nominal[item], decisions[item])).collect()
    };
    let items = moved_by(input.operative);
    let rounding_items = input.rounding.map(|decisions| moved_by(decisions).len());
    let floor_items = input.floor.map(|decisions| moved_by(decisions).len());
    let explained = rounding_items.unwrap_or(0).max(floor_items.unwrap_or(0));
    let from: Vec<usize> = in_language.into_iter().filter(|&item| input.nominal[item] == key.1).collect();
    let groups_of = |items: &[usize]| items.iter().map(|&item| input.groups[item]).collect::<BTreeSet<_>>().len();
    let pick = |value: &dyn Fn(usize) -> f64| from.iter().map(|&item| value(item)).collect::<Vec<f64>>();
    let interval = group_bootstrap(
        &pick(&|item| f64::from(moved(key, input.nominal[item], input.operative[item]))),
        &pick(&|_| 1.0),
        &from.iter().map(|&item| input.groups[item]).collect::<Vec<_>>(),
        settings.replicates,
        settings.seed,
    );
    let right = |decisions: &[usize]| items.iter().filter(|&&item| decisions[item] == input.labels[item]).count();
    Flip {
        language: key.0,
        from: key.1,
        to: key.2,
        net: tested.raw.statistic,
        rounding_net: tested.rounding.map(|test| tested.raw.statistic - test.statistic),
        rounding_items,
        floor_items,
        beyond_controls: items.len() as i64 - explained as i64,
        right_before: right(input.nominal),
        right_after: right(input.operative),
        n_from: from.len(),
        groups_moved: groups_of(&items),
        groups_total: groups_of(&from),
        test: if single {
            Test::McNemar { discordant: tested.raw.groups }
        } else {
            Test::SignFlip { groups: tested.raw.groups }
        },
        raw_p: tested.raw.p,
        rounding_p: tested.rounding.map(|test| test.p),
        adjusted_p,
        interval: interval.ok(),
        covered_by: None,
        items,
    }
}

/// Tests all movements between categories.
///
/// The negative control is the same call with the decisions under last-bit noise as `operative`.
///
/// # Errors
/// [`Error::Undefined`] for a list of the wrong length, [`Error::OutOfRange`] for a category outside the list.
pub fn flips(input: &FlipInput<'_>, settings: &FlipSettings) -> Result<FlipReport, Error> {
    check(input)?;
    let tested = test_all(input);
    let (adjusted, pairs, leaves) = adjust(&tested, settings.alpha);
    let single = single_item_languages(input);
    let mut flips: Vec<Flip> = tested
        .iter()
        .map(|(key, tested)| describe(input, settings, *key, tested, adjusted[key], single.contains(&key.0)))
        .filter(|flip| !flip.items.is_empty())
        .collect();

    let found = |flip: &Flip| flip.adjusted_p <= settings.alpha;
    let found_pairs: Vec<(usize, usize, usize, usize)> = flips
        .iter()
        .filter(|flip| found(flip))
        .filter_map(|flip| flip.to.map(|to| (flip.language, flip.from, to, flip.items.len())))
        .collect();
    for leave in flips.iter_mut().filter(|flip| flip.to.is_none()) {
        leave.covered_by = found_pairs
            .iter()
            .find(|(language, from, _, moved)| {
                (*language, *from) == (leave.language, leave.from) && 2 * moved > leave.items.len()
            })
            .map(|(_, _, to, _)| *to);
    }
    flips.sort_by(|a, b| {
        found(b)
            .cmp(&found(a))
            .then(b.beyond_controls.cmp(&a.beyond_controls))
            .then(a.adjusted_p.total_cmp(&b.adjusted_p))
            // A pair says more than that its category is left; the rest only makes the order complete.
            .then(a.to.is_none().cmp(&b.to.is_none()))
            .then((a.language, a.from, a.to).cmp(&(b.language, b.from, b.to)))
    });
    Ok(FlipReport { flips, pairs, leaves, alpha: settings.alpha })
}
