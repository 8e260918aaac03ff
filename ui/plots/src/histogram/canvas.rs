//! The histogram on a canvas: the same bars as in the picture, and the bin under the pointer.

use egui::{Color32, Id, Sense, Stroke, Ui};
use egui_plot::{Bar, BarChart, HLine, PlotBounds};

use super::{HistogramInput, extent, histogram_table, places};
use crate::canvas::bare;
use crate::strip::Range;

/// Draws a histogram into all of `ui`; the bin under the pointer, as an index.
///
/// Draws no words and no numbers: the page puts those beside it.
pub fn histogram_ui(ui: &mut Ui, input: &HistogramInput<'_>) -> Option<usize> {
    let area = ui.available_rect_before_wrap();
    if !(area.width() >= 1.0 && area.height() >= 1.0) {
        return None;
    }
    let palette = input.palette;
    ui.painter().rect_filled(area, 0.0, palette.background);
    let id: Id = ui.scope_id().with("histogram");
    let response = ui.interact(area, id, Sense::hover());
    let bins = histogram_table(input);
    let places = places(&bins);
    let [low, high] = extent(&places)?;
    let highest = bins.iter().fold(0.0_f64, |most, bin| most.max(bin.share * 100.0));
    let range = Range::spanning(0.0, highest);
    let bounds = PlotBounds::from_min_max([low, 0.0], [high, range.highest]);
    if !bounds.is_valid() {
        return None;
    }
    let pointed = response.hover_pos().map(|at| low + f64::from((at.x - area.left()) / area.width()) * (high - low));
    let hovered = pointed.and_then(|at| places.iter().position(|[from, to]| (*from..*to).contains(&at)));

    let bar = |index: usize| {
        let ([from, to], bin) = (places[index], &bins[index]);
        let whole = bin.from.is_some() && bin.to.is_some();
        let lit = hovered.or(input.hovered) == Some(index);
        let colour = if lit { palette.hover } else { palette.strong };
        let bar = Bar::new((from + to) / 2.0, bin.share * 100.0).width((to - from) * 0.94);
        // What lies beyond the others, at any distance, is hollow.
        bar.fill(if whole { colour } else { Color32::TRANSPARENT }).stroke(Stroke::new(1.5, colour))
    };
    let bars: Vec<Bar> = (0..bins.len()).filter(|index| bins[*index].count > 0).map(bar).collect();
    bare("histogram", id.with("plot"), area).show(ui, |plot| {
        plot.set_plot_bounds(bounds);
        for (value, _) in range.labels() {
            plot.hline(HLine::new("", value).color(palette.guide).width(1.0));
        }
        plot.bar_chart(BarChart::new("", bars));
    });
    hovered
}
