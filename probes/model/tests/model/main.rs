//! Forward passes against reference numbers and candle-transformers; speed is not measured here.

mod made;
mod parity;
mod perturbation;
mod refusals;
mod shared;
mod yardstick;
