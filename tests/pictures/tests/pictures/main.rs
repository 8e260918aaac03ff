//! What the canvases look like and how they answer to a pointer, drawn without a window and without a graphics card.
//!
//! After a change that is meant to be seen, `UPDATE_SNAPSHOTS=1` writes the pictures anew: look at them before they are
//! committed.

mod charts;
mod look;
mod pointer;

use std::panic::catch_unwind;

use egui_kittest::wgpu::WgpuTestRenderer;
use egui_kittest::{Harness, HarnessBuilder, SnapshotOptions};
use parallax_plots::Palette;
use parallax_plots::map::{MapEvent, MapInput, MapState, map_ui};
use parallax_wire::MapPoint;

/// Size of the canvas, in points.
const SIZE: [f32; 2] = [640.0, 420.0];

/// A map as a page would hold it.
struct Page {
    points: Vec<MapPoint>,
    kept: Option<Vec<bool>>,
    palette: Palette,
    state: MapState,
    /// What the last frame said.
    event: MapEvent,
    /// The last click, in whatever frame it was.
    clicked: Option<parallax_plots::map::Click>,
}

impl Page {
    fn new(points: Vec<MapPoint>) -> Self {
        Self {
            points,
            kept: None,
            palette: Palette::light(),
            state: MapState::default(),
            event: MapEvent::default(),
            clicked: None,
        }
    }

    fn input(&self) -> MapInput<'_> {
        MapInput { points: &self.points, emphasis: self.kept.as_deref(), palette: &self.palette }
    }

    /// Draws the map over the whole screen, without the margin that the harness leaves.
    fn show(&mut self, ui: &mut egui::Ui) {
        let screen = ui.ctx().content_rect();
        let mut whole = ui.new_child(egui::UiBuilder::new().max_rect(screen));
        whole.set_clip_rect(screen);
        let mut state = self.state;
        self.event = map_ui(&mut whole, &self.input(), &mut state);
        self.clicked = self.event.clicked.or(self.clicked);
        self.state = state;
    }

    /// Where an item's operative mark lies.
    fn place(&self, item: usize) -> egui::Pos2 {
        self.state.plane(&self.input(), SIZE).place(self.points[item].operative_at).into()
    }
}

/// A page under test, without anything to draw it with.
fn page(page: Page) -> Harness<'static, Page> {
    builder().build_ui_state(|ui, page| page.show(ui), page)
}

fn builder() -> HarnessBuilder<Page> {
    // Sixty frames a second, so that two clicks are near enough to be a double click.
    Harness::builder().with_size(SIZE).with_render_cursor(false).with_step_dt(1.0 / 60.0).with_max_steps(30)
}

/// Compares a page with the picture of that name.
///
/// # Panics
/// When they differ, or when this machine has nothing to draw with.
fn compare(name: &str, shown: Page) {
    let mut harness = builder().renderer(renderer()).build_ui_state(|ui, page| page.show(ui), shown);
    harness.run();
    harness.snapshot_options(name, &options());
}

/// What pictures are drawn with.
///
/// # Panics
/// When this machine has nothing to draw with.
fn renderer() -> WgpuTestRenderer {
    let Ok(renderer) = catch_unwind(WgpuTestRenderer::new) else {
        panic!(
            "pictures need a Vulkan driver, and this machine has none: \
             on Debian, `apt-get install libvulkan1 mesa-vulkan-drivers` brings one that needs no graphics card"
        );
    };
    renderer
}

/// Software renderers differ in the last bits of an edge; an item that is missing differs in ten or more.
fn options() -> SnapshotOptions {
    SnapshotOptions::new().threshold(1.0).max_failed_pixels(3).output_path("tests/pictures/snapshots")
}
