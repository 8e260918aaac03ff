//! Plots as pure functions of what crosses the wire and of a small view state.
//!
//! Nothing here fetches, waits, asks the clock or knows the page; no plot draws words, because egui shapes no Indic or
//! Arabic script: titles, labels and legends are the page's.
//! Every plot has a picture that moves, where that helps, a static SVG, and rows for an equivalent table.

mod axis;
mod canvas;
pub mod histogram;
pub mod map;
mod palette;
pub mod spectrum;
pub mod strip;
mod svg;
pub mod tensors;

pub use axis::{Axes, Tick};
pub use egui::Color32;
pub use palette::{Palette, contrast};
pub use svg::Words;
