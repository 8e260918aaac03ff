//! Maps of states: what the plane keeps, what it does not depend on, and when there is none.

use ndarray::{Array2, ArrayView2, Axis, array, s};
use parallax_compare::Undefined;
use parallax_compare::geometry::Neighbours;
use parallax_compare::projection::{Projection, project};
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};

use crate::draw::{clusters, noise, rng, rotation};

fn map(nominal: &Array2<f64>, operative: &Array2<f64>, same_basis: bool) -> Result<Projection, Undefined> {
    let nearest = Neighbours::find(nominal.view(), 10.min(nominal.nrows() - 1))?;
    project(nominal.view(), operative.view(), same_basis, &nearest)
}

/// Largest distance of two lists of positions, in units of the first one's largest number.
fn apart(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> f64 {
    let largest = a.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    a.iter().zip(b).fold(0.0_f64, |most, (a, b)| most.max((a - b).abs())) / largest
}

/// As [`apart`], for the best of the four choices of sign.
fn apart_up_to_reflection(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> f64 {
    let signs = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]];
    signs.into_iter().map(|[x, y]| apart(a, (&b * &array![[x, y]]).view())).fold(f64::INFINITY, f64::min)
}

/// States whose first two directions stand out.
fn flat(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut states = noise(n, dim, &mut rng(seed));
    states.column_mut(0).mapv_inplace(|value| value * 9.0);
    states.column_mut(1).mapv_inplace(|value| value * 5.0);
    states
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn positions_ignore_rotation_and_shift_up_to_reflection(seed in any::<u64>(), wide in any::<bool>()) {
        let (n, dim) = if wide { (25, 60) } else { (60, 7) };
        let nominal = flat(n, dim, seed);
        let operative = &nominal + &(noise(n, dim, &mut rng(!seed)) * 0.3);
        let turn = rotation(dim, &mut rng(seed ^ 1));
        let before = map(&nominal, &operative, true).expect("a plane");
        let after = map(&(nominal.dot(&turn) + 3.0), &(operative.dot(&turn) + 3.0), true).expect("a plane");
        prop_assert!(apart_up_to_reflection(before.nominal.view(), after.nominal.view()) < 1e-7);
        prop_assert!(apart_up_to_reflection(before.operative.view(), after.operative.view()) < 1e-7);
        prop_assert!((before.explained - after.explained).abs() < 1e-9);
    }

    #[test]
    fn a_plane_of_its_own_is_turned_back_onto_the_nominal_one(seed in any::<u64>()) {
        let nominal = flat(50, 9, seed);
        // Other columns, another width: nothing may be subtracted, and yet nothing moved.
        let wider = ndarray::concatenate(Axis(1), &[nominal.view(), Array2::zeros((50, 4)).view()]).expect("as many rows");
        let operative = wider.dot(&rotation(13, &mut rng(!seed))) - 7.0;
        let drawn = map(&nominal, &operative, false).expect("a plane");
        prop_assert!(apart(drawn.nominal.view(), drawn.operative.view()) < 1e-7);
    }

    #[test]
    fn turning_keeps_distances_and_brings_positions_as_close_as_any_turn(seed in any::<u64>(), angle in 0.0..std::f64::consts::TAU) {
        let nominal = flat(30, 6, seed);
        let operative = noise(30, 5, &mut rng(!seed));
        let drawn = map(&nominal, &operative, false).expect("a plane");
        let own = map(&operative, &operative, true).expect("a plane").nominal;
        let lengths = |at: &Array2<f64>| at.map_axis(Axis(1), |row| row.dot(&row)).to_vec();
        for (turned, plain) in lengths(&drawn.operative).iter().zip(lengths(&own)) {
            prop_assert!((turned - plain).abs() < 1e-9 * (1.0 + plain), "no stretching");
        }
        let far = |at: &Array2<f64>| (at - &drawn.nominal).mapv(|value| value * value).sum();
        let best = far(&drawn.operative);
        let (sine, cosine) = f64::sin_cos(angle);
        for other in [array![[cosine, sine], [-sine, cosine]], array![[cosine, sine], [sine, -cosine]]] {
            prop_assert!(best <= far(&own.dot(&other)) + 1e-9, "another turn or mirror is not closer");
        }
    }

    #[test]
    fn the_same_states_lie_on_each_other_and_the_same_call_gives_the_same_digits(seed in any::<u64>()) {
        let states = noise(40, 50, &mut rng(seed));
        let drawn = map(&states, &states, true).expect("a plane");
        prop_assert!(drawn.nominal == drawn.operative);
        let turned = map(&states, &states, false).expect("a plane");
        prop_assert!(apart(turned.nominal.view(), turned.operative.view()) < 1e-12);
        prop_assert!(drawn == map(&states, &states, true).expect("a plane"));
    }
}

#[test]
fn a_plane_is_found_exactly_and_its_axes_point_one_way() {
    // Points on a plane in three dimensions: twice as far along (0, 1, 1) as along (1, 0, 0).
    let nominal = array![[2.0, 0.0, 0.0], [-2.0, 0.0, 0.0], [0.0, 4.0, 4.0], [0.0, -4.0, -4.0]] + 5.0;
    let drawn = map(&nominal, &nominal, true).expect("a plane");
    let far = 32.0_f64.sqrt();
    let expected = array![[0.0, 2.0], [0.0, -2.0], [far, 0.0], [-far, 0.0]];
    assert!(apart(expected.view(), drawn.nominal.view()) < 1e-12, "{:?}", drawn.nominal);
    assert!((drawn.explained - 1.0).abs() < 1e-12, "nothing lies outside the plane: {}", drawn.explained);
    let mirrored = map(&(-&nominal), &(-&nominal), true).expect("a plane");
    assert!(apart((-&expected).view(), mirrored.nominal.view()) < 1e-12, "the axes point the same way");
}

#[test]
fn operative_is_seen_from_the_nominal_mean() {
    let nominal = flat(40, 5, 3);
    let mut operative = nominal.clone();
    operative.column_mut(0).mapv_inplace(|value| value + 6.0);
    let drawn = map(&nominal, &operative, true).expect("a plane");
    let moved = &drawn.operative - &drawn.nominal;
    let length = moved.map_axis(Axis(1), |row| row.dot(&row).sqrt());
    // The first column is nearly the first axis, so nearly the whole shift shows.
    assert!(length.iter().all(|length| (length - 6.0).abs() < 0.2), "the shift stays visible: {length}");
}

#[test]
fn the_share_of_the_plane_is_that_of_its_variance() {
    let mut states = noise(200, 8, &mut rng(4));
    for column in 2..8 {
        states.column_mut(column).mapv_inplace(|value| value * 1e-9);
    }
    let drawn = map(&states, &states, true).expect("a plane");
    assert!((drawn.explained - 1.0).abs() < 1e-12, "two directions hold everything: {}", drawn.explained);
    let round = noise(4000, 8, &mut rng(5));
    let drawn = map(&round, &round, true).expect("a plane");
    assert!((0.25..0.29).contains(&drawn.explained), "two of eight equal directions: {}", drawn.explained);
}

#[test]
fn neighbours_are_kept_where_the_plane_shows_the_states_and_lost_where_it_cannot() {
    // On a circle around nothing, cosine and distance agree on who is near.
    let circle = Array2::from_shape_fn((40, 2), |(item, axis)| {
        let angle = std::f64::consts::TAU * (item as f64 + 0.1 * (item as f64).sin()) / 40.0;
        if axis == 0 { angle.cos() } else { angle.sin() }
    });
    let drawn = map(&circle, &circle, true).expect("a plane");
    assert!(drawn.kept_neighbours > 0.97, "the plane is the states: {}", drawn.kept_neighbours);
    let round = noise(400, 60, &mut rng(6));
    let drawn = map(&round, &round, true).expect("a plane");
    let chance = 10.0 / 399.0;
    assert!(
        (chance..0.15).contains(&drawn.kept_neighbours),
        "two of sixty equal directions say little: {}",
        drawn.kept_neighbours
    );
    let few = map(&noise(4, 3, &mut rng(7)), &noise(4, 3, &mut rng(8)), true).expect("a plane");
    assert!((few.kept_neighbours - 1.0).abs() < 1e-12, "of three others, all are the three nearest");
}

#[test]
fn constant_dimensions_change_nothing() {
    let states = flat(30, 4, 9);
    let with_constant = |states: &Array2<f64>| {
        let constant = Array2::from_elem((states.nrows(), 3), 2.5);
        ndarray::concatenate(Axis(1), &[constant.view(), states.view()]).expect("as many rows")
    };
    let plain = map(&states, &states, true).expect("a plane");
    let padded = map(&with_constant(&states), &with_constant(&states), true).expect("a plane");
    assert!(apart(plain.nominal.view(), padded.nominal.view()) < 1e-9, "the same picture");
    assert!((plain.explained - padded.explained).abs() < 1e-12, "the same share");
}

#[test]
fn states_on_a_line_lie_on_the_first_axis() {
    let line = Array2::from_shape_fn((12, 40), |(item, dim)| 1.0 + item as f64 * (dim as f64 + 1.0));
    let drawn = map(&line, &line, true).expect("a line is drawn");
    assert!(drawn.nominal.column(1).iter().all(|y| *y == 0.0), "there is no second direction: {:?}", drawn.nominal);
    assert!((drawn.explained - 1.0).abs() < 1e-12, "and the first holds everything");
    let narrow = line.slice(s![.., ..1]).to_owned();
    let drawn = map(&narrow, &narrow, true).expect("one dimension is drawn too");
    assert!(drawn.nominal.column(1).iter().all(|y| *y == 0.0), "as a line");
}

#[test]
fn where_there_is_no_plane_the_reason_is_said() {
    let two = noise(2, 5, &mut rng(10));
    assert_eq!(map(&two, &two, true), Err(Undefined::TooFewItems { needed: 3, got: 2 }), "two items");
    let equal = Array2::from_shape_fn((20, 5), |(_, dim)| 0.1 + dim as f64);
    let varied = noise(20, 5, &mut rng(11));
    assert_eq!(map(&equal, &varied, true), Err(Undefined::NoVariation), "equal nominal states");
    assert_eq!(map(&varied, &equal, false), Err(Undefined::NoVariation), "equal operative states, drawn by themselves");
    assert!(map(&varied, &equal, true).is_ok(), "in the same basis they are one point, which can be drawn");
    let wider = noise(20, 6, &mut rng(12));
    let expected = Err(Undefined::DimensionsDiffer { nominal: 5, operative: 6 });
    assert_eq!(map(&varied, &wider, true), expected, "other widths share no basis");
    assert!(map(&varied, &wider, false).is_ok(), "but can be turned onto each other");
    let mut broken = varied.clone();
    broken[[3, 2]] = f64::NAN;
    assert_eq!(map(&varied, &broken, true), Err(Undefined::NotFinite { item: 3 }), "a number that is none");
    let fewer = noise(19, 5, &mut rng(13));
    assert_eq!(map(&varied, &fewer, true), Err(Undefined::ItemsDiffer { nominal: 20, operative: 19 }), "other items");
}

#[test]
fn wide_states_of_categories_are_drawn_apart() {
    let (states, labels, _) = clusters(90, 200, 3, 1, 2.0, &mut rng(14));
    let drawn = map(&states, &states, true).expect("a plane");
    let centre = |category: usize| {
        let own: Vec<usize> = (0..90).filter(|&item| labels[item] == category).collect();
        drawn.nominal.select(Axis(0), &own).mean_axis(Axis(0)).expect("items")
    };
    for (item, label) in labels.iter().enumerate().take(90) {
        let far = |category: usize| (&drawn.nominal.row(item) - &centre(category)).mapv(|value| value * value).sum();
        let nearest = (0..3).min_by(|&a, &b| far(a).total_cmp(&far(b))).expect("categories");
        assert_eq!(nearest, *label, "item {item} lies with its own");
    }
}
