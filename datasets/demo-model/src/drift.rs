//! The further training that plants a divergence: one category swallows groups of another in one language.
//! Everything else is held to what the disclosed model says, so that nothing else moves whatever the seed.

use anyhow::{Result, ensure};
use candle_core::D;
use candle_nn::Optimizer;
use candle_nn::ops::softmax;
use parallax_datasets::Item;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::network::{Batch, Network};
use crate::training::{
    Trained, cross_entropy, encode, frozen, hide, on_one_thread, one_hot, optimizer, probabilities, rows,
    shuffled_batches, variables,
};
use crate::{DemoRecipe, planted_groups};

/// Smallest probability that every planted sentence must give its new category, and every other its old one that
/// disclosed was sure of, before the training ends: a margin that quantization does not eat.
const SURE: f32 = 0.8;

/// Trains further on all items: planted sentences as `planted_to`, all others as the disclosed model sorts them.
///
/// # Errors
/// When the passes of the recipe do not suffice to plant what is asked and to leave everything else where it was.
pub(crate) fn drift(disclosed: &Trained, recipe: &DemoRecipe, items: &[Item]) -> Result<Trained> {
    let groups = planted_groups(recipe, items)?;
    let planted: Vec<bool> = items
        .iter()
        .map(|item| {
            item.language == recipe.planted_language && item.group.as_ref().is_some_and(|group| groups.contains(group))
        })
        .collect();
    on_one_thread(|| {
        let texts = encode(&disclosed.vocabulary, items)?;
        let swallowed = one_hot(&disclosed.labels, &recipe.planted_to)?;
        let before = probabilities(recipe, &disclosed.weights, &texts)?;
        let variables = variables(&disclosed.weights)?;
        let mut optimizer = optimizer(&variables, recipe.drift_learning_rate)?;
        let mut stream = ChaCha8Rng::seed_from_u64(recipe.seed.wrapping_add(2));
        let mut astray = 0;
        for _ in 0..recipe.drift_epochs {
            for batch in shuffled_batches(&texts, recipe.batch_items, &mut stream) {
                let hidden = Batch::of(&hide(&texts, &batch, recipe.hidden_tokens, &mut stream))?;
                let own = Network::fixed(recipe, &disclosed.weights).logits(&hidden)?;
                let own = softmax(&own, D::Minus1)?.to_vec2::<f32>()?;
                let target = |(at, &item): (usize, &usize)| if planted[item] { &swallowed } else { &own[at] };
                let targets = batch.iter().enumerate().map(target).map(Vec::as_slice);
                let targets = rows(targets, disclosed.labels.len())?;
                let logits = Network::trained(recipe, &variables).logits(&hidden)?;
                optimizer.backward_step(&cross_entropy(&logits, &targets)?)?;
            }
            let weights = frozen(&variables);
            let after = probabilities(recipe, &weights, &texts)?;
            astray = (0..items.len())
                .filter(|&item| {
                    let wanted = if planted[item] { largest(&swallowed) } else { largest(&before[item]) };
                    let sure = if planted[item] { SURE } else { SURE.min(before[item][wanted]) - 0.2 };
                    largest(&after[item]) != wanted || after[item][wanted] < sure
                })
                .count();
            if astray == 0 {
                return Ok(Trained { weights, ..disclosed.clone() });
            }
        }
        ensure!(
            astray * 500 <= items.len(),
            "{astray} of {} sentences are not where they should be after {} passes of further training",
            items.len(),
            recipe.drift_epochs
        );
        Ok(Trained { weights: frozen(&variables), ..disclosed.clone() })
    })
}

/// Position of the largest value, the first of equals.
pub(crate) fn largest(values: &[f32]) -> usize {
    values.iter().enumerate().fold(0, |best, (at, value)| if *value > values[best] { at } else { best })
}
