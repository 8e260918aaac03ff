//! Common origin: told by which unit is which, and not by what all tensors share.

use candle_core::quantized::GgmlDType;
use parallax_weights::lineage::{NotDecidable, Relation, Units, lineage};
use parallax_weights::residual::Undecided;

use crate::matrices::{EMBEDDING, Matrix, SQUARE, WIDE};

#[test]
fn tensors_of_one_origin_are_related_after_heavy_changes() {
    let Some(source) = Matrix::real(WIDE) else { return };
    let noise = Matrix::normal(source.rows, source.columns, 4);
    // Three times as much noise as weights leaves a cosine of about 0.3.
    for (deployed, what) in [
        (source.quantized(GgmlDType::Q4_0), "quantized"),
        (source.edited(&noise, 1.0), "as much noise"),
        (source.edited(&noise, 3.0), "three times as much noise"),
        (source.map(|value| value * 0.7 + 0.01), "scaled and shifted"),
    ] {
        for units in [Units::Rows, Units::Columns] {
            let found = lineage(&deployed, &source, units, 1).unwrap();
            let Relation::Related { p } = found.relation else { panic!("{what}, {units:?}: {found:?}") };
            assert!(p < 1e-6);
        }
    }
    let found = lineage(&source, &source, Units::Rows, 1).unwrap();
    assert_eq!((found.units, found.matched), (512, 512));
    assert!((found.spearman - 1.0).abs() < 1e-12);
}

#[test]
fn other_layers_of_the_same_model_are_not_related() {
    let Some(all) = Matrix::all_real() else { return };
    let same: Vec<_> = all.iter().filter(|(name, _)| name.ends_with("intermediate.dense.weight")).collect();
    for (name, other) in &same[1..] {
        // Their rows are hidden units; their columns are the hidden states, which layers do share.
        let found = lineage(other, &same[0].1, Units::Rows, 1).unwrap();
        assert!(matches!(found.relation, Relation::Unrelated { .. }), "{name}: {found:?}");
        assert!(found.matched < 10, "{name}");
    }
}

#[test]
fn what_all_tensors_share_is_no_relation() {
    // The same mean and the same large columns in both: the naive z of their cosine is in the hundreds.
    let common = |seed: u64| {
        let mut matrix = Matrix::normal(400, 300, seed);
        for row in 0..matrix.rows {
            for (column, value) in matrix.row_mut(row).iter_mut().enumerate() {
                *value += 1.0 + if column % 60 == 0 { 20.0 } else { 0.0 };
            }
        }
        matrix
    };
    let found = lineage(&common(1), &common(2), Units::Rows, 3).unwrap();
    assert!(found.cosine > 0.85 && (found.cosine - found.cosine_of_all).abs() < 0.01);
    assert!(matches!(found.relation, Relation::Unrelated { .. }), "{found:?}");
}

#[test]
fn independent_tensors_get_uniform_values() {
    let mut beyond = 0;
    for seed in 0..60 {
        let (left, right) = (Matrix::normal(64, 48, 2 * seed), Matrix::normal(64, 48, 2 * seed + 1));
        let found = lineage(&left, &right, Units::Rows, seed).unwrap();
        assert!(!matches!(found.relation, Relation::Related { .. }), "seed {seed}");
        beyond += usize::from(found.z.abs() > 1.0);
    }
    assert!((8..=32).contains(&beyond), "about a third lie beyond one standard deviation: {beyond} of 60");
}

#[test]
fn units_in_another_order_are_matched_elsewhere() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let from: Vec<usize> = (0..384).map(|row| (row * 5 + 3) % 384).collect();
    let found = lineage(&source.with_rows(&from), &source, Units::Rows, 1).unwrap();
    assert!(!matches!(found.relation, Relation::Related { .. }));
    assert!(found.matched_cosine > 0.999 && found.matched < 10);
}

#[test]
fn what_cannot_be_decided_is_said() {
    let small = Matrix::normal(20, 300, 1);
    let found = lineage(&small, &small, Units::Rows, 1).unwrap();
    assert_eq!(found.relation, Relation::NotDecidable { reason: NotDecidable::TooFewUnits { units: 20 } });
    let (thin, other) = (Matrix::normal(40, 3, 1), Matrix::normal(40, 3, 2));
    let found = lineage(&thin, &other, Units::Rows, 1).unwrap();
    assert!(matches!(found.relation, Relation::NotDecidable { reason: NotDecidable::TooWeak { .. } }), "{found:?}");
    let flat = Matrix { rows: 40, columns: 40, values: vec![1.0; 1600] };
    assert_eq!(lineage(&flat, &flat, Units::Rows, 1), Err(Undecided::NoVariation));
}

#[test]
fn long_tensors_are_sampled_the_same_way_each_time() {
    let Some(source) = Matrix::real(EMBEDDING) else { return };
    let deployed = source.quantized(GgmlDType::Q8_0);
    for units in [Units::Rows, Units::Columns] {
        let found = lineage(&deployed, &source, units, 9).unwrap();
        assert!(matches!(found.relation, Relation::Related { .. }), "{units:?}");
        assert_eq!(lineage(&deployed, &source, units, 9).unwrap(), found);
    }
}
