//! Which values the axis of a strip reaches from and to.

use super::StripStep;

/// Smallest share of the height that the other lines may be left when the chance value is shown too.
const FLATTEST: f64 = 0.25;
/// Smallest height of the axis, as a share of the largest value: a change below that must not fill the picture.
const LEAST_HEIGHT: f64 = 0.02;

/// Values that the axis of a strip shows: a bottom, a middle and a top, all round numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Value at the bottom.
    pub lowest: f64,
    /// Value at the top.
    pub highest: f64,
    /// Digits after the point that tell the labels apart.
    pub digits: usize,
    /// Where the chance value lies when it is not shown because the other lines would be flat: the page says so.
    pub chance: Option<Beyond>,
}

/// Where a value lies that is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// Under the bottom.
    Below,
    /// Over the top.
    Above,
}

impl Range {
    /// The range for values that are all finite.
    pub(super) fn of(steps: &[StripStep]) -> Self {
        let lines = steps.iter().flat_map(|step| {
            [step.deployed, step.rounding, step.floor].into_iter().flatten().chain(step.interval.into_iter().flatten())
        });
        let chance = extent(steps.iter().filter_map(|step| step.chance));
        let Some((low, high)) = extent(lines).or(chance) else { return Self::round(0.0, 1.0, None) };
        let (low, high) = heightened(low, high);
        let Some((lowest, highest)) = chance else { return Self::round(low, high, None) };
        let (both_low, both_high) = (low.min(lowest), high.max(highest));
        if high - low >= FLATTEST * (both_high - both_low) {
            return Self::round(both_low, both_high, None);
        }
        let beyond = if lowest < low { Beyond::Below } else { Beyond::Above };
        Self::round(low, high, Some(beyond))
    }

    /// The range of a plot whose values lie between two finite ones.
    pub(crate) fn spanning(low: f64, high: f64) -> Self {
        let (low, high) = heightened(low, high);
        Self::round(low, high, None)
    }

    /// Three labels a round step apart that take in everything from `low` to `high`.
    fn round(low: f64, high: f64, chance: Option<Beyond>) -> Self {
        let exponent = ((high - low) / 2.0).log10().floor() as i32;
        for power in exponent..=exponent + 2 {
            for factor in [1.0, 2.0, 2.5, 5.0] {
                let step = factor * 10.0_f64.powi(power);
                let first = (low / step + 1e-9).floor();
                if (first + 2.0) * step >= high - 1e-9 * step {
                    let digits = (-power + i32::from(factor == 2.5)).max(0) as usize;
                    return Self { lowest: first * step, highest: (first + 2.0) * step, digits, chance };
                }
            }
        }
        Self { lowest: low, highest: high, digits: 2, chance }
    }

    /// The three labels, the lowest first.
    pub(crate) fn labels(&self) -> [(f64, String); 3] {
        [self.lowest, (self.lowest + self.highest) / 2.0, self.highest].map(|value| {
            let largest = self.lowest.abs().max(self.highest.abs());
            let text = if self.digits > 5 || largest >= 1e6 {
                format!("{value:.1e}")
            } else {
                let digits = self.digits;
                format!("{value:.digits$}")
            };
            // A small negative number that rounds to nothing is nothing.
            let zero = text.trim_start_matches('-').chars().all(|digit| matches!(digit, '0' | '.'));
            (value, if zero { text.trim_start_matches('-').to_owned() } else { text })
        })
    }

    /// How high a value lies, 0 at the bottom and 1 at the top.
    pub(crate) fn height(&self, value: f64) -> f64 {
        (value - self.lowest) / (self.highest - self.lowest)
    }
}

/// The same range, high enough that a tiny change looks tiny.
///
/// It grows downwards, because what is nearly perfect lies at the top of most measures; nothing at all lies at the bottom.
fn heightened(low: f64, high: f64) -> (f64, f64) {
    let largest = low.abs().max(high.abs());
    if largest == 0.0 {
        return (0.0, 1.0);
    }
    (low.min(high - LEAST_HEIGHT * largest), high)
}

/// Smallest and largest value; `None` when there is none.
fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |extent, value| {
        let (low, high) = extent.unwrap_or((value, value));
        Some((value.min(low), value.max(high)))
    })
}
