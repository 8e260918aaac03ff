//! What a map remembers from frame to frame: the selection and the part of the plane that is shown.

use super::plane::{Extent, Plane, allowed};
use super::{MapInput, is_placed};

/// How much one step of the keyboard zooms.
const KEY_ZOOM: f64 = 1.5;

/// Where the keyboard moves the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards smaller x.
    Left,
    /// Towards larger x.
    Right,
    /// Towards larger y.
    Up,
    /// Towards smaller y.
    Down,
}

/// What a map remembers from frame to frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapState {
    /// The selected item.
    pub selected: Option<usize>,
    /// How many times the view is magnified; 1 shows everything.
    zoom: f64,
    /// How far the view is off the middle, in halves of the picture that shows everything.
    pan: [f64; 2],
}

impl Default for MapState {
    fn default() -> Self {
        Self { selected: None, zoom: 1.0, pan: [0.0; 2] }
    }
}

impl MapState {
    /// How many times the view is magnified; 1 shows everything.
    pub fn zoom(&self) -> f64 {
        self.zoom
    }

    /// Shows everything again; the selection stays.
    pub fn reset_view(&mut self) {
        (self.zoom, self.pan) = (1.0, [0.0; 2]);
    }

    /// Zooms in by one step around the selected item, or around the middle where nothing is selected.
    pub fn zoom_in(&mut self, input: &MapInput<'_>, size: [f32; 2]) {
        self.zoom_by(KEY_ZOOM, self.anchor(input, size), input, size);
    }

    /// Zooms out by one step.
    pub fn zoom_out(&mut self, input: &MapInput<'_>, size: [f32; 2]) {
        self.zoom_by(1.0 / KEY_ZOOM, self.anchor(input, size), input, size);
    }

    /// Magnifies `factor` times more, and keeps what lies at `anchor` in its place, in points.
    pub fn zoom_by(&mut self, factor: f64, anchor: [f32; 2], input: &MapInput<'_>, size: [f32; 2]) {
        let extent = Extent::of(input.points);
        let before = self.plane_of(&extent, size).value(anchor);
        (self.zoom, self.pan) = allowed(self.zoom * factor, self.pan);
        let after = self.plane_of(&extent, size).value(anchor);
        self.shift([before[0] - after[0], before[1] - after[1]], &extent, size);
    }

    /// Moves the view by `delta` points, as a hand would move paper.
    pub fn pan_by(&mut self, delta: [f32; 2], input: &MapInput<'_>, size: [f32; 2]) {
        let extent = Extent::of(input.points);
        let plane = self.plane_of(&extent, size);
        let (from, to) = (plane.value([0.0, 0.0]), plane.value(delta));
        self.shift([from[0] - to[0], from[1] - to[1]], &extent, size);
    }

    /// Moves the view so that an item lies in it, if it does not already.
    pub fn reveal(&mut self, item: usize, input: &MapInput<'_>, size: [f32; 2]) {
        let Some(point) = input.points.get(item).filter(|point| is_placed(point)) else { return };
        let place = self.plane(input, size).place(point.operative_at);
        let outside = |axis: usize| !(size[axis] * 0.05..=size[axis] * 0.95).contains(&place[axis]);
        if outside(0) || outside(1) {
            self.pan_by([size[0] / 2.0 - place[0], size[1] / 2.0 - place[1]], input, size);
        }
    }

    /// Selects the next item that the page's filter keeps, seen from the selected one, and brings it into view.
    ///
    /// The next one is the nearest in the quarter of the plane that lies in that direction; where there is none, the
    /// selection stays. Where nothing is selected, it is the item nearest to the middle of the view.
    pub fn step(&mut self, direction: Direction, input: &MapInput<'_>, size: [f32; 2]) -> Option<usize> {
        let next = match self.selected.filter(|item| input.placed(*item)) {
            Some(item) => next(item, direction, input),
            None => nearest(self.plane(input, size).value([size[0] / 2.0, size[1] / 2.0]), input),
        };
        self.selected = next.or(self.selected);
        if let Some(item) = self.selected {
            self.reveal(item, input, size);
        }
        self.selected
    }

    /// How the plane lies on a picture of `size` points now.
    pub fn plane(&self, input: &MapInput<'_>, size: [f32; 2]) -> Plane {
        self.plane_of(&Extent::of(input.points), size)
    }

    /// The same, for items of which it is known where they lie.
    fn plane_of(&self, extent: &Extent, size: [f32; 2]) -> Plane {
        Plane::new(extent, size, self.zoom, self.pan)
    }

    /// Moves the view by a vector of the plane.
    fn shift(&mut self, vector: [f64; 2], extent: &Extent, size: [f32; 2]) {
        let all = Plane::new(extent, size, 1.0, [0.0; 2]);
        let (lowest, highest) = all.bounds(size);
        let pan = [0, 1].map(|axis| self.pan[axis] + vector[axis] * 2.0 / (highest[axis] - lowest[axis]));
        (self.zoom, self.pan) = allowed(self.zoom, pan);
    }

    /// Where the keyboard zooms: at the selected item if it is in view, otherwise in the middle.
    fn anchor(&self, input: &MapInput<'_>, size: [f32; 2]) -> [f32; 2] {
        let selected = self.selected.and_then(|item| input.points.get(item)).filter(|point| is_placed(point));
        let place = selected.map(|point| self.plane(input, size).place(point.operative_at));
        place
            .filter(|place| (0.0..=size[0]).contains(&place[0]) && (0.0..=size[1]).contains(&place[1]))
            .unwrap_or([size[0] / 2.0, size[1] / 2.0])
    }
}

/// Items with a place that the page's filter keeps, with their operative places.
fn candidates<'a>(input: &'a MapInput<'_>) -> impl Iterator<Item = (usize, [f64; 2])> + 'a {
    let all = input.points.iter().enumerate();
    all.filter(|(item, point)| input.kept(*item) && is_placed(point))
        .map(|(item, point)| (item, point.operative_at.map(f64::from)))
}

fn nearest(to: [f64; 2], input: &MapInput<'_>) -> Option<usize> {
    let distance = |at: [f64; 2]| (at[0] - to[0]).hypot(at[1] - to[1]);
    candidates(input).min_by(|one, other| distance(one.1).total_cmp(&distance(other.1))).map(|(item, _)| item)
}

fn next(from: usize, direction: Direction, input: &MapInput<'_>) -> Option<usize> {
    let start = input.points[from].operative_at.map(f64::from);
    let along = |at: [f64; 2]| {
        let [x, y] = [at[0] - start[0], at[1] - start[1]];
        let (ahead, aside) = match direction {
            Direction::Left => (-x, y),
            Direction::Right => (x, y),
            Direction::Up => (y, x),
            Direction::Down => (-y, x),
        };
        // Aside counts double, so that the selection moves as straight as it can.
        (ahead > 0.0 && ahead >= aside.abs()).then(|| ahead.hypot(2.0 * aside))
    };
    let reached = candidates(input).filter(|(item, _)| *item != from).filter_map(|(item, at)| Some((item, along(at)?)));
    reached.min_by(|one, other| one.1.total_cmp(&other.1)).map(|(item, _)| item)
}
