//! Regime, language and drift: what may be asked, and whether a whole language moved.

use ndarray::Array2;
use parallax_compare::Undefined;
use parallax_compare::drift::{DriftInput, drift};
use parallax_compare::geometry::{Neighbours, agreement};
use parallax_compare::language::{TokenizedItems, check_languages};
use parallax_compare::regime::{RegimeKind, RegimeReason, regime};

use crate::draw::{clusters, noise, normal, rng, rotation};

#[test]
fn rounding_keeps_the_basis_and_rotation_does_not() {
    let mut rng = rng(1);
    let (states, _, _) = clusters(200, 64, 8, 2, 1.0, &mut rng);
    let states = states + 5.0;
    let rounded = &states + &(noise(200, 64, &mut rng) * 0.4);
    let rotated = states.dot(&rotation(64, &mut rng));
    let unrelated = noise(200, 64, &mut rng) + 5.0;
    assert_eq!(regime(states.view(), states.view()).kind, RegimeKind::SameBasis, "itself");
    assert_eq!(regime(states.view(), rounded.view()).kind, RegimeKind::SameBasis, "rounded");
    assert_eq!(regime(states.view(), rotated.view()).kind, RegimeKind::DifferentBasis, "rotated");
    assert_eq!(regime(states.view(), unrelated.view()).kind, RegimeKind::DifferentBasis, "a common mean is no basis");
}

#[test]
fn one_shared_dimension_is_no_shared_basis() {
    let mut rng = rng(2);
    let (mut nominal, mut operative) = (noise(300, 64, &mut rng), noise(300, 64, &mut rng));
    for item in 0..300 {
        let shared = 200.0 * normal(&mut rng);
        (nominal[[item, 0]], operative[[item, 0]]) = (shared, shared);
    }
    let regime = regime(nominal.view(), operative.view());
    assert_ne!(regime.kind, RegimeKind::SameBasis, "{:?}", regime.reason);
}

#[test]
fn a_regime_that_cannot_be_decided_says_why() {
    let few = noise(10, 4, &mut rng(3));
    let regime_of_few = regime(few.view(), few.view());
    assert_eq!(regime_of_few.kind, RegimeKind::Undetermined, "ten items");
    assert_eq!(regime_of_few.reason, RegimeReason::TooFewItems { n: 10 }, "why");
    let wide = noise(10, 5, &mut rng(3));
    let widths = regime(few.view(), wide.view());
    assert_eq!(widths.kind, RegimeKind::DifferentBasis, "widths decide with any number of items");
    assert_eq!(widths.reason, RegimeReason::Widths { nominal: 4, operative: 5 }, "why");
    let constant = Array2::from_elem((30, 4), 1.0);
    let undefined = regime(constant.view(), constant.view());
    assert_eq!(undefined.kind, RegimeKind::Undetermined, "constant states");
    assert!(matches!(undefined.reason, RegimeReason::Undefined(_)), "why: {:?}", undefined.reason);
}

#[test]
fn a_language_of_unknown_words_or_equal_ids_cannot_be_tested() {
    let ids = [vec![1, 2], vec![1, 3], vec![9, 9], vec![9, 9], vec![4, 5], vec![4, 5], vec![6]];
    let items = TokenizedItems {
        languages: &[0, 0, 1, 1, 2, 2, 3],
        labels: &[0, 1, 0, 1, 1, 1, 0],
        ids: &ids,
        words: &[5, 5, 5, 5, 5, 5, 4],
        unknown_words: &[1, 1, 0, 0, 2, 0, 1],
    };
    let checks = check_languages(&items).expect("one entry an item");
    let cannot: Vec<bool> = checks.iter().map(|check| check.cannot_test()).collect();
    assert_eq!(cannot, [false, true, false, true], "20% is allowed; equal ids of one category are");
    assert_eq!(checks[1].confused_items, [2, 3], "which items are confused");
    assert!((checks[3].unknown_share() - 0.25).abs() < 1e-12 && checks[3].too_many_unknown(), "one word of four");
}

/// Neighbours shared with `nominal`.
fn shared(nominal: &Array2<f64>, other: &Array2<f64>) -> Vec<usize> {
    let find = |states: &Array2<f64>| Neighbours::find(states.view(), 10).expect("has neighbours");
    agreement(&find(nominal), &find(other)).expect("the same items").shared
}

#[test]
fn only_a_language_that_moved_further_than_rounding_is_found() {
    let mut rng = rng(4);
    let (nominal, _, groups) = clusters(480, 32, 8, 3, 0.5, &mut rng);
    // Groups are numbered over all items in runs of 24, so languages take whole runs.
    let languages: Vec<usize> = (0..480).map(|item| item / 24 % 2).collect();
    let rounded = &nominal + &(noise(480, 32, &mut rng) * 0.1);
    let mut operative = &nominal + &(noise(480, 32, &mut rng) * 0.1);
    for item in (0..480).filter(|&item| languages[item] == 1) {
        let further = noise(1, 32, &mut rng) * 0.4;
        operative.row_mut(item).scaled_add(1.0, &further.row(0));
    }
    let (operative, rounding) = (shared(&nominal, &operative), shared(&nominal, &rounded));
    let floor = vec![10; 480];
    let input = DriftInput {
        operative: &operative,
        rounding: Some(&rounding),
        floor: Some(&floor),
        k: 10,
        languages: &languages,
        groups: &groups,
    };
    let found = drift(&input).expect("a control is given");
    assert!(found.against_rounding, "the control is the rounding");
    assert!(found.languages[1].adjusted_p < 1e-6, "moved: {}", found.languages[1].adjusted_p);
    assert!(!found.languages[1].items_beyond.is_empty(), "items beyond the control's first percentile");
    let still = drift(&DriftInput { operative: &rounding, ..input }).expect("a control is given");
    assert!(still.languages.iter().all(|language| language.p == 1.0), "rounding is no drift from itself");
    let against_floor = drift(&DriftInput { rounding: None, ..input }).expect("a floor is given");
    assert!(!against_floor.against_rounding, "says what it was held against");
    let nothing = drift(&DriftInput { rounding: None, floor: None, ..input });
    assert!(matches!(nothing, Err(Undefined::NoControl { .. })), "nothing to compare with");
}

#[test]
fn another_rounding_of_the_same_size_is_rarely_called_drift() {
    let mut rng = rng(5);
    let mut found = 0;
    for _ in 0..40 {
        let (nominal, _, groups) = clusters(240, 16, 8, 3, 0.5, &mut rng);
        let languages: Vec<usize> = (0..240).map(|item| item / 24 % 2).collect();
        let one = &nominal + &(noise(240, 16, &mut rng) * 0.15);
        let other = &nominal + &(noise(240, 16, &mut rng) * 0.15);
        let (operative, rounding) = (shared(&nominal, &one), shared(&nominal, &other));
        let input = DriftInput {
            operative: &operative,
            rounding: Some(&rounding),
            floor: None,
            k: 10,
            languages: &languages,
            groups: &groups,
        };
        let drift = drift(&input).expect("a control is given");
        found += usize::from(drift.languages.iter().any(|language| language.adjusted_p <= 0.05));
    }
    // At 5% of 40 two are expected; more than six has a chance below 0.5%.
    assert!(found <= 6, "{found} of 40 runs call an equal rounding drift");
}
