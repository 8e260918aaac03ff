//! What one frame of the map shows: a painted picture of all items, and over it those that are pointed at or selected.

use std::ops::RangeInclusive;

use egui::{Color32, Id, Pos2, Rect, Shape, Stroke, Ui, Vec2, pos2, vec2};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotTransform};

use super::look::{Class, Look, OUTLINE, class, look};
use super::picture::{View, picture};
use super::{MapInput, MapState, Plane, is_placed};

/// How far a mark that is pointed at or selected is set off from the others, in points.
const GAP: f32 = 2.0;
/// Width of the halo round the item that is pointed at, and round the selected one, in points.
const HALO: [f32; 2] = [2.0, 3.0];

/// All items of a map, as one item of the plot.
pub(super) struct Scene<'a> {
    base: PlotItemBase,
    /// Tells the pictures of several maps apart.
    id: Id,
    input: MapInput<'a>,
    looks: [Look; 3],
    zoom: f64,
    selected: Option<usize>,
    hovered: Option<usize>,
}

impl PlotItem for Scene<'_> {
    fn shapes(&self, ui: &Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        let frame = *transform.frame();
        let bounds = transform.bounds();
        let plane = Plane::from_bounds(frame.size().into(), bounds.min(), bounds.max());
        let view = View::new(ui.ctx(), frame.size(), plane, self.looks);
        let (texture, place) = picture(ui.ctx(), self.id.with("picture"), &self.input, view);
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        shapes.push(Shape::image(texture, place.translate(frame.min.to_vec2()), whole, Color32::WHITE));
        let palette = self.input.palette;
        // The selected item stays on top, also while another one is pointed at.
        let hovered = self.hovered.filter(|item| self.selected != Some(*item));
        for (item, halo, width) in [(hovered, palette.hover, HALO[0]), (self.selected, palette.select, HALO[1])] {
            if let Some(item) = item {
                self.lift(item, &plane, frame.min.to_vec2(), Stroke::new(width, halo), shapes);
            }
        }
    }

    fn initialize(&mut self, _x_range: RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        self.input.palette.strong
    }

    fn allow_hover(&self) -> bool {
        false
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    fn bounds(&self) -> PlotBounds {
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}

impl<'a> Scene<'a> {
    pub(super) fn new(id: Id, input: MapInput<'a>, looks: [Look; 3], state: &MapState, hovered: Option<usize>) -> Self {
        let base = PlotItemBase::new("items".to_owned());
        Self { base, id, input, looks, zoom: state.zoom(), selected: state.selected, hovered }
    }

    /// Draws an item over all others, with a halo round both its marks.
    fn lift(&self, item: usize, plane: &Plane, offset: Vec2, halo: Stroke, shapes: &mut Vec<Shape>) {
        let Some(point) = self.input.points.get(item).filter(|point| is_placed(point)) else { return };
        let place = |at: [f32; 2]| Pos2::from(plane.place(at)) + offset;
        let (nominal, operative) = (place(point.nominal_at), place(point.operative_at));
        // What a filter left out is seen like the rest while it is pointed at.
        let class = class(item, point, &self.input).unwrap_or(Class::Context).max(Class::Context);
        let palette = self.input.palette;
        let look = self.looks[class as usize].lifted(&look(class, 1, self.zoom, palette));
        let start = look.line_start(nominal.into(), operative.into()).map(Pos2::from);
        if let Some(start) = start {
            shapes.push(wedge(start, operative, look.from + 4.0, look.to + 4.0, palette.background));
        }
        for at in [nominal, operative] {
            shapes.push(Shape::circle_filled(at, look.radius + GAP + halo.width, halo.color));
            shapes.push(Shape::circle_filled(at, look.radius + GAP, palette.background));
        }
        if let Some(start) = start {
            shapes.push(wedge(start, operative, look.from, look.to, look.mark));
        }
        if look.shows_both(nominal.into(), operative.into()) {
            let outline = OUTLINE * look.radius;
            shapes.push(Shape::circle_stroke(nominal, look.radius - outline / 2.0, Stroke::new(outline, look.mark)));
        }
        shapes.push(Shape::circle_filled(operative, look.radius, look.mark));
    }
}

/// A line that is `from` wide at its start and `to` at its end.
fn wedge(start: Pos2, end: Pos2, from: f32, to: f32, colour: Color32) -> Shape {
    let along = (end - start).normalized();
    let across = vec2(-along.y, along.x);
    let corners = [(start, -from), (end, -to), (end, to), (start, from)].map(|(at, width)| at + across * (width / 2.0));
    Shape::convex_polygon(corners.to_vec(), colour, Stroke::NONE)
}

impl Look {
    /// The same, large enough to be found among all others.
    fn lifted(self, usual: &Self) -> Self {
        Self { radius: self.radius.max(usual.radius), from: self.from.max(1.2), to: self.to.max(2.4), ..self }
    }
}
