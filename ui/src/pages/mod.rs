//! One file a page.

mod contest;
mod files;
mod finding;
mod findings;
mod item;
mod items;
mod map;
mod matrix;
mod notes;
mod overview;
mod pieces;
mod preflight;
mod preview;
mod start;
mod steps;
mod verify;
mod words;

pub(crate) use contest::{ContestationPage, Contestations};
pub(crate) use files::{Files, TensorPage};
pub(crate) use finding::FindingPage;
pub(crate) use findings::Findings;
pub(crate) use item::ItemPage;
pub(crate) use items::{Items, suites};
pub(crate) use map::Map;
pub(crate) use matrix::{Matrix, reader_id};
pub(crate) use notes::Notes;
pub(crate) use overview::{Overview, bytes};
pub(crate) use pieces::Pieces;
pub(crate) use preflight::Preflight;
pub(crate) use preview::PreviewPage;
pub(crate) use start::Start;
pub(crate) use steps::Steps;
pub(crate) use verify::Verify;
pub(crate) use words::OwnWordsPage;
