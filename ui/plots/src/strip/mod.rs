//! The strip: one measure step by step through the model, as a static line chart with its rows.
//!
//! The page lays one button a step under it, each as wide as [`StripPicture::step_width`], from
//! [`StripPicture::left`] on.

mod draw;
mod range;

use crate::Palette;

pub use draw::{Line, key_svg, strip_svg};
pub use range::{Beyond, Range};

/// One measure at one step; what is undefined or was not measured is `None` and leaves a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StripStep {
    /// Published against deployed.
    pub deployed: Option<f64>,
    /// Interval of that value, the lower end first.
    pub interval: Option<[f64; 2]>,
    /// Published against a known rounding of it.
    pub rounding: Option<f64>,
    /// Published against itself, run again with noise in the last bits.
    pub floor: Option<f64>,
    /// What unrelated representations would give.
    pub chance: Option<f64>,
}

/// What a strip is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct StripInput<'a> {
    /// The steps, in their order.
    pub steps: &'a [StripStep],
    /// The selected step, as an index.
    pub selected: Option<usize>,
    /// Colours.
    pub palette: &'a Palette,
}

/// A drawn strip, and what the page needs to set things under and beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct StripPicture {
    /// The picture, as an `svg` element.
    pub svg: String,
    /// Where the first step begins, in points from the left edge.
    pub left: f32,
    /// Width of one step, in points.
    pub step_width: f32,
    /// Values at the bottom and at the top.
    pub range: Range,
}

/// One row of the equivalent table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StripRow {
    /// The step, counted as the axis counts it: from 0, which lies before the first layer.
    pub step: usize,
    /// The values.
    pub values: StripStep,
}

/// The values of a strip as rows, in the order of the steps; a number that is not finite is undefined.
pub fn strip_table(input: &StripInput<'_>) -> Vec<StripRow> {
    input.steps.iter().enumerate().map(|(step, values)| StripRow { step, values: values.checked() }).collect()
}

impl StripStep {
    /// The same, without numbers that cannot be drawn.
    fn checked(&self) -> Self {
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        Self {
            deployed: finite(self.deployed),
            interval: self.interval.filter(|[low, high]| low.is_finite() && high.is_finite() && low <= high),
            rounding: finite(self.rounding),
            floor: finite(self.floor),
            chance: finite(self.chance),
        }
    }
}
