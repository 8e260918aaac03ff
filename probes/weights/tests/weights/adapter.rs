//! Adapters that were merged: replayed when they are given, recognised when they are not.

use parallax_weights::Precision;
use parallax_weights::adapter::{Adapter, Merge, Merged, Replay, replay};
use parallax_weights::residual::{Rows, SpectrumSettings, Undecided, compare_spectra};

use crate::matrices::{Matrix, NARROW, SQUARE, WIDE};

fn settings() -> SpectrumSettings {
    SpectrumSettings::standard(11)
}

/// Factors of rank 8 whose product, times 2 (alpha 16 over 8), has a share of the matrix's norm.
fn factors(matrix: &Matrix, share: f64) -> (Matrix, Matrix) {
    let (up, down) = (Matrix::normal(matrix.rows, 8, 21), Matrix::normal(8, matrix.columns, 22));
    // The product's norm is nearly the product of the norms over the root of the rank.
    let norm = 2.0 * up.norm() * down.norm() / 8.0f64.sqrt();
    let factor = (share * matrix.norm() / norm).sqrt() as f32;
    (up.map(|value| value * factor), down.map(|value| value * factor))
}

fn merged(base: &Matrix, adapter: &Adapter<'_>, merge: Merge, stored: Precision) -> Matrix {
    let mut values = vec![0.0; base.values.len()];
    Merged::new(base, adapter, merge, stored).unwrap().read(0, &mut values);
    Matrix { values, ..*base }
}

fn check(deployed: &Matrix, base: &Matrix, adapter: &Adapter<'_>) -> Replay {
    replay(deployed, base, adapter, Precision::BF16, &settings()).unwrap()
}

#[test]
fn every_order_of_rounding_is_told_from_the_others() {
    let Some(base) = Matrix::real(SQUARE).map(|matrix| matrix.bf16()) else { return };
    let (up, down) = factors(&base, 0.01);
    let adapter = Adapter::new(&up, &down, 2.0).unwrap();
    for merge in Merge::ALL {
        let deployed = merged(&base, &adapter, merge, Precision::BF16);
        let found = check(&deployed, &base, &adapter);
        assert_eq!((found.merge, found.equal), (merge, found.elements), "{merge:?}");
        assert!(found.is_explained() && found.leftover.is_none());
        assert!(found.moved > found.elements / 2 && found.moved_as_predicted == found.moved);
        assert_eq!(found.moved_otherwise, 0);
    }
}

#[test]
fn a_merge_with_other_last_digits_is_still_explained() {
    let Some(base) = Matrix::real(WIDE).map(|matrix| matrix.bf16()) else { return };
    let (up, down) = factors(&base, 0.01);
    let adapter = Adapter::new(&up, &down, 2.0).unwrap();
    let mut deployed = merged(&base, &adapter, Merge::Exact, Precision::BF16);
    // Another order of summing moves an element in some hundred to its neighbour.
    for value in deployed.values.iter_mut().step_by(211) {
        *value = f32::from_bits(value.to_bits() + 0x1_0000);
    }
    let found = check(&deployed, &base, &adapter);
    assert!(
        found.is_explained(),
        "{} within, {:?}",
        found.within_unit,
        found.leftover.map(|left| (left.ratio, left.rank))
    );
    assert_eq!(found.elements - found.equal, deployed.values.len().div_ceil(211));
}

#[test]
fn an_adapter_that_was_not_merged_explains_nothing() {
    let Some(base) = Matrix::real(SQUARE).map(|matrix| matrix.bf16()) else { return };
    for share in [0.01, 0.0003] {
        let (up, down) = factors(&base, share);
        let adapter = Adapter::new(&up, &down, 2.0).unwrap();
        let found = check(&base, &base, &adapter);
        assert!(!found.is_explained(), "at {share}, {} of {} within a unit", found.within_unit, found.elements);
        // Merged at half its strength.
        let half = Adapter::new(&up, &down, 1.0).unwrap();
        assert!(!check(&merged(&base, &half, Merge::Exact, Precision::BF16), &base, &adapter).is_explained());
    }
}

#[test]
fn a_second_edit_behind_a_merge_is_seen() {
    let Some(base) = Matrix::real(WIDE).map(|matrix| matrix.bf16()) else { return };
    let (up, down) = factors(&base, 0.01);
    let adapter = Adapter::new(&up, &down, 2.0).unwrap();
    let deployed = merged(&base, &adapter, Merge::Exact, Precision::Stored);
    let edit = Matrix::low_rank(base.rows, base.columns, 2, 5);
    let found = check(&deployed.edited(&edit, 0.001).bf16(), &base, &adapter);
    assert!(!found.is_explained());
    assert_eq!(found.leftover.unwrap().rank, Some(2));
}

#[test]
fn merges_in_f32_and_f16_are_replayed_too() {
    let Some(base) = Matrix::real(SQUARE) else { return };
    let (up, down) = factors(&base, 0.01);
    let adapter = Adapter::new(&up, &down, 2.0).unwrap();
    for (stored, base) in [(Precision::Stored, base.clone()), (Precision::F16, base.f16())] {
        let deployed = merged(&base, &adapter, Merge::Exact, stored);
        let found = replay(&deployed, &base, &adapter, stored, &settings()).unwrap();
        assert!(found.is_explained() && found.merge == Merge::Exact, "{stored:?}");
        assert!(!replay(&base, &base, &adapter, stored, &settings()).unwrap().is_explained());
    }
}

#[test]
fn a_merge_without_its_adapter_is_recognised_with_its_rank() {
    for name in [SQUARE, WIDE, NARROW] {
        let Some(base) = Matrix::real(name).map(|matrix| matrix.bf16()) else { return };
        for share in [0.0003, 0.001, 0.003, 0.01] {
            let (up, down) = factors(&base, share);
            let adapter = Adapter::new(&up, &down, 2.0).unwrap();
            let deployed = merged(&base, &adapter, Merge::Exact, Precision::BF16);
            let found = compare_spectra(&deployed, &base, None, &settings()).unwrap();
            assert!(found.structured, "{name} at {share}");
            assert_eq!(found.rank, Some(8), "{name} at {share}: {} beyond the edge", found.beyond);
            // A small adapter is lost where the weights are large: published and deployed numbers lie on one lattice.
            assert!(found.relative_norm < 1.1 * share, "{name} at {share}: {}", found.relative_norm);
            assert!(share < 0.01 || found.relative_norm > 0.9 * share, "{name} at {share}: {}", found.relative_norm);
        }
    }
}

#[test]
fn factors_that_do_not_fit_are_refused() {
    let base = Matrix::normal(40, 50, 1);
    let (up, down) = (Matrix::normal(40, 4, 2), Matrix::normal(3, 50, 3));
    let expected = Undecided::AdapterShape { up: [40, 4], down: [3, 50], tensor: [40, 50] };
    assert_eq!(Adapter::new(&up, &down, 1.0).err(), Some(expected));
    let down = Matrix::normal(4, 51, 3);
    let adapter = Adapter::new(&up, &down, 1.0).unwrap();
    let expected = Undecided::AdapterShape { up: [40, 4], down: [4, 51], tensor: [40, 50] };
    assert_eq!(replay(&base, &base, &adapter, Precision::BF16, &settings()).err(), Some(expected));
}
