//! The rows that say what the map shows.

use super::{MapInput, is_flip, is_placed};

/// What the map shows of one item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapRow {
    /// The item, as an index into the legend.
    pub item: usize,
    /// How far it moved in the plane, in its units; `None` when it has no place in one of the variants.
    pub moved: Option<f64>,
    /// Whether the two variants sort it into different categories.
    pub flip: bool,
    /// Category in the nominal variant, as an index into the legend; `None` where there is no decision.
    pub nominal: Option<u16>,
    /// Category in the operative variant.
    pub operative: Option<u16>,
    /// Language, as an index into the legend.
    pub language: u16,
    /// Whether the page's filter keeps it.
    pub kept: bool,
}

/// One row an item, the one that moved furthest first; items without a place last, and otherwise in the legend's order.
pub fn map_table(input: &MapInput<'_>) -> Vec<MapRow> {
    let mut rows: Vec<MapRow> = input
        .points
        .iter()
        .enumerate()
        .map(|(item, point)| {
            let way = |axis: usize| f64::from(point.operative_at[axis]) - f64::from(point.nominal_at[axis]);
            MapRow {
                item,
                moved: is_placed(point).then(|| way(0).hypot(way(1))),
                flip: is_flip(point),
                nominal: point.nominal,
                operative: point.operative,
                language: point.language,
                kept: input.kept(item),
            }
        })
        .collect();
    rows.sort_by(|one, other| {
        let far = |row: &MapRow| row.moved.unwrap_or(-1.0);
        far(other).total_cmp(&far(one)).then(one.item.cmp(&other.item))
    });
    rows
}
