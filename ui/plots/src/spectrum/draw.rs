//! Draws a spectrum: two lines that differ in colour, in how they are dashed and in their marks, and the edge of noise.

use std::fmt::Write as _;

use egui::Color32;

use super::{SpectrumInput, SpectrumPicture};
use crate::strip::Range;
use crate::svg::{Picture, Words, hex, number};
use crate::{Axes, Palette, Tick};

/// Space for the values, and at the other edges, in points.
const LEFT: f32 = 52.0;
const RIGHT: f32 = 8.0;
const TOP: f32 = 10.0;
const BOTTOM: f32 = 22.0;
/// Narrowest space that a number under the axis gets.
const NUMBER_WIDTH: f32 = 26.0;
/// Widest space between two directions at which each has a mark of full size.
const MARK_WIDTH: f32 = 9.0;

/// A line of the spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// What remains of the difference: solid, with filled marks.
    Remains,
    /// The published tensor stored again: dashed, with hollow marks.
    StoredAgain,
    /// The largest value that noise has: thin, in long dashes.
    Edge,
}

impl Series {
    fn colour(self, palette: &Palette) -> Color32 {
        match self {
            Self::Remains => palette.strong,
            Self::StoredAgain => palette.select,
            Self::Edge => palette.text,
        }
    }

    fn stroke(self, palette: &Palette) -> String {
        let (width, dashes) = match self {
            Self::Remains => ("2.5", ""),
            Self::StoredAgain => ("2", " stroke-dasharray=\"7 5\""),
            Self::Edge => ("1", " stroke-dasharray=\"14 5\""),
        };
        let colour = hex(self.colour(palette));
        format!(
            "fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\"{dashes}"
        )
    }

    fn mark(self, palette: &Palette, at: [f32; 2], radius: f32) -> String {
        let [x, y] = at.map(number);
        let colour = hex(self.colour(palette));
        match self {
            Self::Remains => format!("cx=\"{x}\" cy=\"{y}\" r=\"{}\" fill=\"{colour}\"", number(radius)),
            _ => format!(
                "cx=\"{x}\" cy=\"{y}\" r=\"{}\" fill=\"{}\" stroke=\"{colour}\" stroke-width=\"1.6\"",
                number(radius * 0.9),
                hex(palette.background)
            ),
        }
    }
}

/// Draws a spectrum, `size` in points.
pub fn spectrum_svg(input: &SpectrumInput<'_>, size: [f32; 2], words: &Words<'_>) -> SpectrumPicture {
    let step_width = (size[0] - LEFT - RIGHT).max(1.0) / input.directions().max(1) as f32;
    let chart = Chart { size, range: input.range(), step_width, input };
    let mut picture = Picture::new(size, words);
    chart.frame(&mut picture);
    chart.edge(&mut picture);
    chart.line(&mut picture, Series::StoredAgain, 1);
    chart.line(&mut picture, Series::Remains, 0);
    SpectrumPicture { svg: picture.finish(), left: LEFT, step_width }
}

/// The numbers beside a canvas of so many points across.
pub fn spectrum_axes(input: &SpectrumInput<'_>, width: f32) -> Axes {
    let directions = input.directions();
    if directions == 0 {
        return Axes::default();
    }
    let range = input.range();
    let across = numbered(directions, width / directions as f32)
        .into_iter()
        .map(|direction| Tick { at: (direction as f32 + 0.5) / directions as f32, text: (direction + 1).to_string() })
        .collect();
    let up = range.labels().map(|(value, text)| Tick { at: range.height(value) as f32, text }).to_vec();
    Axes { across, up }
}

/// A small picture of one line, for the page's legend.
pub fn key_svg(series: Series, palette: &Palette) -> String {
    let mut picture = Picture::ornament([48.0, 16.0]);
    picture.path("M4 8H44", &series.stroke(palette));
    if series != Series::Edge {
        picture.element("circle", &series.mark(palette, [24.0, 8.0], 4.0));
    }
    picture.finish()
}

/// Where things lie in the picture.
struct Chart<'a> {
    size: [f32; 2],
    range: Range,
    step_width: f32,
    input: &'a SpectrumInput<'a>,
}

impl Chart<'_> {
    fn x(&self, direction: usize) -> f32 {
        LEFT + (direction as f32 + 0.5) * self.step_width
    }

    fn y(&self, value: f64) -> f32 {
        let height = self.size[1] - TOP - BOTTOM;
        TOP + height * (1.0 - self.range.height(value).clamp(-0.02, 1.02) as f32)
    }

    /// The direction under the pointer, the three values with their guides, and the numbers of the directions.
    fn frame(&self, picture: &mut Picture) {
        let palette = self.input.palette;
        let [width, height] = self.size.map(number);
        let guide = hex(palette.guide);
        let background = hex(palette.background);
        picture.element("rect", &format!("width=\"{width}\" height=\"{height}\" fill=\"{background}\""));
        if let Some(direction) = self.input.hovered.filter(|direction| *direction < self.input.directions()) {
            let left = number(self.x(direction) - self.step_width / 2.0);
            let (wide, tall) = (number(self.step_width), number(self.size[1] - BOTTOM));
            let place = format!("x=\"{left}\" y=\"0\" width=\"{wide}\" height=\"{tall}\"");
            picture.element("rect", &format!("{place} fill=\"{guide}\""));
        }
        let mut guides = String::new();
        for (value, text) in self.range.labels() {
            let y = self.y(value);
            let _ = write!(guides, "M{} {}H{}", number(LEFT), number(y), number(self.size[0] - RIGHT));
            picture.label([LEFT - 8.0, y + 4.0], "end", palette.text, &text);
        }
        picture.path(&guides, &format!("fill=\"none\" stroke=\"{guide}\" stroke-width=\"1\""));
        for direction in numbered(self.input.directions(), self.step_width) {
            let at = [self.x(direction), self.size[1] - 6.0];
            picture.label(at, "middle", palette.text, &(direction + 1).to_string());
        }
    }

    fn edge(&self, picture: &mut Picture) {
        if let Some(edge) = self.input.finite_edge().filter(|_| self.input.directions() > 0) {
            let data = format!("M{} {}H{}", number(LEFT), number(self.y(edge)), number(self.size[0] - RIGHT));
            picture.path(&data, &Series::Edge.stroke(self.input.palette));
        }
    }

    /// One side: a line where neighbours both have values, and a mark for each.
    fn line(&self, picture: &mut Picture, series: Series, side: usize) {
        let palette = self.input.palette;
        let mut data = String::new();
        let mut open = false;
        let mut marks = Vec::new();
        for direction in 0..self.input.directions() {
            let Some(value) = self.input.at(direction)[side] else {
                open = false;
                continue;
            };
            let at = [self.x(direction), self.y(value)];
            let _ = write!(data, "{}{} {}", if open { 'L' } else { 'M' }, number(at[0]), number(at[1]));
            open = true;
            marks.push(at);
        }
        picture.path(&data, &series.stroke(palette));
        let radius = 4.0 * (self.step_width / MARK_WIDTH).clamp(0.5, 1.0);
        for at in marks {
            picture.element("circle", &series.mark(palette, at, radius));
        }
    }
}

/// The directions that get a number: the first, and then every so many that round numbers stand apart.
fn numbered(directions: usize, step_width: f32) -> Vec<usize> {
    let fewest = (NUMBER_WIDTH / step_width).ceil().max(1.0) as usize;
    let every = [1, 2, 5, 10, 20, 50, 100].into_iter().find(|every| *every >= fewest).unwrap_or(fewest);
    (0..directions)
        .filter(|direction| *direction == 0 || (direction + 1) % every == 0 && *direction >= fewest)
        .collect()
}
