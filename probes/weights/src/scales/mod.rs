//! Whether the scales of quantized blocks can have come from the published numbers.

mod enumeration;
mod fit;
mod interval;

use std::sync::atomic::{AtomicU32, Ordering};

use parallax_artifact::DType;
use pulp::Arch;

pub use fit::{BLOCK_RATIO, ErrorBound, MEAN_RATIO, SUPERBLOCK_RATIO, ScaleFit, fit_scales};

use crate::Undefined;
use crate::codes::CodeRow;
use crate::pair::{Pair, Progress, Rows};
use crate::view::{Precision, Source, TensorView};

/// Share of blocks that may be explained up to ties only: builds with fused multiplication were measured to leave
/// 0.14 to 0.19% with importance weights, and 0.39 to 0.54% without.
const TIE_SHARE: f64 = 0.01;

/// Below this magnitude a whole block counts as empty (`GROUP_MAX_EPS` of `ggml-quants.c`).
const EMPTY: f32 = 1e-15;

/// What the search for scales that give a tensor's codes found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScaleSearch {
    /// The number format between the published numbers and the quantizer under which least remains unexplained.
    pub precision: Precision,
    /// All blocks of 32.
    pub blocks: u64,
    /// Blocks whose codes some admissible scale gives exactly, beside a stored scale that is possible.
    pub explained: u64,
    /// Blocks whose codes some admissible scale gives but for numbers on the border between two codes.
    pub ties: u64,
    /// Blocks whose codes no admissible scale gives.
    pub unexplained: u64,
    /// Blocks of zeros, stored as such.
    pub empty: u64,
    /// Blocks whose codes are explained, beside a stored scale or minimum that no weighting of their numbers gives.
    pub scale_outside: u64,
    /// Blocks of each row that are unexplained or whose scale lies outside.
    pub row_unexplained: Vec<u32>,
}

impl ScaleSearch {
    /// Whether the published numbers explain every block, under importance weights that nobody knows:
    /// no block unexplained, no scale outside, and ties in at most 1% of the blocks (and three more, for chance in
    /// small tensors). `None` when there was nothing but empty blocks.
    pub fn holds(&self) -> Option<bool> {
        let tested = self.blocks - self.empty;
        let ties_at_most = (TIE_SHARE * tested as f64).ceil() as u64 + 3;
        (tested > 0).then_some(self.unexplained == 0 && self.scale_outside == 0 && self.ties <= ties_at_most)
    }
}

/// What a search says of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockVerdict {
    Empty,
    Explained,
    Tie,
    Unexplained,
    ScaleOutside,
}

/// Searches, block by block, for a scale under which the published numbers give the stored codes.
///
/// Meant for tensors quantized with importance weights that are not known (`quantize_row_q*_impl` in
/// `ggml-quants.c`). Q4_0 and Q5_0: one of the 19 scales that the encoder tries must give all codes; the stored scale
/// is a weighted mean of the quotients of numbers and codes and must lie between the smallest and the largest.
/// Q4_1 and Q5_1: the codes must be an affine image of the numbers, rounded and clamped, under some scale and offset;
/// the stored scale and minimum must lie where a weighted least-squares line can. This second test is weak: an edit
/// of relative size 1% leaves most blocks explained.
/// Tensors quantized without importance weights are explained too.
///
/// # Errors
/// [`Undefined::TypeNotTested`] for other types, [`Undefined::ShapesDiffer`], [`Undefined::Malformed`],
/// [`Undefined::Empty`].
pub fn search_scales(
    deployed: &TensorView<'_>,
    source: &Source<'_>,
    precisions: &[Precision],
    progress: Progress<'_>,
) -> Result<ScaleSearch, Undefined> {
    let pair = Pair::new(deployed, source)?;
    if !matches!(deployed.dtype, DType::Q4_0 | DType::Q4_1 | DType::Q5_0 | DType::Q5_1) {
        return Err(Undefined::TypeNotTested { name: deployed.dtype.name() });
    }
    let search = |precision, rows, progress: Progress<'_>| search_rows(&pair, precision, rows, progress);
    let unexplained = |search: &ScaleSearch| search.unexplained + search.scale_outside;
    pair.best_of(precisions, search, unexplained, progress).ok_or(Undefined::Empty)
}

fn search_rows(pair: &Pair<'_>, precision: Precision, rows: Rows, progress: Progress<'_>) -> ScaleSearch {
    let arch = Arch::new();
    let by_row: Vec<AtomicU32> = (0..pair.rows).map(|_| AtomicU32::new(0)).collect();
    let chunk = |rows: &mut dyn Iterator<Item = usize>| {
        let (mut x, mut codes) = (vec![0.0; pair.columns], CodeRow::new(pair.dtype(), pair.columns));
        let mut counts = [0u64; 5];
        for row in rows {
            pair.source.read_row(row, &mut x);
            precision.round(&mut x);
            judge_row(arch, pair.dtype(), &x, pair.deployed.row(row), &mut codes, &mut |verdict| {
                counts[verdict as usize] += 1;
                if matches!(verdict, BlockVerdict::Unexplained | BlockVerdict::ScaleOutside) {
                    by_row[row].fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        counts
    };
    let add = |a: [u64; 5], b: [u64; 5]| std::array::from_fn(|index| a[index] + b[index]);
    let counts = pair.sum(rows, progress, chunk, add).unwrap_or_default();
    let of = |verdict: BlockVerdict| counts[verdict as usize];
    ScaleSearch {
        precision,
        blocks: counts.iter().sum(),
        explained: of(BlockVerdict::Explained),
        ties: of(BlockVerdict::Tie),
        unexplained: of(BlockVerdict::Unexplained),
        empty: of(BlockVerdict::Empty),
        scale_outside: of(BlockVerdict::ScaleOutside),
        row_unexplained: by_row.into_iter().map(AtomicU32::into_inner).collect(),
    }
}

fn judge_row(
    arch: Arch,
    dtype: DType,
    x: &[f32],
    stored: &[u8],
    row: &mut CodeRow,
    take: &mut dyn FnMut(BlockVerdict),
) {
    arch.dispatch(|| {
        row.read(stored);
        let scales = row.scale.iter().zip(&row.offset);
        for ((x, codes), (&scale, &offset)) in x.chunks_exact(32).zip(row.codes.chunks_exact(32)).zip(scales) {
            take(match dtype {
                DType::Q4_0 => enumeration::judge(x, codes, scale, 8),
                DType::Q5_0 => enumeration::judge(x, codes, scale, 16),
                DType::Q4_1 => interval::judge(x, codes, scale, -offset, 15),
                _ => interval::judge(x, codes, scale, -offset, 31),
            });
        }
    });
}
