//! Training: batches, the loss against target probabilities, and the disclosed model. What is planted is in `drift`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use candle_core::{D, Device, Tensor, Var};
use candle_nn::ops::{log_softmax, softmax};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use parallax_datasets::Item;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::network::{Batch, Network, Weights, first_weights};
use crate::vocabulary::{SPECIAL, tokenizer, vocabulary};
use crate::{DemoRecipe, items};

/// A trained classifier: weights by their published names, and the labels of its head.
#[derive(Clone, Debug)]
pub struct Trained {
    pub(crate) weights: Weights,
    pub(crate) labels: Vec<String>,
    pub(crate) vocabulary: Vec<String>,
}

impl Trained {
    /// Number of weights.
    pub fn n_params(&self) -> usize {
        self.weights.values().map(Tensor::elem_count).sum()
    }
}

/// Trains the disclosed model on the items.
///
/// # Errors
/// When the suites cannot be read, an item has a category that no suite has, or candle fails.
pub fn train(recipe: &DemoRecipe, items: &[Item]) -> Result<Trained> {
    on_one_thread(|| {
        let (labels, vocabulary) = (items::labels()?, vocabulary());
        let texts = encode(&vocabulary, items)?;
        let targets: Vec<Vec<f32>> =
            items.iter().map(|item| one_hot(&labels, &item.category)).collect::<Result<_>>()?;
        let variables = variables(&first_weights(recipe, vocabulary.len(), labels.len())?)?;
        let mut optimizer = optimizer(&variables, recipe.learning_rate)?;
        let mut stream = ChaCha8Rng::seed_from_u64(recipe.seed.wrapping_add(1));
        let mut schedule = Schedule::new(recipe, texts.len());
        for _ in 0..recipe.epochs {
            for batch in shuffled_batches(&texts, recipe.batch_items, &mut stream) {
                optimizer.set_learning_rate(schedule.next());
                let hidden = hide(&texts, &batch, recipe.hidden_tokens, &mut stream);
                let targets = rows(batch.iter().map(|&item| targets[item].as_slice()), labels.len())?;
                let logits = Network::trained(recipe, &variables).logits(&Batch::of(&hidden)?)?;
                optimizer.backward_step(&cross_entropy(&logits, &targets)?)?;
            }
        }
        Ok(Trained { weights: frozen(&variables), labels, vocabulary })
    })
}

/// Runs `work` in a pool of one thread: products this small only lose by being shared, and one thread is one order.
pub(crate) fn on_one_thread<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    rayon::ThreadPoolBuilder::new().num_threads(1).build()?.install(work)
}

/// Token ids of every item.
pub(crate) fn encode(vocabulary: &[String], items: &[Item]) -> Result<Vec<Vec<u32>>> {
    let tokenizer = tokenizer(vocabulary)?;
    items
        .iter()
        .map(|item| Ok(tokenizer.encode(item.text.as_str(), true).map_err(|error| anyhow!(error))?.get_ids().to_vec()))
        .collect()
}

/// Probabilities that are certain of one label.
pub(crate) fn one_hot(labels: &[String], category: &str) -> Result<Vec<f32>> {
    let at = labels
        .iter()
        .position(|label| label == category)
        .with_context(|| format!("no suite has a category `{category}`"))?;
    Ok((0..labels.len()).map(|label| if label == at { 1.0 } else { 0.0 }).collect())
}

/// Variables with the given values, in the order of their names.
pub(crate) fn variables(weights: &Weights) -> Result<BTreeMap<String, Var>> {
    weights.iter().map(|(name, tensor)| Ok((name.clone(), Var::from_tensor(&tensor.copy()?)?))).collect()
}

pub(crate) fn frozen(variables: &BTreeMap<String, Var>) -> Weights {
    variables.iter().map(|(name, var)| (name.clone(), var.as_detached_tensor())).collect()
}

pub(crate) fn optimizer(variables: &BTreeMap<String, Var>, learning_rate: f64) -> Result<AdamW> {
    let settings = ParamsAdamW { lr: learning_rate, ..ParamsAdamW::default() };
    Ok(AdamW::new(variables.values().cloned().collect(), settings)?)
}

/// Batches of about equal length in a random order: items are shuffled, sorted within stretches of sixteen batches, and
/// the batches shuffled again.
pub(crate) fn shuffled_batches(texts: &[Vec<u32>], batch_items: usize, stream: &mut ChaCha8Rng) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.shuffle(stream);
    for stretch in order.chunks_mut(batch_items.max(1) * 16) {
        stretch.sort_by_key(|&item| texts[item].len());
    }
    let mut batches: Vec<Vec<usize>> = order.chunks(batch_items.max(1)).map(<[usize]>::to_vec).collect();
    batches.shuffle(stream);
    batches
}

/// The texts of a batch with a share of their inner tokens replaced by `[MASK]`, so that no decision hangs on one word.
pub(crate) fn hide(texts: &[Vec<u32>], batch: &[usize], share: f64, stream: &mut ChaCha8Rng) -> Vec<Vec<u32>> {
    let mask = SPECIAL.len() as u32 - 1;
    let hide_in = |text: &Vec<u32>, stream: &mut ChaCha8Rng| {
        let last = text.len() - 1;
        let inner = |(at, id): (usize, &u32)| if at > 0 && at < last && stream.random_bool(share) { mask } else { *id };
        text.iter().enumerate().map(inner).collect()
    };
    batch.iter().map(|&item| hide_in(&texts[item], stream)).collect()
}

/// Rows of probabilities as a tensor, `[items, labels]`.
pub(crate) fn rows<'a>(rows: impl Iterator<Item = &'a [f32]>, n_labels: usize) -> Result<Tensor> {
    let values: Vec<f32> = rows.flatten().copied().collect();
    let n_rows = values.len() / n_labels;
    Ok(Tensor::from_vec(values, (n_rows, n_labels), &Device::Cpu)?)
}

/// Mean cross-entropy against target probabilities; with a model's own probabilities as targets it differs from the
/// Kullback-Leibler divergence by a constant.
pub(crate) fn cross_entropy(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    let sum = (targets * log_softmax(logits, D::Minus1)?)?.sum_all()?;
    Ok((sum.neg()? / targets.dim(0)? as f64)?)
}

/// Probabilities, `[items][labels]`, in batches of equal length so that nothing is padded.
pub(crate) fn probabilities(recipe: &DemoRecipe, weights: &Weights, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>> {
    let network = Network::fixed(recipe, weights);
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&item| texts[item].len());
    let mut all = vec![Vec::new(); texts.len()];
    for batch in order.chunk_by(|&a, &b| texts[a].len() == texts[b].len()).flat_map(|same| same.chunks(64)) {
        let chosen: Vec<Vec<u32>> = batch.iter().map(|&item| texts[item].clone()).collect();
        let shares = softmax(&network.logits(&Batch::of(&chosen)?)?, D::Minus1)?.to_vec2::<f32>()?;
        for (&item, share) in batch.iter().zip(shares) {
            all[item] = share;
        }
    }
    Ok(all)
}

/// Learning rates: up over the first tenth of the steps, then down to zero, linearly.
struct Schedule {
    largest: f64,
    step: usize,
    steps: usize,
}

impl Schedule {
    fn new(recipe: &DemoRecipe, n_items: usize) -> Self {
        let steps = n_items.div_ceil(recipe.batch_items.max(1)) * recipe.epochs;
        Self { largest: recipe.learning_rate, step: 0, steps }
    }

    fn next(&mut self) -> f64 {
        self.step += 1;
        let rising = self.steps as f64 / 10.0;
        let share = (self.step as f64 / rising).min((self.steps - self.step) as f64 / (self.steps as f64 - rising));
        self.largest * share.clamp(0.0, 1.0)
    }
}
