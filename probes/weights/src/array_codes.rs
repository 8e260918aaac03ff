//! Whole-number codes with scales and zero points in arrays of their own, as ONNX models store them.
//!
//! The rule is that of ONNX Runtime's tool (`onnxruntime/python/tools/quantization/quant_utils.py`, `compute_scale_zp`
//! and `quantize_nparray`): the range of the weights, widened to hold 0, is divided by the range of the codes; a symmetric
//! range is that of the largest magnitude; codes are rounded half to even.

use rayon::prelude::*;

use crate::residual::{Rows, Undecided, for_each_block};

/// The codes of a tensor, row after row.
#[derive(Clone, Copy, Debug)]
pub enum Codes<'a> {
    /// Signed.
    I8(&'a [i8]),
    /// Unsigned.
    U8(&'a [u8]),
}

impl Codes<'_> {
    fn len(&self) -> usize {
        match self {
            Codes::I8(codes) => codes.len(),
            Codes::U8(codes) => codes.len(),
        }
    }

    fn at(&self, index: usize) -> i32 {
        match self {
            Codes::I8(codes) => i32::from(codes[index]),
            Codes::U8(codes) => i32::from(codes[index]),
        }
    }

    fn range(&self) -> (i32, i32) {
        match self {
            Codes::I8(_) => (-128, 127),
            Codes::U8(_) => (0, 255),
        }
    }
}

/// What shares a scale and a zero point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The whole tensor.
    Tensor,
    /// Each row.
    Row,
    /// Each column: the output channels of a product whose weights are stored input by output.
    Column,
}

/// A tensor as it is deployed.
#[derive(Clone, Copy, Debug)]
pub struct ArrayCodes<'a> {
    /// The codes.
    pub codes: Codes<'a>,
    /// A scale for each channel.
    pub scales: &'a [f32],
    /// A zero point for each channel; empty when all are 0.
    pub zero_points: &'a [i32],
    /// What a channel is.
    pub channel: Channel,
}

/// A way in which ONNX Runtime's tool maps the range of weights to codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Whether 0 lies in the middle of the codes.
    pub symmetric: bool,
    /// Whether only 7 of the 8 bits are used.
    pub reduced: bool,
}

impl Rule {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Rule; 4] = [
        Rule { symmetric: true, reduced: false },
        Rule { symmetric: false, reduced: false },
        Rule { symmetric: true, reduced: true },
        Rule { symmetric: false, reduced: true },
    ];

    /// The least and the largest code. A symmetric signed range leaves -128 out; a reduced one is never narrowed so.
    fn range(self, codes: &Codes<'_>) -> (i32, i32) {
        match (codes, self.reduced, self.symmetric) {
            (Codes::I8(_), false, true) => (-127, 127),
            (Codes::I8(_), false, false) => (-128, 127),
            (Codes::I8(_), true, _) => (-64, 64),
            (Codes::U8(_), false, _) => (0, 255),
            (Codes::U8(_), true, _) => (0, 127),
        }
    }

    /// Scale and zero point for weights between `least` and `largest`.
    fn apply(self, codes: &Codes<'_>, least: f32, largest: f32) -> (f32, i32) {
        let (first, last) = self.range(codes);
        let (mut least, mut largest) = (f64::from(least.min(0.0)), f64::from(largest.max(0.0)));
        if self.symmetric {
            largest = largest.max(-least);
            least = -largest;
        }
        let scale = (largest - least) / f64::from(last - first);
        if scale < f64::from(f32::MIN_POSITIVE) {
            return (1.0, 0);
        }
        let zero_point = if self.symmetric {
            (f64::from(first + last) / 2.0).round_ties_even()
        } else {
            (f64::from(first) - least / scale).round_ties_even()
        };
        (scale as f32, zero_point as i32)
    }
}

/// A row with codes that the published weights do not explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorstRow {
    /// Which one.
    pub row: usize,
    /// Its codes that differ by more than a tie.
    pub different: usize,
    /// Its largest distance between a code and the expected one.
    pub furthest: u32,
}

/// Rows that are named at most.
const NAMED: usize = 20;

/// How the codes of a tensor compare with those that its published weights give.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrayCodesReport {
    /// Codes.
    pub codes: usize,
    /// Codes that are the nearest to their weight, given the stored scale and zero point.
    pub equal: usize,
    /// Codes that are one off because the weight lies exactly between two codes, up to rounding of the quotient.
    pub ties: usize,
    /// All others.
    pub different: usize,
    /// Channels.
    pub channels: usize,
    /// The rule that gives most channels' scale and zero point, and how many it gives; the first of equals.
    pub rule: Rule,
    /// Channels whose scale (up to its last digit) and zero point that rule gives.
    pub channels_explained: usize,
    /// The rows with most different codes, at most 20, most first.
    pub worst: Vec<WorstRow>,
}

impl ArrayCodesReport {
    /// Whether codes, scales and zero points are those of the published weights.
    pub fn reproduced(&self) -> bool {
        self.different == 0 && self.channels_explained == self.channels
    }

    /// Whether the codes are, given scales and zero points that another rule chose (a calibrated range, for example).
    pub fn codes_explained(&self) -> bool {
        self.different == 0
    }
}

/// Recomputes scales, zero points and codes from the published weights.
///
/// The quotient of weight and scale is computed in f32, as the tool does; a quotient within four units of its last digit
/// of the middle between two codes may go to either. Codes are limited to the range of their type, or to that of the
/// rule that explains the scales.
///
/// # Errors
/// [`Undecided::Length`] when the arrays do not fit the weights, [`Undecided::NotFinite`] for weights,
/// [`Undecided::Scale`] for scales that are not positive numbers.
pub fn array_codes(deployed: &ArrayCodes<'_>, source: &dyn Rows) -> Result<ArrayCodesReport, Undecided> {
    let (rows, columns) = (source.rows(), source.columns());
    let channels = match deployed.channel {
        Channel::Tensor => 1,
        Channel::Row => rows,
        Channel::Column => columns,
    };
    let length = |what, got, needed| if got == needed { Ok(()) } else { Err(Undecided::Length { what, got, needed }) };
    length("the array of codes", deployed.codes.len(), rows * columns)?;
    length("the array of scales", deployed.scales.len(), channels)?;
    if !deployed.zero_points.is_empty() {
        length("the array of zero points", deployed.zero_points.len(), channels)?;
    }
    let unusable = |(_, scale): &(usize, &f32)| !(scale.is_finite() && **scale > 0.0);
    if let Some((channel, &scale)) = deployed.scales.iter().enumerate().find(unusable) {
        return Err(Undecided::Scale { channel, scale });
    }
    let (rule, channels_explained) = best_rule(deployed, &ranges(deployed.channel, channels, source)?);
    // Only a rule that explains everything says more about the range of codes than their type does.
    let range = if channels_explained == channels { rule.range(&deployed.codes) } else { deployed.codes.range() };
    let mut report = ArrayCodesReport {
        codes: rows * columns,
        equal: 0,
        ties: 0,
        different: 0,
        channels,
        rule,
        channels_explained,
        worst: Vec::new(),
    };
    for_each_block([source], |first, [block]| {
        let counts: Vec<RowCount> = (0..block.nrows())
            .into_par_iter()
            .map(|row| {
                let mut count = RowCount::default();
                for (column, &value) in block.row(row).iter().enumerate() {
                    let (scale, zero_point) = deployed.channel_of(first + row, column);
                    count.add(value, deployed.codes.at((first + row) * columns + column), scale, zero_point, range);
                }
                count
            })
            .collect();
        for (index, count) in counts.iter().enumerate() {
            report.equal += count.equal;
            report.ties += count.ties;
            report.different += count.different;
            if count.different > 0 {
                let row = WorstRow { row: first + index, different: count.different, furthest: count.furthest };
                report.worst.push(row);
            }
        }
        report.worst.sort_by_key(|worst| (std::cmp::Reverse(worst.different), worst.row));
        report.worst.truncate(NAMED);
        Ok(())
    })?;
    Ok(report)
}

impl ArrayCodes<'_> {
    fn channel_of(&self, row: usize, column: usize) -> (f32, i32) {
        let channel = match self.channel {
            Channel::Tensor => 0,
            Channel::Row => row,
            Channel::Column => column,
        };
        (self.scales[channel], self.zero_points.get(channel).copied().unwrap_or(0))
    }
}

#[derive(Default)]
struct RowCount {
    equal: usize,
    ties: usize,
    different: usize,
    furthest: u32,
}

impl RowCount {
    fn add(&mut self, value: f32, code: i32, scale: f32, zero_point: i32, (first, last): (i32, i32)) {
        let quotient = value / scale;
        let place = |rounded: f32| (rounded as i32).saturating_add(zero_point).clamp(first, last);
        if code == place(quotient.round_ties_even()) {
            self.equal += 1;
            return;
        }
        let distance = (quotient - quotient.floor() - 0.5).abs();
        let near = distance <= 4.0 * f32::EPSILON * quotient.abs().max(1.0);
        if near && (code == place(quotient.floor()) || code == place(quotient.ceil())) {
            self.ties += 1;
            return;
        }
        self.different += 1;
        self.furthest = self.furthest.max(code.abs_diff(place(quotient.round_ties_even())));
    }
}

/// The least and the largest weight of each channel.
fn ranges(channel: Channel, channels: usize, source: &dyn Rows) -> Result<Vec<(f32, f32)>, Undecided> {
    let mut ranges = vec![(0.0f32, 0.0f32); channels];
    for_each_block([source], |first, [block]| {
        for (row, values) in block.outer_iter().enumerate() {
            for (column, &value) in values.iter().enumerate() {
                if !value.is_finite() {
                    return Err(Undecided::NotFinite { row: first + row, column });
                }
                let (least, largest) = &mut ranges[match channel {
                    Channel::Tensor => 0,
                    Channel::Row => first + row,
                    Channel::Column => column,
                }];
                *least = least.min(value);
                *largest = largest.max(value);
            }
        }
        Ok(())
    })?;
    Ok(ranges)
}

fn best_rule(deployed: &ArrayCodes<'_>, ranges: &[(f32, f32)]) -> (Rule, usize) {
    let explained = |rule: Rule| {
        let fits = |(channel, &(least, largest)): (usize, &(f32, f32))| {
            let (scale, zero_point) = rule.apply(&deployed.codes, least, largest);
            let stored = deployed.scales[channel];
            // Earlier versions of the tool divided in f32.
            let near = (stored.to_bits().abs_diff(scale.to_bits())) <= 1;
            near && deployed.zero_points.get(channel).copied().unwrap_or(0) == zero_point
        };
        ranges.iter().enumerate().filter(|&pair| fits(pair)).count()
    };
    Rule::ALL
        .map(|rule| (rule, explained(rule)))
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .unwrap_or((Rule::ALL[0], 0))
}
