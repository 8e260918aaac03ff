//! Which item lies under a place of the picture.

use super::look::{Class, Look, class, looks};
use super::{MapInput, MapState, Plane};

/// How near to a mark, in points, still counts as meeting it.
pub const HIT_RADIUS: f32 = 12.0;

/// The item whose nominal or operative mark lies under `at`, or else nearest to it within [`HIT_RADIUS`], in points.
///
/// Where several marks lie under `at`, it is the one drawn over the others.
pub fn hit(at: [f32; 2], input: &MapInput<'_>, state: &MapState, size: [f32; 2]) -> Option<usize> {
    hit_in(at, input, &state.plane(input, size), &looks(input, state.zoom()))
}

/// The same, where plane and looks are known.
pub(super) fn hit_in(at: [f32; 2], input: &MapInput<'_>, plane: &Plane, looks: &[Look; 3]) -> Option<usize> {
    let mut best: Option<Rank> = None;
    for (item, point) in input.points.iter().enumerate() {
        let Some(class) = class(item, point, input) else { continue };
        for mark in [point.operative_at, point.nominal_at] {
            let [x, y] = plane.place(mark);
            let (x, y) = (x - at[0], y - at[1]);
            // Most items lie elsewhere, and a square root costs more than two comparisons.
            let reach = HIT_RADIUS + looks[class as usize].radius;
            if x.abs() > reach || y.abs() > reach {
                continue;
            }
            let rank = rank(x.hypot(y), item, class, looks);
            if rank.outside <= HIT_RADIUS && best.as_ref().is_none_or(|best| rank.before(best)) {
                best = Some(rank);
            }
        }
    }
    best.map(|best| best.item)
}

/// How well a mark is met.
struct Rank {
    /// Distance to the mark's edge; 0 inside.
    outside: f32,
    class: Class,
    distance: f32,
    item: usize,
}

fn rank(distance: f32, item: usize, class: Class, looks: &[Look; 3]) -> Rank {
    Rank { outside: (distance - looks[class as usize].radius).max(0.0), class, distance, item }
}

impl Rank {
    /// Nearer, or else drawn over the other, or else nearer to the middle; a later item is drawn over an earlier one.
    fn before(&self, other: &Self) -> bool {
        self.outside
            .total_cmp(&other.outside)
            .then(other.class.cmp(&self.class))
            .then(self.distance.total_cmp(&other.distance))
            .then(other.item.cmp(&self.item))
            .is_lt()
    }
}
