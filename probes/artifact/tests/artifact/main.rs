//! What opening a variant promises, on real files, on broken ones and on noise.

mod real_files;
mod shared;
