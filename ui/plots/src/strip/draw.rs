//! Draws a strip: lines that differ in colour and in how they are dashed, step numbers, and three values.

use std::fmt::Write as _;

use egui::Color32;

use super::{Beyond, Range, StripInput, StripPicture, StripStep};
use crate::Palette;
use crate::svg::{Picture, Words, hex, number};

/// Space for the values, and at the other edges, in points.
const LEFT: f32 = 56.0;
const RIGHT: f32 = 10.0;
const TOP: f32 = 12.0;
const BOTTOM: f32 = 24.0;
/// Narrowest step that gets its own number.
const NUMBER_WIDTH: f32 = 26.0;

/// A line of the strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Published against deployed: solid, with dots, and a band for the interval.
    Deployed,
    /// Published against a known rounding: dashed.
    Rounding,
    /// Published against itself: dotted.
    Floor,
    /// What unrelated representations would give: thin, in long dashes.
    Chance,
}

impl Line {
    /// From the bottom to the top.
    const ALL: [Self; 4] = [Self::Chance, Self::Floor, Self::Rounding, Self::Deployed];

    fn value(self, step: &StripStep) -> Option<f64> {
        match self {
            Self::Deployed => step.deployed,
            Self::Rounding => step.rounding,
            Self::Floor => step.floor,
            Self::Chance => step.chance,
        }
    }

    fn colour(self, palette: &Palette) -> Color32 {
        match self {
            Self::Deployed => palette.strong,
            Self::Rounding => palette.select,
            Self::Floor | Self::Chance => palette.text,
        }
    }

    fn stroke(self, palette: &Palette) -> String {
        let (width, dashes) = match self {
            Self::Deployed => ("3", ""),
            Self::Rounding => ("2", " stroke-dasharray=\"7 5\""),
            Self::Floor => ("2.5", " stroke-dasharray=\"0 6\""),
            Self::Chance => ("1", " stroke-dasharray=\"14 5\""),
        };
        let colour = hex(self.colour(palette));
        format!(
            "fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\"{dashes}"
        )
    }
}

/// Draws one measure over the steps, `size` in points.
pub fn strip_svg(input: &StripInput<'_>, size: [f32; 2], words: &Words<'_>) -> StripPicture {
    let steps: Vec<StripStep> = input.steps.iter().map(StripStep::checked).collect();
    let range = Range::of(&steps);
    let step_width = (size[0] - LEFT - RIGHT).max(1.0) / steps.len().max(1) as f32;
    let chart = Chart { size, range, step_width, palette: input.palette };
    let mut picture = Picture::new(size, words);
    chart.frame(&mut picture, steps.len(), input.selected);
    chart.band(&mut picture, &steps);
    for line in Line::ALL {
        chart.line(&mut picture, &steps, line);
    }
    chart.beyond(&mut picture);
    chart.dots(&mut picture, &steps, input.selected);
    StripPicture { svg: picture.finish(), left: LEFT, step_width, range }
}

/// A small picture of one line, for the page's legend.
pub fn key_svg(line: Line, palette: &Palette) -> String {
    let mut picture = Picture::ornament([48.0, 16.0]);
    if line == Line::Deployed {
        picture.element("rect", &format!("x=\"2\" y=\"2\" width=\"44\" height=\"12\" {}", shade(palette)));
    }
    picture.path("M4 8H44", &line.stroke(palette));
    if line == Line::Deployed {
        picture.element("circle", &format!("cx=\"24\" cy=\"8\" r=\"4\" fill=\"{}\"", hex(palette.strong)));
    }
    picture.finish()
}

fn shade(palette: &Palette) -> String {
    format!("fill=\"{}\" fill-opacity=\"0.18\"", hex(palette.strong))
}

/// Where things lie in the picture.
struct Chart<'a> {
    size: [f32; 2],
    range: Range,
    step_width: f32,
    palette: &'a Palette,
}

impl Chart<'_> {
    fn x(&self, step: usize) -> f32 {
        LEFT + (step as f32 + 0.5) * self.step_width
    }

    fn y(&self, value: f64) -> f32 {
        let height = self.size[1] - TOP - BOTTOM;
        TOP + height * (1.0 - self.range.height(value).clamp(-0.02, 1.02) as f32)
    }

    fn place(&self, step: usize, value: f64) -> String {
        format!("{} {}", number(self.x(step)), number(self.y(value)))
    }

    /// The selected step, the three values with their guides, and the step numbers.
    fn frame(&self, picture: &mut Picture, steps: usize, selected: Option<usize>) {
        let [width, height] = self.size.map(number);
        let guide = hex(self.palette.guide);
        let background = hex(self.palette.background);
        picture.element("rect", &format!("width=\"{width}\" height=\"{height}\" fill=\"{background}\""));
        if let Some(step) = selected.filter(|step| *step < steps) {
            let left = number(self.x(step) - self.step_width / 2.0);
            let wide = number(self.step_width);
            let tall = number(self.size[1] - BOTTOM);
            let place = format!("x=\"{left}\" y=\"0\" width=\"{wide}\" height=\"{tall}\"");
            picture.element("rect", &format!("{place} fill=\"{guide}\" fill-opacity=\"0.7\""));
        }
        let mut guides = String::new();
        for (value, text) in self.range.labels() {
            let y = self.y(value);
            let _ = write!(guides, "M{} {}H{}", number(LEFT), number(y), number(self.size[0] - RIGHT));
            picture.label([LEFT - 8.0, y + 4.0], "end", self.palette.text, &text);
        }
        picture.path(&guides, &format!("fill=\"none\" stroke=\"{guide}\" stroke-width=\"1\""));
        let every = (NUMBER_WIDTH / self.step_width).ceil().max(1.0) as usize;
        for step in (0..steps).step_by(every) {
            picture.label([self.x(step), self.size[1] - 8.0], "middle", self.palette.text, &step.to_string());
        }
    }

    /// Intervals of the deployed line: a band over neighbouring steps, a bar where a step stands alone.
    fn band(&self, picture: &mut Picture, steps: &[StripStep]) {
        let mut bands = String::new();
        for run in runs(steps, |step| step.interval.is_some()) {
            let interval = |step: usize| steps[step].interval.unwrap_or_default();
            if run.len() == 1 {
                let [low, high] = interval(run[0]);
                let (left, right) = (number(self.x(run[0]) - 5.0), number(self.x(run[0]) + 5.0));
                let (low, high) = (number(self.y(low)), number(self.y(high)));
                let _ = write!(bands, "M{left} {low}H{right}V{high}H{left}Z");
                continue;
            }
            let there = run.iter().map(|step| self.place(*step, interval(*step)[0]));
            let back = run.iter().rev().map(|step| self.place(*step, interval(*step)[1]));
            let _ = write!(bands, "M{}Z", there.chain(back).collect::<Vec<_>>().join("L"));
        }
        picture.path(&bands, &shade(self.palette));
    }

    fn line(&self, picture: &mut Picture, steps: &[StripStep], line: Line) {
        if line == Line::Chance && self.range.chance.is_some() {
            return;
        }
        let mut data = String::new();
        for run in runs(steps, |step| line.value(step).is_some()) {
            let at = |step: usize| line.value(&steps[step]).unwrap_or_default();
            if let [alone] = run[..] {
                // A step that stands alone is a short stroke.
                let half = (self.step_width / 4.0).min(8.0);
                let [left, right] = [-half, half].map(|off| number(self.x(alone) + off));
                let _ = write!(data, "M{left} {}H{right}", number(self.y(at(alone))));
                continue;
            }
            let places: Vec<String> = run.iter().map(|step| self.place(*step, at(*step))).collect();
            let _ = write!(data, "M{}", places.join("L"));
        }
        picture.path(&data, &line.stroke(self.palette));
    }

    /// An arrow at the edge beyond which the chance value lies.
    fn beyond(&self, picture: &mut Picture) {
        let Some(beyond) = self.range.chance else { return };
        let (edge, out) = match beyond {
            Beyond::Below => (self.size[1] - BOTTOM - 8.0, 7.0),
            Beyond::Above => (8.0, -7.0),
        };
        let (left, right) = (number(self.size[0] - RIGHT - 12.0), number(self.size[0] - RIGHT));
        let data =
            format!("M{left} {}H{right}L{} {}Z", number(edge), number(self.size[0] - RIGHT - 6.0), number(edge + out));
        picture.path(&data, &format!("fill=\"{}\"", hex(self.palette.text)));
    }

    fn dots(&self, picture: &mut Picture, steps: &[StripStep], selected: Option<usize>) {
        for (step, value) in steps.iter().enumerate().filter_map(|(step, values)| Some((step, values.deployed?))) {
            let place = format!("cx=\"{}\" cy=\"{}\"", number(self.x(step)), number(self.y(value)));
            if selected == Some(step) {
                let halo = hex(self.palette.select);
                let inside = hex(self.palette.background);
                let ring = format!("{place} r=\"7.5\" fill=\"{inside}\" stroke=\"{halo}\" stroke-width=\"2.5\"");
                picture.element("circle", &ring);
            }
            picture.element("circle", &format!("{place} r=\"4\" fill=\"{}\"", hex(self.palette.strong)));
        }
    }
}

/// Neighbouring steps that all have something.
fn runs(steps: &[StripStep], has: impl Fn(&StripStep) -> bool) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut open = false;
    for (index, step) in steps.iter().enumerate() {
        if !has(step) {
            open = false;
        } else if let (true, Some(run)) = (open, runs.last_mut()) {
            run.push(index);
        } else {
            runs.push(vec![index]);
            open = true;
        }
    }
    runs
}
