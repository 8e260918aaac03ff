//! Numbers beside the axes of a canvas, for the page to put there: a canvas draws none itself.

/// A number beside an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where it stands, as a share of the axis: 0 at the left or at the bottom, 1 at the other end.
    pub at: f32,
    /// The number.
    pub text: String,
}

/// Numbers beside both axes of a canvas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axes {
    /// Under the canvas, from the left to the right.
    pub across: Vec<Tick>,
    /// Beside the canvas, from the bottom to the top.
    pub up: Vec<Tick>,
}
