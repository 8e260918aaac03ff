//! The histogram of errors: how the differences of single numbers are spread, in units of their usual size.

mod canvas;
mod draw;

use crate::Palette;

pub use canvas::histogram_ui;
pub use draw::{histogram_axes, histogram_svg};

/// What a histogram is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct HistogramInput<'a> {
    /// Edges of the bins, rising: one more than counts; or one less, and then the outer bins have no end.
    pub edges: &'a [f64],
    /// How many differences each bin holds.
    pub counts: &'a [u64],
    /// The bin under the pointer, as an index.
    pub hovered: Option<usize>,
    /// Colours.
    pub palette: &'a Palette,
}

/// A bin of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Where it begins; `None` where it holds everything below its end.
    pub from: Option<f64>,
    /// Where it ends; `None` where it holds everything above its beginning.
    pub to: Option<f64>,
    /// How many differences it holds.
    pub count: u64,
    /// Their share of all, 0 to 1; 0 when there are none at all.
    pub share: f64,
}

/// The bins as rows of the equivalent table, from the left to the right.
///
/// Empty when edges and counts do not belong together, or an edge is not finite or not above the one before it.
pub fn histogram_table(input: &HistogramInput<'_>) -> Vec<Bin> {
    let rising = input.edges.windows(2).all(|pair| pair[0] < pair[1]);
    let finite = input.edges.iter().all(|edge| edge.is_finite());
    let open = match (input.edges.len(), input.counts.len()) {
        (edges, counts) if edges == counts + 1 && counts > 0 => false,
        (edges, counts) if edges + 1 == counts && edges > 0 => true,
        _ => return Vec::new(),
    };
    if !(rising && finite) {
        return Vec::new();
    }
    let all: u64 = input.counts.iter().fold(0, |sum, count| sum.saturating_add(*count));
    let share = |count: u64| if all == 0 { 0.0 } else { count as f64 / all as f64 };
    let edge = |index: usize| input.edges.get(index).copied();
    input
        .counts
        .iter()
        .enumerate()
        .map(|(index, count)| {
            let (from, to) = match open {
                false => (edge(index), edge(index + 1)),
                true => (index.checked_sub(1).and_then(edge), edge(index)),
            };
            Bin { from, to, count: *count, share: share(*count) }
        })
        .collect()
}

/// Where the bins lie on the axis, in its units: those without an end are as wide as their neighbours.
fn places(bins: &[Bin]) -> Vec<[f64; 2]> {
    let inner = bins.iter().find_map(|bin| Some(bin.to? - bin.from?)).unwrap_or(1.0);
    bins.iter()
        .map(|bin| match (bin.from, bin.to) {
            (Some(from), Some(to)) => [from, to],
            (None, Some(to)) => [to - inner, to],
            (Some(from), None) => [from, from + inner],
            (None, None) => [0.0, inner],
        })
        .collect()
}

/// The axis from the first bin's beginning to the last one's end; `None` without bins.
fn extent(places: &[[f64; 2]]) -> Option<[f64; 2]> {
    let (first, last) = (places.first()?, places.last()?);
    (last[1] > first[0]).then_some([first[0], last[1]])
}

/// A drawn histogram, and what the page needs to tell which bin the pointer is at.
#[derive(Clone, Debug, PartialEq)]
pub struct HistogramPicture {
    /// The picture, as an `svg` element.
    pub svg: String,
    /// Where each bin begins and ends, in points from the left edge.
    pub bins: Vec<[f32; 2]>,
}

impl HistogramPicture {
    /// The bin at a place, in points from the left edge.
    pub fn bin_at(&self, x: f32) -> Option<usize> {
        self.bins.iter().position(|[from, to]| (*from..*to).contains(&x))
    }
}
