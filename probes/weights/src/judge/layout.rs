//! Which of several layout changes a converter made: the one under which the numbers agree.

use crate::blocks::dequantize;
use crate::view::{Source, TensorView};

/// Rows that are looked at; a wrong layout leaves next to none of them where it was.
const ROWS: usize = 64;

/// The candidate whose rows are nearest to the deployed ones; of equals, the one that comes first.
pub(super) fn nearest<'s, 'a>(candidates: &'s [Source<'a>], deployed: &TensorView<'_>) -> Option<&'s Source<'a>> {
    if let [only] = candidates {
        return Some(only);
    }
    let errors = candidates.iter().map(|source| error(source, deployed));
    let mut best: Option<(f64, &Source<'_>)> = None;
    for (error, source) in errors.zip(candidates) {
        if best.is_none_or(|(least, _)| error < least) {
            best = Some((error, source));
        }
    }
    best.map(|(_, source)| source)
}

/// Sum of squared differences over rows that are spread evenly; numbers that are not finite are passed over, which they
/// are under every layout.
fn error(source: &Source<'_>, deployed: &TensorView<'_>) -> f64 {
    let (rows, columns) = (deployed.rows(), deployed.columns());
    let (mut published, mut stored) = (vec![0.0; columns], vec![0.0; columns]);
    let picked = rows.min(ROWS);
    let mut sum = 0.0;
    for index in 0..picked {
        let row = index * rows / picked;
        source.read_row(row, &mut published);
        dequantize(deployed.dtype, deployed.row(row), &mut stored);
        let differences = published.iter().zip(&stored).map(|(a, b)| f64::from(a - b));
        sum += differences.map(|difference| difference * difference).filter(|square| square.is_finite()).sum::<f64>();
    }
    sum
}
