//! Which rows of a long list are drawn: those in view and a few around them.

/// Rows beyond either end of the view that are drawn too, so that scrolling shows no gap.
const AROUND: usize = 4;

/// A list of rows of one height, seen through a view of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rows {
    /// Number of rows.
    pub count: usize,
    /// Height of a row, in points.
    pub height: f64,
    /// Height of what lies over the first row and stays in view, in points.
    pub head: f64,
    /// Height of the view, in points.
    pub view: f64,
}

impl Rows {
    /// The rows that are drawn when the list is scrolled down by so many points.
    pub fn drawn(&self, scrolled: f64) -> std::ops::Range<usize> {
        let first = (scrolled.max(0.0) / self.height).floor() as usize;
        let in_view = (self.view.max(0.0) / self.height).ceil() as usize + 1;
        let last = first.saturating_add(in_view).saturating_add(AROUND).min(self.count);
        first.saturating_sub(AROUND).min(last)..last
    }

    /// How far the list is to be scrolled so that a row is in view; as far as it is where that row is already.
    pub fn to_see(&self, row: usize, scrolled: f64) -> f64 {
        let top = row.min(self.count.saturating_sub(1)) as f64 * self.height;
        let room = (self.view - self.head).max(self.height);
        if top < scrolled {
            top
        } else if top + self.height > scrolled + room {
            top + self.height - room
        } else {
            scrolled
        }
    }

    /// Whole rows that are in view, which a page key goes over.
    pub fn page(&self) -> usize {
        (((self.view - self.head) / self.height).floor() as usize).saturating_sub(1).max(1)
    }
}
