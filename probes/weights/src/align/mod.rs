//! Which published tensors stand behind each deployed one, across name schemes, and what a converter did to their rows.
//! Names, shapes and configuration only: no tensor is read here, so a pair is a proposal that numbers then confirm.

mod blocks;
mod explain;
mod facts;
mod family;
mod hugging_face;
mod layouts;
mod meaning;
mod pairs;
mod rope;

pub use blocks::{BlockEvidence, BlockMap};
pub use explain::{Reason, Side, Unmatched};
pub use facts::{Facts, GgufKeys};
pub use meaning::Named;
pub use pairs::{Alignment, Pair, align, align_blocks};
pub use rope::Rope;
