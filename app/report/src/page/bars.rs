//! A bar chart as SVG: one row a thing, one bar a series; series differ by pattern, outline and value, not by colour alone.

use maud::{Markup, html};

/// Which of the compared things a bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Series {
    /// The deployed model against the published one.
    Deployed,
    /// The rounded copy against the published model.
    Rounding,
    /// The published model against itself with another last digit.
    Floor,
}

impl Series {
    /// Class of its bars and lines.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Deployed => "deployed",
            Self::Rounding => "rounding",
            Self::Floor => "floor",
        }
    }

    /// Id of its name.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Deployed => "series-deployed",
            Self::Rounding => "series-rounding",
            Self::Floor => "series-floor",
        }
    }
}

/// One bar.
pub(crate) struct Bar {
    pub(crate) series: Series,
    /// Length in the unit of the axis.
    pub(crate) value: f64,
    /// What stands beside the bar.
    pub(crate) text: String,
}

/// The bars of one thing.
pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) bars: Vec<Bar>,
}

/// A chart with the end of its axis.
pub(crate) struct Chart {
    /// Unique within the page: names the pattern and the description.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// Value at the right end; the left end is 0.
    pub(crate) full: f64,
    pub(crate) rows: Vec<Row>,
}

const WIDTH: f64 = 760.0;
/// Room for the text beside the longest bar.
const BESIDE: f64 = 230.0;
const LABEL: f64 = 24.0;
const BAR: f64 = 15.0;
const GAP: f64 = 5.0;
const BETWEEN: f64 = 14.0;

/// Draws the chart.
pub(crate) fn svg(chart: &Chart) -> Markup {
    let height: f64 = chart.rows.iter().map(|row| LABEL + row.bars.len() as f64 * (BAR + GAP) + BETWEEN).sum();
    let axis = WIDTH - BESIDE;
    let length = |value: f64| {
        if chart.full > 0.0 { (value / chart.full).clamp(0.0, 1.0) * axis } else { 0.0 }
    };
    let (title, description) = (format!("{}-title", chart.id), format!("{}-description", chart.id));
    let hatch = format!("{}-hatch", chart.id);
    let mut top = 0.0;
    html! {
        svg.chart role="img" viewBox={ "0 0 " (WIDTH) " " (rounded(height)) } aria-labelledby={ (title) " " (description) } {
            title id=(title) { (chart.title) }
            desc id=(description) { (chart.description) }
            defs { (hatch_pattern(&hatch)) }
            @for row in &chart.rows {
                text.label x="0" y=(rounded(top + LABEL - 8.0)) { (row.label) }
                @for (position, bar) in row.bars.iter().enumerate() {
                    @let y = top + LABEL + position as f64 * (BAR + GAP);
                    @let long = length(bar.value).max(1.5);
                    rect.bar.(bar.series.class()) x="0" y=(rounded(y)) width=(rounded(long)) height=(BAR)
                        fill=[(bar.series == Series::Rounding).then(|| format!("url(#{hatch})"))] {}
                    text.value x=(rounded(long + 8.0)) y=(rounded(y + BAR - 3.0)) { (bar.text) }
                }
                ({ top += LABEL + row.bars.len() as f64 * (BAR + GAP) + BETWEEN; "" })
            }
        }
    }
}

/// Slanted lines, so that the rounded copy is told apart without colour.
fn hatch_pattern(id: &str) -> Markup {
    html! {
        pattern id=(id) width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
            line.hatch x1="0" y1="0" x2="0" y2="6" stroke-width="4" {}
        }
    }
}

/// A coordinate with one decimal, so that the same page has the same bytes everywhere.
pub(crate) fn rounded(value: f64) -> String {
    format!("{value:.1}")
}

/// The legend of the series that a chart shows, as samples with words.
pub(crate) fn legend(id: &str, entries: &[(Series, String)]) -> Markup {
    let hatch = format!("{id}-legend-hatch");
    html! {
        ul.legend {
            @for (series, word) in entries {
                li {
                    svg.sample viewBox="0 0 28 14" aria-hidden="true" {
                        @if *series == Series::Rounding { defs { (hatch_pattern(&hatch)) } }
                        rect.bar.(series.class()) x="1" y="1" width="26" height="12"
                            fill=[(*series == Series::Rounding).then(|| format!("url(#{hatch})"))] {}
                    }
                    " " (word)
                }
            }
        }
    }
}
