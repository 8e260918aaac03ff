//! How well the stored scales serve the published numbers: against the best that the same codes allow, or against a
//! quantization made again; and how far single numbers lie from what is stored for them.

use parallax_artifact::DType;
use pulp::Arch;

use crate::Undefined;
use crate::blocks::dequantize;
use crate::codes::{CodeRow, code_range, has_offset, has_superblocks};
use crate::pair::{Encode, Pair, Progress};
use crate::view::{Precision, Source, TensorView};

/// Ratio of squared errors above which a block of 32 is conspicuous.
///
/// Measured over honest encoders, with and without importance weights, against a quantization made again:
/// 0.38 to 2.17.
pub const BLOCK_RATIO: f64 = 2.5;

/// Ratio of squared errors above which a superblock of 256 is conspicuous; honest ones gave 0.59 to 1.49.
pub const SUPERBLOCK_RATIO: f64 = 2.0;

/// Mean ratio above which a tensor is conspicuous.
pub const MEAN_RATIO: f64 = 1.25;

/// How well a tensor's scales serve the published numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct ScaleFit {
    /// The number format that the published numbers were rounded to first.
    pub precision: Precision,
    /// Whether the ratios are to a quantization made again; otherwise to the best scales for the same codes.
    pub requantized: bool,
    /// Blocks (32 elements, or superblocks of 256) with a ratio.
    pub blocks: u64,
    /// Blocks without one: a number or a scale is not finite.
    pub not_finite: u64,
    /// Mean over blocks of the squared error of what is deployed over that of the reference; `None` without blocks.
    pub mean_ratio: Option<f64>,
    /// The squared error of all blocks over that of the reference; `None` when both are zero.
    pub pooled_ratio: Option<f64>,
    /// The largest ratio of a block.
    pub largest_ratio: Option<f64>,
    /// Blocks above [`BLOCK_RATIO`] or [`SUPERBLOCK_RATIO`].
    pub flagged: u64,
    /// Those blocks by row.
    pub row_flagged: Vec<u32>,
    /// How far single numbers lie from what is stored for them.
    pub bound: ErrorBound,
}

impl ScaleFit {
    /// Whether the scales are conspicuous; `None` when no block has a ratio.
    ///
    /// Without importance weights one conspicuous block is enough. Weights of a wide spread push some honest blocks
    /// above the limit (up to 1 in 1,000 was measured), so that with them more than 1 in 500, and two, are needed.
    /// Where the blocks lie is told by [`concentration`](crate::concentration) of [`ScaleFit::row_flagged`].
    pub fn conspicuous(&self, importance_weights: bool) -> Option<bool> {
        let tolerated = if importance_weights { self.blocks / 500 + 2 } else { 0 };
        self.mean_ratio.map(|mean| mean > MEAN_RATIO || self.flagged > tolerated)
    }
}

/// Errors of single numbers in units of their group's scale.
///
/// Without importance weights a code is the nearest one, so that the error is at most half a scale, and somewhat more
/// where scale and minimum were rounded to f16 after the codes were computed:
/// `1/2 + (largest code + |minimum| / scale) / 2048`. A code at the end
/// of its range may be clamped. Importance weights move the scale afterwards, so that errors above the bound say
/// nothing when such weights are claimed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ErrorBound {
    /// Numbers whose code is not at the end of its range, in groups whose scale is not zero.
    pub tested: u64,
    /// Those whose error is above the bound.
    pub exceeded: u64,
    /// The largest error of those, in scales.
    pub largest: f64,
    /// Numbers whose code is at the end of its range.
    pub at_end: u64,
    /// The largest error of those, in scales.
    pub largest_at_end: f64,
}

/// Holds the stored scales of a quantized tensor against the published numbers, rounded to `precision` first.
///
/// The ratio of a block is `|x - stored|^2 / |x - reference|^2`. The reference is what `encode` makes of the row,
/// or, without `encode`, the least-squares scale of each group (and offset, in formats that have one) for the codes
/// as they are stored; that one is at most the error of the stored scales, and unrounded, so that ratios are 1 or
/// more. Both squared errors are raised by what the rounding of scales to f16 alone can cause, so that blocks that
/// are stored without an error have a ratio too.
///
/// # Errors
/// [`Undefined::TypeNotTested`] for plain types, [`Undefined::ShapesDiffer`], [`Undefined::Malformed`],
/// [`Undefined::Empty`].
pub fn fit_scales(
    deployed: &TensorView<'_>,
    source: &Source<'_>,
    precision: Precision,
    encode: Option<Encode<'_>>,
    progress: Progress<'_>,
) -> Result<ScaleFit, Undefined> {
    let pair = Pair::new(deployed, source)?;
    let Some((low, high)) = code_range(deployed.dtype) else {
        return Err(Undefined::TypeNotTested { name: deployed.dtype.name() });
    };
    let settings = Settings {
        dtype: deployed.dtype,
        ends: [low, high],
        largest_code: if has_superblocks(deployed.dtype) { None } else { Some(f64::from(high.max(-low))) },
        limit: if has_superblocks(deployed.dtype) { SUPERBLOCK_RATIO } else { BLOCK_RATIO },
    };
    let arch = Arch::new();
    let chunk = |rows: std::ops::Range<usize>| {
        let mut row_of = RowOf::new(&settings, pair.columns);
        let (mut sums, first) = (Sums::default(), rows.start);
        let mut flagged = Vec::with_capacity(rows.len());
        for row in rows {
            pair.source.read_row(row, &mut row_of.x);
            precision.round(&mut row_of.x);
            let before = sums.flagged;
            arch.dispatch(|| row_of.fit(&settings, deployed.row(row), encode, &mut sums));
            flagged.push((sums.flagged - before) as u32);
        }
        (sums, first, flagged)
    };
    let (mut total, mut row_flagged) = (Sums::default(), vec![0; pair.rows]);
    pair.in_order(progress, chunk, |(sums, first, flagged)| {
        total.add(&sums);
        row_flagged[first..first + flagged.len()].copy_from_slice(&flagged);
    });
    let any = total.blocks > 0;
    Ok(ScaleFit {
        precision,
        requantized: encode.is_some(),
        blocks: total.blocks,
        not_finite: total.not_finite,
        mean_ratio: any.then(|| total.ratios / total.blocks as f64),
        pooled_ratio: (total.reference > 0.0).then(|| total.stored / total.reference),
        largest_ratio: any.then_some(total.largest),
        flagged: total.flagged,
        row_flagged,
        bound: total.bound,
    })
}

struct Settings {
    dtype: DType,
    ends: [i8; 2],
    /// Of types whose scale is rounded after the codes are computed.
    largest_code: Option<f64>,
    limit: f64,
}

impl Settings {
    /// The largest error of a number whose code is its nearest, in scales; with room for the last bits of f32.
    fn bound(&self, scale: f64, offset: f64) -> f64 {
        // Half a unit in the last place of an f16, normal or not.
        let rounding = |value: f64| (value.abs() / 2048.0).max(1.0 / 33_554_432.0);
        let shift = if offset == 0.0 { 0.0 } else { rounding(offset) };
        0.501 + self.largest_code.map_or(0.0, |code| (code * rounding(scale) + shift) / scale.abs())
    }
}

#[derive(Default)]
struct Sums {
    blocks: u64,
    not_finite: u64,
    ratios: f64,
    stored: f64,
    reference: f64,
    largest: f64,
    flagged: u64,
    bound: ErrorBound,
}

impl Sums {
    fn add(&mut self, other: &Sums) {
        self.blocks += other.blocks;
        self.not_finite += other.not_finite;
        self.ratios += other.ratios;
        self.stored += other.stored;
        self.reference += other.reference;
        self.largest = self.largest.max(other.largest);
        self.flagged += other.flagged;
        let (bound, more) = (&mut self.bound, &other.bound);
        bound.tested += more.tested;
        bound.exceeded += more.exceeded;
        bound.largest = bound.largest.max(more.largest);
        bound.at_end += more.at_end;
        bound.largest_at_end = bound.largest_at_end.max(more.largest_at_end);
    }
}

/// Room for one row in every form that is needed.
struct RowOf {
    x: Vec<f32>,
    stored: Vec<f32>,
    codes: CodeRow,
    again: Vec<f32>,
    bytes: Vec<u8>,
}

impl RowOf {
    fn new(settings: &Settings, columns: usize) -> Self {
        let zeros = vec![0.0; columns];
        RowOf {
            x: zeros.clone(),
            stored: zeros.clone(),
            codes: CodeRow::new(settings.dtype, columns),
            again: zeros,
            bytes: vec![0; columns / settings.dtype.block_size() * settings.dtype.block_bytes()],
        }
    }

    #[inline(always)]
    fn fit(&mut self, settings: &Settings, bytes: &[u8], encode: Option<Encode<'_>>, sums: &mut Sums) {
        self.codes.read(bytes);
        dequantize(settings.dtype, bytes, &mut self.stored);
        if let Some(encode) = encode {
            encode(&self.x, &mut self.bytes);
            dequantize(settings.dtype, &self.bytes, &mut self.again);
        }
        let (block, group) = (settings.dtype.block_size(), self.codes.group);
        let per_block = block / group;
        for (index, x) in self.x.chunks_exact(block).enumerate() {
            let at = index * block;
            let error = squared_distance(x, &self.stored[at..at + block]);
            if !error.is_finite() {
                sums.not_finite += 1;
                continue;
            }
            let (mut least, mut rounding) = (0.0, 0.0);
            for group_index in index * per_block..(index + 1) * per_block {
                let from = group_index * group;
                let (x, codes) = (&self.x[from..from + group], &self.codes.codes[from..from + group]);
                let scale = f64::from(self.codes.scale[group_index]);
                let offset = f64::from(self.codes.offset[group_index]);
                rounding += rounding_error(codes, scale, offset);
                if encode.is_none() {
                    least += least_error(x, codes, has_offset(settings.dtype));
                }
                if scale != 0.0 {
                    let bound = settings.bound(scale, offset);
                    let stored = &self.stored[from..from + group];
                    bound_errors(bound, settings.ends, x, stored, codes, scale.abs(), &mut sums.bound);
                }
            }
            if encode.is_some() {
                least = squared_distance(x, &self.again[at..at + block]);
            }
            let ratio = match (error + rounding, least + rounding) {
                (0.0, 0.0) => 1.0,
                (error, least) => error / least,
            };
            sums.blocks += 1;
            sums.ratios += ratio;
            sums.stored += error;
            sums.reference += least;
            sums.largest = sums.largest.max(ratio);
            sums.flagged += u64::from(ratio > settings.limit);
        }
    }
}

#[inline(always)]
fn squared_distance(x: &[f32], y: &[f32]) -> f64 {
    let mut lanes = [0.0f64; 8];
    for (x, y) in x.chunks_exact(8).zip(y.chunks_exact(8)) {
        for ((lane, x), y) in lanes.iter_mut().zip(x).zip(y) {
            let error = f64::from(*x) - f64::from(*y);
            *lane += error * error;
        }
    }
    lanes.iter().sum()
}

/// The squared error that rounding scale and offset to f16 can cause in a group.
#[inline(always)]
fn rounding_error(codes: &[i8], scale: f64, offset: f64) -> f64 {
    const RELATIVE: f64 = 1.0 / 4096.0;
    let squares: i32 = codes.iter().map(|&code| i32::from(code) * i32::from(code)).fold(0, i32::wrapping_add);
    RELATIVE * RELATIVE * (scale * scale * f64::from(squares) + offset * offset * codes.len() as f64)
}

/// The squared error of a group under the least-squares scale, and offset where there is one, for its codes.
#[inline(always)]
fn least_error(x: &[f32], codes: &[i8], with_offset: bool) -> f64 {
    let n = x.len() as f64;
    let (mut sx, mut sc, mut sxx, mut sxc, mut scc) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (&x, &code) in x.iter().zip(codes) {
        let (x, c) = (f64::from(x), f64::from(code));
        sx += x;
        sc += c;
        sxx += x * x;
        sxc += x * c;
        scc += c * c;
    }
    if with_offset {
        (sxx, sxc, scc) = (sxx - sx * sx / n, sxc - sx * sc / n, scc - sc * sc / n);
    }
    // Codes are small whole numbers, so that a spread above zero is far above zero.
    let rest = if scc > 1e-6 { sxx - sxc * sxc / scc } else { sxx };
    rest.max(0.0)
}

#[inline(always)]
fn bound_errors(
    limit: f64,
    ends: [i8; 2],
    x: &[f32],
    stored: &[f32],
    codes: &[i8],
    scale: f64,
    bound: &mut ErrorBound,
) {
    let (mut inner, mut outer) = (0.0f64, 0.0f64);
    let (mut exceeded, mut at_end) = (0u32, 0u32);
    let unit = 1.0 / scale;
    for ((&x, &stored), &code) in x.iter().zip(stored).zip(codes) {
        let error = (f64::from(x) - f64::from(stored)).abs() * unit;
        let end = code == ends[0] || code == ends[1];
        let (inside, outside) = if end { (0.0, error) } else { (error, 0.0) };
        inner = if inside > inner { inside } else { inner };
        outer = if outside > outer { outside } else { outer };
        exceeded = exceeded.wrapping_add(u32::from(inside > limit));
        at_end = at_end.wrapping_add(u32::from(end));
    }
    bound.tested += x.len() as u64 - u64::from(at_end);
    bound.exceeded += u64::from(exceeded);
    bound.largest = bound.largest.max(inner);
    bound.at_end += u64::from(at_end);
    bound.largest_at_end = bound.largest_at_end.max(outer);
}
