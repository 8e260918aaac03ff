//! Small pieces that several pages are made of.

mod chip;
mod confirm;
mod drawer;
mod failed;
mod item;
mod languages;
mod later;
mod note;
mod number;
mod palette;
mod progress;
mod select;
mod side;
mod size;
mod term;
mod texts;
mod wide;

pub(crate) use chip::StatusChip;
pub(crate) use confirm::Confirm;
pub(crate) use drawer::Drawer;
pub(crate) use failed::Failed;
pub(crate) use item::{ItemLink, ItemView};
pub(crate) use languages::{LanguageChoice, item_languages, likelier_language};
pub(crate) use later::{Later, draw_more, gradually};
pub(crate) use note::{NoteForm, NoteList};
pub(crate) use number::{number, percent};
pub(crate) use palette::palette;
pub(crate) use progress::{JobBox, JobState, start};
pub(crate) use select::{Group, Select};
pub(crate) use side::{SideMark, Sides};
pub(crate) use size::{size_of, width_of};
pub(crate) use term::Term;
pub(crate) use texts::{Category, ItemText, Move};
pub(crate) use wide::wide;
