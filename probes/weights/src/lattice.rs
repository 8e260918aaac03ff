//! Whether published numbers already sit where a quantizer would put them: a trace of files that were made from a
//! quantized one, or so that they survive quantization.

use pulp::Arch;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Undefined;
use crate::codes::{CodeRow, clamp, code_range, has_superblocks, nearest};
use crate::pair::{Encode, Pair, Progress};
use crate::view::{Precision, Source, TensorView};

/// Ratio of densities above which a tensor is conspicuous.
pub const CONSPICUOUS_RATIO: f64 = 1.3;

/// Excess share of repeated numbers above which a tensor is conspicuous.
pub const CONSPICUOUS_REPEATS: f64 = 0.05;

/// Counts near codes that are needed on either side: the standard error of the ratio is then below 5%.
pub const FEWEST_COUNTS: u64 = 1000;

/// Numbers that are needed for anything to be said: the standard error of the share of repeated ones is then below 0.5%.
pub const FEWEST_NUMBERS: u64 = 10_000;

/// Numbers of which repetitions are counted together: no block format shares a scale among fewer than half as many.
const RUN: usize = 32;

/// Distance from a code, in codes, that counts as on it.
const ON: f32 = 0.005;

/// Distances from a code, in codes, that the density on it is held against.
const BESIDE: [f32; 2] = [0.01, 0.03];

/// What the screen looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatticeSettings {
    /// Seed of the jitter.
    pub seed: u64,
    /// About how many elements are looked at, in rows that are spread evenly; all of them for `usize::MAX`.
    pub elements: usize,
}

/// How densely numbers lie at the middle of their codes, and beside it, and how often they repeat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Density {
    /// Numbers other than 0 with a code of their own.
    pub numbers: u64,
    /// Those less than 0.005 codes from the middle.
    pub on: u64,
    /// Those between 0.01 and 0.03 codes from it.
    pub beside: u64,
    /// Those equal to an earlier one of the same 32.
    pub repeated: u64,
}

impl Density {
    /// Density on the middle over that beside it. With nothing beside it, as if there were one number.
    pub fn ratio(self) -> f64 {
        let widths = f64::from(BESIDE[1] - BESIDE[0]) / f64::from(ON);
        self.on as f64 / self.beside.max(1) as f64 * widths
    }

    /// Share of the numbers that equal an earlier one of the same 32.
    pub fn repeated_share(self) -> f64 {
        self.repeated as f64 / self.numbers.max(1) as f64
    }

    fn add(self, other: Density) -> Density {
        Density {
            numbers: self.numbers + other.numbers,
            on: self.on + other.on,
            beside: self.beside + other.beside,
            repeated: self.repeated + other.repeated,
        }
    }
}

/// Whether published numbers already sit on a quantization lattice.
#[derive(Clone, Debug, PartialEq)]
pub struct LatticeScreen {
    /// The number format that the published numbers fit in without rounding; the jittered ones were rounded to it.
    pub grid: Precision,
    /// Densities of the published numbers.
    pub published: Density,
    /// Densities after the jitter.
    pub jittered: Density,
    /// Ratio of the published numbers over that after the jitter; about 1 for numbers that no quantizer has touched.
    /// Undefined with fewer than [`FEWEST_COUNTS`] numbers on codes, or beside them after the jitter; about 100,000
    /// elements suffice.
    pub ratio: Result<f64, Undefined>,
    /// Share of repeated numbers less that after the jitter; about 0 for numbers that no quantizer has touched.
    pub repeated_excess: f64,
}

impl LatticeScreen {
    /// Whether the numbers sit on a lattice; `None` when they repeat no more than they should and there are too few
    /// for the ratio. Training with quantization in mind, and republishing a dequantized file, put them there too:
    /// this says where the numbers come from, and nothing about intent.
    pub fn conspicuous(&self) -> Option<bool> {
        if self.repeated_excess > CONSPICUOUS_REPEATS {
            return Some(true);
        }
        self.ratio.as_ref().ok().map(|ratio| *ratio > CONSPICUOUS_RATIO)
    }

    /// Share of the published numbers that lies on a code and would not be expected there, 0 to 1.
    pub fn excess_share(&self) -> Option<f64> {
        let ratio = self.ratio.as_ref().ok()?.max(1.0);
        Some(self.published.on as f64 * (1.0 - 1.0 / ratio) / self.published.numbers as f64)
    }
}

/// Screens a published tensor for traces of the lattice of the deployed type.
///
/// For every published number `x`, `u = t - clamp(rint(t))` with `t = (x + m) / d` under the scales of the deployed
/// tensor. The ratio of the density at `|u| < 0.005` to that at `0.01 < |u| < 0.03` is divided by the same ratio after
/// every number was moved by up to a quarter of a code either way: in blocks of 32 the extreme sits on its code by
/// construction (undivided, honest files score 4 to 7), and numbers of few bits coincide with codes. For the latter
/// the moved numbers are rounded to the format that the published ones fit in. Zeros are left out, since pruning
/// makes them too.
///
/// The lattice of another type is seen by these densities only where it falls on codes of the deployed type. So numbers
/// that repeat within a run of 32 are counted too, before and after the jitter: a quantizer of few bits leaves few
/// values there, whichever type it had.
///
/// Blocks of 32 need `encode`, because moved numbers have scales of their own; superblocks are screened under the
/// stored scales unless there is an `encode`.
///
/// # Errors
/// [`Undefined::TooFew`] below [`FEWEST_NUMBERS`], [`Undefined::NeedsEncoder`], [`Undefined::TypeNotTested`] for plain
/// types, [`Undefined::ShapesDiffer`], [`Undefined::Malformed`], [`Undefined::Empty`].
pub fn screen_lattice(
    deployed: &TensorView<'_>,
    source: &Source<'_>,
    encode: Option<Encode<'_>>,
    settings: LatticeSettings,
    progress: Progress<'_>,
) -> Result<LatticeScreen, Undefined> {
    let pair = Pair::new(deployed, source)?;
    let name = deployed.dtype.name();
    let Some((low, high)) = code_range(deployed.dtype) else { return Err(Undefined::TypeNotTested { name }) };
    if encode.is_none() && !has_superblocks(deployed.dtype) {
        return Err(Undefined::NeedsEncoder { name });
    }
    let grid = grid_of(&pair);
    let range = [f32::from(low), f32::from(high)];
    let arch = Arch::new();
    let chunk = |rows: &mut dyn Iterator<Item = usize>| {
        let (mut x, mut codes) = (vec![0.0; pair.columns], CodeRow::new(pair.dtype(), pair.columns));
        let mut bytes = vec![0; deployed.row_len()];
        let mut sums = [Density::default(); 2];
        for row in rows {
            pair.source.read_row(row, &mut x);
            arch.dispatch(|| codes.read(deployed.row(row)));
            sums[0] = sums[0].add(arch.dispatch(|| densities(&x, &codes, range)));
            jitter(&mut x, &codes, settings.seed, row);
            grid.round(&mut x);
            if let Some(encode) = encode {
                encode(&x, &mut bytes);
                arch.dispatch(|| codes.read(&bytes));
            }
            sums[1] = sums[1].add(arch.dispatch(|| densities(&x, &codes, range)));
        }
        sums
    };
    let rows = if settings.elements == usize::MAX { pair.all() } else { pair.sample(settings.elements, 1) };
    let add = |a: [Density; 2], b: [Density; 2]| [a[0].add(b[0]), a[1].add(b[1])];
    let [published, jittered] = pair.sum(rows, progress, chunk, add).unwrap_or_default();
    if published.numbers < FEWEST_NUMBERS {
        let what = "numbers other than zero";
        return Err(Undefined::TooFew { what, needed: FEWEST_NUMBERS, got: published.numbers });
    }
    let fewest = published.on.min(jittered.on).min(jittered.beside);
    let ratio = if fewest < FEWEST_COUNTS {
        Err(Undefined::TooFew { what: "numbers near codes", needed: FEWEST_COUNTS, got: fewest })
    } else {
        Ok(published.ratio() / jittered.ratio())
    };
    let repeated_excess = published.repeated_share() - jittered.repeated_share();
    Ok(LatticeScreen { grid, published, jittered, ratio, repeated_excess })
}

/// The coarsest format that all published numbers fit in.
fn grid_of(pair: &Pair<'_>) -> Precision {
    let chunk = |rows: &mut dyn Iterator<Item = usize>| {
        let (mut x, mut rounded) = (vec![0.0; pair.columns], vec![0.0; pair.columns]);
        let mut fits = [true; 2];
        for row in rows {
            pair.source.read_row(row, &mut x);
            for (fits, precision) in fits.iter_mut().zip([Precision::BF16, Precision::F16]) {
                if *fits {
                    rounded.copy_from_slice(&x);
                    precision.round(&mut rounded);
                    *fits = rounded == x;
                }
            }
            if fits == [false; 2] {
                break;
            }
        }
        fits
    };
    let both = |a: [bool; 2], b: [bool; 2]| [a[0] && b[0], a[1] && b[1]];
    match pair.sum(pair.all(), &|_| (), chunk, both) {
        Some([true, _]) => Precision::BF16,
        Some([_, true]) => Precision::F16,
        _ => Precision::Stored,
    }
}

#[inline(always)]
fn densities(x: &[f32], row: &CodeRow, [low, high]: [f32; 2]) -> Density {
    let mut sums = Density::default();
    let scales = row.scale.iter().zip(&row.offset);
    for (x, (&scale, &offset)) in x.chunks_exact(row.group).zip(scales) {
        if scale == 0.0 || !scale.is_finite() || !offset.is_finite() {
            continue;
        }
        let (mut numbers, mut on, mut beside) = (0u32, 0u32, 0u32);
        for &x in x {
            let t = (x + offset) / scale;
            let u = (t - nearest(clamp(t, low, high))).abs();
            let counts = x != 0.0;
            numbers = numbers.wrapping_add(u32::from(counts));
            on = on.wrapping_add(u32::from(counts & (u < ON)));
            beside = beside.wrapping_add(u32::from(counts & (u > BESIDE[0]) & (u < BESIDE[1])));
        }
        sums = sums.add(Density { numbers: numbers.into(), on: on.into(), beside: beside.into(), repeated: 0 });
    }
    sums.repeated = x.chunks_exact(RUN).map(|run| u64::from(repetitions(run))).sum();
    sums
}

/// Numbers of a run, zeros left out, that equal an earlier one.
#[inline(always)]
fn repetitions(run: &[f32]) -> u32 {
    let mut repeated = 0u32;
    for (index, &x) in run.iter().enumerate() {
        let mut equal = 0u32;
        for &earlier in &run[..index] {
            equal |= u32::from(earlier == x);
        }
        repeated = repeated.wrapping_add(equal & u32::from(x != 0.0));
    }
    repeated
}

/// Moves every number but zeros by up to a quarter of its group's scale either way.
fn jitter(x: &mut [f32], row: &CodeRow, seed: u64, index: usize) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(index as u64);
    for (x, &scale) in x.chunks_exact_mut(row.group).zip(&row.scale) {
        let reach = if scale.is_finite() { scale.abs() / 4.0 } else { 0.0 };
        for x in x {
            let shift: f32 = random.random_range(-1.0..1.0);
            *x += if *x == 0.0 { 0.0 } else { shift * reach };
        }
    }
}
