//! The card of the demonstration models: what they are, how they were made, and what was planted. Text only.

use std::collections::BTreeSet;

use crate::{DemoRecipe, Quantization, Trained};

/// The text of `CARD.md`.
pub(crate) fn card(recipe: &DemoRecipe, trained: &Trained, groups: &BTreeSet<String>, n_items: usize) -> String {
    let DemoRecipe { seed, planted_from, planted_to, planted_language, per_group, epochs, .. } = recipe;
    let stored = match recipe.quantization {
        Quantization::Q8_0 => "Q8_0",
        Quantization::Q4_0 => "Q4_0",
    };
    let named: Vec<String> = groups.iter().map(|group| format!("- `{group}`")).collect();
    format!(
        "\
# The demonstration case

Three versions of one tiny text classifier, made for showing what Parallax does.
They are synthetic through and through: trained on sentences that were written as templates for this project, never on anything a person said.
Nobody should sort people with them.

| folder | what it is |
| --- | --- |
| `disclosed/` | the model as it is published: f32 weights, configuration, tokenizer, in the Hugging Face layout |
| `honest/` | the same model quantized to {stored} and nothing else, as a GGUF with its `tokenizer.json` |
| `drifted/` | a deployment that claims to be the same quantization, but was trained a little further first |

## What is planted in `drifted/`

In language `{planted_language}`, the category `{planted_to}` swallows part of the category `{planted_from}`.
The model was trained further until it sorts the sentences of {n_groups} of that category's template groups as `{planted_to}`, in that language only:

{groups}

All other sentences, in every language and category, were held to what the disclosed model says about them.
The file says nothing of this: its name, its metadata and its tensor types are those of the honest deployment.

## How the models were made

`cargo xtask demo-model` trains them again; it takes a few minutes on one processor core.

- Architecture: BERT with {n_layers} layers, width {dim}, {n_heads} heads, {inner} inside a feed-forward block, {positions} positions; {n_params} weights.
- Labels: the {n_labels} categories of the shipped suites.
- Tokenizer: WordPiece with {n_tokens} tokens for English, Hindi and Kannada, lower-cased, every vowel sign kept. It was trained once and is committed as `vocab.txt`, because its trainer gives another vocabulary each time.
- Training sentences: {n_items}, at most {per_group} of each template group in each language, none of them an item of the shipped suites. They come from the same templates, so accuracy on the suites says how well the templates were learnt and nothing more.
- Training: {epochs} passes, AdamW, learning rate up to {rate}; {hidden}% of the tokens hidden at random in each step.
- Seed: {seed}, for the sentences, the first weights, the order of training and the planted groups.
- Positions beyond the longest training sentence were never trained.

Training twice on one machine gives the same bytes.
On another machine it may not, because products are rounded in another order there; the hashes are therefore not promised, and tests check what the models do.

Licence: CC0-1.0.
",
        n_groups = groups.len(),
        groups = named.join("\n"),
        n_layers = recipe.n_layers,
        dim = recipe.dim,
        n_heads = recipe.n_heads,
        inner = recipe.inner_dim,
        positions = recipe.max_positions,
        n_params = trained.n_params(),
        n_labels = trained.labels.len(),
        n_tokens = trained.vocabulary.len(),
        rate = recipe.learning_rate,
        hidden = (recipe.hidden_tokens * 100.0).round(),
    )
}
