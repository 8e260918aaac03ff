//! Which number format stood between the published numbers and the quantizer: the one that explains most.

use parallax_artifact::DType;
use rayon::prelude::*;

use super::{Outcome, Replay, can_replay, replay, replay_rows};
use crate::view::{Layout, Precision, Source, TensorView};

/// Elements that are looked at before a precision is chosen.
const SCREEN: usize = 1 << 17;

/// The precision that explains a tensor best, and what was seen on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The replay with the fewest unexplained blocks; of equals, the one with fewer differing blocks, and then the one
    /// that is tried first. Not complete when the type has superblocks and no precision reproduced a single one of
    /// those on the screen.
    pub best: Replay,
    /// For every precision that was tried, its replay on some rows, in the order of [`Precision::ALL`].
    pub screened: Vec<Replay>,
}

/// Tries the number formats that may have stood between the published numbers and the quantizer: first on some rows,
/// then the best of them on all rows, and further ones only where nothing but the whole tensor can tell them apart.
/// Formats that cannot make a difference, because source or deployed tensor has that format, are left out.
/// `progress` is told the elements of each finished part of every pass over the whole tensor.
///
/// # Panics
/// When the two do not fit ([`can_replay`]).
pub fn replay_best(source: &Source<'_>, operative: &TensorView<'_>, progress: &(dyn Fn(u64) + Sync)) -> Choice {
    assert!(can_replay(source, operative), "source and deployed tensor are of one shape");
    let screened: Vec<Replay> = Precision::ALL
        .into_iter()
        .filter(|precision| can_differ(source, operative, *precision))
        .map(|precision| screen(source, operative, precision))
        .collect();
    let rank = |replay: &Replay| (replay.unexplained_blocks(), replay.differing_blocks, replay.precision);
    let mut ranked: Vec<&Replay> = screened.iter().collect();
    ranked.sort_by_key(|replay| rank(replay));
    let has_superblocks = operative.dtype.block_size() > 32;
    let mut best: Option<Replay> = None;
    for candidate in ranked {
        let hopeless = has_superblocks && candidate.differing_blocks == candidate.blocks && candidate.blocks > 0;
        let replay = match &best {
            Some(best) if best.outcome() == Outcome::Reproduced || candidate.unexplained_blocks() > 0 => break,
            _ if candidate.complete || hopeless => candidate.clone(),
            _ => replay(source, operative, candidate.precision, progress),
        };
        best = match best {
            Some(best) if rank(&best) <= rank(&replay) => Some(best),
            _ => Some(replay),
        };
    }
    // The numbers as they are stored are always tried, so that there is a best.
    Choice { best: best.unwrap_or_else(|| Replay::empty(Precision::Stored)), screened }
}

/// Whether rounding to the format can change what is stored.
fn can_differ(source: &Source<'_>, operative: &TensorView<'_>, precision: Precision) -> bool {
    let dtype = match precision {
        Precision::Stored => return true,
        Precision::F16 => DType::F16,
        Precision::BF16 => DType::BF16,
    };
    // One is added in f32, and the sum of a bf16 and one need not be a bf16; an f16 is rounded again after the sum.
    let kept = source.layout != Layout::AddOne || dtype == DType::F16;
    let is_that = kept && source.parts.iter().all(|part| part.dtype == dtype);
    !is_that && operative.dtype != dtype
}

/// Replays rows spread evenly over the tensor.
fn screen(source: &Source<'_>, operative: &TensorView<'_>, precision: Precision) -> Replay {
    let rows = operative.rows();
    if operative.columns() == 0 {
        return replay(source, operative, precision, &|_| {});
    }
    let n = (SCREEN / operative.columns()).max(8).min(rows);
    let replay = (0..n)
        .into_par_iter()
        .map(|index| {
            let row = (index as u128 * rows as u128 / n as u128) as usize;
            replay_rows(source, operative, precision, row..row + 1)
        })
        .reduce(|| Replay::empty(precision), Replay::joined);
    Replay { complete: n == rows, ..replay }
}
