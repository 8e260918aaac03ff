//! The map of items: where each item lies in both variants, in a plane that both share.

use serde::{Deserialize, Serialize};

use crate::Series;

/// One step of a suite's map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapTap {
    /// Tap of the nominal variant.
    pub nominal_tap: u32,
    /// Tap of the operative variant.
    pub operative_tap: u32,
    /// Share of the variance of the nominal states that the plane shows, 0 to 1.
    pub explained: f64,
    /// Share of each item's nearest neighbours in the nominal states that are also nearest on the map, on average.
    pub kept_neighbours: f64,
    /// `[item, 4]`: x and y in the nominal variant, x and y in the operative one.
    pub positions: Series,
}

/// Where the items of one suite lie, tap by tap.
///
/// Both variants are drawn in the plane of the nominal variant's first two principal components;
/// where the bases differ, the operative plane is first turned or mirrored onto the nominal one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuiteMap {
    /// Suite the items belong to.
    pub suite: String,
    /// Ids of the items, in the order of the positions.
    pub items: Vec<String>,
    /// True when the operative plane was turned onto the nominal one.
    pub aligned: bool,
    /// One entry a tap.
    pub taps: Vec<MapTap>,
}

/// What stands beside a map: which item each point is, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapLegend {
    /// Suite the items belong to.
    pub suite: String,
    /// Ids of the items, in the order of the points.
    pub items: Vec<String>,
    /// Their texts, in the same order.
    pub texts: Vec<String>,
    /// Category ids that [`MapPoint::nominal`] and [`MapPoint::operative`] count in.
    pub categories: Vec<String>,
    /// BCP 47 tags that [`MapPoint::language`] counts in.
    pub languages: Vec<String>,
    /// Reader whose decisions the points carry; `None` where no reader could decide.
    pub reader: Option<String>,
    /// True when the operative plane was turned onto the nominal one.
    pub aligned: bool,
    /// Taps that there are, with how much of the states the plane shows; positions left out.
    pub taps: Vec<MapTap>,
}

/// One item on a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapPoint {
    /// x and y in the nominal variant.
    pub nominal_at: [f32; 2],
    /// x and y in the operative variant.
    pub operative_at: [f32; 2],
    /// Category in the nominal variant, as an index into the legend; `None` where there is no decision.
    pub nominal: Option<u16>,
    /// Category in the operative variant.
    pub operative: Option<u16>,
    /// Language, as an index into the legend.
    pub language: u16,
}

/// All points of one suite at one tap, in the order of the legend.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapPoints(pub Vec<MapPoint>);

/// Bytes of one point: four `f32` and three `u16`, little-endian.
const POINT_BYTES: usize = 4 * 4 + 3 * 2;
/// How a missing category is written.
const NO_CATEGORY: u16 = u16::MAX;

impl MapPoints {
    /// The points as bytes, 22 each.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * POINT_BYTES);
        for point in &self.0 {
            for number in point.nominal_at.into_iter().chain(point.operative_at) {
                bytes.extend(number.to_le_bytes());
            }
            let category = |index: Option<u16>| index.unwrap_or(NO_CATEGORY);
            for number in [category(point.nominal), category(point.operative), point.language] {
                bytes.extend(number.to_le_bytes());
            }
        }
        bytes
    }

    /// The points that [`MapPoints::to_bytes`] wrote; `None` when the bytes are not a whole number of points.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let chunks = bytes.chunks_exact(POINT_BYTES);
        if !chunks.remainder().is_empty() {
            return None;
        }
        Some(Self(chunks.map(point).collect()))
    }
}

fn point(bytes: &[u8]) -> MapPoint {
    let float = |at: usize| f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let category = |at: usize| Some(short(at)).filter(|index| *index != NO_CATEGORY);
    MapPoint {
        nominal_at: [float(0), float(4)],
        operative_at: [float(8), float(12)],
        nominal: category(16),
        operative: category(18),
        language: short(20),
    }
}
