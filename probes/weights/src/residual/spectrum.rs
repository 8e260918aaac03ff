//! The largest singular values of a residual, held against the edge of what noise alone would give.

use linfa_linalg::Order;
use linfa_linalg::eigh::{EigSort, Eigh};
use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis, s};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use super::rows::for_each_block;
use super::{Rows, Undecided};

/// Fewer rows or columns than this say nothing about directions: the edge is a law of large matrices.
pub(crate) const FEWEST: usize = 32;
/// A singular value counts as beyond the edge from this multiple of it on.
pub(crate) const BEYOND: f64 = 1.02;
/// Rows of a product that one task computes; columns of a transposed one.
const TASK: usize = 128;
/// The least noise that is told apart from the rounding of the f32 products, as a share of the whole.
const LEAST_SIGMA: f64 = 1e-6;
/// A direction of which no more than this is left without the others is what rounding left of it.
const DEPENDENT: f64 = 1e-6;

/// How a spectrum is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpectrumSettings {
    /// Singular values that are wanted.
    pub values: usize,
    /// Directions beyond them that are carried along, so that the wanted ones converge.
    pub oversampling: usize,
    /// Multiplications by the matrix and its transpose after the first.
    pub power_iterations: usize,
    /// Seed of the directions that the iteration starts from.
    pub seed: u64,
}

impl SpectrumSettings {
    /// 64 values, 16 more directions and two power iterations: what separates the values of a noise matrix well enough
    /// (Halko, Martinsson and Tropp 2011 recommend one or two iterations and 5 to 10 directions more; the spectra of
    /// noise decay slower than theirs).
    pub fn standard(seed: u64) -> Self {
        Self { values: 64, oversampling: 16, power_iterations: 2, seed }
    }
}

/// The largest singular values of a matrix, after every row and column was divided by its root mean square.
///
/// A matrix of independent numbers with variance `sigma^2` has no singular value far beyond
/// `sigma (sqrt rows + sqrt columns)`, the edge of the Marchenko-Pastur law (Yin, Bai and Krishnaiah 1988, "On the
/// limit of the largest eigenvalue of the large dimensional sample covariance matrix"). Rounding errors differ in size from row to row and from
/// column to column, which alone would move the edge; dividing both out keeps the rank of whatever is of low rank.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    /// Rows that hold something else than zeros.
    pub rows: usize,
    /// Columns that hold something else than zeros.
    pub columns: usize,
    /// Sum of the squares of all numbers, before any division.
    pub energy: f64,
    /// The largest singular values of the divided matrix, falling.
    pub singular_values: Vec<f64>,
    /// Standard deviation of the noise in the divided matrix: what is left without the values beyond the edge.
    pub sigma: f64,
    /// `sigma (sqrt rows + sqrt columns)`, with the rows and columns above.
    pub edge: f64,
    /// For each singular value, the share of all rows that its left vector lies on, 0 to 1: one over the number of rows
    /// and the sum of the fourth powers of its entries (the participation ratio).
    pub row_share: Vec<f64>,
    /// The same for columns and right vectors.
    pub column_share: Vec<f64>,
    /// Inner products of the left vectors after the rows were multiplied back: `[value, value]`.
    left: Array2<f64>,
    /// Inner products of the right vectors after the columns were multiplied back.
    right: Array2<f64>,
}

impl Spectrum {
    /// The largest singular value in units of the edge.
    pub fn ratio(&self) -> f64 {
        self.singular_values[0] / self.edge
    }

    /// Number of values beyond 1.02 times the edge, times `allowance`: the ratio of a spectrum that is known to be
    /// honest, or 1.
    pub fn beyond(&self, allowance: f64) -> usize {
        let limit = BEYOND * self.edge * allowance.max(1.0);
        self.singular_values.iter().take_while(|&&value| value > limit).count()
    }

    /// Share of the divided matrix's energy in its `leading` largest values.
    pub fn energy_share(&self, leading: usize) -> f64 {
        let sum: f64 = self.singular_values.iter().take(leading).map(|value| value * value).sum();
        sum / (self.rows * self.columns) as f64
    }

    /// Frobenius norm, in the matrix's own unit, of the part of low rank behind the `leading` largest values.
    ///
    /// Noise lengthens the values that it is added to; each is first brought back to the length that it had without
    /// noise (Benaych-Georges and Nadakuditi 2012, "The singular values and vectors of low rank perturbations of
    /// large rectangular random matrices"; inverted as by Gavish and Donoho 2017, "Optimal Shrinkage of Singular Values").
    pub fn leading_norm(&self, leading: usize) -> f64 {
        let leading = leading.min(self.singular_values.len());
        let lengths: Vec<f64> =
            self.singular_values[..leading].iter().map(|&value| self.without_noise(value)).collect();
        let mut sum = 0.0;
        for (a, first) in lengths.iter().enumerate() {
            for (b, second) in lengths.iter().enumerate() {
                sum += first * second * self.left[[a, b]] * self.right[[a, b]];
            }
        }
        sum.max(0.0).sqrt()
    }

    fn without_noise(&self, value: f64) -> f64 {
        let (short, long) = (self.rows.min(self.columns) as f64, self.rows.max(self.columns) as f64);
        let aspect = short / long;
        let unit = self.sigma * long.sqrt();
        let seen = value / unit;
        if seen <= 1.0 + aspect.sqrt() {
            return 0.0;
        }
        let rest = seen * seen - aspect - 1.0;
        ((rest + (rest * rest - 4.0 * aspect).max(0.0).sqrt()) / 2.0).sqrt() * unit
    }

    /// The noise is what the values beyond the edge leave; without them the edge is lower, until no more join.
    fn settle(&mut self) {
        let (m, n) = (self.rows as f64, self.columns as f64);
        let most = self.singular_values.len().min(self.rows.min(self.columns) / 2);
        let mut beyond = 0;
        loop {
            let taken: f64 = self.singular_values[..beyond].iter().map(|value| value * value).sum();
            let k = beyond as f64;
            self.sigma = ((m * n - taken).max(0.0) / ((m - k) * (n - k))).sqrt().max(LEAST_SIGMA);
            self.edge = self.sigma * (m.sqrt() + n.sqrt());
            let next = self.beyond(1.0).min(most);
            if next <= beyond {
                return;
            }
            beyond = next;
        }
    }
}

/// Computes the spectrum of a matrix that is streamed five times (with two power iterations), a block of rows at a time.
///
/// The method is subspace iteration from random directions (Halko, Martinsson and Tropp 2011, "Finding Structure with
/// Randomness", algorithm 4.4), on the side of the columns: each block of rows is multiplied with the directions, and
/// the product goes back through the block's transpose, so that one reading serves both halves of an iteration. A QR
/// decomposition keeps the directions apart in between. The singular values are those of the matrix times the final
/// directions, from the small Gram matrix of that product in f64.
///
/// Holds, beside a few blocks, `values + oversampling` f32 numbers for each row and f64 numbers for each column.
///
/// # Errors
/// [`Undecided::TooSmall`] below 32 rows or columns that hold something, [`Undecided::NoResidual`] for zeros only,
/// [`Undecided::NotFinite`].
pub fn spectrum(matrix: &dyn Rows, settings: &SpectrumSettings) -> Result<Spectrum, Undecided> {
    let scaling = Scaling::of(matrix)?;
    let (rows, columns) = (scaling.rows.iter().filter(|&&r| r > 0.0).count(), scaling.present_columns());
    if rows < FEWEST || columns < FEWEST {
        return Err(Undecided::TooSmall { rows, columns, needed: FEWEST });
    }
    let width = (settings.values.max(1) + settings.oversampling).min(matrix.rows()).min(matrix.columns());
    let mut draw = ChaCha8Rng::seed_from_u64(settings.seed);
    let start = Array2::from_shape_simple_fn((width, matrix.columns()), || StandardNormal.sample(&mut draw));
    let mut basis = orthonormal(start, &mut draw);
    for _ in 0..=settings.power_iterations {
        let mut image = Array2::<f32>::zeros(basis.dim());
        stream(matrix, &scaling, &basis, |_, block, product| add_transposed(block, product, &mut image))?;
        basis = orthonormal(image.t().mapv(f64::from), &mut draw);
    }
    let mut image = Array2::<f32>::zeros((matrix.rows(), width));
    stream(matrix, &scaling, &basis, |first, _, product| {
        image.slice_mut(s![first..first + product.nrows(), ..]).assign(&product);
    })?;
    let (singular_values, turn) = decompose(&image, settings.values.max(1))?;
    let lengths = |factors: &[f32]| -> Array1<f64> {
        factors.iter().map(|&factor| if factor > 0.0 { 1.0 / f64::from(factor) } else { 0.0 }).collect()
    };
    let inverse: Array1<f64> =
        singular_values.iter().map(|&value| if value > 0.0 { 1.0 / value } else { 0.0 }).collect();
    let (left, row_share) = sides(&image, &(&turn * &inverse), &lengths(&scaling.rows));
    let (right, column_share) = sides(&basis, &turn, &lengths(&scaling.columns));
    let mut found = Spectrum {
        rows,
        columns,
        energy: scaling.energy,
        singular_values,
        sigma: 1.0,
        edge: 1.0,
        row_share,
        column_share,
        left,
        right,
    };
    found.settle();
    Ok(found)
}

/// What rows and columns are multiplied with: one over their root mean squares, 0 where there is nothing.
struct Scaling {
    rows: Vec<f32>,
    columns: Vec<f32>,
    energy: f64,
}

impl Scaling {
    fn of(matrix: &dyn Rows) -> Result<Self, Undecided> {
        let columns = matrix.columns();
        let mut rows = Vec::with_capacity(matrix.rows());
        let mut sums = vec![0.0f64; columns];
        let mut energy = 0.0;
        for_each_block([matrix], |first, [block]| {
            let energies: Vec<f64> = block
                .axis_iter(Axis(0))
                .into_par_iter()
                .map(|row| row.iter().map(|&value| f64::from(value) * f64::from(value)).sum())
                .collect();
            if let Some(row) = energies.iter().position(|energy| !energy.is_finite()) {
                let column = block.row(row).iter().position(|value| !value.is_finite()).unwrap_or(0);
                return Err(Undecided::NotFinite { row: first + row, column });
            }
            energy += energies.iter().sum::<f64>();
            let factors: Vec<f64> = energies
                .iter()
                .map(|&energy| if energy > 0.0 { (columns as f64 / energy).sqrt() } else { 0.0 })
                .collect();
            sums.par_chunks_mut(TASK).enumerate().for_each(|(chunk, sums)| {
                let from = chunk * TASK;
                for (row, factor) in block.slice(s![.., from..from + sums.len()]).outer_iter().zip(&factors) {
                    for (sum, &value) in sums.iter_mut().zip(row) {
                        *sum += (f64::from(value) * factor).powi(2);
                    }
                }
            });
            rows.extend(factors.iter().map(|&factor| factor as f32));
            Ok(())
        })?;
        if energy == 0.0 {
            return Err(Undecided::NoResidual);
        }
        let present = rows.iter().filter(|&&factor| factor > 0.0).count() as f64;
        let columns = sums.iter().map(|&sum| if sum > 0.0 { (present / sum).sqrt() as f32 } else { 0.0 }).collect();
        Ok(Self { rows, columns, energy })
    }

    fn present_columns(&self) -> usize {
        self.columns.iter().filter(|&&factor| factor > 0.0).count()
    }
}

/// Streams the divided matrix; `visit` gets a block's first row, the block, and its product with the directions.
fn stream(
    matrix: &dyn Rows,
    scaling: &Scaling,
    basis: &Array2<f32>,
    mut visit: impl FnMut(usize, ArrayView2<'_, f32>, ArrayView2<'_, f32>),
) -> Result<(), Undecided> {
    for_each_block([matrix], |first, [block]| {
        let mut divided = block.to_owned();
        let mut product = Array2::<f32>::zeros((block.nrows(), basis.ncols()));
        divided
            .axis_chunks_iter_mut(Axis(0), TASK)
            .into_par_iter()
            .zip(product.axis_chunks_iter_mut(Axis(0), TASK))
            .enumerate()
            .for_each(|(chunk, (mut rows, mut out))| {
                divide(&mut rows, &scaling.rows[first + chunk * TASK..], &scaling.columns);
                general_mat_mul(1.0, &rows, basis, 0.0, &mut out);
            });
        visit(first, divided.view(), product.view());
        Ok(())
    })
}

fn divide(rows: &mut ArrayViewMut2<'_, f32>, row_factors: &[f32], column_factors: &[f32]) {
    for (mut row, &factor) in rows.outer_iter_mut().zip(row_factors) {
        for (value, &other) in row.iter_mut().zip(column_factors) {
            *value *= factor * other;
        }
    }
}

/// Adds `block' product` to `image`, a few of the block's columns a task: every sum runs over the rows in their order.
fn add_transposed(block: ArrayView2<'_, f32>, product: ArrayView2<'_, f32>, image: &mut Array2<f32>) {
    image.axis_chunks_iter_mut(Axis(0), TASK).into_par_iter().enumerate().for_each(|(chunk, mut out)| {
        let from = chunk * TASK;
        let columns = block.slice(s![.., from..from + out.nrows()]);
        general_mat_mul(1.0, &columns.t(), &product, 1.0, &mut out);
    });
}

/// An orthonormal basis, as columns, of the span of `directions`, which are rows: a QR decomposition by Gram-Schmidt,
/// every direction twice (Giraud et al. 2005, "Rounding error analysis of the classical Gram-Schmidt orthogonalization
/// process": twice is enough). A direction that depends on those before it is drawn anew.
///
/// linfa-linalg's Householder reflections walk down the columns of a matrix that is stored by rows, and took longer than
/// all products with a matrix of 384 by 1536.
fn orthonormal(mut directions: Array2<f64>, draw: &mut ChaCha8Rng) -> Array2<f32> {
    for index in 0..directions.nrows() {
        let (before, mut rest) = directions.view_mut().split_at(Axis(0), index);
        let mut direction = rest.row_mut(0);
        // As many draws as it takes; a drawn direction depends on fewer others with probability 0.
        loop {
            let length = direction.dot(&direction).sqrt();
            for _ in 0..2 {
                let shares = before.dot(&direction);
                direction -= &shares.dot(&before);
            }
            let left = direction.dot(&direction).sqrt();
            if left > DEPENDENT * length {
                direction /= left;
                break;
            }
            direction.mapv_inplace(|_| StandardNormal.sample(draw));
        }
    }
    directions.t().mapv(|value| value as f32).as_standard_layout().into_owned()
}

/// The `values` largest singular values of a tall matrix and its right singular vectors, as columns.
fn decompose(tall: &Array2<f32>, values: usize) -> Result<(Vec<f64>, Array2<f64>), Undecided> {
    let mut gram = Array2::<f64>::zeros((tall.ncols(), tall.ncols()));
    for block in tall.axis_chunks_iter(Axis(0), 1024) {
        let block = block.mapv(f64::from);
        general_mat_mul(1.0, &block.t(), &block, 1.0, &mut gram);
    }
    let (squares, vectors) = gram.eigh().map_err(|_| Undecided::Decomposition)?.sort_eig(Order::Largest);
    let wanted = values.min(squares.len());
    let lengths = squares.iter().take(wanted).map(|square| square.max(0.0).sqrt()).collect();
    Ok((lengths, vectors.slice(s![.., ..wanted]).to_owned()))
}

/// Inner products of the vectors `tall * turn` after each row was multiplied with its length, and the share of the rows
/// that each vector lies on.
fn sides(tall: &Array2<f32>, turn: &Array2<f64>, lengths: &Array1<f64>) -> (Array2<f64>, Vec<f64>) {
    let mut products = Array2::<f64>::zeros((turn.ncols(), turn.ncols()));
    let mut squares = Array1::<f64>::zeros(turn.ncols());
    let mut fourths = Array1::<f64>::zeros(turn.ncols());
    let chunks = tall.axis_chunks_iter(Axis(0), 1024).zip(lengths.axis_chunks_iter(Axis(0), 1024));
    for (block, lengths) in chunks {
        let mut vectors = block.mapv(f64::from).dot(turn);
        let energies = &vectors * &vectors;
        squares += &energies.sum_axis(Axis(0));
        fourths += &(&energies * &energies).sum_axis(Axis(0));
        vectors *= &lengths.insert_axis(Axis(1));
        general_mat_mul(1.0, &vectors.t(), &vectors, 1.0, &mut products);
    }
    let rows = tall.nrows() as f64;
    let share = |(&square, &fourth): (&f64, &f64)| if fourth > 0.0 { square * square / fourth / rows } else { 0.0 };
    (products, squares.iter().zip(&fourths).map(share).collect())
}
