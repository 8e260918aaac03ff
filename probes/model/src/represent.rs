//! Many texts through one model: batches, threads, pooling and cancelling; no arithmetic of the layers.

use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use parallax_artifact::Pooling;

use crate::arithmetic::mean_of_rows;
use crate::attention::Scratch;
use crate::bert::Packed;
use crate::{Bert, Error};

/// How to represent texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepresentOptions {
    /// How token states become one state.
    pub pooling: Pooling,
    /// Number of worker threads; 0 counts as 1. The result does not depend on it.
    pub threads: usize,
    /// Texts are packed into a batch up to this many tokens; a longer text is a batch of its own.
    pub batch_tokens: usize,
}

/// The states of a list of items at every tap.
#[derive(Clone, Debug, PartialEq)]
pub struct States {
    /// Number of items.
    pub n_items: usize,
    /// Number of taps; tap 0 is after the embedding normalisation, tap k after layer k.
    pub n_taps: usize,
    /// Width of a state.
    pub dim: usize,
    /// `[item, tap, dim]`.
    pub pooled: Vec<f32>,
    /// `[item, label]`, where the model has a classification head.
    pub logits: Option<Vec<f32>>,
    /// Number of labels; 0 without a head.
    pub n_labels: usize,
}

impl States {
    /// The pooled state of an item at a tap, `[dim]`.
    ///
    /// # Panics
    /// When there is no such item or tap.
    pub fn state(&self, item: usize, tap: usize) -> &[f32] {
        &self.pooled[row(item * self.n_taps + tap, self.dim)]
    }

    /// The logits of an item, `[label]`; `None` without a head.
    ///
    /// # Panics
    /// When there is no such item.
    pub fn item_logits(&self, item: usize) -> Option<&[f32]> {
        self.logits.as_ref().map(|logits| &logits[row(item, self.n_labels)])
    }
}

fn row(at: usize, width: usize) -> Range<usize> {
    at * width..(at + 1) * width
}

impl Bert {
    /// Represents every item: its pooled state at every tap, and its logits where there is a head.
    ///
    /// `observe` is told after every batch how many of all items are done, from whichever thread
    /// finished it but never from two at once; when it breaks, the work stops.
    ///
    /// # Errors
    /// An item without tokens, with more tokens than the model has positions or with a token the
    /// model does not know; a state that is not finite; the observer broke.
    pub fn represent(
        &self,
        ids: &[Vec<u32>],
        options: &RepresentOptions,
        observe: &(dyn Fn(usize, usize) -> ControlFlow<()> + Sync),
    ) -> Result<States, Error> {
        self.check(ids)?;
        let n_taps = self.n_taps();
        let batches = batches_of(ids, options.batch_tokens);
        let states = States {
            n_items: ids.len(),
            n_taps,
            dim: self.dim,
            pooled: vec![0.0; ids.len() * n_taps * self.dim],
            logits: (self.n_labels > 0).then(|| vec![0.0; ids.len() * self.n_labels]),
            n_labels: self.n_labels,
        };
        let progress = Mutex::new((states, 0));
        let next = AtomicUsize::new(0);
        let stop = AtomicBool::new(false);
        let work = || -> Result<(), Error> {
            let mut scratch = Scratch::default();
            while !stop.load(Ordering::Relaxed) {
                let Some(items) = batches.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                let outcome = self.represent_batch(ids, items, options.pooling, &mut scratch).and_then(|batch| {
                    let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
                    let (states, done) = &mut *progress;
                    states.put(items, &batch);
                    *done += items.len();
                    match observe(*done, ids.len()) {
                        ControlFlow::Continue(()) => Ok(()),
                        ControlFlow::Break(()) => Err(Error::Cancelled { done: *done, all: ids.len() }),
                    }
                });
                if outcome.is_err() {
                    stop.store(true, Ordering::Relaxed);
                    return outcome;
                }
            }
            Ok(())
        };
        run_on_threads(options.threads.clamp(1, batches.len().max(1)), &work)?;
        Ok(progress.into_inner().unwrap_or_else(PoisonError::into_inner).0)
    }

    fn check(&self, ids: &[Vec<u32>]) -> Result<(), Error> {
        for (item, text) in ids.iter().enumerate() {
            if text.is_empty() {
                return Err(Error::EmptyItem { item });
            }
            if text.len() > self.max_positions {
                return Err(Error::TooLong { item, got: text.len(), max: self.max_positions });
            }
            if let Some(id) = text.iter().find(|id| **id as usize >= self.vocab_size) {
                return Err(Error::UnknownToken { item, id: *id, vocab_size: self.vocab_size });
            }
        }
        Ok(())
    }

    fn represent_batch(
        &self,
        ids: &[Vec<u32>],
        items: &[usize],
        pooling: Pooling,
        scratch: &mut Scratch,
    ) -> Result<Batch, Error> {
        let packed = Packed { texts: items.iter().map(|item| ids[*item].as_slice()).collect() };
        let (dim, n_taps) = (self.dim, self.n_taps());
        let mut pooled = vec![0.0; items.len() * n_taps * dim];
        let mut first_tokens = Vec::new();
        self.forward(&packed, scratch, |tap, states| {
            let mut rest = states;
            for (text, out) in packed.texts.iter().zip(pooled.chunks_exact_mut(n_taps * dim)) {
                let (mine, others) = rest.split_at(text.len() * dim);
                let out = &mut out[row(tap, dim)];
                match pooling {
                    Pooling::Mean => mean_of_rows(self.arch, mine, out),
                    Pooling::Cls => out.copy_from_slice(&mine[..dim]),
                    Pooling::Last => out.copy_from_slice(&mine[mine.len() - dim..]),
                }
                if tap + 1 == n_taps && self.n_labels > 0 {
                    first_tokens.extend_from_slice(&mine[..dim]);
                }
                rest = others;
            }
        })?;
        let logits = if self.n_labels > 0 { self.classify(first_tokens)? } else { None };
        let batch = Batch { pooled, logits };
        batch.check_finite(items, n_taps, dim, self.n_labels)?;
        Ok(batch)
    }
}

/// What one batch gave, in the order of its items.
struct Batch {
    /// `[item of the batch, tap, dim]`.
    pooled: Vec<f32>,
    /// `[item of the batch, label]`.
    logits: Option<Vec<f32>>,
}

impl Batch {
    fn check_finite(&self, items: &[usize], n_taps: usize, dim: usize, n_labels: usize) -> Result<(), Error> {
        if let Some(at) = self.pooled.iter().position(|value| !value.is_finite()) {
            return Err(Error::NonFiniteState { item: items[at / (n_taps * dim)], tap: at / dim % n_taps });
        }
        if let Some(at) = self.logits.iter().flatten().position(|value| !value.is_finite()) {
            return Err(Error::NonFiniteState { item: items[at / n_labels], tap: n_taps });
        }
        Ok(())
    }
}

impl States {
    fn put(&mut self, items: &[usize], batch: &Batch) {
        let width = self.n_taps * self.dim;
        for (item, states) in items.iter().zip(batch.pooled.chunks_exact(width)) {
            self.pooled[row(*item, width)].copy_from_slice(states);
        }
        if let (Some(all), Some(mine)) = (&mut self.logits, &batch.logits) {
            for (item, logits) in items.iter().zip(mine.chunks_exact(self.n_labels)) {
                all[row(*item, self.n_labels)].copy_from_slice(logits);
            }
        }
    }
}

/// Positions of the items of each batch, the longest texts first so that no thread ends long after
/// the others; only the texts decide the composition.
fn batches_of(ids: &[Vec<u32>], batch_tokens: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|item| (std::cmp::Reverse(ids[*item].len()), *item));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut n_tokens = 0;
    for item in order {
        n_tokens += ids[item].len();
        match batches.last_mut() {
            Some(batch) if n_tokens <= batch_tokens => batch.push(item),
            _ => {
                n_tokens = ids[item].len();
                batches.push(vec![item]);
            }
        }
    }
    batches
}

/// Runs `work` on each of `n_threads` threads and gives the first failure.
///
/// Every worker lives in a rayon pool of its own with one thread: candle hands its products to the
/// pool it is called from, and products this small lose by being shared.
fn run_on_threads(n_threads: usize, work: &(dyn Fn() -> Result<(), Error> + Sync)) -> Result<(), Error> {
    let pools = (0..n_threads)
        .map(|_| rayon::ThreadPoolBuilder::new().num_threads(1).build())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Error::Threads { reason: error.to_string() })?;
    std::thread::scope(|scope| {
        let workers: Vec<_> = pools.iter().map(|pool| scope.spawn(move || pool.install(work))).collect();
        let mut first = Ok(());
        for worker in workers {
            let outcome = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            first = first.and(outcome);
        }
        first
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_every_item_once_and_keep_to_their_size() {
        let ids: Vec<Vec<u32>> = (0..200).map(|i| vec![1; 1 + i * 37 % 61]).collect();
        let batches = batches_of(&ids, 50);
        let mut items: Vec<usize> = batches.iter().flatten().copied().collect();
        items.sort_unstable();
        assert_eq!(items, (0..200).collect::<Vec<_>>(), "every item is in exactly one batch");
        for batch in &batches {
            let n_tokens: usize = batch.iter().map(|item| ids[*item].len()).sum();
            assert!(n_tokens <= 50 || batch.len() == 1, "{} texts with {n_tokens} tokens", batch.len());
        }
    }
}
