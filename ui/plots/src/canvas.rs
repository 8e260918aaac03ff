//! A plot that neither moves nor writes: what the canvases of fixed charts share.

use egui::{Id, Rect, Sense};
use egui_plot::Plot;

/// A plot over all of `area`, without axes, words or anything that answers to a pointer.
pub(crate) fn bare<'a>(name: &str, id: Id, area: Rect) -> Plot<'a> {
    Plot::new(name)
        .id(id)
        .width(area.width())
        .height(area.height())
        .show_axes(false)
        .show_grid(false)
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .auto_bounds(false)
        .allow_axis_zoom_drag(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_zoom(false)
        .sense(Sense::empty())
}
