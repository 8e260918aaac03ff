//! The spectrum on a canvas: the same lines as in the picture, and the direction under the pointer.

use egui::{Id, Sense, Ui};
use egui_plot::{HLine, Line, LineStyle, MarkerShape, PlotBounds, PlotPoints, Points, VLine};

use super::SpectrumInput;
use crate::canvas::bare;

/// Draws a spectrum into all of `ui`; the direction under the pointer, as an index.
///
/// Draws no words and no numbers: the page puts those beside it.
pub fn spectrum_ui(ui: &mut Ui, input: &SpectrumInput<'_>) -> Option<usize> {
    let area = ui.available_rect_before_wrap();
    if !(area.width() >= 1.0 && area.height() >= 1.0) {
        return None;
    }
    let palette = input.palette;
    ui.painter().rect_filled(area, 0.0, palette.background);
    let id: Id = ui.scope_id().with("spectrum");
    let response = ui.interact(area, id, Sense::hover());
    let directions = input.directions();
    let pointed = response.hover_pos().map(|at| (at.x - area.left()) / area.width());
    let hovered = pointed
        .map(|share| (share * directions as f32).floor())
        .filter(|step| *step >= 0.0 && *step < directions as f32)
        .map(|step| step as usize);

    let range = input.range();
    // A direction is as wide as a step of the axis, its mark in the middle.
    let bounds = PlotBounds::from_min_max([0.5, range.lowest], [directions as f64 + 0.5, range.highest]);
    if directions == 0 || !bounds.is_valid() {
        return None;
    }
    let points = |side: usize| -> Vec<[f64; 2]> {
        (0..directions).filter_map(|at| input.at(at)[side].map(|value| [at as f64 + 1.0, value])).collect()
    };
    let radius = 4.0 * (area.width() / directions as f32 / 9.0).clamp(0.5, 1.0);
    bare("spectrum", id.with("plot"), area).show(ui, |plot| {
        plot.set_plot_bounds(bounds);
        for (value, _) in range.labels() {
            plot.hline(HLine::new("", value).color(palette.guide).width(1.0));
        }
        if let Some(hovered) = hovered.or(input.hovered).filter(|hovered| *hovered < directions) {
            plot.vline(VLine::new("", hovered as f64 + 1.0).color(palette.hover).width(1.0));
        }
        if let Some(edge) = input.finite_edge() {
            plot.hline(HLine::new("", edge).color(palette.text).width(1.0).style(LineStyle::dashed_loose()));
        }
        let again = points(1);
        plot.line(
            Line::new("", PlotPoints::from(again.clone()))
                .color(palette.select)
                .width(2.0)
                .style(LineStyle::dashed_dense()),
        );
        plot.points(hollow(again, radius, palette.select));
        let remains = points(0);
        plot.line(Line::new("", PlotPoints::from(remains.clone())).color(palette.strong).width(2.5));
        plot.points(
            Points::new("", remains).color(palette.strong).radius(radius).filled(true).shape(MarkerShape::Circle),
        );
    });
    hovered
}

fn hollow(points: Vec<[f64; 2]>, radius: f32, colour: egui::Color32) -> Points<'static> {
    Points::new("", points).color(colour).radius(radius).filled(false).shape(MarkerShape::Circle)
}
