//! A published and a deployed tensor of one size, checked once, and the way over their rows: in chunks, on every core.

use std::ops::Range;

use parallax_artifact::DType;
use rayon::prelude::*;

use crate::view::{Source, TensorView};
use crate::{Precision, Undefined};

/// Encodes a row of numbers into the bytes of the deployed type.
pub type Encode<'a> = &'a (dyn Fn(&[f32], &mut [u8]) + Sync);

/// Called with the number of bytes that were read since the last call; from any thread.
pub type Progress<'a> = &'a (dyn Fn(u64) + Sync);

/// Elements that one chunk of rows holds at least, unless the tensor ends: large enough to hide the cost of a task.
const CHUNK: usize = 1 << 16;

/// Chunks that are in memory side by side when their results are put together in order.
const WAVE: usize = 16;

/// Elements that suffice to see which number format lay between the published numbers and the quantizer.
const SAMPLE: usize = 1 << 18;

/// Two tensors that can be held side by side.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) deployed: &'a TensorView<'a>,
    pub(crate) source: &'a Source<'a>,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

impl<'a> Pair<'a> {
    /// Checks everything that reading relies on.
    pub(crate) fn new(deployed: &'a TensorView<'a>, source: &'a Source<'a>) -> Result<Self, Undefined> {
        check_view(deployed, "deployed")?;
        check_source(source)?;
        let (rows, columns) = (deployed.rows(), deployed.columns());
        if (rows, columns) != (source.rows(), source.columns()) {
            let nominal = (source.rows(), source.columns());
            return Err(Undefined::ShapesDiffer { nominal, operative: (rows, columns) });
        }
        if rows == 0 || columns == 0 {
            return Err(Undefined::Empty);
        }
        Ok(Pair { deployed, source, rows, columns })
    }

    pub(crate) fn dtype(&self) -> DType {
        self.deployed.dtype
    }

    /// Bytes that are read for one row of both sides.
    pub(crate) fn row_bytes(&self) -> u64 {
        let stored: usize = self.source.parts.iter().map(|part| part.bytes.len()).sum();
        (self.deployed.row_len() + stored / self.rows) as u64
    }

    /// All rows.
    pub(crate) fn all(&self) -> Rows {
        Rows { of: self.rows, picked: self.rows }
    }

    /// About `elements` elements in rows that are spread evenly, and at least `fewest` rows where there are as many.
    pub(crate) fn sample(&self, elements: usize, fewest: usize) -> Rows {
        Rows { of: self.rows, picked: elements.div_ceil(self.columns).max(fewest).min(self.rows) }
    }

    /// Adds up what `chunk` makes of runs of rows. The sum must not depend on the order of its terms.
    pub(crate) fn sum<T: Send>(
        &self,
        rows: Rows,
        progress: Progress<'_>,
        chunk: impl Fn(&mut dyn Iterator<Item = usize>) -> T + Sync,
        add: impl Fn(T, T) -> T + Sync + Send,
    ) -> Option<T> {
        let per_chunk = CHUNK.div_ceil(self.columns);
        let n_chunks = rows.picked.div_ceil(per_chunk);
        let one = |index: usize| {
            let range = index * per_chunk..((index + 1) * per_chunk).min(rows.picked);
            let made = chunk(&mut range.clone().map(|picked| rows.row(picked)));
            progress(self.row_bytes() * range.len() as u64);
            made
        };
        (0..n_chunks).into_par_iter().map(one).reduce_with(add)
    }

    /// Hands what `chunk` makes of runs of rows to `take`, in order; a bounded number of them wait at a time.
    pub(crate) fn in_order<T: Send>(
        &self,
        progress: Progress<'_>,
        chunk: impl Fn(Range<usize>) -> T + Sync,
        mut take: impl FnMut(T),
    ) {
        let per_chunk = CHUNK.div_ceil(self.columns);
        let n_chunks = self.rows.div_ceil(per_chunk);
        for first in (0..n_chunks).step_by(WAVE) {
            let one = |index: usize| {
                let range = index * per_chunk..((index + 1) * per_chunk).min(self.rows);
                let len = range.len() as u64;
                let made = chunk(range);
                progress(self.row_bytes() * len);
                made
            };
            let wave: Vec<T> = (first..(first + WAVE).min(n_chunks)).into_par_iter().map(one).collect();
            wave.into_iter().for_each(&mut take);
        }
    }

    /// Makes the test under the number format that leaves least unexplained, earlier ones first.
    ///
    /// A format is tried on a sample of rows, and on all rows when the sample leaves nothing unexplained. When every
    /// sample does, the best of them are tried on all rows.
    pub(crate) fn best_of<T>(
        &self,
        precisions: &[Precision],
        test: impl Fn(Precision, Rows, Progress<'_>) -> T,
        unexplained: impl Fn(&T) -> u64,
        progress: Progress<'_>,
    ) -> Option<T> {
        let sample = self.sample(SAMPLE, 16);
        let mut best: Option<(u64, T)> = None;
        let keep = |precision: Precision, best: &mut Option<(u64, T)>| {
            let result = test(precision, self.all(), progress);
            let count = unexplained(&result);
            if best.as_ref().is_none_or(|(least, _)| count < *least) {
                *best = Some((count, result));
            }
            count == 0
        };
        let mut tried = Vec::new();
        for &precision in precisions {
            let alone = precisions.len() == 1;
            let count = if alone { 0 } else { unexplained(&test(precision, sample, &|_| ())) };
            if count == 0 && keep(precision, &mut best) {
                break;
            }
            tried.push((count, precision));
        }
        if best.is_none() {
            let least = tried.iter().map(|(count, _)| *count).min()?;
            for (_, precision) in tried.iter().filter(|(count, _)| *count == least) {
                keep(*precision, &mut best);
            }
        }
        best.map(|(_, result)| result)
    }
}

/// Rows that are looked at: all of a tensor, or some of them, spread evenly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    of: usize,
    picked: usize,
}

impl Rows {
    fn row(self, picked: usize) -> usize {
        if self.picked == self.of { picked } else { picked * self.of / self.picked }
    }
}

fn check_view(view: &TensorView<'_>, side: &'static str) -> Result<(), Undefined> {
    if !view.dtype.is_readable() {
        return Err(Undefined::TypeNotTested { name: view.dtype.name() });
    }
    if view.is_whole() { Ok(()) } else { Err(Undefined::Malformed { side }) }
}

fn check_source(source: &Source<'_>) -> Result<(), Undefined> {
    for part in &source.parts {
        check_view(part, "published")?;
    }
    if source.parts.is_empty() {
        return Err(Undefined::Empty);
    }
    if source.is_sound() { Ok(()) } else { Err(Undefined::Malformed { side: "published" }) }
}
