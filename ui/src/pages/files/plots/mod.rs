//! The plots of what remains of a tensor's difference, each with a sentence that says what it shows and its table.

mod errors;
mod figure;
mod spectrum;

pub(super) use errors::Errors;
pub(super) use spectrum::Spectrum;
