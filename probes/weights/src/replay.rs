//! Exact replay: the published numbers are encoded again, and the deployed bytes either are those bytes or are not.
//!
//! It tells apart three outcomes: the same bytes; bytes that differ only where builds of the same quantizer may differ
//! ([`Outcome::UpToTies`]); and a difference that the claimed transform does not explain. It knows of no importance
//! weights: superblocks and blocks that were searched with them differ here and are judged elsewhere, under the scales
//! that were stored.

mod choice;
mod difference;

use parallax_artifact::DType;
use pulp::Arch;
use rayon::prelude::*;

use crate::blocks::{is_encoded, quantize};
use crate::view::{Layout, Precision, Source, TensorView};
pub use choice::{Choice, replay_best};
use difference::Difference;

/// Elements of one task: 1 MiB as f32.
const TASK: usize = 1 << 18;
/// Elements that are read at a time, small enough to stay in a processor's near memory.
const BATCH: usize = 1 << 14;
/// Rows that a replay names.
const NAMED_ROWS: usize = 32;

/// What a replay says of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Every byte is as the claimed transform gives it.
    Reproduced,
    /// Bytes differ only where builds of the same quantizer may differ: a Q4_0 or Q5_0 code on either side of an exact
    /// tie (products and sums that were contracted, or computed in f64), the sign of a zero, the payload of a NaN, and
    /// infinity held to the greatest finite number.
    UpToTies,
    /// Bytes differ that the claimed transform does not explain.
    Differs,
}

/// A row with differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DifferingRow {
    /// The row, after the layout change.
    pub row: usize,
    /// Its blocks that differ by more than ties.
    pub blocks: u64,
}

/// How the deployed bytes compare with the published numbers encoded again. Blocks of plain types are single numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The number format that was put between the published numbers and the quantizer.
    pub precision: Precision,
    /// Whether every row was replayed, and not only those of a screen.
    pub complete: bool,
    /// Rows replayed.
    pub rows: u64,
    /// Elements replayed.
    pub elements: u64,
    /// Blocks replayed.
    pub blocks: u64,
    /// Blocks of which any byte differs.
    pub differing_blocks: u64,
    /// Of these, the blocks in which nothing but ties differs.
    pub tie_blocks: u64,
    /// Of the differing blocks, those whose scale or minimum, or one of their groups', differs by more than the sign of
    /// a zero; always 0 for plain types.
    pub differing_scales: u64,
    /// Codes that differ, or numbers of plain types, in all differing blocks.
    pub differing_codes: u64,
    /// Of these, the codes on a tie in blocks whose scales are the same.
    pub tie_codes: u64,
    /// Finite published numbers that f16 cannot hold, where f16 is stored or stands in between.
    pub saturated: u64,
    /// Rows in which blocks differ by more than ties.
    pub n_differing_rows: u64,
    /// At most 32 of those rows, most differing blocks first and then in the order of rows.
    pub differing_rows: Vec<DifferingRow>,
}

impl Replay {
    fn empty(precision: Precision) -> Self {
        Replay {
            precision,
            complete: false,
            rows: 0,
            elements: 0,
            blocks: 0,
            differing_blocks: 0,
            tie_blocks: 0,
            differing_scales: 0,
            differing_codes: 0,
            tie_codes: 0,
            saturated: 0,
            n_differing_rows: 0,
            differing_rows: Vec::new(),
        }
    }

    /// Blocks that differ by more than ties.
    pub fn unexplained_blocks(&self) -> u64 {
        self.differing_blocks - self.tie_blocks
    }

    /// What it says of the rows that were replayed.
    pub fn outcome(&self) -> Outcome {
        if self.differing_blocks == 0 {
            Outcome::Reproduced
        } else if self.unexplained_blocks() == 0 {
            Outcome::UpToTies
        } else {
            Outcome::Differs
        }
    }

    /// Both together; the order in which parts are joined does not matter.
    fn joined(mut self, other: Replay) -> Self {
        self.rows += other.rows;
        self.elements += other.elements;
        self.blocks += other.blocks;
        self.differing_blocks += other.differing_blocks;
        self.tie_blocks += other.tie_blocks;
        self.differing_scales += other.differing_scales;
        self.differing_codes += other.differing_codes;
        self.tie_codes += other.tie_codes;
        self.saturated += other.saturated;
        self.n_differing_rows += other.n_differing_rows;
        self.differing_rows.extend(other.differing_rows);
        self.name_fewer_rows();
        self
    }

    fn name_fewer_rows(&mut self) {
        self.differing_rows.sort_unstable_by_key(|named| (std::cmp::Reverse(named.blocks), named.row));
        self.differing_rows.truncate(NAMED_ROWS);
    }

    fn add(&mut self, difference: Difference) {
        self.differing_scales += u64::from(difference.scales);
        self.differing_codes += difference.codes;
        self.tie_codes += difference.tie_codes;
    }
}

/// Whether the source can be encoded as the deployed tensor is: the same rows and columns, whole blocks, as many bytes
/// as the shape asks for, types that weights are read and written in, and a layout change that these rows allow.
pub fn can_replay(source: &Source<'_>, operative: &TensorView<'_>) -> bool {
    is_encoded(operative.dtype)
        && operative.is_whole()
        && source.is_sound()
        && source.columns() == operative.columns()
        && source.rows() == operative.rows()
}

/// Encodes every row of the source and holds it against the deployed bytes. The result does not depend on the number of
/// threads. `progress` is told the elements of each finished part.
///
/// # Panics
/// When the two do not fit ([`can_replay`]).
pub fn replay(
    source: &Source<'_>,
    operative: &TensorView<'_>,
    precision: Precision,
    progress: &(dyn Fn(u64) + Sync),
) -> Replay {
    assert!(can_replay(source, operative), "source and deployed tensor are of one shape");
    let (rows, columns) = (operative.rows(), operative.columns());
    if columns == 0 {
        // Nothing to read, however many rows a file claims to have.
        return Replay { complete: true, ..Replay::empty(precision) };
    }
    let per_task = (TASK / columns).max(1);
    let replay = (0..rows.div_ceil(per_task))
        .into_par_iter()
        .map(|task| {
            let rows = task * per_task..((task + 1) * per_task).min(rows);
            let elements = (rows.len() * columns) as u64;
            let part = replay_rows(source, operative, precision, rows);
            progress(elements);
            part
        })
        .reduce(|| Replay::empty(precision), Replay::joined);
    Replay { complete: true, ..replay }
}

/// Replays rows that follow one another, a batch of them at a time.
fn replay_rows(
    source: &Source<'_>,
    operative: &TensorView<'_>,
    precision: Precision,
    rows: std::ops::Range<usize>,
) -> Replay {
    let columns = operative.columns();
    // A transposed source is read from end to end for each batch, so that its batches are whole tasks.
    let batch = if source.layout == Layout::Transpose { TASK } else { BATCH };
    let per_batch = (batch / columns.max(1)).clamp(1, rows.len().max(1));
    let mut values = vec![0.0; per_batch * columns];
    let mut encoded = vec![0; operative.row_len()];
    let mut replay = Replay::empty(precision);
    for first in rows.clone().step_by(per_batch) {
        let n = per_batch.min(rows.end - first);
        let values = &mut values[..n * columns];
        source.read_rows(first, values);
        if precision == Precision::F16 || operative.dtype == DType::F16 {
            replay.saturated += beyond_f16(values);
        }
        precision.round(values);
        for within in 0..n {
            let values = &values[within * columns..(within + 1) * columns];
            let stored = operative.row(first + within);
            quantize(operative.dtype, values, None, &mut encoded);
            if encoded != stored {
                compare(operative.dtype, first + within, values, &encoded, stored, &mut replay);
            }
        }
    }
    replay.rows = rows.len() as u64;
    replay.elements = (rows.len() * columns) as u64;
    replay.blocks = replay.elements / operative.dtype.block_size() as u64;
    replay.name_fewer_rows();
    replay
}

/// Takes a row apart whose bytes differ.
fn compare(dtype: DType, row: usize, values: &[f32], encoded: &[u8], stored: &[u8], replay: &mut Replay) {
    let bytes = dtype.block_bytes();
    let before = replay.unexplained_blocks();
    if dtype.is_quantized() {
        let blocks = encoded.chunks_exact(bytes).zip(stored.chunks_exact(bytes));
        for ((encoded, stored), values) in blocks.zip(values.chunks_exact(dtype.block_size())) {
            if encoded != stored {
                let difference = Difference::between(dtype, values, encoded, stored);
                replay.differing_blocks += 1;
                replay.tie_blocks += u64::from(difference.is_tie());
                replay.add(difference);
            }
        }
    } else {
        let difference = Difference::between_numbers(dtype, encoded, stored);
        replay.differing_blocks += difference.codes;
        replay.tie_blocks += difference.tie_codes;
        replay.add(difference);
    }
    let blocks = replay.unexplained_blocks() - before;
    if blocks > 0 {
        replay.n_differing_rows += 1;
        replay.differing_rows.push(DifferingRow { row, blocks });
        // Rows come in order and may all differ: the list is kept short while it grows.
        if replay.differing_rows.len() >= 4 * NAMED_ROWS {
            replay.name_fewer_rows();
        }
    }
}

fn beyond_f16(values: &[f32]) -> u64 {
    /// Half a step beyond 65,504, the greatest f16: from here on numbers are rounded to infinity.
    const LIMIT: f32 = 65_520.0;
    let mut n = 0u32;
    Arch::new().dispatch(|| {
        for value in values {
            n = n.wrapping_add(u32::from((LIMIT..f32::INFINITY).contains(&value.abs())));
        }
    });
    u64::from(n)
}
