//! The map on a canvas: an egui_plot whose one item is all marks, and what pointer and wheel do to it.

use egui::{Id, Rect, Response, Sense, Ui};
use egui_plot::{Plot, PlotBounds};

use super::hit::hit_in;
use super::look::looks;
use super::scene::Scene;
use super::{Click, MapEvent, MapInput, MapState, Plane, Spot, is_placed};

/// Draws the map into all of `ui`, and does what pointer, wheel and pinch ask for.
///
/// Dragging pans, pinching and the wheel with the control key zoom, a double click shows everything again, and a click
/// selects the item that it meets or empties the selection.
/// The wheel alone is the page's, which scrolls by it; where it is to zoom, the page passes [`egui::Event::Zoom`].
/// For the keyboard, call [`MapState::step`], [`MapState::zoom_in`], [`MapState::zoom_out`] and
/// [`MapState::reset_view`].
pub fn map_ui(ui: &mut Ui, input: &MapInput<'_>, state: &mut MapState) -> MapEvent {
    let area = ui.available_rect_before_wrap();
    let size = [area.width(), area.height()];
    if !(size[0] >= 1.0 && size[1] >= 1.0) {
        return MapEvent::default();
    }
    ui.painter().rect_filled(area, 0.0, input.palette.background);

    let id = ui.scope_id().with("map");
    let response = ui.interact(area, id, Sense::click_and_drag());
    move_view(ui, &response, input, state, size);

    // Each of these looks at all items; a frame does it once.
    let (plane, looks) = (state.plane(input, size), looks(input, state.zoom()));
    let met_at = |at: egui::Pos2| hit_in((at - area.min).into(), input, &plane, &looks);
    // A press or a drag holds on to no item: the hand moves the paper.
    let pointer = response.hover_pos().filter(|_| !response.dragged());
    let mut under = pointer.and_then(met_at);
    let mut event = MapEvent::default();
    if response.clicked() {
        let met = response.interact_pointer_pos().and_then(met_at);
        state.selected = met;
        under = met;
        event.clicked = Some(met.map_or(Click::Empty, Click::Item));
    }
    if under.is_some() {
        ui.set_cursor_icon(egui::CursorIcon::PointingHand);
    } else if response.dragged() && state.zoom() > 1.0 {
        ui.set_cursor_icon(egui::CursorIcon::Grabbing);
    }

    draw(ui, id, area, &plane, Scene::new(id, *input, looks, state, under));
    event.hovered = under.and_then(|item| spot(item, input, &plane, size));
    event.selected = state.selected.and_then(|item| spot(item, input, &plane, size));
    event
}

/// Pans and zooms.
fn move_view(ui: &Ui, response: &Response, input: &MapInput<'_>, state: &mut MapState, size: [f32; 2]) {
    if response.double_clicked() {
        state.reset_view();
    }
    if response.dragged() {
        state.pan_by(response.drag_delta().into(), input, size);
    }
    // Where another thing lies over the map, the pointer is not the map's.
    if let Some(at) = response.hover_pos() {
        let factor = f64::from(ui.input(|from| from.zoom_delta()));
        if factor != 1.0 {
            state.zoom_by(factor, (at - response.rect.min).into(), input, size);
        }
    }
}

fn spot(item: usize, input: &MapInput<'_>, plane: &Plane, size: [f32; 2]) -> Option<Spot> {
    let point = input.points.get(item).filter(|point| is_placed(point))?;
    let [nominal_at, operative_at] = [point.nominal_at, point.operative_at].map(|at| plane.place(at));
    let visible = (0.0..=size[0]).contains(&operative_at[0]) && (0.0..=size[1]).contains(&operative_at[1]);
    Some(Spot { item, nominal_at, operative_at, visible })
}

fn draw(ui: &mut Ui, id: Id, area: Rect, plane: &Plane, scene: Scene<'_>) {
    let (lowest, highest) = plane.bounds([area.width(), area.height()]);
    let bounds = PlotBounds::from_min_max(lowest, highest);
    if !bounds.is_valid() {
        return;
    }
    // The numbers of the plane mean nothing, so that there are no axes; pointer and wheel are read above.
    Plot::new("items")
        .id(id.with("plot"))
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
        .show(ui, |plot| {
            plot.set_plot_bounds(bounds);
            plot.add(scene);
        });
}
