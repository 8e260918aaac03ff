//! The classifier as a differentiable computation: weights by their published names, and logits from batches.
//! It mirrors what `parallax-model` computes; training needs gradients, which that crate has no use for.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use candle_core::{D, Device, Tensor, Var};
use candle_nn::ops::{layer_norm_slow, softmax};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal};

use crate::DemoRecipe;

/// Added to the variance in every layer normalisation.
pub(crate) const NORM_EPSILON: f32 = 1e-12;

/// Weights by the name they have in a published file.
pub(crate) type Weights = BTreeMap<String, Tensor>;

/// Names and shapes of every tensor, in the order of the names.
pub(crate) fn shapes(recipe: &DemoRecipe, vocab_size: usize, n_labels: usize) -> BTreeMap<String, Vec<usize>> {
    let (dim, inner) = (recipe.dim, recipe.inner_dim);
    let mut shapes = BTreeMap::new();
    let mut dense = |name: String, rows: usize, columns: usize| {
        shapes.insert(format!("{name}.weight"), vec![rows, columns]);
        shapes.insert(format!("{name}.bias"), vec![rows]);
    };
    for layer in 0..recipe.n_layers {
        let at = |part: &str| format!("bert.encoder.layer.{layer}.{part}");
        for part in ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"] {
            dense(at(part), dim, dim);
        }
        dense(at("intermediate.dense"), inner, dim);
        dense(at("output.dense"), dim, inner);
    }
    dense("bert.pooler.dense".into(), dim, dim);
    dense("classifier".into(), n_labels, dim);
    let norms = (0..recipe.n_layers).flat_map(|layer| {
        ["attention.output.LayerNorm", "output.LayerNorm"].map(|part| format!("bert.encoder.layer.{layer}.{part}"))
    });
    for norm in norms.chain(["bert.embeddings.LayerNorm".to_owned()]) {
        shapes.insert(format!("{norm}.weight"), vec![dim]);
        shapes.insert(format!("{norm}.bias"), vec![dim]);
    }
    for (table, rows) in [("word", vocab_size), ("position", recipe.max_positions), ("token_type", 2)] {
        shapes.insert(format!("bert.embeddings.{table}_embeddings.weight"), vec![rows, dim]);
    }
    shapes
}

/// First weights: normal with deviation `1/sqrt(columns)` for matrices and 0.05 for tables, drawn in name order.
pub(crate) fn first_weights(recipe: &DemoRecipe, vocab_size: usize, n_labels: usize) -> Result<Weights> {
    let mut stream = ChaCha8Rng::seed_from_u64(recipe.seed);
    let mut weights = Weights::new();
    for (name, shape) in shapes(recipe, vocab_size, n_labels) {
        let n = shape.iter().product();
        let values: Vec<f32> = if name.contains("LayerNorm") || shape.len() == 1 {
            let constant = if name.ends_with("LayerNorm.weight") { 1.0 } else { 0.0 };
            vec![constant; n]
        } else {
            let deviation = if name.contains("embeddings") { 0.05 } else { 1.0 / (shape[1] as f32).sqrt() };
            Normal::new(0.0, deviation)?.sample_iter(&mut stream).take(n).collect()
        };
        weights.insert(name, Tensor::from_vec(values, shape, &Device::Cpu)?);
    }
    Ok(weights)
}

/// Sentences of one training step, padded to the longest.
pub(crate) struct Batch {
    /// `[items, tokens]`.
    pub(crate) ids: Tensor,
    /// `[items, 1, 1, tokens]`: 0 at tokens, a large negative number at padding.
    pub(crate) mask: Tensor,
}

impl Batch {
    /// Pads ids to the longest of them.
    pub(crate) fn of(texts: &[Vec<u32>]) -> Result<Self> {
        let longest = texts.iter().map(Vec::len).max().unwrap_or(0);
        let (mut ids, mut mask) = (Vec::new(), Vec::new());
        for text in texts {
            let padding = longest - text.len();
            ids.extend(text.iter().copied().chain(std::iter::repeat_n(0, padding)));
            mask.extend(std::iter::repeat_n(0f32, text.len()).chain(std::iter::repeat_n(-1e9, padding)));
        }
        Ok(Self {
            ids: Tensor::from_vec(ids, (texts.len(), longest), &Device::Cpu)?,
            mask: Tensor::from_vec(mask, (texts.len(), 1, 1, longest), &Device::Cpu)?,
        })
    }
}

/// A view of weights that can be run; variables when they are being trained.
pub(crate) struct Network<'a> {
    recipe: &'a DemoRecipe,
    weights: BTreeMap<&'a str, Tensor>,
}

impl<'a> Network<'a> {
    /// Runs fixed weights: no gradients.
    pub(crate) fn fixed(recipe: &'a DemoRecipe, weights: &'a Weights) -> Self {
        Self { recipe, weights: weights.iter().map(|(name, tensor)| (name.as_str(), tensor.clone())).collect() }
    }

    /// Runs variables, so that a loss has gradients.
    pub(crate) fn trained(recipe: &'a DemoRecipe, variables: &'a BTreeMap<String, Var>) -> Self {
        let weights = variables.iter().map(|(name, var)| (name.as_str(), var.as_tensor().clone())).collect();
        Self { recipe, weights }
    }

    fn weight(&self, name: &str) -> Result<&Tensor> {
        self.weights.get(name).with_context(|| format!("no weight is called `{name}`"))
    }

    /// `x W^T + b` over rows.
    fn dense(&self, name: &str, rows: &Tensor) -> Result<Tensor> {
        let product = rows.matmul(&self.weight(&format!("{name}.weight"))?.t()?)?;
        Ok(product.broadcast_add(self.weight(&format!("{name}.bias"))?)?)
    }

    fn norm(&self, name: &str, rows: &Tensor) -> Result<Tensor> {
        let (gain, offset) = (self.weight(&format!("{name}.weight"))?, self.weight(&format!("{name}.bias"))?);
        // The fused normalisation and softmax of candle-nn have no gradient and say nothing of it.
        Ok(layer_norm_slow(rows, gain, offset, NORM_EPSILON)?)
    }

    /// Logits, `[items, labels]`.
    pub(crate) fn logits(&self, batch: &Batch) -> Result<Tensor> {
        let (n_items, n_tokens) = batch.ids.dims2()?;
        let (dim, n_heads) = (self.recipe.dim, self.recipe.n_heads);
        let words =
            self.weight("bert.embeddings.word_embeddings.weight")?.index_select(&batch.ids.flatten_all()?, 0)?;
        let positions = self.weight("bert.embeddings.position_embeddings.weight")?.narrow(0, 0, n_tokens)?;
        let segment = self.weight("bert.embeddings.token_type_embeddings.weight")?.narrow(0, 0, 1)?;
        let places = positions.broadcast_add(&segment)?;
        let rows =
            words.reshape((n_items, n_tokens, dim))?.broadcast_add(&places)?.reshape((n_items * n_tokens, dim))?;
        let mut rows = self.norm("bert.embeddings.LayerNorm", &rows)?;
        for layer in 0..self.recipe.n_layers {
            let at = |part: &str| format!("bert.encoder.layer.{layer}.{part}");
            let heads = |part: &str| -> Result<Tensor> {
                let flat = self.dense(&at(part), &rows)?.reshape((n_items, n_tokens, n_heads, dim / n_heads))?;
                Ok(flat.transpose(1, 2)?.contiguous()?)
            };
            let (query, key) = (heads("attention.self.query")?, heads("attention.self.key")?);
            let scores = (query.matmul(&key.t()?.contiguous()?)? / ((dim / n_heads) as f64).sqrt())?;
            let shares = softmax(&scores.broadcast_add(&batch.mask)?, D::Minus1)?;
            let context = shares.matmul(&heads("attention.self.value")?)?.transpose(1, 2)?.contiguous()?;
            let mixed = self.dense(&at("attention.output.dense"), &context.reshape((n_items * n_tokens, dim))?)?;
            rows = self.norm(&at("attention.output.LayerNorm"), &(mixed + rows)?)?;
            let raised = self.dense(&at("intermediate.dense"), &rows)?.gelu_erf()?;
            rows = self.norm(&at("output.LayerNorm"), &(self.dense(&at("output.dense"), &raised)? + rows)?)?;
        }
        let first = rows.reshape((n_items, n_tokens, dim))?.narrow(1, 0, 1)?.squeeze(1)?;
        self.dense("classifier", &self.dense("bert.pooler.dense", &first.contiguous()?)?.tanh()?)
    }
}
