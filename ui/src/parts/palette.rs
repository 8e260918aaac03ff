//! Colours of the plots in the theme of the page.

use parallax_plots::{Color32, Palette};

/// The palette of a theme, on the surface that cards of the page have.
pub(crate) fn palette(theme: &str) -> Palette {
    if theme == "dark" {
        Palette { background: Color32::from_rgb(0x1a, 0x20, 0x2a), ..Palette::dark() }
    } else {
        Palette::light()
    }
}
