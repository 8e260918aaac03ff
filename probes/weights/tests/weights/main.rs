//! Block formats and forensics against reference numbers and real files.
#![expect(clippy::unwrap_used, reason = "a test stops at the first thing that is not as it should be")]

mod adapter;
mod added;
mod align;
mod align_lists;
mod array_codes;
mod codes;
mod decode;
mod difference;
mod encode;
mod files;
mod honest;
mod judge;
mod lattice;
mod lineage;
mod matrices;
mod mix;
mod packed;
mod packed_array;
mod packed_nearest;
mod pairs;
mod pruning;
mod replay;
mod scales;
mod shared;
mod sparse;
mod spectrum;
