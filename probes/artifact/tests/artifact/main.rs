//! What opening a variant promises, on real files, on broken ones and on noise.

mod broken;
mod made;
mod noise;
mod real_files;
mod shared;
mod strangers;
