//! The further training that plants a divergence: one category swallows groups of another in one language.
//! Everything else is held to what the disclosed model says, so that nothing else moves whatever the seed.

use anyhow::{Context, Result};
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

/// Smallest probability that a planted sentence must give its new category before the training ends: a margin that
/// quantization does not eat.
const SURE: f32 = 0.8;

/// How much probability any other sentence may lose of what disclosed gives its category, counted from [`SURE`] at most.
const LEEWAY: f32 = 0.2;

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
        let mut nearly = None;
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
            let astray: Vec<usize> = (0..items.len())
                .filter(|&item| match planted[item] {
                    true => !holds(&after[item], largest(&swallowed), SURE),
                    false => {
                        let own = largest(&before[item]);
                        !holds(&after[item], own, before[item][own].min(SURE) - LEEWAY)
                    }
                })
                .collect();
            if astray.len() * 3000 <= items.len() {
                return Ok(Trained { weights, ..disclosed.clone() });
            }
            // A sentence or two that disclosed itself is unsure of may stay astray however long the training lasts.
            nearly =
                (astray.len() * 1000 <= items.len() && astray.iter().all(|&item| !planted[item])).then_some(weights);
        }
        let weights = nearly.with_context(|| {
            format!(
                "{} passes of further training did not plant the divergence and leave all else alone",
                recipe.drift_epochs
            )
        })?;
        Ok(Trained { weights, ..disclosed.clone() })
    })
}

/// Whether a label is the likeliest and at least this likely.
fn holds(probabilities: &[f32], label: usize, at_least: f32) -> bool {
    largest(probabilities) == label && probabilities[label] >= at_least
}

/// Position of the largest value, the first of equals.
pub(crate) fn largest(values: &[f32]) -> usize {
    values.iter().enumerate().fold(0, |best, (at, value)| if *value > values[best] { at } else { best })
}
