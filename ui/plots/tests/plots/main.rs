//! What the plots promise: what is seen, what is met by a pointer, and what the tables say.

mod colours;
mod histogram;
mod map_drawing;
mod map_frames;
mod map_pointer;
mod map_table;
mod map_view;
mod spectrum;
mod strip;
mod tensors;

use parallax_plots::Palette;
use parallax_plots::map::MapInput;
use parallax_wire::MapPoint;

/// Size of the pictures in these tests, in points.
const SIZE: [f32; 2] = [640.0, 420.0];
const LIGHT: Palette = Palette::light();

/// Numbers between 0 and 1 that look random and are the same everywhere.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 24) as f32
    }
}

/// Items all over the plane; each moved a little, and every ninth into another category.
fn scattered(count: usize) -> Vec<MapPoint> {
    let mut numbers = Numbers(7);
    let mut place = |around: [f32; 2], far: f32| around.map(|middle| middle + (numbers.next() - 0.5) * far);
    (0..count)
        .map(|item| {
            let nominal_at = place([0.0, 0.0], 20.0);
            let flip = item % 9 == 4;
            let operative_at = place(nominal_at, if flip { 12.0 } else { 1.0 });
            point(nominal_at, operative_at, Some(1), Some(if flip { 2 } else { 1 }))
        })
        .collect()
}

fn point(nominal_at: [f32; 2], operative_at: [f32; 2], nominal: Option<u16>, operative: Option<u16>) -> MapPoint {
    MapPoint { nominal_at, operative_at, nominal, operative, language: 0 }
}

fn input(points: &[MapPoint]) -> MapInput<'_> {
    MapInput { points, emphasis: None, palette: &LIGHT }
}
