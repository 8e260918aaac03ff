//! Whether the codes of a packed weight are the nearest to the published numbers, and its scales what encoders choose.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use rayon::prelude::*;

use super::grid::{Grid, NO_LEVEL};
use super::{PackedWeight, Packing, array};
use crate::Undefined;
use crate::codes::CodeTest;
use crate::pair::Progress;
use crate::view::{Precision, Source, TensorView};

/// The smallest share of the range that the largest number of an FP8 scale may use: encoders make it fill the range, or
/// half of it where scales are powers of two.
const LEAST_SHARE: f32 = 0.2;
/// How far a scale that is stored in eight bits may lie from the number that it stands for, as a share of the largest of
/// its block: the levels of dynamic tree quantization lie up to 0.0141 apart (Dettmers, Lewis, Shleifer and Zettlemoyer,
/// "8-bit Optimizers via Block-wise Quantization", 2021).
const NESTED_TOLERANCE: f32 = 0.008;
/// How far a scale that is stored as it is may lie from it: the precision of f16, in which some kernels compute.
const SCALE_TOLERANCE: f32 = 1.0 / 1024.0;
/// Two roundings to bf16, and two to f16, as shares of the number: of the inverse of a scale, and of its product.
const TWICE_BF16: f32 = 2.0 / 256.0 + 1.0 / 65_536.0;
const TWICE_F16: f32 = 2.0 / 2048.0 + 1.0 / 4_194_304.0;
/// Counts by column are kept apart for so many columns; of longer rows, neighbours are counted together.
const MOST_COLUMNS: usize = 1 << 16;

/// What holding a packed weight against the published numbers found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedTest {
    /// What the codes say.
    pub codes: CodeTest,
    /// Scales that were held against the numbers that they belong to.
    pub scales: u64,
    /// Those that encoders would not have chosen: other than the largest number, or leaving most of the range unused.
    pub odd_scales: u64,
}

impl PackedTest {
    /// Whether everything that is stored follows from the published numbers.
    pub fn explained(&self) -> bool {
        self.codes.explained() == Some(true) && self.codes.silenced == 0 && self.odd_scales == 0
    }
}

/// Holds every code of a packed weight against the number that it stands for: it must be the nearest level, once that
/// number is divided by its scale.
///
/// For FP8 that is the scale as it is stored, since encoders choose it in several ways. For bitsandbytes it is the
/// largest published number of the row or block, which its encoders always take (`int8_vectorwise_quant`,
/// `quantize_blockwise`); for ONNX the rules of ONNX Runtime's tool ([`crate::array_codes`]). A code may be the other neighbour where the quotient lies so near the border that the number
/// format of the division decides, and is then a tie.
///
/// `view` gives the tensor at a place; `source` the published numbers. `progress` is told bytes as they are read.
///
/// # Errors
/// [`Undefined::MakesUpForErrors`] for GPTQ and AWQ, [`Undefined::ShapesDiffer`], [`Undefined::Malformed`],
/// [`Undefined::Empty`].
pub fn test_packed<'a>(
    weight: &PackedWeight,
    view: impl Fn(usize) -> TensorView<'a>,
    source: &Source<'_>,
    progress: Progress<'_>,
) -> Result<PackedTest, Undefined> {
    if weight.makes_up_for_errors() {
        return Err(Undefined::MakesUpForErrors { name: weight.type_name() });
    }
    if !source.is_sound() {
        return Err(Undefined::Malformed { side: "published" });
    }
    if let Packing::Array(array) = weight.packing {
        return array::test(weight, array, view, source);
    }
    let grid = Grid::of(weight, view)?;
    let (nominal, operative) = ((source.rows(), source.columns()), (grid.rows, grid.columns));
    if nominal != operative {
        return Err(Undefined::ShapesDiffer { nominal, operative });
    }
    if grid.rows == 0 || grid.columns == 0 {
        return Err(Undefined::Empty);
    }
    let bytes: u64 = source.parts.iter().map(|part| part.bytes.len() as u64).sum();
    let mut best: Option<PackedTest> = None;
    for precision in Precision::ALL {
        let test = test(&grid, Rule::of(weight, &grid), source, precision);
        progress(2 * bytes);
        let unexplained = |test: &PackedTest| test.codes.mismatches + test.codes.not_finite + test.odd_scales;
        if best.as_ref().is_none_or(|best| unexplained(&test) < unexplained(best)) {
            best = Some(test);
        }
        if best.as_ref().is_some_and(PackedTest::explained) {
            break;
        }
    }
    best.ok_or(Undefined::Empty)
}

/// What an encoder does.
#[derive(Clone, Copy)]
struct Rule {
    /// Whether its scales are the largest numbers; otherwise what is stored.
    by_largest: bool,
    /// How far a quotient may lie beyond a border, as a share of it: the rounding of the division.
    tolerance: f32,
    /// Scales of a block of scales that are stored in eight bits, if they are.
    nested: Option<usize>,
    /// The smallest share of the range that the largest number may use.
    least_share: Option<f32>,
}

impl Rule {
    fn of(weight: &PackedWeight, grid: &Grid<'_>) -> Self {
        let (by_largest, tolerance, nested) = match &weight.packing {
            // On processors, where numbers are f16.
            Packing::Int8 => (true, TWICE_F16, None),
            // On processors, where numbers are in the format of the model.
            Packing::FourBit(four_bit) => (true, TWICE_BF16, four_bit.nested.map(|nested| nested.block)),
            _ => (false, TWICE_BF16, None),
        };
        let has_scale = matches!(weight.packing, Packing::Float8 { block: Some(_), .. });
        let least_share = has_scale.then_some(LEAST_SHARE * grid.levels.largest());
        Self { by_largest, tolerance, nested, least_share }
    }

    /// How many of the stored scales no encoder would have chosen for numbers of which these are the largest.
    fn odd_scales(self, stored: &[f32], largest: &[f32], borders: &[f32]) -> u64 {
        if self.by_largest {
            let slack = self.slack(largest);
            let far = |((stored, largest), slack): &((&f32, &f32), f32)| {
                let reach = SCALE_TOLERANCE * *largest + slack;
                **largest != 0.0 && !(*largest - reach..=*largest + reach).contains(*stored)
            };
            return stored.iter().zip(largest).zip(slack).filter(far).count() as u64;
        }
        let Some(least) = self.least_share else { return 0 };
        let most = borders.last().copied().unwrap_or_default() * (1.0 + self.tolerance);
        let odd =
            |(stored, largest): &(&f32, &f32)| **largest != 0.0 && !(least..=most).contains(&(*largest / *stored));
        stored.iter().zip(largest).filter(odd).count() as u64
    }

    /// How far storing scales in eight bits may move each of them. What the file says of it is not used: an absurd
    /// largest scale would allow everything.
    fn slack(self, largest: &[f32]) -> Vec<f32> {
        let Some(block) = self.nested else { return vec![0.0; largest.len()] };
        let sum: f64 = largest.iter().map(|scale| f64::from(*scale)).sum();
        let mean = (sum / largest.len().max(1) as f64) as f32;
        let most = |scales: &[f32]| scales.iter().fold(0.0_f32, |most, scale| most.max((scale - mean).abs()));
        largest.chunks(block).flat_map(|scales| vec![NESTED_TOLERANCE * most(scales); scales.len()]).collect()
    }
}

fn test(grid: &Grid<'_>, rule: Rule, source: &Source<'_>, precision: Precision) -> PackedTest {
    let largest = largest_numbers(grid, source, precision);
    let sorted = &grid.levels.sorted;
    let borders = borders(sorted);
    let columns_per_count = grid.columns.div_ceil(MOST_COLUMNS);
    let by_column: Vec<AtomicU32> = (0..grid.columns.div_ceil(columns_per_count)).map(|_| AtomicU32::new(0)).collect();
    let [ties, skipped, silenced, not_finite] = [(); 4].map(|()| AtomicU64::new(0));
    let fresh = || (vec![0.0; grid.columns], vec![0_u16; grid.columns], vec![0.0; grid.columns]);
    let row = |(x, places, scales): &mut (Vec<f32>, Vec<u16>, Vec<f32>), row: usize| -> u32 {
        source.read_row(row, x);
        precision.round(x);
        grid.read_row(row, places, scales);
        let mut mismatches = 0;
        let mut mismatch = |column: usize| {
            mismatches += 1;
            by_column[column / columns_per_count].fetch_add(1, Ordering::Relaxed);
        };
        for (column, (&x, (&place, &stored))) in x.iter().zip(places.iter().zip(scales.iter())).enumerate() {
            let scale = if rule.by_largest { largest[grid.scale_of(row, column)] } else { stored };
            if !x.is_finite() || !scale.is_finite() || !stored.is_finite() || place == NO_LEVEL {
                not_finite.fetch_add(1, Ordering::Relaxed);
            } else if stored == 0.0 {
                // Nothing is left of these numbers, whatever their codes are.
                let count = if x == 0.0 { &skipped } else { &silenced };
                count.fetch_add(1, Ordering::Relaxed);
            } else {
                let quotient = if x == 0.0 { 0.0 } else { x / scale };
                let (low, high) = (borders[usize::from(place)], borders[usize::from(place) + 1]);
                let reach = rule.tolerance * quotient.abs();
                if !(low - reach..=high + reach).contains(&quotient) {
                    mismatch(column);
                } else if !(low..=high).contains(&quotient) {
                    ties.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        mismatches
    };
    let row_mismatches: Vec<u32> =
        (0..grid.rows).into_par_iter().map_init(fresh, |buffers, at| row(buffers, at)).collect();
    let odd_scales = rule.odd_scales(grid.scales(), &largest, &borders);
    let [ties, skipped, silenced, not_finite] = [ties, skipped, silenced, not_finite].map(AtomicU64::into_inner);
    let untested = skipped + silenced + not_finite;
    PackedTest {
        codes: CodeTest {
            precision,
            tested: (grid.rows * grid.columns) as u64 - untested,
            skipped,
            dead_codes: 0,
            silenced,
            not_finite,
            mismatches: row_mismatches.iter().map(|count| u64::from(*count)).sum(),
            ties,
            row_mismatches,
            column_mismatches: by_column.into_iter().map(AtomicU32::into_inner).collect(),
            columns_per_count,
        },
        scales: grid.scales().len() as u64,
        odd_scales,
    }
}

/// The largest size of the numbers of each scale.
fn largest_numbers(grid: &Grid<'_>, source: &Source<'_>, precision: Precision) -> Vec<f32> {
    // Numbers that are not negative are ordered as their bits are.
    let largest: Vec<AtomicU32> = grid.scales().iter().map(|_| AtomicU32::new(0)).collect();
    (0..grid.rows).into_par_iter().for_each_init(
        || vec![0.0; grid.columns],
        |x, row| {
            source.read_row(row, x);
            precision.round(x);
            let (mut of, mut most) = (grid.scale_of(row, 0), 0.0_f32);
            for (column, x) in x.iter().enumerate() {
                let scale = grid.scale_of(row, column);
                if scale != of {
                    largest[of].fetch_max(most.to_bits(), Ordering::Relaxed);
                    (of, most) = (scale, 0.0);
                }
                most = most.max(x.abs());
            }
            largest[of].fetch_max(most.to_bits(), Ordering::Relaxed);
        },
    );
    largest.into_iter().map(|bits| f32::from_bits(bits.into_inner())).collect()
}

/// Where a number goes from one level to the next, beginning and ending half a step beyond the outermost ones.
fn borders(sorted: &[f32]) -> Vec<f32> {
    let halves = || sorted.windows(2).map(|pair| (pair[1] - pair[0]) / 2.0);
    let (Some(first), Some(last)) = (halves().next(), halves().next_back()) else {
        return vec![f32::NEG_INFINITY, f32::INFINITY];
    };
    let below = sorted.iter().zip(std::iter::once(first).chain(halves())).map(|(level, half)| level - half);
    below.chain(sorted.last().map(|level| level + last)).collect()
}
