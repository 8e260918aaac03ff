//! Whether the codes of a quantized tensor are what the published numbers round to under the scales beside them.
//! Says nothing about the scales themselves.

mod concentration;
mod kernel;
mod row;

use std::sync::atomic::{AtomicU32, Ordering};

use pulp::Arch;

pub use concentration::{Concentration, Line, MOST_LINES, concentration};
use kernel::{Rule, Tally, test_row};
pub(crate) use kernel::{TIE_ULPS, clamp, is_tie, nearest};
use row::largest_multiple;
pub(crate) use row::{CodeRow, code_range, has_offset, has_superblocks};

use crate::Undefined;
use crate::pair::{Pair, Progress, Rows};
use crate::view::{Precision, Source, TensorView};

/// Counts by column are kept apart for so many columns; of longer rows, neighbours are counted together.
const MOST_COLUMNS: usize = 1 << 16;

/// What the conditional code test found in one tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeTest {
    /// The number format between the published numbers and the quantizer under which least differs.
    pub precision: Precision,
    /// Elements whose code was held against its number.
    pub tested: u64,
    /// Elements of groups whose scale is zero: their codes mean nothing.
    pub skipped: u64,
    /// Codes in those groups other than 0 and the smallest. Honest encoders leave codes of their search there, so
    /// that this is room for hidden data and no sign of it.
    pub dead_codes: u64,
    /// Elements of those groups whose published number is too large for an encoder to have dropped their scale.
    pub silenced: u64,
    /// Elements that could not be tested because the number, or a stored scale, is not finite.
    pub not_finite: u64,
    /// Codes that are not what the published numbers round to.
    pub mismatches: u64,
    /// Codes that are the other neighbour of a number on the border between two codes, where the order of
    /// operations decides; in blocks of 32, within the rounding of the stored scale.
    pub ties: u64,
    /// Mismatches of each row.
    pub row_mismatches: Vec<u32>,
    /// Mismatches of each column, or of each run of [`CodeTest::columns_per_count`] columns.
    pub column_mismatches: Vec<u32>,
    /// Columns that are counted together: 1 up to 65,536 columns.
    pub columns_per_count: usize,
}

impl CodeTest {
    /// Whether the published numbers explain every code; `None` when no code could be tested.
    ///
    /// A tensor of superblocks for which this is `Some(false)` was not quantized from these numbers.
    /// For blocks of 32 that holds only when no importance weights were used: those fit the scale after the codes.
    pub fn explained(&self) -> Option<bool> {
        (self.tested > 0).then_some(self.mismatches == 0 && self.not_finite == 0)
    }

    /// Share of the tested codes that the published numbers do not explain; `None` when none was tested.
    pub fn mismatch_share(&self) -> Option<f64> {
        (self.tested > 0).then(|| self.mismatches as f64 / self.tested as f64)
    }

    /// Whether the mismatches lie in some of the rows.
    ///
    /// # Errors
    /// Those of [`concentration`].
    pub fn by_row(&self) -> Result<Concentration, Undefined> {
        concentration(&self.row_mismatches)
    }

    /// Whether the mismatches lie in some of the columns; indices count runs of [`CodeTest::columns_per_count`].
    ///
    /// # Errors
    /// Those of [`concentration`].
    pub fn by_column(&self) -> Result<Concentration, Undefined> {
        concentration(&self.column_mismatches)
    }
}

/// Holds every code of a quantized tensor against the published number that it stands for.
///
/// The last step of ggml's encoders for superblocks (`quantize_row_q*_K_ref` and `_impl` in `ggml-quants.c`), with
/// and without importance weights, sets each code to `clamp(rint((x + m) / d))` with `d` and `m` as they are stored.
/// So the stored scales suffice to tell whether the codes come from `x`, whatever the scales were chosen for.
/// A code that differs is a tie when it is the other neighbour of a quotient within 8 units in the last place of the
/// border between them. Blocks of 32 are tested with their stored scale too, and quotients may then be off by as much
/// as rounding the scale and minimum to f16 can move them.
///
/// The test is made under each of the `precisions` on a sample of rows, and on all rows under the best of them.
/// `progress` is told bytes as they are read in passes over all rows, of which there may be one per precision.
///
/// # Errors
/// [`Undefined::TypeNotTested`] for plain types, [`Undefined::ShapesDiffer`], [`Undefined::Malformed`],
/// [`Undefined::Empty`].
pub fn test_codes(
    deployed: &TensorView<'_>,
    source: &Source<'_>,
    precisions: &[Precision],
    progress: Progress<'_>,
) -> Result<CodeTest, Undefined> {
    let pair = Pair::new(deployed, source)?;
    let Some((low, high)) = code_range(deployed.dtype) else {
        return Err(Undefined::TypeNotTested { name: deployed.dtype.name() });
    };
    let rounded_later = !has_superblocks(deployed.dtype);
    let multiple = largest_multiple(deployed.dtype);
    let rule = Rule { low: f32::from(low), high: f32::from(high), multiple, rounded_later };
    let test = |precision, rows, progress: Progress<'_>| test_rows(&pair, rule, precision, rows, progress);
    let unexplained = |test: &CodeTest| test.mismatches + test.not_finite;
    pair.best_of(precisions, test, unexplained, progress).ok_or(Undefined::Empty)
}

fn test_rows(pair: &Pair<'_>, rule: Rule, precision: Precision, rows: Rows, progress: Progress<'_>) -> CodeTest {
    let arch = Arch::new();
    let columns_per_count = pair.columns.div_ceil(MOST_COLUMNS);
    let counts = |len: usize| -> Vec<AtomicU32> { (0..len).map(|_| AtomicU32::new(0)).collect() };
    let (by_row, by_column) = (counts(pair.rows), counts(pair.columns.div_ceil(columns_per_count)));
    // Adding whole numbers is the same in every order, so threads may share the counts.
    let chunk = |rows: &mut dyn Iterator<Item = usize>| {
        let (mut x, mut codes) = (vec![0.0; pair.columns], CodeRow::new(pair.dtype(), pair.columns));
        let mut tally = Tally::default();
        for row in rows {
            pair.source.read_row(row, &mut x);
            precision.round(&mut x);
            let mut mismatch = |column: usize| {
                by_row[row].fetch_add(1, Ordering::Relaxed);
                by_column[column / columns_per_count].fetch_add(1, Ordering::Relaxed);
            };
            tally = tally.add(test_row(arch, rule, &x, pair.deployed.row(row), &mut codes, &mut mismatch));
        }
        tally
    };
    let tally = pair.sum(rows, progress, chunk, Tally::add).unwrap_or_default();
    CodeTest {
        precision,
        tested: tally.tested,
        skipped: tally.skipped,
        dead_codes: tally.dead_codes,
        silenced: tally.silenced,
        not_finite: tally.not_finite,
        mismatches: tally.mismatches,
        ties: tally.ties,
        row_mismatches: by_row.into_iter().map(AtomicU32::into_inner).collect(),
        column_mismatches: by_column.into_iter().map(AtomicU32::into_inner).collect(),
        columns_per_count,
    }
}
