//! Matrices whose rows are computed while they are read, so that nothing as large as a tensor is ever held.

use ndarray::ArrayView2;
use rayon::prelude::*;

use super::Undecided;
use crate::blocks::dequantize;
use crate::view::{Layout, Source};

/// Numbers that are held of a matrix at a time: 8 MiB of f32.
const BLOCK_NUMBERS: usize = 1 << 21;
/// Rows that one task reads.
const TASK_ROWS: usize = 16;

/// A matrix that gives its rows on request, from any thread, the same each time.
pub trait Rows: Sync {
    /// Rows of the matrix.
    fn rows(&self) -> usize;

    /// Columns of the matrix.
    fn columns(&self) -> usize;

    /// Reads whole rows, one after another, beginning with `first`.
    ///
    /// # Panics
    /// When `out` is not a whole number of rows, or ends beyond the matrix.
    fn read(&self, first: usize, out: &mut [f32]);
}

/// A matrix from a function that writes one row.
pub struct RowsFrom<F> {
    rows: usize,
    columns: usize,
    read_row: F,
}

impl<F: Fn(usize, &mut [f32]) + Sync> RowsFrom<F> {
    /// `read_row` gets the row's index and a slice of `columns` numbers, all of which it must write.
    pub fn new(rows: usize, columns: usize, read_row: F) -> Self {
        Self { rows, columns, read_row }
    }
}

impl<F: Fn(usize, &mut [f32]) + Sync> Rows for RowsFrom<F> {
    fn rows(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn read(&self, first: usize, out: &mut [f32]) {
        if self.columns > 0 {
            for (index, row) in out.chunks_exact_mut(self.columns).enumerate() {
                (self.read_row)(first + index, row);
            }
        }
    }
}

impl Rows for Source<'_> {
    fn rows(&self) -> usize {
        Source::rows(self)
    }

    fn columns(&self) -> usize {
        Source::columns(self)
    }

    fn read(&self, first: usize, out: &mut [f32]) {
        let columns = Source::columns(self);
        if columns == 0 {
            return;
        }
        let count = out.len() / columns;
        if self.layout != Layout::Transpose {
            for (index, row) in out.chunks_exact_mut(columns).enumerate() {
                self.read_row(first + index, row);
            }
            return;
        }
        // A few columns of each stored row, instead of every stored row whole for each of them.
        let part = &self.parts[0];
        let (block, bytes) = (part.dtype.block_size(), part.dtype.block_bytes());
        let (from, to) = (first / block, (first + count).div_ceil(block));
        let mut decoded = vec![0.0; (to - from) * block];
        for stored in 0..columns {
            dequantize(part.dtype, &part.row(stored)[from * bytes..to * bytes], &mut decoded);
            for (index, value) in decoded[first - from * block..][..count].iter().enumerate() {
                out[index * columns + stored] = *value;
            }
        }
    }
}

/// One matrix less a multiple of another: a residual.
pub struct Difference<'a> {
    left: &'a dyn Rows,
    right: &'a dyn Rows,
    gain: f32,
}

impl<'a> Difference<'a> {
    /// `left - gain * right`.
    ///
    /// # Errors
    /// [`Undecided::ShapesDiffer`].
    pub fn new(left: &'a dyn Rows, right: &'a dyn Rows, gain: f32) -> Result<Self, Undecided> {
        check_shapes(left, right)?;
        Ok(Self { left, right, gain })
    }
}

impl Rows for Difference<'_> {
    fn rows(&self) -> usize {
        self.left.rows()
    }

    fn columns(&self) -> usize {
        self.left.columns()
    }

    fn read(&self, first: usize, out: &mut [f32]) {
        self.left.read(first, out);
        let mut other = vec![0.0; out.len()];
        self.right.read(first, &mut other);
        for (value, other) in out.iter_mut().zip(&other) {
            *value -= self.gain * other;
        }
    }
}

pub(crate) fn check_shapes(left: &dyn Rows, right: &dyn Rows) -> Result<(), Undecided> {
    let shape = |side: &dyn Rows| [side.rows(), side.columns()];
    if shape(left) == shape(right) {
        Ok(())
    } else {
        Err(Undecided::ShapesDiffer { left: shape(left), right: shape(right) })
    }
}

/// Streams matrices of one shape side by side: `visit` gets the index of a block's first row and the block of each.
///
/// Blocks come in order and their height depends on nothing but the width, so that sums over them do not depend on the
/// number of threads.
pub(crate) fn for_each_block<const N: usize>(
    sides: [&dyn Rows; N],
    mut visit: impl FnMut(usize, [ArrayView2<'_, f32>; N]) -> Result<(), Undecided>,
) -> Result<(), Undecided> {
    let (rows, columns) = (sides[0].rows(), sides[0].columns());
    if rows == 0 || columns == 0 {
        return Ok(());
    }
    let height = (BLOCK_NUMBERS / N / columns).clamp(1, 1024).min(rows);
    let mut held = [(); N].map(|()| vec![0.0f32; height * columns]);
    for first in (0..rows).step_by(height) {
        let count = height.min(rows - first);
        for (side, numbers) in sides.iter().zip(&mut held) {
            numbers[..count * columns]
                .par_chunks_mut(TASK_ROWS * columns)
                .enumerate()
                .for_each(|(task, out)| side.read(first + task * TASK_ROWS, out));
        }
        let views = held.each_ref().map(|numbers| {
            ArrayView2::from_shape((count, columns), &numbers[..count * columns]).expect("a whole block")
        });
        visit(first, views)?;
    }
    Ok(())
}
