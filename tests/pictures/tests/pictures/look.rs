//! The pictures themselves.

use parallax_pictures::cloud;
use parallax_plots::Palette;

use super::{Page, compare};

const ITEMS: usize = 300;

#[test]
fn a_map_shows_at_once_what_moved_from_where_to_where() {
    let mut page = Page::new(cloud(ITEMS));
    page.state.selected = Some(57);
    compare("map-light", page);
}

#[test]
fn a_map_is_as_clear_on_a_dark_page_and_keeps_what_a_filter_leaves_out() {
    let mut page = Page::new(cloud(ITEMS));
    page.palette = Palette::dark();
    page.kept = Some(page.points.iter().map(|point| point.language == 0).collect());
    compare("map-dark-filtered", page);
}
