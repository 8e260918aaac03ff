//! From the plane that both variants share to a picture, and back: the same scale both ways, y upwards.

use parallax_wire::MapPoint;

use super::is_placed;

/// Free space between the outermost items and the edge, in points.
const MARGIN: f64 = 18.0;
/// Furthest that one may zoom in.
const MOST_ZOOM: f64 = 4096.0;

/// How the plane lies on a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// Points of the picture per unit of the plane.
    scale: f64,
    /// Where the plane's origin lies, in points.
    origin: [f64; 2],
}

impl Plane {
    /// Lays the items onto a picture of `size` points, magnified `zoom` times.
    ///
    /// `pan` moves the middle of the view off the middle of the items, in halves of the picture that shows them all.
    pub(crate) fn new(extent: &Extent, size: [f32; 2], zoom: f64, pan: [f64; 2]) -> Self {
        let Extent { middle, lengths } = *extent;
        let size = size.map(f64::from);
        let room = size.map(|length| (length - 2.0 * MARGIN).max(length / 2.0).max(1.0));
        // Where all items lie in one place, any scale shows them all.
        let fits = [room[0] / lengths[0], room[1] / lengths[1]].into_iter().filter(|fit| fit.is_finite());
        let fit = fits.fold(f64::INFINITY, f64::min);
        let fit = if fit.is_finite() && fit > 0.0 { fit } else { 1.0 };
        let scale = fit * zoom;
        let centre = [0, 1].map(|axis| middle[axis] + pan[axis] * size[axis] / 2.0 / fit);
        Self { scale, origin: [size[0] / 2.0 - centre[0] * scale, size[1] / 2.0 + centre[1] * scale] }
    }

    /// Lays the plane so that a picture of `size` points shows from `lowest` to `highest`.
    pub(crate) fn from_bounds(size: [f32; 2], lowest: [f64; 2], highest: [f64; 2]) -> Self {
        let scale = f64::from(size[0]) / (highest[0] - lowest[0]);
        Self { scale, origin: [-lowest[0] * scale, highest[1] * scale] }
    }

    /// The smallest and the largest x and y that a picture of `size` points shows.
    pub(crate) fn bounds(&self, size: [f32; 2]) -> ([f64; 2], [f64; 2]) {
        let top_left = self.value([0.0, 0.0]);
        let bottom_right = self.value(size);
        ([top_left[0], bottom_right[1]], [bottom_right[0], top_left[1]])
    }

    /// How many times larger the plane lies here than in another picture, and where the top left corner of that lies, in points.
    pub(crate) fn compared_with(&self, other: &Self) -> (f32, [f32; 2]) {
        let magnified = self.scale / other.scale;
        (magnified as f32, [0, 1].map(|axis| (self.origin[axis] - other.origin[axis] * magnified) as f32))
    }

    /// Where a place of the plane lies on the picture, in points from its top left corner.
    pub fn place(&self, value: [f32; 2]) -> [f32; 2] {
        let [x, y] = value.map(f64::from);
        [(x * self.scale + self.origin[0]) as f32, (self.origin[1] - y * self.scale) as f32]
    }

    /// Which place of the plane lies at `place` on the picture.
    pub fn value(&self, place: [f32; 2]) -> [f64; 2] {
        let [x, y] = place.map(f64::from);
        [(x - self.origin[0]) / self.scale, (self.origin[1] - y) / self.scale]
    }
}

/// The zoom that is allowed, and how far the view may then be panned so that it never leaves the items.
pub(crate) fn allowed(zoom: f64, pan: [f64; 2]) -> (f64, [f64; 2]) {
    let zoom = if zoom.is_finite() { zoom.clamp(1.0, MOST_ZOOM) } else { 1.0 };
    let most = 1.0 - 1.0 / zoom;
    (zoom, pan.map(|pan| if pan.is_finite() { pan.clamp(-most, most) } else { 0.0 }))
}

/// Where all places lie, both variants together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    middle: [f64; 2],
    lengths: [f64; 2],
}

impl Extent {
    /// The extent of all items that have a place.
    pub(crate) fn of(points: &[MapPoint]) -> Self {
        let (mut lowest, mut highest) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for point in points.iter().filter(|point| is_placed(point)) {
            for axis in [0, 1] {
                let (one, other) = (point.nominal_at[axis], point.operative_at[axis]);
                lowest[axis] = lowest[axis].min(one.min(other));
                highest[axis] = highest[axis].max(one.max(other));
            }
        }
        if lowest[0] > highest[0] {
            return Self { middle: [0.0; 2], lengths: [0.0; 2] };
        }
        let [lowest, highest] = [lowest, highest].map(|corner| corner.map(f64::from));
        Self {
            middle: [0, 1].map(|axis| (lowest[axis] + highest[axis]) / 2.0),
            lengths: [0, 1].map(|axis| highest[axis] - lowest[axis]),
        }
    }
}
