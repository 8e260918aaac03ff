//! What the written models decide, counted: accuracy by language and flips by language and pair of categories.
//! Plain counts for tests and for the trainer's own report; whether they mean anything is the audit's business.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Context, Result};
use parallax_datasets::Item;
use parallax_model::{Bert, Perturbation, Pooling, RepresentOptions};
use parallax_tokens::Tokenizer;

use crate::drift::largest;

/// Items of one language that one model sorts as `from` and another as `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlipCount {
    /// Language tag.
    pub language: String,
    /// Category of the first model.
    pub from: String,
    /// Category of the second model.
    pub to: String,
    /// Items.
    pub items: usize,
    /// Groups with such an item.
    pub groups: usize,
}

/// The label that a written model's head gives each item.
///
/// # Errors
/// When the model or its tokenizer cannot be read, or it has no head.
pub fn decide(model: &Path, items: &[Item]) -> Result<Vec<String>> {
    let variant = parallax_artifact::open(model)?;
    let tokenizer = Tokenizer::operative(&variant)?;
    let ids: Vec<Vec<u32>> = items.iter().map(|item| Ok(tokenizer.encode(&item.text)?.ids)).collect::<Result<_>>()?;
    let bert = Bert::load(&variant, &Perturbation::None)?;
    let options = RepresentOptions { pooling: Pooling::Cls, threads: 1, batch_tokens: 512 };
    let states = bert.represent(&ids, &options, &|_, _| ControlFlow::Continue(()))?;
    (0..items.len())
        .map(|item| {
            let logits = states.item_logits(item).context("the model has no classification head")?;
            Ok(variant.labels()[largest(logits)].clone())
        })
        .collect()
}

/// Share of each language's items that are sorted as the suite labels them.
pub fn accuracy_by_language(decisions: &[String], items: &[Item]) -> BTreeMap<String, f64> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (decision, item) in decisions.iter().zip(items) {
        let (right, all) = counts.entry(item.language.clone()).or_default();
        *right += usize::from(*decision == item.category);
        *all += 1;
    }
    counts.into_iter().map(|(language, (right, all))| (language, right as f64 / all as f64)).collect()
}

/// Items sorted differently by two models, the most first.
pub fn flip_counts(before: &[String], after: &[String], items: &[Item]) -> Vec<FlipCount> {
    let mut moved: BTreeMap<(&str, &str, &str), Vec<&Item>> = BTreeMap::new();
    for ((before, after), item) in before.iter().zip(after).zip(items) {
        if before != after {
            moved.entry((item.language.as_str(), before, after)).or_default().push(item);
        }
    }
    let mut counts: Vec<FlipCount> = moved
        .into_iter()
        .map(|((language, from, to), items)| FlipCount {
            language: language.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            items: items.len(),
            groups: items.iter().map(|item| item.group.as_deref().unwrap_or(&item.id)).collect::<BTreeSet<_>>().len(),
        })
        .collect();
    counts.sort_by_key(|count| std::cmp::Reverse((count.groups, count.items)));
    counts
}
