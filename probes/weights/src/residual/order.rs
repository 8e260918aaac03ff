//! Whether a tensor is the published one in another order of its rows, its columns or its elements.

use ndarray::{Axis, s};
use rayon::prelude::*;

use super::{Rows, Undecided, check_shapes, for_each_block};

/// What two tensors have in common when the place of a number is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Every number is where it was.
    Same,
    /// The same rows in another order.
    RowsPermuted {
        /// For each deployed row the published one that it is; where rows are equal, the first that is not yet taken.
        from: Vec<usize>,
        /// Rows that are not where they were.
        moved: usize,
    },
    /// The same columns in another order.
    ColumnsPermuted {
        /// For each deployed column the published one that it is.
        from: Vec<usize>,
        /// Columns that are not where they were.
        moved: usize,
    },
    /// Every row holds the same numbers in another order, and not the same one in each row.
    PermutedWithinRows,
    /// The same numbers in some other order.
    ElementsPermuted,
    /// Other numbers.
    Different,
}

/// A sum of scrambled numbers that does not depend on their order; equal sums of 128 bits mean equal multisets, save for
/// a chance of one in 2^128 and for somebody who works for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Digest(u64, u64);

impl Digest {
    fn add(&mut self, bits: u32, place: u64) {
        let key = u64::from(bits) << 32 ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = self.0.wrapping_add(scramble(key ^ 0x243f_6a88_85a3_08d3));
        self.1 = self.1.wrapping_add(scramble(scramble(key) ^ 0x1319_8a2e_0370_7344));
    }

    fn merge(&mut self, other: Digest) {
        self.0 = self.0.wrapping_add(other.0);
        self.1 = self.1.wrapping_add(other.1);
    }
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number Generators").
fn scramble(mut key: u64) -> u64 {
    key = (key ^ key >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    key = (key ^ key >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ key >> 31
}

/// The bits of a number, with one zero and one not-a-number.
fn bits(value: f32) -> u32 {
    if value == 0.0 {
        0
    } else if value.is_nan() {
        f32::NAN.to_bits()
    } else {
        value.to_bits()
    }
}

/// Digests of a matrix: of its rows and its columns with the places in them, and of its rows without.
struct Digests {
    rows: Vec<Digest>,
    columns: Vec<Digest>,
    contents: Vec<Digest>,
}

/// Columns that one task digests.
const TASK: usize = 128;

impl Digests {
    fn of(matrix: &dyn Rows) -> Result<Self, Undecided> {
        let mut found =
            Self { rows: Vec::new(), columns: vec![Digest::default(); matrix.columns()], contents: Vec::new() };
        for_each_block([matrix], |first, [block]| {
            let rows: Vec<(Digest, Digest)> = block
                .axis_iter(Axis(0))
                .into_par_iter()
                .map(|row| {
                    let (mut placed, mut content) = (Digest::default(), Digest::default());
                    for (column, &value) in row.iter().enumerate() {
                        placed.add(bits(value), column as u64 + 1);
                        content.add(bits(value), 0);
                    }
                    (placed, content)
                })
                .collect();
            found.rows.extend(rows.iter().map(|row| row.0));
            found.contents.extend(rows.iter().map(|row| row.1));
            found.columns.par_chunks_mut(TASK).enumerate().for_each(|(chunk, digests)| {
                let from = chunk * TASK;
                let columns = block.slice(s![.., from..from + digests.len()]);
                for (index, row) in columns.outer_iter().enumerate() {
                    for (digest, &value) in digests.iter_mut().zip(row) {
                        digest.add(bits(value), (first + index) as u64 + 1);
                    }
                }
            });
            Ok(())
        })?;
        Ok(found)
    }

    fn all(&self) -> Digest {
        self.contents.iter().fold(Digest::default(), |mut sum, row| {
            sum.merge(*row);
            sum
        })
    }
}

/// Compares the order of two tensors that hold numbers exactly: plain ones, or a quantized one and the published one as
/// the same encoder rounds it (an encoder rounds a row the same way wherever the row stands).
///
/// # Errors
/// [`Undecided::ShapesDiffer`].
pub fn order(deployed: &dyn Rows, reference: &dyn Rows) -> Result<Order, Undecided> {
    check_shapes(deployed, reference)?;
    let (left, right) = (Digests::of(deployed)?, Digests::of(reference)?);
    if left.rows == right.rows {
        return Ok(Order::Same);
    }
    if let Some((from, moved)) = permutation(&left.rows, &right.rows) {
        return Ok(Order::RowsPermuted { from, moved });
    }
    if let Some((from, moved)) = permutation(&left.columns, &right.columns) {
        return Ok(Order::ColumnsPermuted { from, moved });
    }
    if left.contents == right.contents {
        return Ok(Order::PermutedWithinRows);
    }
    Ok(if left.all() == right.all() { Order::ElementsPermuted } else { Order::Different })
}

/// The rows that the deployed tensor kept when whole rows were left out, in their order; `None` when its rows are not
/// some of the published ones in their order.
///
/// # Errors
/// [`Undecided::ShapesDiffer`] when the widths differ.
pub fn kept_rows(deployed: &dyn Rows, reference: &dyn Rows) -> Result<Option<Vec<usize>>, Undecided> {
    if deployed.columns() != reference.columns() {
        let shape = |side: &dyn Rows| [side.rows(), side.columns()];
        return Err(Undecided::ShapesDiffer { left: shape(deployed), right: shape(reference) });
    }
    let (left, right) = (Digests::of(deployed)?.rows, Digests::of(reference)?.rows);
    let mut kept = Vec::with_capacity(left.len());
    let mut next = 0;
    for row in left {
        let Some(found) = right[next..].iter().position(|other| *other == row) else { return Ok(None) };
        kept.push(next + found);
        next += found + 1;
    }
    Ok(Some(kept))
}

/// For each digest on the left its place on the right, when both hold the same ones; equal ones stay where they are
/// when they can, and else follow one another.
fn permutation(left: &[Digest], right: &[Digest]) -> Option<(Vec<usize>, usize)> {
    let sorted = |digests: &[Digest]| {
        let mut places: Vec<usize> = (0..digests.len()).collect();
        // Those that stand where their like stands come last among their equals, so that they are matched with it.
        places.sort_by_key(|&place| (digests[place], left[place] == right[place], place));
        places
    };
    let (from_left, from_right) = (sorted(left), sorted(right));
    let mut from = vec![0; left.len()];
    for (&to, &place) in from_left.iter().zip(&from_right) {
        if left[to] != right[place] {
            return None;
        }
        from[to] = place;
    }
    let moved = from.iter().enumerate().filter(|&(place, &other)| place != other).count();
    Some((from, moved))
}
