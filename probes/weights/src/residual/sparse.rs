//! Which rows and columns carry a residual that the claimed encoder does not explain.

use ndarray::{ArrayView2, s};
use rayon::prelude::*;

use super::{Rows, Undecided, check_shapes, for_each_block, holm, normal_upper_tail};

/// Whether two honest encoders of the claimed format may choose different codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freedom {
    /// No: the format's encoder is fixed, save for numbers that lie exactly between two codes (plain types, Q4_0 to
    /// Q8_0 without an importance matrix).
    Exact,
    /// Yes: scales are searched for (K-quants), or depend on an importance matrix that is not known.
    Approximate,
}

/// At a tie between two codes their residuals are opposite numbers, up to this share of the size of a row's residuals.
const TIE: f64 = 1e-3;
/// For encoders with freedom: the least ratio of a row's residual to the expected one that is listed. Honest
/// superblocks range up to 1.22 (1.49 of their energy, with an importance matrix), rows of several of them less.
const LEAST_RATIO: f64 = 1.1;
/// The family-wise error rate of the lists for encoders with freedom.
const ALPHA: f64 = 0.01;
/// Rows or columns of which more than this share changed are no list of exceptions.
const MOST_LISTED: f64 = 0.5;

/// A row or a column whose residual is not explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// Which one.
    pub index: usize,
    /// Its elements that differ by more than a tie does; 0 for an encoder with freedom, where nobody can say.
    pub elements: usize,
    /// Norm of its residual, over that of the re-quantized tensor's; for encoders with freedom also over the median
    /// ratio of all. `None` where the re-quantized tensor has no residual.
    pub ratio: Option<f64>,
    /// Holm-adjusted over all rows, or all columns; `None` for an encoder without freedom, where nothing is left to
    /// chance.
    pub adjusted_p: Option<f64>,
}

/// How far unexplained residuals are spread along rows, or along columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Rows (or columns) of the tensor.
    pub of: usize,
    /// How many of them are not explained.
    pub changed: usize,
    /// Which ones, when they are no more than half of all; else empty.
    pub list: Vec<Changed>,
}

/// Where the unexplained residuals lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Localised {
    /// Along rows.
    pub rows: Spread,
    /// Along columns, without the listed rows when those are the shorter list, and the other way round.
    pub columns: Spread,
    /// Elements that differ from the re-quantized tensor by a tie between two codes, which is legitimate.
    /// 0 for an encoder with freedom.
    pub ties: usize,
    /// Elements that differ by more; 0 for an encoder with freedom.
    pub elements: usize,
}

/// Finds the rows and columns of `deployed` whose residual is not that of `reference`: the published tensor as the
/// claimed encoder rounds it, or the published tensor itself where nothing is rounded.
///
/// Without freedom of the encoder, an element is explained when it is the reference's, or as far from the published
/// number on the other side: a tie between two codes. With freedom, the logarithm of a row's residual norm over the reference's is held
/// against the median of all rows, in units of the spread of the inner rows (the larger of what the median absolute
/// deviation and the upper percentiles give for a normal distribution); the one-sided p-values are corrected over all
/// rows (Holm 1979), and only ratios from 1.1 on are listed.
///
/// # Errors
/// [`Undecided::ShapesDiffer`], [`Undecided::NotFinite`].
pub fn localise(
    deployed: &dyn Rows,
    source: &dyn Rows,
    reference: &dyn Rows,
    freedom: Freedom,
) -> Result<Localised, Undecided> {
    let none = Skip { rows: vec![false; deployed.rows()], columns: vec![false; deployed.columns()] };
    let tally = Tally::of(deployed, source, reference, &none)?;
    let find = |lines: &[Line]| match freedom {
        Freedom::Exact => changed_exactly(lines),
        Freedom::Approximate => changed_by_chance(lines),
    };
    let (mut rows, mut columns) = (find(&tally.rows), find(&tally.columns));
    let share = |found: &[Changed], of: usize| found.len() as f64 / of.max(1) as f64;
    let (row_share, column_share) = (share(&rows, tally.rows.len()), share(&columns, tally.columns.len()));
    // What the shorter list explains is taken out before the other one is made: a changed row crosses every column.
    let mut skip = none;
    if row_share <= column_share && (0.0..=MOST_LISTED).contains(&row_share) && !rows.is_empty() {
        rows.iter().for_each(|row| skip.rows[row.index] = true);
        columns = find(&Tally::of(deployed, source, reference, &skip)?.columns);
    } else if column_share < row_share && column_share <= MOST_LISTED && !columns.is_empty() {
        columns.iter().for_each(|column| skip.columns[column.index] = true);
        rows = find(&Tally::of(deployed, source, reference, &skip)?.rows);
    }
    let exact = freedom == Freedom::Exact;
    let count = |lines: &[Line], of: fn(&Line) -> usize| if exact { lines.iter().map(of).sum() } else { 0 };
    Ok(Localised {
        ties: count(&tally.rows, |line| line.ties),
        elements: count(&tally.rows, |line| line.worse),
        rows: spread(rows, tally.rows.len()),
        columns: spread(columns, tally.columns.len()),
    })
}

fn spread(list: Vec<Changed>, of: usize) -> Spread {
    let changed = list.len();
    let listed = changed as f64 <= MOST_LISTED * of as f64;
    Spread { of, changed, list: if listed { list } else { Vec::new() } }
}

/// Rows and columns that are left out.
struct Skip {
    rows: Vec<bool>,
    columns: Vec<bool>,
}

/// Sums over the elements of a row or a column.
#[derive(Clone, Copy, Default)]
struct Line {
    deployed: f64,
    reference: f64,
    worse: usize,
    ties: usize,
}

impl Line {
    /// Takes in one element: deployed, published and re-quantized value, and how exactly a tie must cancel out.
    fn add(&mut self, [deployed, source, reference]: [f32; 3], tie: f64) {
        let left = f64::from(deployed) - f64::from(source);
        let right = f64::from(reference) - f64::from(source);
        self.deployed += left * left;
        self.reference += right * right;
        if deployed != reference {
            // A number between two codes is as far above the one as it is below the other.
            let between = (left + right).abs() <= tie;
            self.ties += usize::from(between);
            self.worse += usize::from(!between);
        }
    }
}

struct Tally {
    rows: Vec<Line>,
    columns: Vec<Line>,
}

/// Columns that one task sums.
const TASK: usize = 128;

impl Tally {
    fn of(deployed: &dyn Rows, source: &dyn Rows, reference: &dyn Rows, skip: &Skip) -> Result<Self, Undecided> {
        check_shapes(deployed, source)?;
        check_shapes(reference, source)?;
        let mut tally =
            Self { rows: Vec::with_capacity(deployed.rows()), columns: vec![Line::default(); deployed.columns()] };
        for_each_block([deployed, source, reference], |first, sides| {
            let count = sides[0].nrows();
            let ties: Vec<f64> = (0..count).into_par_iter().map(|row| tie(&sides, row)).collect();
            if let Some(row) = ties.iter().position(|tie| !tie.is_finite()) {
                let finite = |column: usize| sides.iter().all(|side| side[[row, column]].is_finite());
                let column = (0..deployed.columns()).find(|&column| !finite(column)).unwrap_or(0);
                return Err(Undecided::NotFinite { row: first + row, column });
            }
            let rows: Vec<Line> = (0..count)
                .into_par_iter()
                .map(|row| {
                    let mut line = Line::default();
                    let [a, b, c] = sides.each_ref().map(|side| side.row(row));
                    for (((&a, &b), &c), skipped) in a.iter().zip(b).zip(c).zip(&skip.columns) {
                        if !skipped {
                            line.add([a, b, c], ties[row]);
                        }
                    }
                    line
                })
                .collect();
            tally.rows.extend(rows);
            tally.columns.par_chunks_mut(TASK).enumerate().for_each(|(chunk, lines)| {
                let from = chunk * TASK;
                let [a, b, c] = sides.map(|side| side.slice_move(s![.., from..from + lines.len()]));
                for row in (0..count).filter(|&row| !skip.rows[first + row]) {
                    for (((line, &a), &b), &c) in lines.iter_mut().zip(a.row(row)).zip(b.row(row)).zip(c.row(row)) {
                        line.add([a, b, c], ties[row]);
                    }
                }
            });
            Ok(())
        })?;
        Ok(tally)
    }
}

/// How exactly the two residuals of a tie must cancel out in a row.
fn tie([deployed, source, reference]: &[ArrayView2<'_, f32>; 3], row: usize) -> f64 {
    let square = |(&a, &b): (&f32, &f32)| (f64::from(a) - f64::from(b)).powi(2);
    let energy: f64 = reference.row(row).iter().zip(source.row(row)).map(square).sum();
    let finite = deployed.row(row).iter().all(|value| value.is_finite());
    if finite { TIE * (energy / source.ncols() as f64).sqrt() } else { f64::NAN }
}

fn changed_exactly(lines: &[Line]) -> Vec<Changed> {
    let changed = lines.iter().enumerate().filter(|(_, line)| line.worse > 0);
    let ratio = |line: &Line| (line.reference > 0.0).then(|| (line.deployed / line.reference).sqrt());
    changed.map(|(index, line)| Changed { index, elements: line.worse, ratio: ratio(line), adjusted_p: None }).collect()
}

fn changed_by_chance(lines: &[Line]) -> Vec<Changed> {
    // Where the reference has no residual there is no ratio; a residual there is a change, and no chance is needed.
    let ratio = |line: &Line| {
        (line.reference > 0.0 && line.deployed > 0.0).then(|| (line.deployed / line.reference).ln() / 2.0)
    };
    let mut sorted: Vec<f64> = lines.iter().filter_map(ratio).collect();
    sorted.sort_by(f64::total_cmp);
    let quantile =
        |share: f64| sorted.get(((sorted.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or(0.0);
    let median = quantile(0.5);
    let mut distances: Vec<f64> = sorted.iter().map(|value| (value - median).abs()).collect();
    distances.sort_by(f64::total_cmp);
    // The quantiles of the normal distribution behind 75, 95 and 99 percent.
    let by_median = distances.get(distances.len() / 2).copied().unwrap_or(0.0) / 0.674_49;
    let spread = by_median.max((quantile(0.95) - median) / 1.644_85).max((quantile(0.99) - median) / 2.326_35);
    let p = |line: &Line| match ratio(line) {
        Some(value) if value - median > LEAST_RATIO.ln() => {
            if spread > 0.0 {
                normal_upper_tail((value - median) / spread)
            } else {
                0.0
            }
        }
        None if line.deployed > 0.0 => 0.0,
        _ => 1.0,
    };
    let adjusted = holm(&lines.iter().map(p).collect::<Vec<f64>>());
    let listed = lines.iter().zip(adjusted).enumerate().filter(|(_, (_, adjusted))| *adjusted <= ALPHA);
    listed
        .map(|(index, (line, adjusted))| Changed {
            index,
            elements: 0,
            ratio: ratio(line).map(|value| (value - median).exp()),
            adjusted_p: Some(adjusted),
        })
        .collect()
}
