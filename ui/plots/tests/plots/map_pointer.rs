//! Which item a pointer meets.

use parallax_plots::map::{HIT_RADIUS, MapState, hit};
use parallax_wire::MapPoint;
use proptest::prelude::*;

use super::{SIZE, input, point, scattered};

/// The distance from `at` to the nearer mark of an item, in points.
fn distance(at: [f32; 2], item: &MapPoint, points: &[MapPoint]) -> f32 {
    let plane = MapState::default().plane(&input(points), SIZE);
    let marks = [item.nominal_at, item.operative_at].map(|mark| plane.place(mark));
    marks.into_iter().map(|[x, y]| (x - at[0]).hypot(y - at[1])).fold(f32::INFINITY, f32::min)
}

proptest! {
    #[test]
    fn the_item_that_is_met_is_the_one_that_measuring_all_would_find(
        x in 0.0f32..SIZE[0], y in 0.0f32..SIZE[1], count in 1usize..120,
    ) {
        // Context alone: all marks have one size, and so the nearest middle is the nearest edge.
        let points: Vec<MapPoint> =
            scattered(count).into_iter().map(|point| MapPoint { operative: point.nominal, ..point }).collect();
        let nearest = points.iter().map(|item| distance([x, y], item, &points)).fold(f32::INFINITY, f32::min);
        match hit([x, y], &input(&points), &MapState::default(), SIZE) {
            // Under several marks it is the nearest of them, and beside all of them the nearest of all.
            Some(item) => prop_assert!((distance([x, y], &points[item], &points) - nearest).abs() < 1e-3),
            None => prop_assert!(nearest > HIT_RADIUS, "an item {nearest} away was not met"),
        }
    }

    #[test]
    fn every_flip_is_met_at_its_marks(item in 0usize..100) {
        let points = scattered(100);
        let plane = MapState::default().plane(&input(&points), SIZE);
        let met = hit(plane.place(points[item].operative_at), &input(&points), &MapState::default(), SIZE);
        let met = met.expect("there is a mark right there");
        let flip = |item: usize| points[item].nominal != points[item].operative;
        prop_assert!(met == item || flip(met) || !flip(item), "context lies under a flip and not over it");
    }
}

#[test]
fn empty_space_meets_nothing_and_a_mark_without_a_place_is_not_in_the_way() {
    let points = [
        point([0.0, 0.0], [10.0, 10.0], Some(0), Some(1)),
        point([f32::NAN, f32::NAN], [f32::NAN, f32::NAN], Some(0), Some(1)),
    ];
    let input = input(&points);
    let state = MapState::default();
    let plane = state.plane(&input, SIZE);
    assert_eq!(hit(plane.place([10.0, 0.0]), &input, &state, SIZE), None);
    let [x, y] = plane.place([10.0, 10.0]);
    assert_eq!(hit([x + 9.0, y], &input, &state, SIZE), Some(0), "a shaky hand meets the mark beside it");
    assert_eq!(hit(plane.place([0.0, 0.0]), &input, &state, SIZE), Some(0), "both marks of an item are its own");
}

#[test]
fn a_flip_that_lies_over_context_is_met_first() {
    let points = [
        point([0.0, 0.0], [0.0, 0.0], Some(0), Some(1)),
        point([0.01, 0.0], [0.01, 0.0], Some(0), Some(0)),
        point([9.0, 9.0], [9.0, 9.0], Some(0), Some(0)),
    ];
    let input = input(&points);
    let at = MapState::default().plane(&input, SIZE).place([0.01, 0.0]);
    assert_eq!(hit(at, &input, &MapState::default(), SIZE), Some(0), "what is seen is what is met");
}
