//! Readers fitted on all items: the numbers they keep read raw states as the readers of the audit do.

use linfa::prelude::Fit;
use linfa::{Dataset, ParamGuard};
use ndarray::{Array1, Array2, Axis};
use parallax_compare::fitted::{LinearProbe, Prototypes};
use parallax_compare::probe::{LogisticParams, LogisticValidParams, Solver};
use parallax_compare::prototype::prototype;
use parallax_compare::standardise::Standardiser;
use parallax_compare::{Error, Undefined};

use crate::draw::{clusters, noise, rng};

fn params() -> LogisticValidParams {
    LogisticParams::new(Solver::Ours).check().expect("valid settings")
}

#[test]
fn cosines_are_those_to_the_centred_centroids() {
    let (states, labels, _) = clusters(60, 8, 3, 2, 0.8, &mut rng(1));
    let fitted = Prototypes::fit(states.view(), &labels, 4).expect("categories");
    let state = noise(1, 8, &mut rng(2)).row(0).to_owned();
    let mean = states.mean_axis(Axis(0)).expect("items");
    let cosines = fitted.cosines(state.view()).expect("a direction");
    for (category, got) in cosines.iter().take(3).enumerate() {
        let own: Vec<usize> = (0..60).filter(|&item| labels[item] == category).collect();
        let centroid = states.select(Axis(0), &own).mean_axis(Axis(0)).expect("items") - &mean;
        let towards = &state - &mean;
        let direct = centroid.dot(&towards) / (centroid.dot(&centroid) * towards.dot(&towards)).sqrt();
        let got = got.expect("it has items");
        assert!((got - direct).abs() < 1e-12, "category {category}: {got} is not {direct}");
    }
    assert_eq!(cosines[3], None, "a category without items has no centroid");
    let short = Array1::zeros(7);
    let expected = Err(Undefined::DimensionsDiffer { nominal: 8, operative: 7 });
    assert_eq!(fitted.cosines(short.view()), expected, "a state of another model");
    assert!(matches!(fitted.cosines(mean.view()), Err(Undefined::ZeroNorm { .. })), "the mean itself has no direction");
}

#[test]
fn prototypes_decide_as_the_reader_that_leaves_groups_out() {
    let (states, labels, groups) = clusters(240, 16, 4, 3, 0.8, &mut rng(3));
    let fitted = Prototypes::fit(states.view(), &labels, 4).expect("categories");
    let held_out = prototype(states.view(), states.view(), &labels, &groups, 4).expect("groups can be left out");
    let agree = (0..240)
        .filter(|&item| {
            let cosines = fitted.cosines(states.row(item)).expect("a direction");
            let best =
                (0..4).max_by(|&a, &b| cosines[a].partial_cmp(&cosines[b]).expect("numbers")).expect("categories");
            best == held_out.categories[item]
        })
        .count();
    assert!(agree >= 228, "with 3 of 240 items more in its centroids it decides alike: {agree} of 240");
}

#[test]
fn a_folded_probe_gives_the_probabilities_of_the_standardised_one() {
    for n_categories in [2, 5] {
        let (mut states, labels, _) = clusters(200, 12, n_categories, 4, 0.5, &mut rng(4));
        // Dimensions of very different means and deviations, one of which is switched off.
        for (dim, (shift, scale)) in
            [(0.0, 1.0), (1e4, 1.0), (-3.0, 1e-3), (7.0, 1e3), (5.0, 0.0)].into_iter().enumerate()
        {
            states.column_mut(dim).mapv_inplace(|value| shift + scale * value);
        }
        let folded = LinearProbe::fit(states.view(), &labels, &params()).expect("it converges");
        let standardiser = Standardiser::fit(states.view()).expect("it varies");
        let standard = standardiser.apply(states.view()).expect("the same width");
        let plain = params().fit(&Dataset::new(standard.clone(), Array1::from(labels.clone()))).expect("it converges");
        let expected = plain.probabilities(standard.view()).expect("the same width");
        assert_eq!(folded.classes, plain.classes, "the same labels");
        assert!(folded.weights.iter().all(|weight| f64::from(*weight as f32) == *weight), "every number is one of f32");
        for (item, row) in states.rows().into_iter().enumerate() {
            let got = folded.probabilities(row).expect("the same width");
            assert!((got.iter().sum::<f64>() - 1.0).abs() < 1e-12, "probabilities add up");
            for (got, expected) in got.iter().zip(expected.row(item)) {
                // f32 keeps seven digits of the weights; the mean of 1e4 costs its intercept four of them.
                assert!((got - expected).abs() < 2e-3, "{n_categories} categories, item {item}: {got}, {expected}");
            }
        }
    }
}

#[test]
fn a_category_without_items_is_no_class_of_the_probe() {
    let (states, labels, _) = clusters(90, 6, 3, 1, 1.0, &mut rng(5));
    let without_one: Vec<usize> = labels.iter().map(|&label| if label == 1 { 2 } else { label }).collect();
    let probe = LinearProbe::fit(states.view(), &without_one, &params()).expect("it converges");
    assert_eq!(probe.classes, [0, 2], "only what there were items of");
    assert_eq!(probe.weights.dim(), (2, 7), "a row each");
    let expected = Err(Undefined::DimensionsDiffer { nominal: 6, operative: 5 });
    assert_eq!(probe.probabilities(Array1::zeros(5).view()), expected, "a state of another model");
}

#[test]
fn what_cannot_be_fitted_is_refused_with_its_reason() {
    let equal = Array2::from_elem((10, 3), 0.1);
    // A number whose mean is exact: the standardisation takes what rounding leaves of another one for variation.
    let exact = Array2::from_elem((10, 3), 0.5);
    let labels = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
    assert!(
        matches!(Prototypes::fit(equal.view(), &labels, 2), Err(Error::Undefined(Undefined::NoVariation))),
        "equal states"
    );
    assert!(
        matches!(LinearProbe::fit(exact.view(), &labels, &params()), Err(Error::Undefined(Undefined::NoVariation))),
        "equal states"
    );
    let states = noise(10, 3, &mut rng(6));
    assert!(
        matches!(Prototypes::fit(states.view(), &labels, 1), Err(Error::OutOfRange { got: 1, .. })),
        "a label too many"
    );
    assert!(Prototypes::fit(states.view(), &labels[1..], 2).is_err(), "a label too few");
    assert!(LinearProbe::fit(states.view(), &[0; 10], &params()).is_err(), "one category");
    assert!(Prototypes::fit(noise(0, 3, &mut rng(7)).view(), &[], 2).is_err(), "no items");
}
