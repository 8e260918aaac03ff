//! Seeded random states for the other files. Asserts nothing.

use ndarray::{Array1, Array2};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A generator of a seed.
pub(crate) fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// A standard normal number (Box and Muller 1958).
pub(crate) fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Independent standard normal states.
pub(crate) fn noise(n: usize, dim: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    Array2::from_shape_fn((n, dim), |_| normal(rng))
}

/// A random rotation, by orthogonalising normal rows.
pub(crate) fn rotation(dim: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let mut rows = noise(dim, dim, rng);
    for row in 0..dim {
        for _ in 0..2 {
            for earlier in 0..row {
                let share = rows.row(row).dot(&rows.row(earlier));
                let other: Array1<f64> = rows.row(earlier).to_owned();
                rows.row_mut(row).scaled_add(-share, &other);
            }
        }
        let norm = rows.row(row).dot(&rows.row(row)).sqrt();
        rows.row_mut(row).mapv_inplace(|value| value / norm);
    }
    rows
}

/// States around one centre a category, `spread` apart, with labels in turn and groups of `group_size` items of
/// one category.
pub(crate) fn clusters(
    n: usize,
    dim: usize,
    n_categories: usize,
    group_size: usize,
    spread: f64,
    rng: &mut ChaCha8Rng,
) -> (Array2<f64>, Vec<usize>, Vec<usize>) {
    let centres = noise(n_categories, dim, rng);
    let labels: Vec<usize> = (0..n).map(|item| item % n_categories).collect();
    let groups: Vec<usize> =
        (0..n).map(|item| (item / (n_categories * group_size)) * n_categories + item % n_categories).collect();
    let mut states = noise(n, dim, rng);
    for (mut row, &label) in states.rows_mut().into_iter().zip(&labels) {
        row.scaled_add(spread, &centres.row(label));
    }
    (states, labels, groups)
}
