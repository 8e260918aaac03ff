//! Whether a deployed tensor is the published one with some weights set to zero, and by which rule they were chosen.

use ndarray::ArrayView1;
use rayon::prelude::*;

use crate::residual::{Rows, Undecided, check_shapes, for_each_block};

/// A pattern that hardware speeds up: at most `kept` non-zero weights in each group of `of` neighbours of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// Weights that may stay.
    pub kept: usize,
    /// Neighbours in a group.
    pub of: usize,
}

impl Pattern {
    /// The patterns that are looked for (Mishra et al. 2021, "Accelerating Sparse Deep Neural Networks", for 2:4;
    /// Zhou et al. 2021, "Learning N:M Fine-Grained Structured Sparse Neural Networks from Scratch", for the others).
    pub const ALL: [Pattern; 4] = [
        Pattern { kept: 1, of: 4 },
        Pattern { kept: 2, of: 4 },
        Pattern { kept: 4, of: 8 },
        Pattern { kept: 2, of: 8 },
    ];
}

/// How well a tensor keeps to a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternCount {
    /// The pattern.
    pub pattern: Pattern,
    /// Groups, the shorter one at the end of a row left out.
    pub groups: usize,
    /// Groups with more non-zero weights than the pattern allows.
    pub violated: usize,
    /// Groups in which a weight was removed that is larger than one that was kept.
    pub out_of_order: usize,
}

impl PatternCount {
    /// Whether every group keeps to it.
    pub fn holds(&self) -> bool {
        self.groups > 0 && self.violated == 0
    }
}

/// The zero map of a deployed tensor against the published one.
#[derive(Clone, Debug, PartialEq)]
pub struct Pruning {
    /// Elements.
    pub elements: usize,
    /// Zeros of the deployed tensor.
    pub zeros: usize,
    /// Zeros where the published tensor has none.
    pub removed: usize,
    /// Published zeros that are no zeros any more.
    pub revived: usize,
    /// Elements that are not removed and differ from the published tensor: zeros that were revived included.
    pub changed: usize,
    /// Largest magnitude among the removed weights, as published; `None` when none was removed.
    pub largest_removed: Option<f32>,
    /// Smallest magnitude among the published weights that were kept, zeros left out; `None` when none was kept.
    pub smallest_kept: Option<f32>,
    /// Rows with removed weights whose largest removed weight exceeds the smallest kept one.
    pub rows_out_of_order: usize,
    /// Rows with removed weights.
    pub rows_touched: usize,
    /// Rows that are zero and were not.
    pub removed_rows: Vec<usize>,
    /// Columns that are zero and were not.
    pub removed_columns: Vec<usize>,
    /// The patterns of [`Pattern::ALL`], in their order.
    pub patterns: Vec<PatternCount>,
}

impl Pruning {
    /// Whether the deployed tensor is the published one with weights removed and nothing else.
    pub fn explains(&self) -> bool {
        self.removed > 0 && self.changed == 0
    }

    /// Share of the deployed tensor that is zero.
    pub fn sparsity(&self) -> f64 {
        self.zeros as f64 / self.elements.max(1) as f64
    }

    /// Whether one threshold for the whole tensor explains which weights were removed: none of them is larger than one
    /// that was kept. Removal by whole rows, by pattern, or by activations (Sun et al. 2023, "A Simple and Effective
    /// Pruning Approach for Large Language Models") does not keep to one.
    pub fn by_magnitude(&self) -> bool {
        match (self.largest_removed, self.smallest_kept) {
            (Some(removed), Some(kept)) => removed <= kept,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    /// Whether a threshold for each row does.
    pub fn by_magnitude_in_rows(&self) -> bool {
        self.rows_touched > 0 && self.rows_out_of_order == 0
    }
}

/// Compares the zeros of a deployed tensor with those of the published one.
///
/// `reference` is the published tensor in the deployed number format, so that the weights that stayed are expected to be
/// the same numbers; the magnitudes are its own.
///
/// # Errors
/// [`Undecided::ShapesDiffer`].
pub fn pruning(deployed: &dyn Rows, reference: &dyn Rows) -> Result<Pruning, Undecided> {
    check_shapes(deployed, reference)?;
    let mut found = Pruning {
        elements: deployed.rows() * deployed.columns(),
        zeros: 0,
        removed: 0,
        revived: 0,
        changed: 0,
        largest_removed: None,
        smallest_kept: None,
        rows_out_of_order: 0,
        rows_touched: 0,
        removed_rows: Vec::new(),
        removed_columns: Vec::new(),
        patterns: Pattern::ALL
            .map(|pattern| PatternCount { pattern, groups: 0, violated: 0, out_of_order: 0 })
            .to_vec(),
    };
    // Whether a column holds something: deployed, published.
    let mut present = vec![[false; 2]; deployed.columns()];
    for_each_block([deployed, reference], |first, [left, right]| {
        let rows: Vec<Row> =
            (0..left.nrows()).into_par_iter().map(|row| Row::of(left.row(row), right.row(row))).collect();
        for (index, row) in rows.iter().enumerate() {
            row.add_to(&mut found, first + index);
        }
        for (left, right) in left.outer_iter().zip(right.outer_iter()) {
            for ((present, &a), &b) in present.iter_mut().zip(left).zip(right) {
                present[0] |= a != 0.0;
                present[1] |= b != 0.0;
            }
        }
        Ok(())
    })?;
    let gone = present.iter().enumerate().filter(|(_, [deployed, published])| !deployed && *published);
    found.removed_columns = gone.map(|(column, _)| column).collect();
    Ok(found)
}

/// The zero map of one row.
struct Row {
    zeros: usize,
    removed: usize,
    revived: usize,
    changed: usize,
    largest_removed: Option<f32>,
    smallest_kept: Option<f32>,
    /// Whether all of it was removed.
    gone: bool,
    patterns: [PatternCount; Pattern::ALL.len()],
}

impl Row {
    fn of(deployed: ArrayView1<'_, f32>, reference: ArrayView1<'_, f32>) -> Self {
        let (mut zeros, mut removed, mut revived, mut changed) = (0, 0, 0, 0);
        for (&a, &b) in deployed.iter().zip(reference) {
            zeros += usize::from(a == 0.0);
            removed += usize::from(a == 0.0 && b != 0.0);
            revived += usize::from(a != 0.0 && b == 0.0);
            changed += usize::from(a != 0.0 && a.to_bits() != b.to_bits());
        }
        let (largest_removed, smallest_kept) = extremes(deployed.iter().zip(reference));
        let patterns = Pattern::ALL.map(|pattern| {
            let mut count = PatternCount { pattern, groups: 0, violated: 0, out_of_order: 0 };
            let groups = deployed.exact_chunks(pattern.of).into_iter().zip(reference.exact_chunks(pattern.of));
            for (left, right) in groups {
                count.groups += 1;
                count.violated += usize::from(left.iter().filter(|&&value| value != 0.0).count() > pattern.kept);
                count.out_of_order += usize::from(out_of_order(extremes(left.iter().zip(right))));
            }
            count
        });
        let gone = removed > 0 && zeros == deployed.len();
        Self { zeros, removed, revived, changed, largest_removed, smallest_kept, gone, patterns }
    }

    fn add_to(&self, found: &mut Pruning, index: usize) {
        found.zeros += self.zeros;
        found.removed += self.removed;
        found.revived += self.revived;
        found.changed += self.changed;
        found.largest_removed = further(found.largest_removed, self.largest_removed, f32::max);
        found.smallest_kept = further(found.smallest_kept, self.smallest_kept, f32::min);
        found.rows_touched += usize::from(self.removed > 0);
        found.rows_out_of_order += usize::from(out_of_order((self.largest_removed, self.smallest_kept)));
        if self.gone {
            found.removed_rows.push(index);
        }
        for (sum, count) in found.patterns.iter_mut().zip(&self.patterns) {
            sum.groups += count.groups;
            sum.violated += count.violated;
            sum.out_of_order += count.out_of_order;
        }
    }
}

/// The largest published magnitude that was removed and the smallest that was kept.
fn extremes<'a>(pairs: impl Iterator<Item = (&'a f32, &'a f32)>) -> (Option<f32>, Option<f32>) {
    let (mut removed, mut kept) = (None, None);
    for (&deployed, &published) in pairs.filter(|pair| *pair.1 != 0.0) {
        if deployed == 0.0 {
            removed = further(removed, Some(published.abs()), f32::max);
        } else {
            kept = further(kept, Some(published.abs()), f32::min);
        }
    }
    (removed, kept)
}

fn further(a: Option<f32>, b: Option<f32>, pick: fn(f32, f32) -> f32) -> Option<f32> {
    match (a, b) {
        (Some(a), Some(b)) => Some(pick(a, b)),
        (a, b) => a.or(b),
    }
}

fn out_of_order((removed, kept): (Option<f32>, Option<f32>)) -> bool {
    matches!((removed, kept), (Some(removed), Some(kept)) if removed > kept)
}
