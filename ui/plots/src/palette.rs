//! Colours of the plots, for light and for dark pages.

use egui::Color32;

/// Colours of the plots on one background.
///
/// Colour is never the only cue: nominal positions are hollow and operative ones filled, flips have wider lines, and
/// the lines of a strip differ in how they are dashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// What the plot is drawn on.
    pub background: Color32,
    /// Lines that only help the eye.
    pub guide: Color32,
    /// Step numbers and values beside an axis.
    pub text: Color32,
    /// Items that both variants sort alike.
    pub context: Color32,
    /// Items that a filter of the page leaves out.
    pub faint: Color32,
    /// Flips, and the deployed variant's line in a strip.
    pub strong: Color32,
    /// Halo of the selected item, mark of the selected step, and the line of the roundings.
    pub select: Color32,
    /// Halo of the item under the pointer.
    pub hover: Color32,
}

impl Palette {
    /// Colours for a light page.
    pub const fn light() -> Self {
        Self {
            background: Color32::from_rgb(0xff, 0xff, 0xff),
            guide: Color32::from_rgb(0xe3, 0xe5, 0xe8),
            text: Color32::from_rgb(0x4b, 0x52, 0x5c),
            context: Color32::from_rgb(0x8a, 0x91, 0x9c),
            faint: Color32::from_rgb(0xdc, 0xdf, 0xe3),
            strong: Color32::from_rgb(0xb8, 0x48, 0x0a),
            select: Color32::from_rgb(0x1d, 0x5f, 0xd6),
            hover: Color32::from_rgb(0x24, 0x2a, 0x33),
        }
    }

    /// Colours for a dark page.
    pub const fn dark() -> Self {
        Self {
            background: Color32::from_rgb(0x15, 0x18, 0x1d),
            guide: Color32::from_rgb(0x30, 0x35, 0x3d),
            text: Color32::from_rgb(0xb4, 0xbc, 0xc8),
            context: Color32::from_rgb(0x78, 0x81, 0x8f),
            faint: Color32::from_rgb(0x33, 0x39, 0x42),
            strong: Color32::from_rgb(0xff, 0xa6, 0x57),
            select: Color32::from_rgb(0x7f, 0xb0, 0xff),
            hover: Color32::from_rgb(0xe8, 0xec, 0xf2),
        }
    }
}

/// Contrast ratio of two opaque colours, 1 to 21, as WCAG 2.2 defines it.
pub fn contrast(one: Color32, other: Color32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Relative luminance, 0 to 1, as WCAG 2.2 defines it.
fn luminance(colour: Color32) -> f64 {
    let linear = |channel: u8| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
}
