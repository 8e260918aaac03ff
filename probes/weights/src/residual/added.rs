//! What the codes of a quantized tensor say about the numbers that were rounded to them.

use rayon::prelude::*;

use super::Rows;
use super::tail::{normal_density, normal_upper_tail};
use crate::codes::{CodeRow, TIE_ULPS, code_range, has_offset, has_superblocks};
use crate::view::{Precision, Source, TensorView};

/// Numbers that the deviation is estimated from: rows, evenly spread.
const SAMPLE: usize = 1 << 18;
/// A border farther away than so many deviations says nothing.
const FAR: f64 = 6.0;
/// Borders closer together than so many deviations are one number.
const NARROW: f64 = 1e-3;
/// Halvings of the logarithm of the deviation.
const HALVINGS: usize = 30;
/// Half a unit in the last place of an f16, relative, and that of its smallest numbers.
const F16_ROUNDING: (f64, f64) = (1.0 / 2048.0, 1.0 / (1 << 25) as f64);

/// An estimate of what was added to the published numbers before they were rounded, `[rows, columns]` as the deployed tensor
/// and in the weights' unit, a row at a time.
///
/// A code says between which borders its number lay. Where the published number lies near a border, that says something
/// about what was added to it; elsewhere it says nothing. The difference to the re-quantized tensor is a whole step or
/// nothing, most of which is noise as long as the edit is small against the step. So each number here is the mean of what was
/// added given its borders, were it normal with one deviation for the tensor (a truncated normal distribution: Johnson,
/// Kotz and Balakrishnan 1994, "Continuous Univariate Distributions", volume 1, chapter 13), and the deviation is the likeliest
/// one given all borders (Dempster, Laird and Rubin 1977, "Maximum Likelihood from Incomplete Data via the EM Algorithm":
/// at the maximum the mean square given the borders is the square of the deviation).
///
/// Blocks of 32 are taken to come from an encoder without importance weights: its scale is that of the one number that
/// reaches the end of the codes, which is so known to the rounding of the scale.
pub struct Added<'a> {
    deployed: TensorView<'a>,
    source: &'a Source<'a>,
    precision: Precision,
    range: (f64, f64),
    /// Standard deviation of what was added, in the weights' unit.
    deviation: f64,
    /// One over the share of what was added that the means hold, so that on average they are as large as it.
    gain: f64,
}

/// Between which borders the number behind a code lay.
#[derive(Clone, Copy, Debug)]
struct Borders {
    low: f64,
    high: f64,
}

impl<'a> Added<'a> {
    /// From the deployed codes and the published numbers in the format that came before the quantizer.
    ///
    /// `None` for types without codes, for tensors of other shapes, and where every number may have been rounded to its
    /// code as it was published.
    pub fn estimate(deployed: TensorView<'a>, source: &'a Source<'a>, precision: Precision) -> Option<Self> {
        let (low, high) = code_range(deployed.dtype)?;
        if (deployed.rows(), deployed.columns()) != (source.rows(), source.columns()) {
            return None;
        }
        let range = (f64::from(low), f64::from(high));
        let mut found = Added { deployed, source, precision, range, deviation: 0.0, gain: 1.0 };
        let sample = found.sample();
        let least = sample.iter().map(Borders::distance).fold(0.0, f64::max);
        if least == 0.0 {
            return None;
        }
        // Between a deviation that none of the borders beyond 0 would let pass, and one that all of them would.
        let (mut below, mut above) = ((least * 1e-6).ln(), (least * 1e6).ln());
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(below, above);
            let squares = mean(&sample, |borders| borders.moments(middle.exp()).1);
            if squares > 1.0 { below = middle } else { above = middle }
        }
        found.deviation = f64::midpoint(below, above).exp();
        let known = mean(&sample, |borders| borders.moments(found.deviation).0.powi(2));
        found.gain = 1.0 / known;
        known.is_normal().then_some(found)
    }

    /// Sum of the squares of all that was added, whatever part of it the codes show.
    pub(crate) fn energy(&self) -> f64 {
        self.deviation.powi(2) * self.rows() as f64 * self.columns() as f64
    }

    fn sample(&self) -> Vec<Borders> {
        let wanted = (SAMPLE / self.columns().max(1)).max(1);
        let step = self.rows().div_ceil(wanted).max(1);
        let rows: Vec<usize> = (0..self.rows()).step_by(step).collect();
        let of_row = |row: &usize| {
            let mut borders = Vec::with_capacity(self.columns());
            self.for_each(*row, |_, found| borders.push(found));
            borders
        };
        rows.par_iter().flat_map_iter(of_row).collect()
    }

    /// Calls with the column and the borders of each number of a row, relative to the published number.
    fn for_each(&self, row: usize, mut visit: impl FnMut(usize, Borders)) {
        let mut numbers = vec![0.0; self.columns()];
        self.source.read_row(row, &mut numbers);
        self.precision.round(&mut numbers);
        let mut stored = CodeRow::new(self.deployed.dtype, self.columns());
        stored.read(self.deployed.row(row));
        let size = stored.group;
        for (index, (numbers, codes)) in numbers.chunks(size).zip(stored.codes.chunks(size)).enumerate() {
            let group = Group {
                codes,
                scale: f64::from(stored.scale[index]),
                offset: f64::from(stored.offset[index]),
                range: self.range,
                superblocks: has_superblocks(self.deployed.dtype),
                with_offset: has_offset(self.deployed.dtype),
            };
            let ends = group.ends();
            for (at, (&number, &code)) in numbers.iter().zip(codes).enumerate() {
                visit(index * size + at, group.borders(f64::from(code), ends).relative_to(f64::from(number)));
            }
        }
    }
}

impl Rows for Added<'_> {
    fn rows(&self) -> usize {
        self.deployed.rows()
    }

    fn columns(&self) -> usize {
        self.deployed.columns()
    }

    fn read(&self, first: usize, out: &mut [f32]) {
        let columns = self.columns();
        for (index, row) in out.chunks_exact_mut(columns.max(1)).enumerate() {
            self.for_each(first + index, |column, borders| {
                row[column] = (borders.moments(self.deviation).0 * self.deviation * self.gain) as f32;
            });
        }
    }
}

/// Codes that share a scale: value = scale x code - offset.
struct Group<'a> {
    codes: &'a [i8],
    scale: f64,
    offset: f64,
    range: (f64, f64),
    superblocks: bool,
    with_offset: bool,
}

/// The codes that only the number which the scale was taken from has; NaN, which is no code, where there is none.
type Ends = [f64; 2];

impl Group<'_> {
    fn ends(&self) -> Ends {
        let (low, high) = self.range;
        if self.superblocks {
            return [f64::NAN; 2];
        }
        let only = |wanted: &dyn Fn(f64) -> bool| {
            let mut found = self.codes.iter().map(|&code| f64::from(code)).filter(|&code| wanted(code));
            found.next().filter(|_| found.next().is_none()).unwrap_or(f64::NAN)
        };
        if self.with_offset {
            [only(&|code| code == low), only(&|code| code == high)]
        } else if low == -high {
            [only(&|code| code.abs() == high), f64::NAN]
        } else {
            [only(&|code| code == low), f64::NAN]
        }
    }

    /// Where the number behind a code lay.
    fn borders(&self, code: f64, ends: Ends) -> Borders {
        if !(self.scale.is_normal() && self.offset.is_finite()) {
            return Borders { low: f64::NEG_INFINITY, high: f64::INFINITY };
        }
        let (low, high) = self.range;
        let half = if ends.contains(&code) { 0.0 } else { 0.5 };
        let (mut from, mut to) = (code - half, code + half);
        if self.superblocks {
            // Numbers beyond the range were brought to its ends.
            from = if code == low { f64::NEG_INFINITY } else { from };
            to = if code == high { f64::INFINITY } else { to };
        } else if half > 0.0 {
            // No number lies beyond the one that the scale was taken from.
            let last = if self.with_offset { (low, high) } else { (-low.abs(), low.abs()) };
            from = from.max(last.0);
            to = if code == high { last.1 } else { to.min(last.1) };
        }
        let number = |at: f64, away: f64| {
            let slack = if self.superblocks {
                // The order of operations decides there.
                if at.is_finite() { TIE_ULPS * f64::from(f32::EPSILON) * (self.scale * at).abs() } else { 0.0 }
            } else {
                rounding(self.scale) * at.abs() + rounding(self.offset)
            };
            self.scale * at - self.offset + away * slack
        };
        let direction = self.scale.signum();
        let ends = [number(from, -direction), number(to, direction)];
        // A negative scale turns the borders round.
        Borders { low: ends[0].min(ends[1]), high: ends[0].max(ends[1]) }
    }
}

/// How far a stored f16 may lie from what it is the rounding of.
fn rounding(stored: f64) -> f64 {
    if stored == 0.0 { 0.0 } else { (stored.abs() * F16_ROUNDING.0).max(F16_ROUNDING.1) }
}

impl Borders {
    fn relative_to(self, number: f64) -> Self {
        Borders { low: self.low - number, high: self.high - number }
    }

    /// How much was added at least.
    fn distance(&self) -> f64 {
        self.low.max(-self.high).max(0.0)
    }

    /// Mean and mean square between the borders of a normal distribution around 0, in units of its deviation.
    fn moments(&self, deviation: f64) -> (f64, f64) {
        let (low, high) = (self.low / deviation, self.high / deviation);
        if low < -FAR && high > FAR {
            return (0.0, 1.0);
        }
        if high - low < NARROW {
            let middle = f64::midpoint(low, high);
            return (middle, middle * middle);
        }
        if high < 0.0 {
            let (mean, square) = right_of_low(-high, -low);
            return (-mean, square);
        }
        right_of_low(low, high)
    }
}

/// As [`Borders::moments`], in units of the deviation; `high` is not negative.
fn right_of_low(low: f64, high: f64) -> (f64, f64) {
    let between = if low > 0.0 {
        normal_upper_tail(low) - normal_upper_tail(high)
    } else {
        1.0 - normal_upper_tail(-low) - normal_upper_tail(high)
    };
    // So far out nearly all of it lies at the border.
    if between < f64::MIN_POSITIVE {
        return (low, low * low);
    }
    let weighted = |at: f64| if at.is_finite() { at * normal_density(at) } else { 0.0 };
    let mean = (normal_density(low) - normal_density(high)) / between;
    (mean, 1.0 + (weighted(low) - weighted(high)) / between)
}

fn mean(sample: &[Borders], number: impl Fn(&Borders) -> f64 + Sync) -> f64 {
    // Sums of parts of one length, in their order: the same with any number of threads.
    let sums: Vec<f64> = sample.par_chunks(4096).map(|part| part.iter().map(&number).sum()).collect();
    sums.iter().sum::<f64>() / sample.len() as f64
}
