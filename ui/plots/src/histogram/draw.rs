//! Draws a histogram: bars over an axis in units of the usual error, their height the share of all numbers in percent.

use std::fmt::Write as _;

use super::{HistogramInput, HistogramPicture, extent, histogram_table, places};
use crate::strip::Range;
use crate::svg::{Picture, Words, hex, number};
use crate::{Axes, Tick};

/// Space for the values, and at the other edges, in points.
const LEFT: f32 = 52.0;
const RIGHT: f32 = 8.0;
const TOP: f32 = 10.0;
const BOTTOM: f32 = 22.0;
/// Most numbers under the axis.
const MOST_NUMBERS: f64 = 9.0;

/// Draws a histogram, `size` in points.
pub fn histogram_svg(input: &HistogramInput<'_>, size: [f32; 2], words: &Words<'_>) -> HistogramPicture {
    let bins = histogram_table(input);
    let places = places(&bins);
    let mut picture = Picture::new(size, words);
    let palette = input.palette;
    let background = hex(palette.background);
    let [width, height] = size.map(number);
    picture.element("rect", &format!("width=\"{width}\" height=\"{height}\" fill=\"{background}\""));
    let Some([low, high]) = extent(&places) else {
        return HistogramPicture { svg: picture.finish(), bins: Vec::new() };
    };

    let x = |value: f64| LEFT + (size[0] - LEFT - RIGHT) * ((value - low) / (high - low)) as f32;
    let highest = bins.iter().fold(0.0_f64, |most, bin| most.max(bin.share * 100.0));
    let range = Range::spanning(0.0, highest);
    let floor = size[1] - BOTTOM;
    let y = |percent: f64| floor - (floor - TOP) * range.height(percent).clamp(0.0, 1.0) as f32;

    let mut guides = String::new();
    for (value, text) in range.labels() {
        let _ = write!(guides, "M{} {}H{}", number(LEFT), number(y(value)), number(size[0] - RIGHT));
        picture.label([LEFT - 8.0, y(value) + 4.0], "end", palette.text, &text);
    }
    picture.path(&guides, &format!("fill=\"none\" stroke=\"{}\" stroke-width=\"1\"", hex(palette.guide)));
    for value in ticks(low, high) {
        let text = number(value as f32);
        picture.label([x(value), size[1] - 6.0], "middle", palette.text, &text);
    }
    for (index, (bin, [from, to])) in bins.iter().zip(&places).enumerate() {
        let (left, right) = (x(*from) + 0.5, x(*to) - 0.5);
        let top = y(bin.share * 100.0);
        // Something is seen where there is something, however little.
        let tall = if bin.count > 0 { (floor - top).max(1.0) } else { 0.0 };
        let place = format!(
            "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
            number(left),
            number(floor - tall),
            number((right - left).max(0.5)),
            number(tall)
        );
        if input.hovered == Some(index) {
            let column = format!(
                "x=\"{}\" y=\"0\" width=\"{}\" height=\"{}\" fill=\"{}\"",
                number(left - 0.5),
                number(right - left + 1.0),
                number(floor),
                hex(palette.guide)
            );
            picture.element("rect", &column);
        }
        if tall > 0.0 {
            let strong = hex(palette.strong);
            // What lies beyond the others, at any distance, is hollow.
            let look = if bin.from.is_some() && bin.to.is_some() {
                format!("fill=\"{strong}\"")
            } else {
                format!("fill=\"{background}\" stroke=\"{strong}\" stroke-width=\"1.5\"")
            };
            picture.element("rect", &format!("{place} {look}"));
        }
    }
    let axis = format!("M{} {}H{}", number(LEFT), number(floor), number(size[0] - RIGHT));
    picture.path(&axis, &format!("fill=\"none\" stroke=\"{}\" stroke-width=\"1\"", hex(palette.text)));
    let bins = places.iter().map(|[from, to]| [x(*from), x(*to)]).collect();
    HistogramPicture { svg: picture.finish(), bins }
}

/// The numbers beside a canvas.
pub fn histogram_axes(input: &HistogramInput<'_>) -> Axes {
    let bins = histogram_table(input);
    let Some([low, high]) = extent(&places(&bins)) else { return Axes::default() };
    let range = Range::spanning(0.0, bins.iter().fold(0.0_f64, |most, bin| most.max(bin.share * 100.0)));
    let across = ticks(low, high)
        .into_iter()
        .map(|value| Tick { at: ((value - low) / (high - low)) as f32, text: number(value as f32) })
        .collect();
    let up = range.labels().map(|(value, text)| Tick { at: range.height(value) as f32, text }).to_vec();
    Axes { across, up }
}

/// Round numbers on the axis, at most nine.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let step = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
        .into_iter()
        .find(|step| (high - low) / step <= MOST_NUMBERS)
        .unwrap_or((high - low) / MOST_NUMBERS);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last).map(|tick| tick as f64 * step).collect()
}
