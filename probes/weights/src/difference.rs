//! How far a deployed tensor lies from the published one, number by number.

use pulp::Arch;

use crate::Undefined;
use crate::blocks::dequantize;
use crate::pair::{Pair, Progress};
use crate::view::{Source, TensorView};

/// Width of a bin of the histogram of errors, in root mean square errors.
pub const BIN_WIDTH: f64 = 0.25;

/// Bins of the histogram of errors: 33 around zero, and one for all errors beyond them on each side.
pub const BINS: usize = 35;

/// Rows and columns below this share of the root mean square size of all are related to that size instead of their own.
pub const FLOOR: f64 = 0.01;

/// Robust z above which a tensor differs more than others of its type.
pub const CONSPICUOUS_Z: f64 = 6.0;

/// Tensors of one type below which they are not compared.
const FEWEST_TENSORS: u64 = 8;

/// Smallest deviation that scores are given in: 1% of the error, which honest tensors of one type differ by.
const LEAST_DEVIATION: f64 = 0.01;

/// Partial sums kept side by side so that a reduction can use vector registers.
const LANES: usize = 8;

/// A row or column and how far it moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// Its index.
    pub index: usize,
    /// Its error over its size, or over [`FLOOR`] of the typical size where it is smaller.
    pub relative_error: f64,
}

/// How far a deployed tensor lies from the published one.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Elements of each side.
    pub elements: u64,
    /// `|deployed - published| / |published|`, Frobenius norms.
    pub relative_error: Result<f64, Undefined>,
    /// The largest difference of two numbers, in the weights' unit.
    pub max_abs_error: f64,
    /// Root mean square difference, in the weights' unit.
    pub rms_error: f64,
    /// Cosine between the two sides as vectors.
    pub cosine: Result<f64, Undefined>,
    /// `20 log10 (|published| / |deployed - published|)`, in decibels.
    pub sqnr_db: Result<f64, Undefined>,
    /// The rows with the largest relative error above zero, largest first; none when all published numbers are zero.
    pub worst_rows: Vec<Moved>,
    /// The columns with the largest relative error above zero, largest first; likewise.
    pub worst_columns: Vec<Moved>,
    /// Counts of errors in bins of [`BIN_WIDTH`] root mean square errors, the middle bin around zero.
    pub histogram: [u64; BINS],
    /// Fourth central moment of the published numbers over the square of their variance; 3 for a normal distribution.
    pub kurtosis: Result<f64, Undefined>,
}

/// Compares a deployed tensor of any readable type with the published one; names the `most` worst rows and columns.
///
/// Sums are in f64 and in an order that does not depend on the number of threads. Two passes over both sides.
///
/// # Errors
/// [`Undefined::NotFinite`] when either side holds NaN or an infinity; [`Undefined::TypeNotTested`],
/// [`Undefined::ShapesDiffer`], [`Undefined::Malformed`], [`Undefined::Empty`].
pub fn difference(
    deployed: &TensorView<'_>,
    source: &Source<'_>,
    most: usize,
    progress: Progress<'_>,
) -> Result<Difference, Undefined> {
    let pair = Pair::new(deployed, source)?;
    let sums = add_up(&pair, progress);
    if sums.not_finite != [0, 0] {
        let [nominal, operative] = sums.not_finite;
        return Err(Undefined::NotFinite { nominal, operative, row: sums.first_not_finite });
    }
    let elements = (pair.rows * pair.columns) as f64;
    let rms_error = (sums.all.error / elements).sqrt();
    let second = second_pass(&pair, rms_error, sums.all.published_sum / elements, progress);
    let [error, published, deployed] = [sums.all.error, sums.all.published, sums.all.deployed].map(f64::sqrt);
    let sized = |value: f64| if published > 0.0 { Ok(value) } else { Err(Undefined::AllZero { side: "published" }) };
    let variance = second.squares / elements;
    let kurtosis = second.fourths / elements / (variance * variance);
    Ok(Difference {
        elements: elements as u64,
        relative_error: sized(error / published),
        max_abs_error: sums.all.largest,
        rms_error,
        cosine: sized(0.0).and_then(|_| match deployed {
            0.0 => Err(Undefined::AllZero { side: "deployed" }),
            _ => Ok((sums.all.product / (published * deployed)).clamp(-1.0, 1.0)),
        }),
        sqnr_db: sized(0.0).and_then(|_| match error {
            0.0 => Err(Undefined::NoError),
            _ => Ok(20.0 * (published / error).log10()),
        }),
        worst_rows: worst(&sums.rows, most),
        worst_columns: worst(&sums.columns, most),
        histogram: second.histogram,
        // Equal numbers have a variance of zero but for the rounding of their mean.
        kurtosis: if variance > 1e-24 * sums.all.published / elements {
            Ok(kurtosis)
        } else {
            Err(Undefined::NoVariation)
        },
    })
}

/// How conspicuous each tensor's relative error is among tensors of one type: robust z of its logarithm.
///
/// `(ln e - median) / (1.4826 MAD)`, the deviation at least 1%. Above [`CONSPICUOUS_Z`] a tensor differs more than its
/// type explains; heavy tails of the published numbers (`kurtosis`) raise an honest error too.
///
/// # Errors
/// [`Undefined::TooFew`] below eight tensors, [`Undefined::NoError`] when an error is not above zero.
pub fn robust_z(relative_errors: &[f64]) -> Result<Vec<f64>, Undefined> {
    let got = relative_errors.len() as u64;
    if got < FEWEST_TENSORS {
        return Err(Undefined::TooFew { what: "tensors", needed: FEWEST_TENSORS, got });
    }
    if relative_errors.iter().any(|error| !(error.is_finite() && *error > 0.0)) {
        return Err(Undefined::NoError);
    }
    let logs: Vec<f64> = relative_errors.iter().map(|error| error.ln()).collect();
    let middle = median(logs.clone());
    let deviation = 1.4826 * median(logs.iter().map(|log| (log - middle).abs()).collect());
    Ok(logs.iter().map(|log| (log - middle) / deviation.max(LEAST_DEVIATION)).collect())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len().is_multiple_of(2) { (values[half - 1] + values[half]) / 2.0 } else { values[half] }
}

/// Squared error and squared size of a row or column.
#[derive(Clone, Copy, Debug, Default)]
struct Squares {
    error: f64,
    published: f64,
}

/// Sums over a row, or over all rows.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    error: f64,
    published: f64,
    published_sum: f64,
    deployed: f64,
    product: f64,
    largest: f64,
}

struct Sums {
    all: Totals,
    rows: Vec<Squares>,
    columns: Vec<Squares>,
    /// Numbers that are not finite, published and deployed.
    not_finite: [u64; 2],
    first_not_finite: usize,
}

/// One chunk's sums, in the order of its rows.
struct Part {
    rows: Vec<Totals>,
    column_errors: Vec<f64>,
    column_sizes: Vec<f64>,
    not_finite: [u64; 2],
    first_not_finite: Option<usize>,
}

fn add_up(pair: &Pair<'_>, progress: Progress<'_>) -> Sums {
    let arch = Arch::new();
    let chunk = |rows: std::ops::Range<usize>| {
        let zeros = vec![0.0; pair.columns];
        let (mut x, mut y) = (vec![0.0f32; pair.columns], vec![0.0f32; pair.columns]);
        let mut part = Part {
            rows: Vec::with_capacity(rows.len()),
            column_errors: zeros.clone(),
            column_sizes: zeros,
            not_finite: [0; 2],
            first_not_finite: None,
        };
        for row in rows {
            pair.source.read_row(row, &mut x);
            dequantize(pair.dtype(), pair.deployed.row(row), &mut y);
            let totals = arch.dispatch(|| add_row(&x, &y, &mut part.column_errors, &mut part.column_sizes));
            if !(totals.published.is_finite() && totals.deployed.is_finite()) {
                let count = |values: &[f32]| values.iter().filter(|value| !value.is_finite()).count() as u64;
                part.not_finite = [part.not_finite[0] + count(&x), part.not_finite[1] + count(&y)];
                part.first_not_finite.get_or_insert(row);
            }
            part.rows.push(totals);
        }
        part
    };
    let mut sums = Sums {
        all: Totals::default(),
        rows: Vec::with_capacity(pair.rows),
        columns: vec![Squares::default(); pair.columns],
        not_finite: [0; 2],
        first_not_finite: usize::MAX,
    };
    pair.in_order(progress, chunk, |part| {
        for row in &part.rows {
            sums.rows.push(Squares { error: row.error, published: row.published });
            sums.all.error += row.error;
            sums.all.published += row.published;
            sums.all.published_sum += row.published_sum;
            sums.all.deployed += row.deployed;
            sums.all.product += row.product;
            sums.all.largest = sums.all.largest.max(row.largest);
        }
        for ((column, error), size) in sums.columns.iter_mut().zip(&part.column_errors).zip(&part.column_sizes) {
            column.error += error;
            column.published += size;
        }
        sums.not_finite = [sums.not_finite[0] + part.not_finite[0], sums.not_finite[1] + part.not_finite[1]];
        sums.first_not_finite = sums.first_not_finite.min(part.first_not_finite.unwrap_or(usize::MAX));
    });
    sums
}

#[inline(always)]
fn add_row(x: &[f32], y: &[f32], column_errors: &mut [f64], column_sizes: &mut [f64]) -> Totals {
    let mut errors = [0.0f64; LANES];
    let mut sizes = [0.0f64; LANES];
    let mut plain = [0.0f64; LANES];
    let mut deployed = [0.0f64; LANES];
    let mut products = [0.0f64; LANES];
    let mut largest = [0.0f64; LANES];
    let mut add = |x: &[f32], y: &[f32], column_errors: &mut [f64], column_sizes: &mut [f64]| {
        for lane in 0..x.len() {
            let (x, y) = (f64::from(x[lane]), f64::from(y[lane]));
            let error = y - x;
            let magnitude = error.abs();
            errors[lane] += error * error;
            sizes[lane] += x * x;
            plain[lane] += x;
            deployed[lane] += y * y;
            products[lane] += x * y;
            largest[lane] = if magnitude > largest[lane] { magnitude } else { largest[lane] };
            column_errors[lane] += error * error;
            column_sizes[lane] += x * x;
        }
    };
    let whole = x.len() / LANES * LANES;
    for at in (0..whole).step_by(LANES) {
        let range = at..at + LANES;
        let columns = (&mut column_errors[range.clone()], &mut column_sizes[range.clone()]);
        add(&x[range.clone()], &y[range], columns.0, columns.1);
    }
    add(&x[whole..], &y[whole..], &mut column_errors[whole..], &mut column_sizes[whole..]);
    Totals {
        error: errors.iter().sum(),
        published: sizes.iter().sum(),
        published_sum: plain.iter().sum(),
        deployed: deployed.iter().sum(),
        product: products.iter().sum(),
        largest: largest.iter().fold(0.0, |a, &b| a.max(b)),
    }
}

/// What needs the mean error and the mean of the published numbers first.
struct Second {
    histogram: [u64; BINS],
    squares: f64,
    fourths: f64,
}

fn second_pass(pair: &Pair<'_>, rms_error: f64, mean: f64, progress: Progress<'_>) -> Second {
    let arch = Arch::new();
    let per_bin = if rms_error > 0.0 { 1.0 / (rms_error * BIN_WIDTH) } else { 0.0 };
    let chunk = |rows: std::ops::Range<usize>| {
        let (mut x, mut y) = (vec![0.0f32; pair.columns], vec![0.0f32; pair.columns]);
        let mut part = Second { histogram: [0; BINS], squares: 0.0, fourths: 0.0 };
        for row in rows {
            pair.source.read_row(row, &mut x);
            dequantize(pair.dtype(), pair.deployed.row(row), &mut y);
            let (squares, fourths) = arch.dispatch(|| central_moments(&x, mean));
            part.squares += squares;
            part.fourths += fourths;
            for (x, y) in x.iter().zip(&y) {
                let bin = (f64::from(*y) - f64::from(*x)) * per_bin + BINS as f64 / 2.0;
                // A cast ends at the ends of its type, so that everything beyond falls in the outermost bins.
                part.histogram[(bin as usize).min(BINS - 1)] += 1;
            }
        }
        part
    };
    let mut all = Second { histogram: [0; BINS], squares: 0.0, fourths: 0.0 };
    pair.in_order(progress, chunk, |part| {
        all.squares += part.squares;
        all.fourths += part.fourths;
        all.histogram.iter_mut().zip(part.histogram).for_each(|(sum, count)| *sum += count);
    });
    all
}

#[inline(always)]
fn central_moments(x: &[f32], mean: f64) -> (f64, f64) {
    let (mut squares, mut fourths) = ([0.0f64; LANES], [0.0f64; LANES]);
    for chunk in x.chunks(LANES) {
        for (lane, x) in chunk.iter().enumerate() {
            let square = (f64::from(*x) - mean) * (f64::from(*x) - mean);
            squares[lane] += square;
            fourths[lane] += square * square;
        }
    }
    (squares.iter().sum(), fourths.iter().sum())
}

fn worst(lines: &[Squares], most: usize) -> Vec<Moved> {
    let floor = FLOOR * (lines.iter().map(|line| line.published).sum::<f64>() / lines.len() as f64).sqrt();
    if floor == 0.0 {
        // Nothing to relate an error to.
        return Vec::new();
    }
    let relative = |line: &Squares| line.error.sqrt() / line.published.sqrt().max(floor);
    let moved = lines.iter().enumerate().filter(|(_, line)| line.error > 0.0);
    let mut moved: Vec<Moved> = moved.map(|(index, line)| Moved { index, relative_error: relative(line) }).collect();
    moved.sort_by(|a, b| b.relative_error.total_cmp(&a.relative_error).then(a.index.cmp(&b.index)));
    moved.truncate(most);
    moved
}
