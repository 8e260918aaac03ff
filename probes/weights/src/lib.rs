//! Tensor pairs streamed from two variants: how far they differ, and whether the claimed transform explains the deployed bytes.
//! It builds no model, knows no database, window, network or clock, and holds a few rows of a tensor at a time.

pub mod adapter;
mod align;
pub mod array_codes;
mod blocks;
mod codes;
mod difference;
mod judge;
mod lattice;
pub mod lineage;
mod mix;
mod packed;
mod pair;
pub mod pruning;
mod replay;
pub mod residual;
mod scales;
mod undefined;
mod verdict;
mod view;

pub use align::{
    Alignment, BlockEvidence, BlockMap, Facts, GgufKeys, Named, Pair, Reason, Rope, Side, Unmatched, align,
    align_blocks,
};
pub use blocks::{dequantize, is_encoded, quantize};
pub use codes::{CodeTest, Concentration, Line, MOST_LINES, concentration, test_codes};
pub use difference::{BIN_WIDTH, BINS, CONSPICUOUS_Z, Difference, FLOOR, Moved, difference, robust_z};
pub use judge::{AdapterPart, Judgement, Merged, Question, judge};
pub use lattice::{
    CONSPICUOUS_RATIO, CONSPICUOUS_REPEATS, Density, FEWEST_COUNTS, FEWEST_NUMBERS, LatticeScreen, LatticeSettings,
    screen_lattice,
};
pub use mix::{
    ClaimEvidence, ClaimVerdict, Deviation, Direction, Expectation, Expected, Fallback, FileType, Override, Rule, Why,
    claim_evidence, expected_types,
};
pub use packed::{
    Array, Float8, FourBit, Layers, Nested, PackedTest, PackedWeight, Packing, Stated, packed_weights, test_packed,
    unpack,
};
pub use pair::{Encode, Progress};
pub use replay::{Choice, DifferingRow, Outcome, Replay, can_replay, replay, replay_best};
pub use scales::{
    BLOCK_RATIO, ErrorBound, MEAN_RATIO, SUPERBLOCK_RATIO, ScaleFit, ScaleSearch, fit_scales, search_scales,
};
pub use undefined::Undefined;
pub use verdict::Verdict;
pub use view::{Layout, Precision, Source, TensorView};
