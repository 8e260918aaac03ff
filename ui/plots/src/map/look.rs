//! How items look, for the canvas and for the SVG alike: which class each belongs to, sizes and colours.

use egui::Color32;
use parallax_wire::MapPoint;

use super::{MapInput, is_flip, is_placed};
use crate::Palette;

/// What an item is shown as; later ones are drawn over earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Left out by the page's filter.
    Faint,
    /// Sorted alike by both variants.
    Context,
    /// Sorted differently.
    Flip,
}

/// The classes, from the bottom to the top.
pub(crate) const CLASSES: [Class; 3] = [Class::Faint, Class::Context, Class::Flip];

/// What an item is shown as; `None` when it has no place.
pub(crate) fn class(item: usize, point: &MapPoint, input: &MapInput<'_>) -> Option<Class> {
    is_placed(point).then(|| match (input.kept(item), is_flip(point)) {
        (false, _) => Class::Faint,
        (true, false) => Class::Context,
        (true, true) => Class::Flip,
    })
}

/// Sizes in points, and colours, of the items of one class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    /// Of the operative mark; the nominal one is as wide, so that it is hidden where nothing moved.
    pub(crate) radius: f32,
    /// Width of the line where it leaves the nominal mark.
    pub(crate) from: f32,
    /// Width of the line where it reaches the operative mark.
    pub(crate) to: f32,
    /// Shortest way, in points, that gets a line; shorter ones would only thicken the marks.
    pub(crate) shortest: f32,
    /// Of both marks.
    pub(crate) mark: Color32,
    /// Of the line.
    pub(crate) line: Color32,
}

impl Look {
    /// The same, in pixels.
    pub(crate) fn magnified(self, pixels_per_point: f32) -> Self {
        let [radius, from, to, shortest] =
            [self.radius, self.from, self.to, self.shortest].map(|length| length * pixels_per_point);
        Self { radius, from, to, shortest, ..self }
    }

    /// How far from its places an item may still be painted.
    pub(crate) fn reach(&self) -> f32 {
        self.radius + self.to + 2.0
    }

    /// Whether the marks of an item lie so far apart that both are drawn: a mark that hardly moved hides the hollow one.
    pub(crate) fn shows_both(&self, nominal: [f32; 2], operative: [f32; 2]) -> bool {
        way(nominal, operative) > 0.5 * self.radius
    }

    /// Where the line of an item begins, at the edge of the hollow mark so that this stays hollow; `None` where the way
    /// is too short for a line.
    pub(crate) fn line_start(&self, nominal: [f32; 2], operative: [f32; 2]) -> Option<[f32; 2]> {
        let way = way(nominal, operative);
        let share = 0.85 * self.radius / way;
        (way >= self.shortest).then(|| [0, 1].map(|axis| nominal[axis] + (operative[axis] - nominal[axis]) * share))
    }
}

fn way(nominal: [f32; 2], operative: [f32; 2]) -> f32 {
    let [x, y] = [0, 1].map(|axis| operative[axis] - nominal[axis]);
    // A browser has an instruction for the root and none for `hypot`; places are far from where a square overflows.
    (x * x + y * y).sqrt()
}

/// Share of the radius that the outline of a hollow mark takes.
pub(crate) const OUTLINE: f32 = 0.38;

/// How the items of a class look when there are `count` of them, magnified `zoom` times.
pub(crate) fn look(class: Class, count: usize, zoom: f64, palette: &Palette) -> Look {
    // Marks grow with the magnification, but slower than the space between them.
    let grown = (zoom.powf(0.15) as f32).clamp(1.0, 1.8);
    match class {
        Class::Faint | Class::Context => {
            let crowd = crowd(count, 500);
            let radius = 2.8 * crowd.powf(0.16) * grown;
            let colour = if class == Class::Faint { palette.faint } else { palette.context };
            // Where thousands lie over each other, many faint lines say more than one grey sheet.
            let line = blend(colour, palette.background, 0.55 * crowd.powf(0.2));
            Look { radius, from: 0.8, to: 1.4, shortest: 2.0 * radius + 2.0, mark: colour, line }
        }
        Class::Flip => {
            let radius = 5.0 * crowd(count, 200).powf(0.14) * grown;
            let width = radius / 5.0;
            let strong = palette.strong;
            Look { radius, from: 1.3 * width, to: 4.0 * width, shortest: radius, mark: strong, line: strong }
        }
    }
}

/// 1 up to `usual` items, and smaller the more there are.
fn crowd(count: usize, usual: usize) -> f32 {
    (usual as f32 / count.max(1) as f32).min(1.0)
}

/// `share` of one opaque colour over another.
fn blend(over: Color32, under: Color32, share: f32) -> Color32 {
    let mix = |over: u8, under: u8| {
        (f32::from(over) * share + f32::from(under) * (1.0 - share)).round().clamp(0.0, 255.0) as u8
    };
    Color32::from_rgb(mix(over.r(), under.r()), mix(over.g(), under.g()), mix(over.b(), under.b()))
}

/// How many items each class has.
pub(crate) fn counts(input: &MapInput<'_>) -> [usize; 3] {
    let mut counts = [0; 3];
    for (item, point) in input.points.iter().enumerate() {
        if let Some(class) = class(item, point, input) {
            counts[class as usize] += 1;
        }
    }
    counts
}

/// How each class looks, given how many items there are.
pub(crate) fn looks(input: &MapInput<'_>, zoom: f64) -> [Look; 3] {
    let counts = counts(input);
    // Context and filtered-out items are one cloud: a filter must not change the size of a mark.
    let cloud: usize = counts.iter().sum();
    CLASSES.map(|class| {
        look(class, if class == Class::Flip { counts[class as usize] } else { cloud }, zoom, input.palette)
    })
}
