//! Replaying the merge of a low-rank adapter: does the published tensor plus the given adapter make the deployed one?

use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use crate::residual::{
    Rows, SpectrumComparison, SpectrumSettings, Undecided, check_shapes, compare_spectra, for_each_block,
};
use crate::view::Precision;

/// The share of elements that must lie within one unit of their last digit of the exact merge.
const WITHIN: f64 = 0.999;
/// The share of elements moved by the merge that must be exactly where it puts them. Orders of rounding differ in less
/// than one element in a hundred of all, and in more of those that are moved by one unit only.
const MOVED: f64 = 0.9;
/// Rows that one task merges.
const TASK: usize = 16;

/// A low-rank adapter: `scale * up * down` is added to a tensor (Hu et al. 2021, "LoRA", section 4.1, where `up` is B and
/// `down` is A).
pub struct Adapter<'a> {
    up: &'a dyn Rows,
    down: Array2<f32>,
    scale: f64,
}

impl<'a> Adapter<'a> {
    /// `up` is B, `[rows, rank]`, and `down` is A, `[rank, columns]`. The scale is alpha over the rank; over its square
    /// root for rank-stabilised adapters (Kalajdzievski 2023, "A Rank Stabilization Scaling Factor for Fine-Tuning with
    /// LoRA").
    ///
    /// # Errors
    /// [`Undecided::AdapterShape`] when the factors do not fit each other.
    pub fn new(up: &'a dyn Rows, down: &dyn Rows, scale: f64) -> Result<Self, Undecided> {
        let shapes = ([up.rows(), up.columns()], [down.rows(), down.columns()]);
        if shapes.0[1] != shapes.1[0] || shapes.0[1] == 0 {
            let tensor = [shapes.0[0], shapes.1[1]];
            return Err(Undecided::AdapterShape { up: shapes.0, down: shapes.1, tensor });
        }
        let mut numbers = Array2::zeros((down.rows(), down.columns()));
        if let Some(out) = numbers.as_slice_mut() {
            down.read(0, out);
        }
        Ok(Self { up, down: numbers, scale })
    }

    /// Rank of the factors.
    pub fn rank(&self) -> usize {
        self.down.nrows()
    }

    fn check(&self, base: &dyn Rows) -> Result<(), Undecided> {
        let (up, down, tensor) =
            ([self.up.rows(), self.rank()], [self.rank(), self.down.ncols()], [base.rows(), base.columns()]);
        if [up[0], down[1]] == tensor { Ok(()) } else { Err(Undecided::AdapterShape { up, down, tensor }) }
    }
}

/// What is rounded, beside the sum, when an adapter is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Merge {
    /// Nothing.
    Exact,
    /// The product, after it was scaled.
    Product(Precision),
    /// The two factors.
    Factors(Precision),
    /// The factors, the product, and the product again after it was scaled: everything was computed in this format.
    Everything(Precision),
}

impl Merge {
    /// All orders of rounding, in the order in which they are tried.
    pub const ALL: [Merge; 7] = [
        Merge::Exact,
        Merge::Product(Precision::BF16),
        Merge::Factors(Precision::BF16),
        Merge::Everything(Precision::BF16),
        Merge::Product(Precision::F16),
        Merge::Factors(Precision::F16),
        Merge::Everything(Precision::F16),
    ];

    fn factors(self) -> Precision {
        match self {
            Merge::Exact | Merge::Product(_) => Precision::Stored,
            Merge::Factors(precision) | Merge::Everything(precision) => precision,
        }
    }

    /// What is added, from the unscaled product of the factors.
    fn delta(self, product: f64, scale: f64) -> f32 {
        let round = |value: f64, precision: Precision| {
            let mut rounded = [value as f32];
            precision.round(&mut rounded);
            rounded[0]
        };
        match self {
            Merge::Exact | Merge::Factors(_) => (product * scale) as f32,
            Merge::Product(precision) => round(product * scale, precision),
            Merge::Everything(precision) => round(f64::from(round(product, precision)) * scale, precision),
        }
    }
}

/// The published tensor with an adapter merged into it: what a quantizer would be given.
pub struct Merged<'a> {
    base: &'a dyn Rows,
    adapter: &'a Adapter<'a>,
    merge: Merge,
    /// The format that the sum is rounded to.
    stored: Precision,
}

impl<'a> Merged<'a> {
    /// `base` plus the adapter, rounded to `stored`.
    ///
    /// # Errors
    /// [`Undecided::AdapterShape`].
    pub fn new(
        base: &'a dyn Rows,
        adapter: &'a Adapter<'a>,
        merge: Merge,
        stored: Precision,
    ) -> Result<Self, Undecided> {
        adapter.check(base)?;
        Ok(Self { base, adapter, merge, stored })
    }
}

impl Rows for Merged<'_> {
    fn rows(&self) -> usize {
        self.base.rows()
    }

    fn columns(&self) -> usize {
        self.base.columns()
    }

    fn read(&self, first: usize, out: &mut [f32]) {
        self.base.read(first, out);
        let count = out.len() / self.base.columns().max(1);
        let products = products(self.adapter, first, count, self.merge.factors());
        for (value, product) in out.iter_mut().zip(&products) {
            *value += self.merge.delta(*product, self.adapter.scale);
        }
        self.stored.round(out);
    }
}

/// The unscaled product of the factors for some rows, in f64, after the factors were rounded.
fn products(adapter: &Adapter<'_>, first: usize, count: usize, precision: Precision) -> Array2<f64> {
    let rounded = |mut numbers: Array2<f32>| {
        if let Some(numbers) = numbers.as_slice_mut() {
            precision.round(numbers);
        }
        numbers.mapv(f64::from)
    };
    let mut up = Array2::<f32>::zeros((count, adapter.rank()));
    if let Some(out) = up.as_slice_mut() {
        adapter.up.read(first, out);
    }
    rounded(up).dot(&rounded(adapter.down.clone()))
}

/// A merge that was replayed.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// Elements.
    pub elements: usize,
    /// The order of rounding that gives most of them.
    pub merge: Merge,
    /// Elements that it gives exactly.
    pub equal: usize,
    /// Elements within one unit of the last digit (of the larger of weight and sum) of the exact merge, rounded once.
    pub within_unit: usize,
    /// Elements that the merge moves: those that it does not round back to the published number.
    pub moved: usize,
    /// Of these, the ones that are exactly where it puts them.
    pub moved_as_predicted: usize,
    /// Elements that differ from the published number although the merge does not move them.
    pub moved_otherwise: usize,
    /// The spectrum of what the merge leaves; `None` when it leaves nothing, or the tensor is too small for one.
    pub leftover: Option<SpectrumComparison>,
}

impl Replay {
    /// Whether the adapter explains the deployed tensor: nearly every element lies within one unit, those that the merge
    /// moves are where it puts them (without this, a tensor into which nothing was merged would pass whenever the
    /// adapter is small), and what is left has no directions of its own.
    pub fn is_explained(&self) -> bool {
        let within = self.within_unit as f64 >= WITHIN * self.elements as f64;
        let moved = self.moved > 0 && self.moved_as_predicted as f64 >= MOVED * self.moved as f64;
        within && moved && self.leftover.as_ref().is_none_or(|left| left.rank.is_none())
    }
}

/// Merges the adapter into `base` in every order of rounding, and compares with `deployed`, whose numbers are stored in
/// the format `stored`.
///
/// # Errors
/// [`Undecided::ShapesDiffer`], [`Undecided::AdapterShape`], [`Undecided::NotFinite`].
pub fn replay(
    deployed: &dyn Rows,
    base: &dyn Rows,
    adapter: &Adapter<'_>,
    stored: Precision,
    settings: &SpectrumSettings,
) -> Result<Replay, Undecided> {
    check_shapes(deployed, base)?;
    adapter.check(base)?;
    let mut counts = [Count::default(); Merge::ALL.len()];
    let mut within_unit = 0;
    for_each_block([deployed, base], |first, [left, right]| {
        let chunks = left.axis_chunks_iter(Axis(0), TASK).into_par_iter().zip(right.axis_chunks_iter(Axis(0), TASK));
        let tasks: Vec<([Count; Merge::ALL.len()], usize)> = chunks
            .enumerate()
            .map(|(chunk, (left, right))| count(left, right, adapter, first + chunk * TASK, stored))
            .collect();
        for (task, within) in tasks {
            within_unit += within;
            for (sum, count) in counts.iter_mut().zip(task) {
                sum.add(count);
            }
        }
        Ok(())
    })?;
    let mut best = 0;
    for (index, count) in counts.iter().enumerate() {
        if count.equal > counts[best].equal {
            best = index;
        }
    }
    let (merge, count, elements) = (Merge::ALL[best], counts[best], base.rows() * base.columns());
    let leftover = if count.equal == elements {
        None
    } else {
        match compare_spectra(deployed, &Merged::new(base, adapter, merge, stored)?, None, settings) {
            Ok(found) => Some(found),
            Err(Undecided::TooSmall { .. }) => None,
            Err(other) => return Err(other),
        }
    };
    Ok(Replay {
        elements,
        merge,
        equal: count.equal,
        within_unit,
        moved: count.moved,
        moved_as_predicted: count.as_predicted,
        moved_otherwise: count.otherwise,
        leftover,
    })
}

#[derive(Clone, Copy, Default)]
struct Count {
    equal: usize,
    moved: usize,
    as_predicted: usize,
    otherwise: usize,
}

impl Count {
    fn add(&mut self, other: Count) {
        self.equal += other.equal;
        self.moved += other.moved;
        self.as_predicted += other.as_predicted;
        self.otherwise += other.otherwise;
    }
}

/// Counts of every order of rounding for some rows, and elements within one unit of the exact merge.
fn count(
    deployed: ArrayView2<'_, f32>,
    base: ArrayView2<'_, f32>,
    adapter: &Adapter<'_>,
    first: usize,
    stored: Precision,
) -> ([Count; Merge::ALL.len()], usize) {
    let by_factors = Precision::ALL.map(|precision| products(adapter, first, base.nrows(), precision));
    let mut counts = [Count::default(); Merge::ALL.len()];
    let mut within = 0;
    for (index, &published) in base.indexed_iter() {
        let found = deployed[index];
        let mut unmoved = [published];
        stored.round(&mut unmoved);
        let mut exact = [(f64::from(published) + by_factors[0][index] * adapter.scale) as f32];
        stored.round(&mut exact);
        // Where the adapter cancels a weight, the sum is no more exact than what it was made of.
        let largest = published.abs().max(found.abs()).max(exact[0].abs());
        within += usize::from((f64::from(found) - f64::from(exact[0])).abs() <= unit(largest, stored));
        for (count, merge) in counts.iter_mut().zip(Merge::ALL) {
            let product = match merge.factors() {
                Precision::Stored => by_factors[0][index],
                Precision::F16 => by_factors[1][index],
                Precision::BF16 => by_factors[2][index],
            };
            let mut predicted = [published + merge.delta(product, adapter.scale)];
            stored.round(&mut predicted);
            let (moved, equal) = (predicted != unmoved, found == predicted[0]);
            count.equal += usize::from(equal);
            count.moved += usize::from(moved);
            count.as_predicted += usize::from(moved && equal);
            count.otherwise += usize::from(!moved && !equal);
        }
    }
    (counts, within)
}

/// The distance between a number's neighbours in a format: one unit of its last digit.
fn unit(value: f32, stored: Precision) -> f64 {
    let (least, digits) = match stored {
        Precision::Stored => (-126, 23),
        Precision::F16 => (-14, 10),
        Precision::BF16 => (-126, 7),
    };
    let exponent = ((value.to_bits() >> 23 & 0xff) as i32 - 127).max(least);
    2.0f64.powi(exponent - digits)
}
