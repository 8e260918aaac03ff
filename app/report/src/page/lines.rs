//! A line plot as SVG: one measure step by step, with its interval and what it must be held against.

use maud::{Markup, html};

use super::bars::rounded;

/// One point of a measure at one step.
pub(crate) struct Point {
    /// Name of the step under the axis.
    pub(crate) step: String,
    pub(crate) value: Option<f64>,
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) rounding: Option<f64>,
    pub(crate) floor: Option<f64>,
    pub(crate) chance: Option<f64>,
}

/// A measure over the steps, on an axis from 0 to 1.
pub(crate) struct Plot {
    /// Unique within the page.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) points: Vec<Point>,
    /// What stands at the upper and lower end of the axis.
    pub(crate) ends: (String, String),
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 18.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 52.0;

/// Draws the plot.
pub(crate) fn svg(plot: &Plot) -> Markup {
    let (title, description) = (format!("{}-title", plot.id), format!("{}-description", plot.id));
    let steps = plot.points.len().max(2) - 1;
    let x = |position: usize| LEFT + 14.0 + (WIDTH - LEFT - RIGHT - 28.0) * position as f64 / steps as f64;
    let y = |value: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - value.clamp(0.0, 1.0));
    let line = |pick: &dyn Fn(&Point) -> Option<f64>| -> Vec<String> { segments(&plot.points, pick, &x, &y) };
    // Every second name, or fewer, where they would touch.
    let every = plot.points.len().div_ceil(14);
    html! {
        svg.chart role="img" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } aria-labelledby={ (title) " " (description) } {
            title id=(title) { (plot.title) }
            desc id=(description) { (plot.description) }
            text.end x="0" y="14" { (plot.ends.0) }
            @for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
                line.grid x1=(LEFT) y1=(rounded(y(tick))) x2=(WIDTH - RIGHT) y2=(rounded(y(tick))) {}
                text.tick x=(LEFT - 8.0) y=(rounded(y(tick) + 4.5)) text-anchor="end" { (tick) }
            }
            @for points in line(&|point| point.chance) { polyline.line.chance points=(points) {} }
            @for points in line(&|point| point.floor) { polyline.line.floor points=(points) {} }
            @for points in line(&|point| point.rounding) { polyline.line.rounding points=(points) {} }
            @for points in line(&|point| point.value) { polyline.line.deployed points=(points) {} }
            @for (position, point) in plot.points.iter().enumerate() {
                @let at = x(position);
                @if let Some((low, high)) = point.interval {
                    line.interval x1=(rounded(at)) y1=(rounded(y(low))) x2=(rounded(at)) y2=(rounded(y(high))) {}
                    @for end in [low, high] {
                        line.interval x1=(rounded(at - 5.0)) y1=(rounded(y(end))) x2=(rounded(at + 5.0)) y2=(rounded(y(end))) {}
                    }
                }
                @if let Some(value) = point.rounding {
                    rect.mark.rounding x=(rounded(at - 4.0)) y=(rounded(y(value) - 4.0)) width="8" height="8" {}
                }
                @if let Some(value) = point.value {
                    circle.mark.deployed cx=(rounded(at)) cy=(rounded(y(value))) r="4.5" {}
                }
                @if position % every == 0 {
                    text.tick x=(rounded(at)) y=(HEIGHT - 30.0) text-anchor="middle" { (point.step) }
                }
            }
            text.end x=(LEFT) y=(HEIGHT - 8.0) { (plot.ends.1) }
        }
    }
}

/// The unbroken stretches of a line; a step without a value breaks it.
fn segments(
    points: &[Point],
    pick: &dyn Fn(&Point) -> Option<f64>,
    x: &dyn Fn(usize) -> f64,
    y: &dyn Fn(f64) -> f64,
) -> Vec<String> {
    let mut stretches: Vec<Vec<String>> = vec![Vec::new()];
    for (position, point) in points.iter().enumerate() {
        match pick(point) {
            Some(value) => {
                if let Some(stretch) = stretches.last_mut() {
                    stretch.push(format!("{},{}", rounded(x(position)), rounded(y(value))));
                }
            }
            None => stretches.push(Vec::new()),
        }
    }
    stretches.into_iter().filter(|stretch| stretch.len() > 1).map(|stretch| stretch.join(" ")).collect()
}

/// The legend with line samples: class of the line and its word.
pub(crate) fn legend(entries: &[(&str, String)]) -> Markup {
    html! {
        ul.legend {
            @for (class, word) in entries {
                li {
                    svg.sample viewBox="0 0 28 14" aria-hidden="true" {
                        line.line.(*class) x1="0" y1="7" x2="28" y2="7" {}
                        @if *class == "deployed" { circle.mark.deployed cx="14" cy="7" r="4" {} }
                        @if *class == "rounding" { rect.mark.rounding x="10" y="3" width="8" height="8" {} }
                    }
                    " " (word)
                }
            }
        }
    }
}
