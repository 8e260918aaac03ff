//! Rows, columns and whole tensors that were changed are named, and nothing else is.

use candle_core::quantized::GgmlDType;
use parallax_weights::residual::{Freedom, Order, Undecided, agreement, kept_rows, localise, order};

use crate::matrices::{EMBEDDING, Matrix, NARROW, SQUARE, WIDE};

fn listed(spread: &parallax_weights::residual::Spread) -> Vec<usize> {
    spread.list.iter().map(|changed| changed.index).collect()
}

/// Every 1000th row, beginning with 17, multiplied by `factor`.
fn scaled(matrix: &Matrix, factor: f32) -> (Matrix, Vec<usize>) {
    let rows: Vec<usize> = (17..matrix.rows).step_by(1000).collect();
    let mut edited = matrix.clone();
    for &row in &rows {
        edited.row_mut(row).iter_mut().for_each(|value| *value *= factor);
    }
    (edited, rows)
}

#[test]
fn scaled_rows_of_an_embedding_are_listed_exactly() {
    let Some(source) = Matrix::real(EMBEDDING) else { return };
    let (edited, rows) = scaled(&source, 1.03);
    for format in [GgmlDType::Q8_0, GgmlDType::Q4_0] {
        let (deployed, reference) = (edited.quantized(format), source.quantized(format));
        let found = localise(&deployed, &source, &reference, Freedom::Exact).unwrap();
        assert_eq!(listed(&found.rows), rows, "{format:?}");
        assert_eq!(found.columns.changed, 0, "{format:?}: the rows explain the columns");
        // By chance, a few of the edited elements lie where a tie would.
        assert!(found.ties < 10, "{format:?}: {} ties", found.ties);
    }
    // In a format without rounding, and rounded to 16 bits.
    let found = localise(&edited, &source, &source, Freedom::Exact).unwrap();
    assert_eq!(listed(&found.rows), rows);
    let found = localise(&edited.bf16(), &source, &source.bf16(), Freedom::Exact).unwrap();
    assert_eq!(listed(&found.rows), rows);
}

#[test]
fn scaled_rows_are_found_when_the_encoder_is_not_known_exactly() {
    let Some(source) = Matrix::real(EMBEDDING) else { return };
    // Another encoder of nearly the same format: its scales are off by up to two percent, so that every row differs.
    let other = |matrix: &Matrix| {
        let mut copy = matrix.clone();
        for row in 0..copy.rows {
            let factor = 1.0 + ((row * 7919) % 41) as f32 / 1000.0 - 0.02;
            copy.row_mut(row).iter_mut().for_each(|value| *value *= factor);
        }
        let mut quantized = copy.quantized(GgmlDType::Q4_0);
        for row in 0..copy.rows {
            let factor = 1.0 + ((row * 7919) % 41) as f32 / 1000.0 - 0.02;
            quantized.row_mut(row).iter_mut().for_each(|value| *value /= factor);
        }
        quantized
    };
    let reference = source.quantized(GgmlDType::Q4_0);
    let honest = localise(&other(&source), &source, &reference, Freedom::Approximate).unwrap();
    assert_eq!((honest.rows.changed, honest.columns.changed), (0, 0), "an honest file");
    let (edited, rows) = scaled(&source, 1.12);
    let found = localise(&other(&edited), &source, &reference, Freedom::Approximate).unwrap();
    assert_eq!(listed(&found.rows), rows);
    assert!(found.rows.list.iter().all(|row| row.adjusted_p.unwrap() <= 0.01 && row.ratio.unwrap() > 1.1));
    assert_eq!(found.columns.changed, 0);
}

#[test]
fn honest_roundings_leave_nothing_unexplained() {
    for name in [WIDE, NARROW, SQUARE] {
        let Some(source) = Matrix::real(name) else { return };
        for format in [GgmlDType::Q4_0, GgmlDType::Q4_1, GgmlDType::Q5_0, GgmlDType::Q5_1, GgmlDType::Q8_0] {
            let reference = source.quantized(format);
            let found = localise(&reference, &source, &reference, Freedom::Exact).unwrap();
            assert_eq!((found.rows.changed, found.columns.changed, found.elements), (0, 0, 0), "{name} {format:?}");
        }
    }
}

#[test]
fn scaled_columns_are_listed_and_not_the_rows_they_cross() {
    let Some(source) = Matrix::real(WIDE) else { return };
    let mut edited = source.clone();
    for row in 0..edited.rows {
        for column in [3, 200] {
            edited.row_mut(row)[column] *= 1.5;
        }
    }
    let found = localise(&edited.bf16(), &source, &source.bf16(), Freedom::Exact).unwrap();
    assert_eq!(listed(&found.columns), [3, 200]);
    assert_eq!(found.rows.changed, 0);
}

#[test]
fn a_tie_is_no_change_and_any_other_step_is() {
    // Codes are whole numbers; 2.5 lies between two of them.
    let three =
        |row: [f32; 4]| Matrix { rows: 5, columns: 4, values: [row, [0.1; 4], [0.2; 4], [0.3; 4], [0.4; 4]].concat() };
    let source = three([1.2, 2.5, -3.4, 4.1]);
    let reference = three([1.0, 2.0, -3.0, 4.0]);
    let tie = three([1.0, 3.0, -3.0, 4.0]);
    let found = localise(&tie, &source, &reference, Freedom::Exact).unwrap();
    assert_eq!((found.ties, found.elements, found.rows.changed), (1, 0, 0));
    let step = three([2.0, 2.0, -3.0, 4.0]);
    let found = localise(&step, &source, &reference, Freedom::Exact).unwrap();
    assert_eq!((found.ties, found.elements, found.rows.changed), (0, 1, 1));
}

#[test]
fn numbers_that_are_not_finite_are_named() {
    let source = Matrix { rows: 2, columns: 2, values: vec![1.0; 4] };
    let broken = Matrix { values: vec![1.0, 1.0, 1.0, f32::NAN], ..source };
    let expected = Err(Undecided::NotFinite { row: 1, column: 1 });
    assert_eq!(localise(&broken, &source, &source, Freedom::Exact), expected);
    assert_eq!(localise(&source, &source, &broken, Freedom::Exact), expected);
    assert_eq!(agreement(&broken, &source).map(|_| ()), Err(Undecided::NotFinite { row: 1, column: 1 }));
}

#[test]
fn another_layer_is_told_from_a_coarse_rounding() {
    let (Some(source), Some(all)) = (Matrix::real(SQUARE), Matrix::all_real()) else { return };
    for (name, other) in all.iter().filter(|(name, other)| name != SQUARE && (other.rows, other.columns) == (384, 384))
    {
        let found = agreement(other, &source).unwrap();
        assert!(found.is_replaced(), "{name}: correlation {:?}", found.correlation);
        assert_eq!(order(other, &source).unwrap(), Order::Different, "{name}");
    }
}

#[test]
fn the_coarsest_rounding_is_no_replacement() {
    let Some(source) = Matrix::real(NARROW) else { return };
    for format in [GgmlDType::Q2K, GgmlDType::Q3K, GgmlDType::Q4_0] {
        let found = agreement(&source.quantized(format), &source).unwrap();
        assert!(!found.is_replaced());
        assert!(found.correlation.unwrap() > 0.9, "{format:?}: {:?}", found.correlation);
    }
    let found = agreement(&source, &source).unwrap();
    assert_eq!((found.equal, found.rows_changed, found.relative_error), (found.elements, 0, Some(0.0)));
    assert!(!found.is_replaced());
}

#[test]
fn other_orders_are_named() {
    let Some(source) = Matrix::real(WIDE) else { return };
    assert_eq!(order(&source, &source).unwrap(), Order::Same);
    // Rows in turn, before the rounding: the reference's rows are in turn as well.
    let from: Vec<usize> = (0..source.rows).map(|row| (row * 5 + 3) % source.rows).collect();
    let shuffled = source.with_rows(&from);
    for format in [GgmlDType::Q4_0, GgmlDType::Q8_0] {
        let found = order(&shuffled.quantized(format), &source.quantized(format)).unwrap();
        let moved = from.iter().enumerate().filter(|(row, other)| row != *other).count();
        assert_eq!(found, Order::RowsPermuted { from: from.clone(), moved }, "{format:?}");
    }
    assert!(agreement(&shuffled, &source).unwrap().is_replaced(), "which is why the order is asked first");
    let found = order(&shuffled.transposed(), &source.transposed()).unwrap();
    assert!(matches!(found, Order::ColumnsPermuted { from: found, .. } if found == from));
    // Two tokens that changed places.
    let mut swapped: Vec<usize> = (0..source.rows).collect();
    swapped.swap(10, 700);
    let found = order(&source.with_rows(&swapped), &source).unwrap();
    assert_eq!(found, Order::RowsPermuted { from: swapped, moved: 2 });
    let mut turned = source.clone();
    for row in 0..turned.rows {
        let by = row % 384;
        turned.row_mut(row).rotate_left(by);
    }
    assert_eq!(order(&turned, &source).unwrap(), Order::PermutedWithinRows);
    let reversed = Matrix { values: source.values.iter().rev().copied().collect(), ..source };
    assert_eq!(order(&reversed, &source).unwrap(), Order::ElementsPermuted);
    let mut other = source.clone();
    other.values[5] = f32::from_bits(other.values[5].to_bits() ^ 1);
    assert_eq!(order(&other, &source).unwrap(), Order::Different);
}

#[test]
fn equal_rows_stay_where_they_are() {
    let source = Matrix { rows: 4, columns: 1, values: vec![1.0, 1.0, 2.0, 3.0] };
    let deployed = Matrix { values: vec![1.0, 1.0, 3.0, 2.0], ..source };
    assert_eq!(order(&deployed, &source).unwrap(), Order::RowsPermuted { from: vec![0, 1, 3, 2], moved: 2 });
    let deployed = Matrix { values: vec![2.0, 1.0, 1.0, 3.0], ..source };
    assert_eq!(order(&deployed, &source).unwrap(), Order::RowsPermuted { from: vec![2, 1, 0, 3], moved: 2 });
}

#[test]
fn rows_that_were_kept_are_recognised() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let kept: Vec<usize> = (0..source.rows).filter(|row| row % 7 != 2).collect();
    assert_eq!(kept_rows(&source.with_rows(&kept), &source).unwrap(), Some(kept));
    assert_eq!(kept_rows(&source.with_rows(&[5, 3]), &source).unwrap(), None, "another order");
    assert_eq!(kept_rows(&source.with_rows(&[5, 30]).map(|value| value + 1.0), &source).unwrap(), None);
}
