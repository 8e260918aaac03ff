//! Whether counts lie evenly over the rows or columns of a tensor, or in some of them.

use crate::Undefined;

/// At most so many rows or columns are named.
pub const MOST_LINES: usize = 64;

/// Chance that any row is named although the counts lie evenly (Bonferroni over all rows).
const LEVEL: f64 = 0.01;

/// Below this many counts nothing is said about where they lie.
const FEWEST_COUNTS: u64 = 5;

/// A row or column that holds more than its share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Its index.
    pub index: usize,
    /// Its count.
    pub count: u32,
}

/// Counts by row or column held against a Poisson distribution with one mean for all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Concentration {
    /// Variance over mean (index of dispersion); 1 when the counts lie evenly by chance.
    pub dispersion: f64,
    /// How many standard deviations Pearson's statistic lies above what chance gives.
    pub z: f64,
    /// The rows or columns whose count chance does not explain, largest first; at most [`MOST_LINES`].
    pub lines: Vec<Line>,
    /// How many there are of them in all.
    pub n_lines: usize,
    /// The share of all counts that lies in them, 0 to 1.
    pub share: f64,
}

/// Holds counts against an even spread.
///
/// Pearson's statistic over equal cells has, given the total `n`, mean `k - 1` and variance `2 (k - 1) (n - 1) / n`
/// (Haldane 1937, "The exact value of the moments of the distribution of chi-squared"). A line is named when the
/// Poisson probability of its count or more, times the number of lines, is below 0.01.
///
/// # Errors
/// [`Undefined::TooFew`] with fewer than two lines or five counts.
pub fn concentration(counts: &[u32]) -> Result<Concentration, Undefined> {
    let total: u64 = counts.iter().map(|&count| u64::from(count)).sum();
    if counts.len() < 2 {
        return Err(Undefined::TooFew { what: "rows or columns", needed: 2, got: counts.len() as u64 });
    }
    if total < FEWEST_COUNTS {
        return Err(Undefined::TooFew { what: "counts", needed: FEWEST_COUNTS, got: total });
    }
    let (k, n) = (counts.len() as f64, total as f64);
    let mean = n / k;
    let statistic: f64 = counts.iter().map(|&count| (f64::from(count) - mean).powi(2) / mean).sum();
    let z = (statistic - (k - 1.0)) / (2.0 * (k - 1.0) * (n - 1.0) / n).sqrt();
    let line_of = |(index, &count): (usize, &u32)| Line { index, count };
    let unexplained = |line: &Line| log_tail(line.count, mean) + k.ln() < LEVEL.ln();
    let mut lines: Vec<Line> = counts.iter().enumerate().map(line_of).filter(unexplained).collect();
    let share = lines.iter().map(|line| f64::from(line.count)).sum::<f64>() / n;
    lines.sort_by(|a, b| b.count.cmp(&a.count).then(a.index.cmp(&b.index)));
    let n_lines = lines.len();
    lines.truncate(MOST_LINES);
    Ok(Concentration { dispersion: statistic / (k - 1.0), z, lines, n_lines, share })
}

/// Natural logarithm of the probability that a Poisson variable is `count` or more.
fn log_tail(count: u32, mean: f64) -> f64 {
    let k = f64::from(count);
    if k <= mean {
        // Never small enough to matter: at least about one half.
        return 0.0;
    }
    let first = k * mean.ln() - mean - log_factorial(count);
    // The terms after the first shrink faster than a geometric series with this ratio.
    let (mut sum, mut term, mut next) = (1.0, 1.0, k + 1.0);
    while term > 1e-12 * sum {
        term *= mean / next;
        sum += term;
        next += 1.0;
    }
    first + sum.ln()
}

/// ln n!, exact for small n and by Stirling's series above (relative error below 1e-10).
fn log_factorial(n: u32) -> f64 {
    if n < 16 {
        return (2..=n).map(|factor| f64::from(factor).ln()).sum();
    }
    let x = f64::from(n) + 1.0;
    let half_log_of_two_pi = 0.5 * std::f64::consts::TAU.ln();
    (x - 0.5) * x.ln() - x + half_log_of_two_pi + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_agree_with_sums_of_the_distribution() {
        for (count, mean) in [(1u32, 0.3), (4, 0.3), (10, 2.0), (40, 20.0), (90, 60.0)] {
            let below: f64 = (0..count).map(|k| (f64::from(k) * f64::ln(mean) - mean - log_factorial(k)).exp()).sum();
            let exact = (1.0 - below).ln();
            assert!((log_tail(count, mean) - exact).abs() < 1e-3, "P(X >= {count}) for mean {mean}");
        }
        assert!((log_factorial(20) - 2_432_902_008_176_640_000f64.ln()).abs() < 1e-9, "ln 20!");
    }

    #[test]
    fn even_counts_are_even_and_a_full_row_is_named() {
        let even: Vec<u32> = (0..400u32).map(|index| 5 + index % 3).collect();
        let even = concentration(&even).expect("enough counts");
        assert!(even.lines.is_empty() && even.dispersion < 1.0, "{even:?}");
        let mut uneven = vec![1; 400];
        uneven[17] = 90;
        let uneven = concentration(&uneven).expect("enough counts");
        assert_eq!(uneven.lines, [Line { index: 17, count: 90 }]);
        assert!(uneven.z > 50.0 && (uneven.share - 90.0 / 489.0).abs() < 1e-12, "{uneven:?}");
    }

    #[test]
    fn few_counts_are_not_judged() {
        let few = concentration(&[1, 0, 2, 0]);
        assert_eq!(few, Err(Undefined::TooFew { what: "counts", needed: FEWEST_COUNTS, got: 3 }));
    }
}
