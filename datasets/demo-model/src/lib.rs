//! Trains the tiny classifier of the demonstration case and its two deployments, and writes them as people would publish them.
//! It measures nothing that an audit measures: what the deployments do is checked through the engine's own crates.
//!
//! # Invariants
//! - Everything random comes from the recipe's seed; the same recipe and items give the same bytes twice on one machine.
//! - The vocabulary is data: it was trained once and is committed, because its trainer is not deterministic.
//! - The shipped items are never training items.

mod card;
mod deploy;
mod drift;
mod evidence;
mod items;
mod network;
mod recipe;
mod training;
mod vocabulary;
mod write;

pub use deploy::{Deployment, deploy_drifted, deploy_honest};
pub use evidence::{FlipCount, accuracy_by_language, decide, flip_counts};
pub use items::{planted_groups, training_items};
pub use recipe::{DemoRecipe, Quantization};
pub use training::{Trained, train};
pub use vocabulary::{train_vocabulary, vocabulary};
pub use write::write_all;
