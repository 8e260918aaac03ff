//! Which sentences are trained on, and which groups are planted. No tokens and no weights.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use parallax_datasets::templates::Templates;
use parallax_datasets::{Item, Suite};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::DemoRecipe;

/// Training sentences: from every group of every shipped suite, up to `per_group` in each language, never a shipped item.
///
/// # Errors
/// When a suite cannot be read, or a group has no sentence besides its shipped ones.
pub fn training_items(recipe: &DemoRecipe) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for (position, suite) in parallax_datasets::shipped()?.iter().enumerate() {
        let templates = Templates::shipped(&suite.id)?;
        let shipped: BTreeSet<&str> = suite.items.iter().map(|item| item.text.as_str()).collect();
        let mut stream = ChaCha8Rng::seed_from_u64(recipe.seed.wrapping_mul(1000).wrapping_add(position as u64));
        for group in templates.groups() {
            let category =
                group.split_once('/').map(|(category, _)| category.to_owned()).context("a group names its category")?;
            for language in templates.languages() {
                let mut sentences = templates.sentences(&group, &language);
                sentences.retain(|sentence| !shipped.contains(sentence.as_str()));
                ensure!(
                    !sentences.is_empty(),
                    "group `{group}` has no sentence in `{language}` besides its shipped ones"
                );
                sentences.shuffle(&mut stream);
                sentences.truncate(recipe.per_group);
                items.extend(sentences.into_iter().enumerate().map(|(number, text)| Item {
                    id: format!("train/{group}/{language}/{}", number + 1),
                    text,
                    language: language.clone(),
                    category: category.clone(),
                    group: Some(group.clone()),
                }));
            }
        }
    }
    Ok(items)
}

/// Ids of the groups whose sentences the drifted deployment moves, drawn with the recipe's seed.
///
/// # Errors
/// When the category has fewer groups than the recipe plants.
pub fn planted_groups(recipe: &DemoRecipe, items: &[Item]) -> Result<BTreeSet<String>> {
    let groups: BTreeSet<&String> = items
        .iter()
        .filter(|item| item.category == recipe.planted_from && item.language == recipe.planted_language)
        .filter_map(|item| item.group.as_ref())
        .collect();
    ensure!(
        groups.len() >= recipe.planted_groups && recipe.planted_groups > 0,
        "category `{}` has {} groups in `{}`, and {} are to be planted",
        recipe.planted_from,
        groups.len(),
        recipe.planted_language,
        recipe.planted_groups
    );
    let mut groups: Vec<&String> = groups.into_iter().collect();
    groups.shuffle(&mut ChaCha8Rng::seed_from_u64(recipe.seed ^ 0x9e37_79b9_7f4a_7c15));
    Ok(groups.into_iter().take(recipe.planted_groups).cloned().collect())
}

/// The categories of all shipped suites, in order: the labels of the classification head.
pub(crate) fn labels() -> Result<Vec<String>> {
    let suites = parallax_datasets::shipped()?;
    let ids = |suite: &Suite| suite.categories.iter().map(|category| category.id.clone()).collect::<Vec<_>>();
    Ok(suites.iter().flat_map(ids).collect())
}
