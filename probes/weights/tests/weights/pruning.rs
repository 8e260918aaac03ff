//! Which weights were removed, by which rule, and whether those that stayed are the published ones.

use parallax_weights::pruning::{Pattern, Pruning, pruning};

use crate::matrices::{Matrix, SQUARE};

/// Removes the weights for which the function says so.
fn removed(matrix: &Matrix, remove: impl Fn(usize, usize, f32) -> bool) -> Matrix {
    let mut pruned = matrix.clone();
    for row in 0..matrix.rows {
        for (column, value) in pruned.row_mut(row).iter_mut().enumerate() {
            if remove(row, column, *value) {
                *value = 0.0;
            }
        }
    }
    pruned
}

/// Removes the smallest weights of each group of neighbours, so that `kept` of them stay.
fn by_pattern(matrix: &Matrix, pattern: Pattern) -> Matrix {
    let mut pruned = matrix.clone();
    for group in pruned.values.chunks_exact_mut(pattern.of) {
        let mut order: Vec<usize> = (0..pattern.of).collect();
        order.sort_by(|&a, &b| group[a].abs().total_cmp(&group[b].abs()));
        for &place in &order[..pattern.of - pattern.kept] {
            group[place] = 0.0;
        }
    }
    pruned
}

fn holding(found: &Pruning) -> Vec<Pattern> {
    found.patterns.iter().filter(|count| count.holds()).map(|count| count.pattern).collect()
}

#[test]
fn a_threshold_for_the_whole_tensor_is_recognised() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let mut sizes: Vec<f32> = source.values.iter().map(|value| value.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let threshold = sizes[sizes.len() / 2];
    let found = pruning(&removed(&source, |_, _, value| value.abs() < threshold), &source).unwrap();
    assert!(found.explains() && found.by_magnitude() && found.by_magnitude_in_rows());
    assert_eq!(found.removed, source.values.len() / 2);
    assert_eq!(found.sparsity(), 0.5);
    assert_eq!(found.smallest_kept, Some(threshold));
    assert!(found.removed_rows.is_empty() && found.removed_columns.is_empty() && holding(&found).is_empty());
}

#[test]
fn a_threshold_for_each_row_is_recognised() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let mut pruned = source.clone();
    for row in 0..source.rows {
        let mut sizes: Vec<f32> = source.row(row).iter().map(|value| value.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        pruned.row_mut(row).iter_mut().filter(|value| value.abs() < sizes[200]).for_each(|value| *value = 0.0);
    }
    let found = pruning(&pruned, &source).unwrap();
    assert!(found.explains() && !found.by_magnitude() && found.by_magnitude_in_rows());
    assert_eq!((found.rows_touched, found.removed), (384, 384 * 200));
}

#[test]
fn patterns_are_recognised_and_a_single_violation_is_counted() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let half = Pattern { kept: 2, of: 4 };
    let pruned = by_pattern(&source, half);
    let found = pruning(&pruned, &source).unwrap();
    assert!(found.explains() && !found.by_magnitude());
    assert_eq!(holding(&found), [half, Pattern { kept: 4, of: 8 }], "2:4 keeps to 4:8 too");
    assert!(found.patterns.iter().filter(|count| count.pattern == half).all(|count| count.out_of_order == 0));
    let mut broken = pruned.clone();
    let place = broken.values.iter().position(|&value| value == 0.0).unwrap();
    broken.values[place] = source.values[place];
    let found = pruning(&broken, &source).unwrap();
    assert!(found.explains());
    assert_eq!(holding(&found), []);
    assert_eq!(found.patterns.iter().find(|count| count.pattern == half).unwrap().violated, 1);
    assert_eq!(
        holding(&pruning(&by_pattern(&source, Pattern { kept: 4, of: 8 }), &source).unwrap()),
        [Pattern { kept: 4, of: 8 }]
    );
}

#[test]
fn removed_rows_and_columns_are_listed() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let pruned = removed(&source, |row, column, _| row == 5 || row == 77 || column == 9);
    let found = pruning(&pruned, &source).unwrap();
    assert!(found.explains() && !found.by_magnitude());
    assert_eq!((found.removed_rows, found.removed_columns), (vec![5, 77], vec![9]));
}

#[test]
fn survivors_must_be_the_published_weights() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let mut pruned = removed(&source, |_, _, value| value.abs() < 0.01);
    let place = pruned.values.iter().position(|&value| value != 0.0).unwrap();
    pruned.values[place] = f32::from_bits(pruned.values[place].to_bits() + 1);
    let found = pruning(&pruned, &source).unwrap();
    assert_eq!((found.changed, found.explains()), (1, false));
    let untouched = pruning(&source, &source).unwrap();
    assert!(!untouched.explains() && !untouched.by_magnitude(), "nothing was removed");
    // Published zeros that are numbers now.
    let found = pruning(&source, &removed(&source, |row, column, _| row == 1 && column < 3)).unwrap();
    assert_eq!((found.revived, found.changed, found.explains()), (3, 3, false));
}
