//! The map: where each item lies in the nominal and in the operative variant, in a plane that both share.
//!
//! An item is a hollow mark where it is in the nominal variant, a filled one where it is in the operative variant, and
//! a line that widens from the first to the second.
//! Flips stand out; everything else is grey context and stays, because what did not move is what movement is seen by.

mod canvas;
mod hit;
mod look;
mod picture;
mod plane;
mod raster;
mod scene;
mod state;
mod svg;
mod table;

use parallax_wire::MapPoint;

use crate::Palette;

pub use canvas::map_ui;
pub use hit::{HIT_RADIUS, hit};
pub use plane::Plane;
pub use state::{Direction, MapState};
pub use svg::{MOST_CONTEXT, MapPicture, key_svg, map_svg};
pub use table::{MapRow, map_table};

/// What a map is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct MapInput<'a> {
    /// The items, in the order of the legend.
    pub points: &'a [MapPoint],
    /// Which items a filter of the page keeps; the others are fainter and stay.
    /// `None`, and an item beyond the end, means kept.
    pub emphasis: Option<&'a [bool]>,
    /// Colours.
    pub palette: &'a Palette,
}

impl MapInput<'_> {
    /// Whether a filter of the page keeps an item.
    pub fn kept(&self, item: usize) -> bool {
        self.emphasis.and_then(|emphasis| emphasis.get(item)).copied().unwrap_or(true)
    }

    /// Whether an item has a place in both variants: a number that is not finite cannot be drawn.
    pub fn placed(&self, item: usize) -> bool {
        self.points.get(item).is_some_and(is_placed)
    }
}

/// Whether the two variants sort an item into different categories; false where one of them could not decide.
pub fn is_flip(point: &MapPoint) -> bool {
    matches!((point.nominal, point.operative), (Some(nominal), Some(operative)) if nominal != operative)
}

fn is_placed(point: &MapPoint) -> bool {
    point.nominal_at.iter().chain(&point.operative_at).all(|number| number.is_finite())
}

/// Where an item is on the canvas, in points from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// The item.
    pub item: usize,
    /// Its place in the nominal variant.
    pub nominal_at: [f32; 2],
    /// Its place in the operative variant.
    pub operative_at: [f32; 2],
    /// False when its operative place lies outside the canvas, because the map is zoomed in elsewhere.
    pub visible: bool,
}

/// What a click met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Click {
    /// An item, which is selected now.
    Item(usize),
    /// Nothing; the selection is empty now.
    Empty,
}

/// What happened on a map in one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MapEvent {
    /// The item under the pointer.
    pub hovered: Option<Spot>,
    /// The selected item, whoever selected it.
    pub selected: Option<Spot>,
    /// What a click in this frame met.
    pub clicked: Option<Click>,
}
