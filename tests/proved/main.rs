//! What is proved across crates; one file a subject, what one crate promises is tested beside it.

mod desk;
mod house;
mod journey;
mod parity;
