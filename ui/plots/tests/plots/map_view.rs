//! How the plane lies on the picture, and how keyboard and wheel move it.

use parallax_plots::map::{Direction, MapState, Plane};
use parallax_wire::MapPoint;
use proptest::prelude::*;

use super::{SIZE, input, point, scattered};

/// The picture's own precision.
fn near(one: [f32; 2], other: [f32; 2], tolerance: f32) -> bool {
    (0..2).all(|axis| (one[axis] - other[axis]).abs() <= tolerance)
}

fn inside(plane: &Plane, points: &[MapPoint], size: [f32; 2]) -> bool {
    points.iter().flat_map(|point| [point.nominal_at, point.operative_at]).all(|at| {
        let [x, y] = plane.place(at);
        (0.0..=size[0]).contains(&x) && (0.0..=size[1]).contains(&y)
    })
}

proptest! {
    #[test]
    fn a_place_of_the_plane_comes_back_from_the_picture(
        x in -50.0f32..50.0, y in -50.0f32..50.0, zoom in 1.0f64..40.0,
    ) {
        let points = scattered(30);
        let mut state = MapState::default();
        state.zoom_by(zoom, [100.0, 300.0], &input(&points), SIZE);
        let plane = state.plane(&input(&points), SIZE);
        let back = plane.value(plane.place([x, y])).map(|value| value as f32);
        prop_assert!(near(back, [x, y], 1e-3), "{:?} came back as {back:?}", [x, y]);
    }

    #[test]
    fn everything_is_in_view_at_first_at_the_same_scale_both_ways(count in 1usize..60, width in 80.0f32..900.0) {
        let points = scattered(count);
        let size = [width, SIZE[1].min(width)];
        let plane = MapState::default().plane(&input(&points), size);
        prop_assert!(inside(&plane, &points, size), "not everything is in view");
        let [origin, right, up] = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]].map(|at| plane.place(at));
        prop_assert!((right[0] - origin[0] - (origin[1] - up[1])).abs() < 1e-2, "one unit is as wide as it is high");
    }

    #[test]
    fn what_lies_under_the_pointer_stays_there_while_zooming(x in 200.0f32..440.0, y in 150.0f32..270.0) {
        let points = scattered(30);
        let mut state = MapState::default();
        let before = state.plane(&input(&points), SIZE).value([x, y]);
        state.zoom_by(3.0, [x, y], &input(&points), SIZE);
        let after = state.plane(&input(&points), SIZE).place(before.map(|value| value as f32));
        prop_assert!(near(after, [x, y], 0.1), "{after:?}");
    }

    #[test]
    fn the_items_are_never_lost_by_panning_and_zooming(
        moves in prop::collection::vec((-2000.0f32..2000.0, -2000.0f32..2000.0, 0.01f64..100.0), 1..12),
    ) {
        let points = scattered(30);
        let input = input(&points);
        let mut state = MapState::default();
        let all = state.plane(&input, SIZE);
        for (x, y, factor) in moves {
            state.pan_by([x, y], &input, SIZE);
            state.zoom_by(factor, [x, y], &input, SIZE);
            let corners = [[0.0, 0.0], SIZE].map(|corner| {
                all.place(state.plane(&input, SIZE).value(corner).map(|value| value as f32))
            });
            prop_assert!(
                corners.iter().all(|[x, y]| (-1.0..=SIZE[0] + 1.0).contains(x) && (-1.0..=SIZE[1] + 1.0).contains(y)),
                "the view lies at {corners:?} of the picture that shows everything"
            );
        }
        state.reset_view();
        prop_assert!(inside(&state.plane(&input, SIZE), &points, SIZE), "a reset shows everything");
    }
}

#[test]
fn items_in_one_place_or_without_any_are_no_trouble() {
    let one = [point([3.0, 3.0], [3.0, 3.0], None, None)];
    let plane = MapState::default().plane(&input(&one), SIZE);
    assert!(near(plane.place([3.0, 3.0]), [SIZE[0] / 2.0, SIZE[1] / 2.0], 0.1), "a lone item lies in the middle");

    let nowhere = [point([f32::NAN, 3.0], [f32::INFINITY, 3.0], None, None)];
    for points in [&nowhere[..], &[]] {
        let mut state = MapState::default();
        state.zoom_in(&input(points), SIZE);
        assert!(state.plane(&input(points), SIZE).place([0.0, 0.0]).iter().all(|place| place.is_finite()));
        assert_eq!(state.step(Direction::Left, &input(points), SIZE), None, "there is nothing to select");
    }
}

#[test]
fn arrow_keys_select_the_next_item_in_their_direction() {
    let at = |x: f32, y: f32| point([x, y], [x, y], None, None);
    let points = [at(0.0, 0.0), at(1.0, 0.2), at(2.0, 0.0), at(0.1, 1.0), at(-1.0, -0.3), at(0.0, -2.0)];
    let input = input(&points);
    let mut state = MapState::default();
    state.selected = Some(0);
    let steps = [
        (Direction::Right, 1),
        (Direction::Right, 2),
        (Direction::Right, 2),
        (Direction::Left, 1),
        (Direction::Left, 0),
        (Direction::Up, 3),
        (Direction::Down, 0),
        (Direction::Down, 5),
    ];
    for (turn, (direction, expected)) in steps.into_iter().enumerate() {
        assert_eq!(state.step(direction, &input, SIZE), Some(expected), "step {turn}, {direction:?}");
    }
}

#[test]
fn the_keyboard_passes_over_what_a_filter_left_out_and_begins_in_the_middle() {
    let at = |x: f32| point([x, 0.0], [x, 0.0], None, None);
    let points = [at(-2.0), at(-1.0), at(0.1), at(1.0), at(2.0)];
    let kept = [true, true, false, false, true];
    let mut filtered = input(&points);
    filtered.emphasis = Some(&kept);
    let mut state = MapState::default();
    assert_eq!(state.step(Direction::Up, &filtered, SIZE), Some(1), "the kept item nearest to the middle");
    assert_eq!(state.step(Direction::Right, &filtered, SIZE), Some(4));
}

#[test]
fn the_keyboard_brings_what_it_selects_into_view() {
    let points = scattered(40);
    let input = input(&points);
    let mut state = MapState::default();
    state.zoom_by(8.0, [10.0, 10.0], &input, SIZE);
    for direction in [Direction::Right, Direction::Down, Direction::Down, Direction::Right, Direction::Right] {
        let item = state.step(direction, &input, SIZE).expect("there are items");
        let [x, y] = state.plane(&input, SIZE).place(points[item].operative_at);
        assert!((0.0..=SIZE[0]).contains(&x) && (0.0..=SIZE[1]).contains(&y), "item {item} lies at {x} {y}");
    }
    let zoomed = state.zoom();
    state.zoom_in(&input, SIZE);
    assert!(state.zoom() > zoomed);
    state.zoom_out(&input, SIZE);
    assert!((state.zoom() - zoomed).abs() < 1e-9, "out undoes in");
}
