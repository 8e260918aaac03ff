//! Kernels, neighbourhoods, differences and intervals: invariances, traps and values worked out by hand.

use ndarray::{Array2, Axis, array, s};
use parallax_compare::Undefined;
use parallax_compare::geometry::{
    Neighbours, agreement, by_category, cka, cka_jackknife, cosine_mean, jaccard_chance, mutual_by_category,
    relative_error, sqnr_db,
};
use parallax_compare::interval::{blocks, group_bootstrap, weighted_jackknife};
use parallax_compare::standardise::Standardiser;
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};

use crate::draw::{clusters, noise, normal, rng, rotation};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn alignment_ignores_rotation_scale_shift_and_order(seed in any::<u64>(), scale in 0.01_f64..100.0) {
        let mut rng = rng(seed);
        let (n, dim) = (30, 7);
        let nominal = noise(n, dim, &mut rng);
        let operative = &nominal + &(noise(n, dim, &mut rng) * 0.5);
        let before = cka(nominal.view(), operative.view()).expect("comparable");
        let moved = operative.dot(&rotation(dim, &mut rng)) * scale + 3.0;
        let order: Vec<usize> = (0..n).rev().collect();
        let after = cka(
            nominal.select(Axis(0), &order).view(),
            moved.select(Axis(0), &order).view(),
        ).expect("comparable");
        let swapped = cka(operative.view(), nominal.view()).expect("comparable");
        for (read, what) in [(&after, "moved"), (&swapped, "swapped")] {
            let close = |a: &Result<f64, Undefined>, b: &Result<f64, Undefined>| {
                (a.clone().expect("defined") - b.clone().expect("defined")).abs() < 1e-9
            };
            prop_assert!(close(&before.biased, &read.biased), "biased, {what}");
            prop_assert!(close(&before.debiased, &read.debiased), "debiased, {what}");
        }
    }

    #[test]
    fn neighbourhoods_ignore_rotation_and_scale(seed in any::<u64>(), scale in 0.01_f64..100.0) {
        let mut rng = rng(seed);
        let nominal = noise(40, 6, &mut rng);
        let operative = nominal.dot(&rotation(6, &mut rng)) * scale;
        let nominal = Neighbours::find(nominal.view(), 5).expect("has neighbours");
        let operative = Neighbours::find(operative.view(), 5).expect("has neighbours");
        prop_assert!(agreement(&nominal, &operative).expect("same items").overlap_mean() == 1.0);
    }
}

#[test]
fn unrelated_states_are_near_zero_where_the_biased_alignment_is_high() {
    let mut rng = rng(1);
    let (mut biased, mut debiased, mut overlap) = (0.0, 0.0, 0.0);
    for _ in 0..4 {
        let (nominal, operative) = (noise(100, 384, &mut rng), noise(100, 384, &mut rng));
        let read = cka(nominal.view(), operative.view()).expect("comparable");
        biased += read.biased.expect("defined") / 4.0;
        debiased += read.debiased.expect("defined") / 4.0;
        let find = |states: &Array2<f64>| Neighbours::find(states.view(), 10).expect("has neighbours");
        let agreed = agreement(&find(&nominal), &find(&operative)).expect("same items");
        overlap += agreed.overlap_mean() / 4.0;
        assert!((agreed.chance - 10.0 / 99.0).abs() < 1e-12, "chance is k over n - 1");
    }
    assert!((biased - 0.79).abs() < 0.02, "biased alignment of noise is {biased}");
    assert!(debiased.abs() < 0.03, "debiased alignment of noise is {debiased}");
    assert!((overlap - 10.0 / 99.0).abs() < 0.02, "overlap of noise is {overlap}");
}

#[test]
fn one_shared_dimension_carries_both_alignments_until_states_are_standardised() {
    let mut rng = rng(2);
    let (mut nominal, mut operative) = (noise(400, 100, &mut rng), noise(400, 100, &mut rng));
    for item in 0..400 {
        let shared = 60.0 * normal(&mut rng);
        (nominal[[item, 0]], operative[[item, 0]]) = (shared, shared);
    }
    let raw = cka(nominal.view(), operative.view()).expect("comparable");
    assert!(raw.debiased.expect("defined") > 0.99, "the outlying dimension dominates");
    let standard = |states: &Array2<f64>| {
        Standardiser::fit(states.view()).and_then(|by| by.apply(states.view())).expect("states vary")
    };
    let read = cka(standard(&nominal).view(), standard(&operative).view()).expect("comparable");
    assert!(read.debiased.expect("defined") < 0.05, "standardised, only one dimension of a hundred is shared");
}

#[test]
fn a_merged_category_hides_in_the_mean_and_shows_in_its_own_row() {
    let mut rng = rng(3);
    let (nominal, labels, _) = clusters(400, 40, 8, 2, 1.0, &mut rng);
    let mut operative = nominal.clone();
    let first_of_one = labels.iter().position(|&label| label == 1).expect("category 1 has items");
    for item in (0..400).filter(|&item| labels[item] == 0) {
        let copied = nominal.row(first_of_one).to_owned() + noise(1, 40, &mut rng).row(0);
        operative.row_mut(item).assign(&copied);
    }
    let find = |states: &Array2<f64>| Neighbours::find(states.view(), 10).expect("has neighbours");
    let agreed = agreement(&find(&nominal), &find(&operative)).expect("same items");
    let rows = by_category(&agreed.overlap, &labels, 8).expect("a label an item");
    let row = |category: usize| rows[category].clone().expect("has items");
    assert!(row(0) < 0.2 && row(5) > 0.9, "category 0 has {}, category 5 has {}", row(0), row(5));
    assert!(agreed.overlap_mean() > 0.7, "the mean alone hides it: {}", agreed.overlap_mean());
    let mutual = mutual_by_category(&find(&nominal), &find(&operative), &labels, 8).expect("a label an item");
    let mutual = |category: usize| mutual[category].clone().expect("has edges");
    assert!(mutual(0) < 0.5 * mutual(5), "mutual neighbours show it too");
}

#[test]
fn a_state_against_itself_is_one_and_has_no_noise() {
    let states = noise(50, 8, &mut rng(4));
    let read = cka(states.view(), states.view()).expect("comparable");
    assert!((read.biased.expect("defined") - 1.0).abs() < 1e-12, "biased");
    assert!((read.debiased.expect("defined") - 1.0).abs() < 1e-12, "debiased");
    assert!((cosine_mean(states.view(), states.view()).expect("same basis") - 1.0).abs() < 1e-12, "cosine");
    assert_eq!(relative_error(states.view(), states.view()), Ok(0.0), "relative error");
    assert_eq!(sqnr_db(states.view(), states.view()), Err(Undefined::NoNoise), "ratio without a bound");
}

#[test]
fn differences_have_the_values_of_their_formulas() {
    let nominal = array![[3.0, 4.0], [0.0, 2.0]];
    let operative = array![[3.0, 4.0], [2.0, 0.0]];
    assert!((cosine_mean(nominal.view(), operative.view()).expect("same basis") - 0.5).abs() < 1e-12, "1 and 0");
    let error = relative_error(nominal.view(), operative.view()).expect("same basis");
    assert!((error - (8.0_f64 / 29.0).sqrt()).abs() < 1e-12, "noise 8 over signal 29");
    let ratio = sqnr_db(nominal.view(), operative.view()).expect("same basis");
    assert!((ratio - 10.0 * (29.0_f64 / 8.0).log10()).abs() < 1e-12, "in decibels");
}

#[test]
fn ties_go_to_the_lower_index_and_duplicates_are_neighbours() {
    let states = array![[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [3.0, 0.0], [0.0, 5.0]];
    let found = Neighbours::find(states.view(), 2).expect("has neighbours");
    assert_eq!(found.lists(), [vec![1, 3], vec![0, 3], vec![4, 0], vec![0, 1], vec![2, 0]], "in order of index");
}

#[test]
fn blocks_of_rows_give_the_neighbours_of_one_sort() {
    let states = noise(300, 16, &mut rng(5));
    let found = Neighbours::find(states.view(), 7).expect("has neighbours");
    for item in [0, 127, 128, 299] {
        let cosine = |other: usize| {
            let (a, b) = (states.row(item), states.row(other));
            a.dot(&b) / (a.dot(&a) * b.dot(&b)).sqrt()
        };
        let mut order: Vec<usize> = (0..300).filter(|&other| other != item).collect();
        order.sort_by(|&a, &b| cosine(b).total_cmp(&cosine(a)));
        assert_eq!(found.lists()[item], order[..7], "item {item}");
    }
}

#[test]
fn what_has_no_value_says_why() {
    let mut states = noise(6, 3, &mut rng(6));
    let short = states.slice(s![..3, ..]).to_owned();
    let read = cka(short.view(), short.view()).expect("comparable");
    assert_eq!(read.debiased, Err(Undefined::TooFewItems { needed: 4, got: 3 }), "three items");
    let constant = Array2::from_elem((6, 3), 0.1);
    let read = cka(constant.view(), states.view()).expect("comparable");
    assert_eq!(read.biased, Err(Undefined::NoVariation), "constant states, biased");
    assert_eq!(read.debiased, Err(Undefined::NoVariation), "constant states, debiased");
    assert!(Neighbours::find(states.view(), 6).is_err(), "six items have five others");
    states.row_mut(2).fill(0.0);
    let zero = Undefined::ZeroNorm { count: 1, first: 2 };
    assert_eq!(Neighbours::find(states.view(), 2), Err(zero.clone()), "a state of zeros has no direction");
    assert_eq!(cosine_mean(states.view(), states.view()), Err(zero), "nor a cosine");
    states[[4, 1]] = f64::NAN;
    assert_eq!(cka(states.view(), states.view()), Err(Undefined::NotFinite { item: 4 }), "not a number");
}

#[test]
fn the_unbiased_denominator_can_vanish_and_is_never_a_number_then() {
    // All pairs of a regular simplex are alike, so nothing is left once chance is taken off.
    let simplex = Array2::<f64>::eye(6);
    let read = cka(simplex.view(), noise(6, 3, &mut rng(8)).view()).expect("comparable");
    assert!(matches!(read.debiased, Err(Undefined::DenominatorNotPositive { .. })), "got {:?}", read.debiased);
    assert!(read.biased.is_ok(), "the biased alignment has a value all the same");
}

#[test]
fn the_expected_jaccard_is_that_of_all_lists() {
    // k = 2 of 4 others: shared 0, 1, 2 with chances 1/6, 4/6, 1/6 and values 0, 1/3, 1.
    let expected = 4.0 / 6.0 / 3.0 + 1.0 / 6.0;
    assert!((jaccard_chance(2, 5) - expected).abs() < 1e-12, "got {}", jaccard_chance(2, 5));
}

#[test]
fn leaving_out_blocks_equals_computing_without_them() {
    let mut rng = rng(7);
    let nominal = noise(60, 5, &mut rng);
    let operative = &nominal + &(noise(60, 5, &mut rng) * 0.7);
    let groups: Vec<usize> = (0..60).map(|item| item / 4).collect();
    let intervals = cka_jackknife(nominal.view(), operative.view(), &groups, 11).expect("comparable");
    let dealt = blocks(&groups, 11);
    assert_eq!(dealt.len(), 15, "fifteen groups make fifteen blocks");
    let whole = cka(nominal.view(), operative.view()).expect("comparable");
    let without: Vec<_> = dealt
        .iter()
        .map(|block| {
            let kept: Vec<usize> = (0..60).filter(|item| !block.contains(item)).collect();
            let pick = |states: &Array2<f64>| states.select(Axis(0), &kept);
            cka(pick(&nominal).view(), pick(&operative).view()).expect("comparable")
        })
        .collect();
    let sizes: Vec<usize> = dealt.iter().map(Vec::len).collect();
    let of = |values: Vec<f64>, whole: f64| weighted_jackknife(whole, &values, &sizes).expect("enough blocks");
    let expected_biased = of(
        without.iter().map(|read| read.biased.clone().expect("defined")).collect(),
        whole.biased.clone().expect("defined"),
    );
    let expected_debiased = of(
        without.iter().map(|read| read.debiased.clone().expect("defined")).collect(),
        whole.debiased.clone().expect("defined"),
    );
    for (got, expected) in [(intervals.biased, expected_biased), (intervals.debiased, expected_debiased)] {
        let got = got.expect("defined");
        assert!((got.low - expected.low).abs() < 1e-9 && (got.high - expected.high).abs() < 1e-9, "{got:?}");
    }
    let again = cka_jackknife(nominal.view(), operative.view(), &groups, 11).expect("comparable");
    let one_thread = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a pool")
        .install(|| cka_jackknife(nominal.view(), operative.view(), &groups, 11).expect("comparable"));
    assert_eq!(again, one_thread, "the number of threads changes nothing");
}

#[test]
fn the_jackknife_of_a_mean_is_its_standard_error() {
    // Blocks of one: the known standard error of a mean, times Student's t of 4 degrees.
    let values = [1.0, 2.0, 4.0, 4.0, 9.0];
    let whole = 4.0;
    let without: Vec<f64> = values.iter().map(|value| (20.0 - value) / 4.0).collect();
    let interval = weighted_jackknife(whole, &without, &[1; 5]).expect("enough blocks");
    let error = (values.iter().map(|value| (value - whole) * (value - whole)).sum::<f64>() / 4.0 / 5.0).sqrt();
    assert!((interval.high - whole - 2.776_445 * error).abs() < 1e-9, "got {interval:?}");
}

#[test]
fn groups_make_an_interval_wider_than_items_do() {
    // Items of a group are equal, so there are 20 independent values and not 200.
    let values: Vec<f64> = (0..200).map(|item| f64::from((item / 10) % 2)).collect();
    let grouped: Vec<usize> = (0..200).map(|item| item / 10).collect();
    let single: Vec<usize> = (0..200).collect();
    let weights = [1.0; 200];
    let width = |groups: &[usize]| {
        let interval = group_bootstrap(&values, &weights, groups, 1000, 3).expect("enough groups");
        assert!(interval.low < 0.5 && interval.high > 0.5, "the mean is inside: {interval:?}");
        interval.high - interval.low
    };
    let share = width(&grouped) / width(&single);
    assert!((share - 10.0_f64.sqrt()).abs() < 0.5, "wider by the root of the group size, got {share}");
}
