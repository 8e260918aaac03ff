//! The fixed charts on their canvases: what they look like, and what is under the pointer.

use egui::{Event, Pos2, Ui, pos2};
use egui_kittest::{Harness, HarnessBuilder};
use parallax_plots::Palette;
use parallax_plots::histogram::{HistogramInput, histogram_ui};
use parallax_plots::spectrum::{SpectrumInput, spectrum_ui};

use super::{options, renderer};

/// Size of a chart, in points.
const SIZE: [f32; 2] = [420.0, 190.0];

/// A chart with what the last frame said is under the pointer.
struct Chart {
    draw: fn(&mut Ui, &Palette) -> Option<usize>,
    palette: Palette,
    hovered: Option<usize>,
}

impl Chart {
    fn show(&mut self, ui: &mut Ui) {
        let screen = ui.ctx().content_rect();
        let mut whole = ui.new_child(egui::UiBuilder::new().max_rect(screen));
        whole.set_clip_rect(screen);
        self.hovered = (self.draw)(&mut whole, &self.palette);
    }
}

fn builder() -> HarnessBuilder<Chart> {
    Harness::builder().with_size(SIZE).with_render_cursor(false).with_step_dt(1.0 / 60.0).with_max_steps(30)
}

fn chart(draw: fn(&mut Ui, &Palette) -> Option<usize>, palette: Palette) -> Chart {
    Chart { draw, palette, hovered: None }
}

/// Eight directions that were added over rounding, and rounding alone.
fn spectrum(ui: &mut Ui, palette: &Palette) -> Option<usize> {
    let noise = |at: usize| 0.99 - 0.0025 * at as f64;
    let values: Vec<f64> = (0..64).map(|at| if at < 8 { 2.1 - 0.12 * at as f64 } else { noise(at) }).collect();
    let null: Vec<f64> = (0..64).map(noise).collect();
    spectrum_ui(ui, &SpectrumInput { values: &values, null: &null, edge: Some(1.0), hovered: None, palette })
}

/// Errors as rounding makes them, with a few far out.
fn histogram(ui: &mut Ui, palette: &Palette) -> Option<usize> {
    let edges: Vec<f64> = (0..34).map(|edge| f64::from(edge) * 0.25 - 4.125).collect();
    let counts: Vec<u64> = (0..35_i32)
        .map(|bin| {
            let middle = f64::from(bin - 17) * 0.25;
            if bin == 0 || bin == 34 { 4_000 } else { (100_000.0 * (-middle * middle / 2.0).exp()) as u64 }
        })
        .collect();
    histogram_ui(ui, &HistogramInput { edges: &edges, counts: &counts, hovered: None, palette })
}

/// Draws the spectrum and holds it against its picture. Each picture has a test of its own, as the harness asks.
fn spectrum_is_as_pictured(name: &str, palette: Palette) {
    let mut harness =
        builder().renderer(renderer()).build_ui_state(|ui, chart| chart.show(ui), chart(spectrum, palette));
    harness.run();
    harness.snapshot_options(name, &options());
}

#[test]
fn what_stands_out_of_a_spectrum_is_seen_at_once_on_light() {
    spectrum_is_as_pictured("spectrum-light", Palette::light());
}

#[test]
fn what_stands_out_of_a_spectrum_is_seen_at_once_on_dark() {
    spectrum_is_as_pictured("spectrum-dark", Palette::dark());
}

#[test]
fn a_histogram_shows_its_hill_and_what_lies_beyond_it() {
    let mut harness =
        builder().renderer(renderer()).build_ui_state(|ui, chart| chart.show(ui), chart(histogram, Palette::light()));
    harness.run();
    harness.snapshot_options("histogram-light", &options());
}

fn hovered(harness: &mut Harness<'_, Chart>, at: Pos2) -> Option<usize> {
    harness.event(Event::PointerMoved(at));
    // A widget learns in the next frame that the pointer came to it.
    harness.run_steps(2);
    harness.state().hovered
}

#[test]
fn the_pointer_meets_what_is_drawn_there_and_leaves_it_again() {
    let mut harness = builder().build_ui_state(|ui, chart| chart.show(ui), chart(spectrum, Palette::light()));
    let step = SIZE[0] / 64.0;
    for direction in [0, 7, 40, 63] {
        let at = pos2((direction as f32 + 0.5) * step, 60.0);
        assert_eq!(hovered(&mut harness, at), Some(direction));
    }
    harness.event(Event::PointerGone);
    harness.run_steps(2);
    assert_eq!(harness.state().hovered, None);
    // Nothing moves, so that no further frame is asked for: `run` panics when frames are asked for without an end.
    harness.run();

    let mut harness = builder().build_ui_state(|ui, chart| chart.show(ui), chart(histogram, Palette::light()));
    let bin = SIZE[0] / 35.0;
    for index in [0, 17, 34] {
        assert_eq!(hovered(&mut harness, pos2((index as f32 + 0.5) * bin, 90.0)), Some(index));
    }
}
