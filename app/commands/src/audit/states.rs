//! The four passes of an audit: nominal, operative, and the two controls made from nominal.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use parallax_artifact::{DType, Pooling};
use parallax_model::{Bert, Perturbation, RepresentOptions, States};
use parallax_wire::Error;

use super::progress::Steps;
use super::reading::ReadItem;
use super::subject::Subject;
use crate::error::Coded;

/// Tokens that one batch may hold; enough to fill a matrix product, few enough to stay in the cache.
const BATCH_TOKENS: usize = 1024;

/// States of all items in both variants and both controls; all `[item, tap, dim]` in the order of the items.
pub(crate) struct Passes {
    pub(crate) nominal: States,
    pub(crate) operative: States,
    /// Nominal with every weight moved in its last bit: what noise alone does.
    pub(crate) floor: States,
    /// Nominal rounded as the operative file stores its tensors: what that rounding alone does.
    ///
    /// `None` where the operative file stores at least as many digits as the nominal one.
    pub(crate) rounded: Option<States>,
}

/// Runs the passes one after the other, so that only one model is in memory at a time.
pub(crate) fn represent(
    nominal: &Subject,
    operative: &Subject,
    items: &[ReadItem<'_>],
    pooling: (Pooling, Pooling),
    seed: u64,
    steps: &Steps<'_>,
) -> Result<Passes, Error> {
    let nominal_ids: Vec<Vec<u32>> = items.iter().map(|read| read.nominal.ids.clone()).collect();
    let operative_ids: Vec<Vec<u32>> = items.iter().map(|read| read.operative.ids.clone()).collect();
    let types = operative.stored_types();
    let pass = |subject: &Subject, ids: &[Vec<u32>], pooling: Pooling, perturbation: &Perturbation, step: &str| {
        let observe = |done: usize, all: usize| {
            steps.within(step, done as f64 / all.max(1) as f64);
            ControlFlow::Continue(())
        };
        one_pass(subject, ids, pooling, perturbation, &observe)
    };
    let plain = Perturbation::None;
    let states = pass(nominal, &nominal_ids, pooling.0, &plain, "represent-nominal")?;
    let deployed = pass(operative, &operative_ids, pooling.1, &plain, "represent-operative")?;
    let floor = pass(nominal, &nominal_ids, pooling.0, &Perturbation::LastBit { seed }, "represent-floor")?;
    let rounded = if coarser(&types, &nominal.stored_types()) {
        Some(pass(nominal, &nominal_ids, pooling.0, &Perturbation::RoundedAs(types), "represent-rounding")?)
    } else {
        None
    };
    Ok(Passes { nominal: states, operative: deployed, floor, rounded })
}

/// Runs one model over some texts; `observe` is told how many of them are done.
pub(crate) fn one_pass(
    subject: &Subject,
    ids: &[Vec<u32>],
    pooling: Pooling,
    perturbation: &Perturbation,
    observe: &(dyn Fn(usize, usize) -> ControlFlow<()> + Sync),
) -> Result<States, Error> {
    let model = Bert::load(&subject.variant, perturbation).bad_input()?;
    let options = RepresentOptions { pooling, threads: threads(), batch_tokens: BATCH_TOKENS };
    model.represent(ids, &options, observe).bad_input()
}

/// Whether the operative file stores any tensor in fewer bits than the nominal one.
fn coarser(operative: &BTreeMap<String, DType>, nominal: &BTreeMap<String, DType>) -> bool {
    operative.iter().any(|(name, stored)| nominal.get(name).is_some_and(|published| bits(*stored) < bits(*published)))
}

/// Average bits of one weight.
fn bits(stored: DType) -> f64 {
    stored.block_bytes() as f64 * 8.0 / stored.block_size() as f64
}

/// Whether the rounding control is made by another encoder than the file's: K-quants, where candle searches differently from ggml.
pub(crate) fn approximate(operative: &Subject) -> bool {
    operative.stored_types().values().any(|stored| stored.block_size() == 256)
}

/// One thread a core; the results do not depend on it.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
