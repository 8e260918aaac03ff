//! The rows that say what the map shows.

use parallax_plots::map::map_table;

use super::{input, point, scattered};

#[test]
fn the_item_that_moved_furthest_comes_first_and_one_without_a_place_last() {
    let points = [
        point([0.0, 0.0], [0.0, 1.0], Some(0), Some(0)),
        point([f32::NAN, 0.0], [0.0, 0.0], Some(0), Some(1)),
        point([1.0, 1.0], [4.0, 5.0], Some(0), Some(1)),
        point([2.0, 2.0], [2.0, 2.0], None, Some(1)),
    ];
    let rows = map_table(&input(&points));
    let told: Vec<_> = rows.iter().map(|row| (row.item, row.moved, row.flip)).collect();
    assert_eq!(
        told,
        [(2, Some(5.0), true), (0, Some(1.0), false), (3, Some(0.0), false), (1, None, true)],
        "without a decision in one variant there is no flip, and a flip is one wherever it lies"
    );
}

#[test]
fn every_item_has_one_row_whatever_a_filter_keeps() {
    let points = scattered(200);
    let kept: Vec<bool> = (0..150).map(|item| item % 2 == 0).collect();
    let mut filtered = input(&points);
    filtered.emphasis = Some(&kept);
    let rows = map_table(&filtered);
    let mut items: Vec<usize> = rows.iter().map(|row| row.item).collect();
    items.sort_unstable();
    assert_eq!(items, (0..200).collect::<Vec<_>>());
    assert!(rows.iter().all(|row| row.kept == (row.item % 2 == 0 || row.item >= 150)), "no entry means kept");
    assert!(rows.is_sorted_by(|one, next| one.moved >= next.moved), "furthest first");
}
