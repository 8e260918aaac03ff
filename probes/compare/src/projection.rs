//! Both variants' states drawn in one plane, so that items can be shown as points. Nothing is decided from it.

use linfa_linalg::Order;
use linfa_linalg::eigh::{EigSort, Eigh};
use linfa_linalg::lobpcg::lobpcg;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, s};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::Undefined;
use crate::geometry::{Neighbours, check_length, check_pair};

/// Fewer items than this span no plane.
pub const FEWEST_ITEMS: usize = 3;

/// Where the items of two variants lie in the plane of the nominal variant's first two principal components.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// Positions of the nominal states, `[item, 2]`, in the states' own unit and centred.
    pub nominal: Array2<f64>,
    /// Positions of the operative states, `[item, 2]`.
    pub operative: Array2<f64>,
    /// Share of the nominal states' variance that the plane shows, 0 to 1.
    pub explained: f64,
    /// Mean share of each item's nearest neighbours among the nominal states that are also among as many nearest of
    /// its nominal position, 0 to 1 (precision as Venna and Kaski 2001, "Neighborhood Preservation in Nonlinear
    /// Projection Methods", count it, without their weight by rank).
    pub kept_neighbours: f64,
}

/// Projects `nominal` and `operative` [items, dim] onto the nominal states' first two principal components.
///
/// In the same basis, operative is centred by nominal's mean and projected on nominal's components. Otherwise it gets
/// components of its own, and its plane is turned or mirrored onto nominal's, without scaling: the orthogonal
/// Procrustes problem (Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem"), which in the
/// plane has a closed form. The entry of largest magnitude of every nominal component is positive.
///
/// `nearest` holds the neighbours of the nominal states by the metric that the map is held against.
///
/// # Errors
/// [`Undefined::TooFewItems`] below [`FEWEST_ITEMS`], [`Undefined::NoVariation`] when either side's states are equal
/// but for rounding, [`Undefined::DimensionsDiffer`] in the same basis, items that differ, numbers that are not finite.
pub fn project(
    nominal: ArrayView2<'_, f64>,
    operative: ArrayView2<'_, f64>,
    same_basis: bool,
    nearest: &Neighbours,
) -> Result<Projection, Undefined> {
    check_pair(nominal, operative)?;
    check_length("neighbours", nearest.lists().len(), nominal.nrows())?;
    let plane = Plane::fit(nominal)?;
    let at = plane.positions(nominal);
    let moved = if same_basis {
        if nominal.ncols() != operative.ncols() {
            return Err(Undefined::DimensionsDiffer { nominal: nominal.ncols(), operative: operative.ncols() });
        }
        plane.positions(operative)
    } else {
        let own = Plane::fit(operative)?.positions(operative);
        own.dot(&turn(own.view(), at.view()))
    };
    let kept_neighbours = kept(nearest, at.view());
    Ok(Projection { nominal: at, operative: moved, explained: plane.explained, kept_neighbours })
}

/// The plane of the first two principal components of some states.
struct Plane {
    mean: Array1<f64>,
    /// Unit columns `[dim, 2]`; a column of zeros where the states vary along one line only.
    components: Array2<f64>,
    explained: f64,
}

impl Plane {
    fn fit(states: ArrayView2<'_, f64>) -> Result<Self, Undefined> {
        let (n, dim) = states.dim();
        if n < FEWEST_ITEMS {
            return Err(Undefined::TooFewItems { needed: FEWEST_ITEMS, got: n });
        }
        let mean = states.sum_axis(Axis(0)) / n as f64;
        let mut centred = &states - &mean;
        let largest = |values: ArrayView2<'_, f64>| values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let (length, spread) = (largest(states), largest(centred.view()));
        if spread <= 1e-12 * length {
            // What is left is the rounding of the mean.
            return Err(Undefined::NoVariation);
        }
        centred /= spread;
        // The smaller of the two Gram matrices has the same eigenvalues.
        let by_items = n < dim;
        let mut gram = if by_items { centred.dot(&centred.t()) } else { centred.t().dot(&centred) };
        let total = gram.diag().sum();
        gram /= total;
        let (values, vectors) = leading_two(&gram);
        let vectors = if by_items { centred.t().dot(&vectors) } else { vectors };
        let mut components = Array2::zeros((dim, 2));
        // Below this share, a direction is what rounding left of it.
        let shown = |column: usize| column < vectors.ncols() && values[column] > 1e-12 * values[0];
        for column in (0..2).filter(|&column| shown(column)) {
            components.column_mut(column).assign(&oriented(vectors.column(column)));
        }
        let explained: f64 = (0..2).filter(|&column| shown(column)).map(|column| values[column]).sum();
        Ok(Self { mean, components, explained: explained.clamp(0.0, 1.0) })
    }

    fn positions(&self, states: ArrayView2<'_, f64>) -> Array2<f64> {
        (&states - &self.mean).dot(&self.components)
    }
}

/// A vector at length one whose entry of largest magnitude, the first of them on a tie, is positive.
fn oriented(vector: ArrayView1<'_, f64>) -> Array1<f64> {
    let norm = vector.dot(&vector).sqrt();
    // Entries that differ in their last digits only are a tie.
    let most = vector.iter().fold(0.0_f64, |most, value| most.max(value.abs())) * (1.0 - 1e-9);
    let sign = vector.iter().find(|value| value.abs() >= most).map_or(1.0, |value| value.signum());
    &vector * (sign / norm)
}

/// Up to this many rows a full decomposition is as fast as an iteration, and needs no start.
const SMALL: usize = 32;
/// Vectors of the iteration: more than are wanted, so that the second and third eigenvalue may lie close together.
const BLOCK: usize = 4;
/// Largest residual of an eigenvector, in units of the trace.
const RESIDUAL: f64 = 1e-9;

/// The two largest eigenvalues and their eigenvectors, as columns, of a positive semidefinite matrix with trace 1;
/// fewer when the matrix is smaller.
///
/// linfa-linalg's iteration (LOBPCG) takes a hundredth of the time of its full decomposition at 768 rows, and its
/// result is taken only where its residuals are small. linfa-reduction's `Pca` is not used: it drops the iteration's
/// failures, and was wrong by half on three items in five dimensions.
fn leading_two(gram: &Array2<f64>) -> (Vec<f64>, Array2<f64>) {
    if gram.nrows() > SMALL {
        // Any start in general position will do; a fixed one gives the same digits every time.
        let mut draw = ChaCha8Rng::seed_from_u64(0);
        let start = Array2::from_shape_simple_fn((gram.nrows(), BLOCK), || draw.random::<f64>() - 0.5);
        let found = lobpcg(|block| gram.dot(&block), start, |_| {}, None, 1e-10, 200, Order::Largest);
        if let Ok(found) = found {
            let residual = |column: usize| {
                let vector = found.eigvecs.column(column);
                let rest = gram.dot(&vector) - &vector * found.eigvals[column];
                rest.dot(&rest).sqrt()
            };
            // Written so that a NaN counts as too large.
            if (0..2).all(|column| residual(column) <= RESIDUAL) {
                return (found.eigvals.slice(s![..2]).to_vec(), found.eigvecs.slice(s![.., ..2]).to_owned());
            }
        }
    }
    // The only failure of a full decomposition is a matrix that is not square.
    match gram.eigh() {
        Ok(both) => {
            let (values, vectors) = both.sort_eig(Order::Largest);
            let two = values.len().min(2);
            (values.slice(s![..two]).to_vec(), vectors.slice(s![.., ..two]).to_owned())
        }
        Err(_) => (vec![0.0; 2], Array2::zeros((gram.nrows(), 2))),
    }
}

/// The rotation or reflection that brings centred positions `from` as close as it can to `to`: `from · turn`.
///
/// Maximises the trace of `turn' from' to` over both kinds: a rotation by the angle whose tangent is (m01 - m10) over
/// (m00 + m11) of `m = from' to`, or a reflection in the same way; on a tie the rotation.
fn turn(from: ArrayView2<'_, f64>, to: ArrayView2<'_, f64>) -> Array2<f64> {
    let m = from.t().dot(&to);
    let (cosine, sine) = (m[[0, 0]] + m[[1, 1]], m[[0, 1]] - m[[1, 0]]);
    let (mirrored_cosine, mirrored_sine) = (m[[0, 0]] - m[[1, 1]], m[[0, 1]] + m[[1, 0]]);
    let (rotation, reflection) = (cosine.hypot(sine), mirrored_cosine.hypot(mirrored_sine));
    let unit = |part: f64, length: f64, otherwise: f64| if length > 0.0 { part / length } else { otherwise };
    if rotation >= reflection {
        let (cosine, sine) = (unit(cosine, rotation, 1.0), unit(sine, rotation, 0.0));
        ndarray::array![[cosine, sine], [-sine, cosine]]
    } else {
        let (cosine, sine) = (unit(mirrored_cosine, reflection, 1.0), unit(mirrored_sine, reflection, 0.0));
        ndarray::array![[cosine, sine], [sine, -cosine]]
    }
}

/// Mean share of each item's neighbours that are among as many nearest of its position; the lower index on a tie.
fn kept(nearest: &Neighbours, at: ArrayView2<'_, f64>) -> f64 {
    let (n, k) = (at.nrows(), nearest.k());
    let shares: Vec<usize> = (0..n)
        .into_par_iter()
        .map(|item| {
            let distance = |other: usize| {
                let (x, y) = (at[[other, 0]] - at[[item, 0]], at[[other, 1]] - at[[item, 1]]);
                x * x + y * y
            };
            let mut others: Vec<(f64, usize)> =
                (0..n).filter(|&other| other != item).map(|other| (distance(other), other)).collect();
            let nearer = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
            if k < others.len() {
                others.select_nth_unstable_by(k, nearer);
                others.truncate(k);
            }
            others.iter().filter(|(_, other)| nearest.lists()[item].contains(other)).count()
        })
        .collect();
    shares.iter().sum::<usize>() as f64 / (n * k) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Gram matrix of trace 1 whose eigenvalues fall by `decay` from one to the next.
    fn gram(size: usize, decay: f64) -> Array2<f64> {
        let mut draw = ChaCha8Rng::seed_from_u64(size as u64);
        let states =
            Array2::from_shape_fn((3 * size, size), |(_, dim)| (draw.random::<f64>() - 0.5) * decay.powi(dim as i32));
        let mixed = states.dot(&Array2::from_shape_simple_fn((size, size), || draw.random::<f64>() - 0.5));
        let mut gram = mixed.t().dot(&mixed);
        let total = gram.diag().sum();
        gram /= total;
        gram
    }

    #[test]
    fn the_iteration_finds_what_the_full_decomposition_finds() {
        for (size, decay) in [(33, 0.9), (64, 0.99), (128, 1.0), (200, 0.5)] {
            let gram = gram(size, decay);
            let (values, vectors) = leading_two(&gram);
            let (all, every) = gram.eigh().expect("a square matrix").sort_eig(Order::Largest);
            for column in 0..2 {
                assert!((values[column] - all[column]).abs() < 1e-9, "{size} rows, value {column}");
                let cosine = vectors.column(column).dot(&every.column(column)).abs();
                assert!((cosine - 1.0).abs() < 1e-6, "{size} rows, vector {column}: {cosine}");
            }
        }
    }

    #[test]
    fn a_matrix_of_low_rank_is_decomposed_too() {
        for rank in [1, 2] {
            let states = Array2::from_shape_fn((rank + 1, 50), |(row, dim)| ((row * 7 + dim * 3) % 11) as f64);
            let centred = crate::geometry::centred(states.view());
            let mut gram = centred.t().dot(&centred);
            let total = gram.diag().sum();
            gram /= total;
            let (values, vectors) = leading_two(&gram);
            for (vector, value) in vectors.columns().into_iter().zip(&values).take(rank) {
                let rest = gram.dot(&vector) - &vector * *value;
                assert!(rest.dot(&rest).sqrt() < 1e-9, "rank {rank}: an eigenvector");
            }
            assert!((values.iter().sum::<f64>() - 1.0).abs() < 1e-9, "rank {rank}: {values:?} hold everything");
        }
    }
}
