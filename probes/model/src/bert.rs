//! The weights of a BERT and its layers on one batch of packed texts; batching and threads are not here.

use candle_core::{CpuStorage, Device, Storage, Tensor};
use parallax_artifact::{Activation, BertConfig, Variant};
use pulp::Arch;

use crate::arithmetic::{Norm, activate, add_and_normalise, normalise};
use crate::attention::{Scratch, attend};
use crate::perturb::Weights;
use crate::{Error, Perturbation};

/// A dense layer; `weight` is stored transposed, `[in, out]`, which small products prefer.
struct Linear {
    weight: Tensor,
    bias: Vec<f32>,
}

struct Layer {
    /// Queries, keys and values in one product, `[dim, 3 dim]`.
    qkv: Linear,
    attention_output: Linear,
    attention_norm: Norm,
    up: Linear,
    down: Linear,
    output_norm: Norm,
}

/// The classification head of a BertForSequenceClassification.
struct Head {
    /// Dense layer and tanh over the first token; a deployment may have dropped it.
    pooler: Option<Linear>,
    classifier: Linear,
}

/// A BERT encoder in f32, with its classification head where it has one.
pub struct Bert {
    pub(crate) arch: Arch,
    pub(crate) dim: usize,
    pub(crate) n_labels: usize,
    pub(crate) max_positions: usize,
    pub(crate) vocab_size: usize,
    n_heads: usize,
    activation: Activation,
    /// `[vocab, dim]`.
    words: Vec<f32>,
    /// `[positions, dim]`.
    positions: Vec<f32>,
    /// Row 0 of the token types: every text is a first segment.
    segment: Vec<f32>,
    embedding_norm: Norm,
    layers: Vec<Layer>,
    head: Option<Head>,
}

/// Texts one behind the other: what one forward pass works on.
pub(crate) struct Packed<'a> {
    pub(crate) texts: Vec<&'a [u32]>,
}

/// Names of the encoder's and the head's tensors as llama.cpp names them.
pub(crate) fn tensor_names(config: &BertConfig) -> Vec<String> {
    let both = |stem: &str| [format!("{stem}.weight"), format!("{stem}.bias")];
    let mut names: Vec<String> =
        ["token_embd.weight", "position_embd.weight", "token_types.weight"].map(String::from).to_vec();
    names.extend(both("token_embd_norm"));
    for layer in 0..config.n_layers {
        for part in
            ["attn_q", "attn_k", "attn_v", "attn_output", "attn_output_norm", "ffn_up", "ffn_down", "layer_output_norm"]
        {
            names.extend(both(&format!("blk.{layer}.{part}")));
        }
    }
    names.extend(both("cls"));
    names.extend(both("cls.output"));
    names
}

impl Bert {
    /// Loads the weights of a variant as f32 and perturbs them.
    ///
    /// # Errors
    /// A tensor that is missing, has another shape than the configuration says, is stored in a type
    /// that is not supported or holds a value that is not finite.
    pub fn load(variant: &Variant, perturbation: &Perturbation) -> Result<Self, Error> {
        let config = variant.config();
        let (dim, inner) = (config.hidden_size, config.intermediate_size);
        let weights = Weights { variant, perturbation };
        let norm = |stem: &str| -> Result<Norm, Error> {
            Ok(Norm {
                gain: weights.get(&format!("{stem}.weight"), &[dim])?,
                offset: weights.get(&format!("{stem}.bias"), &[dim])?,
                epsilon: config.layer_norm_eps as f32,
            })
        };
        let mut segment = weights.get("token_types.weight", &[config.type_vocab_size, dim])?;
        segment.truncate(dim);
        let layers = (0..config.n_layers)
            .map(|i| {
                Ok(Layer {
                    qkv: fused(
                        &weights,
                        &["attn_q", "attn_k", "attn_v"].map(|part| format!("blk.{i}.{part}")),
                        dim,
                        dim,
                    )?,
                    attention_output: fused(&weights, &[format!("blk.{i}.attn_output")], dim, dim)?,
                    attention_norm: norm(&format!("blk.{i}.attn_output_norm"))?,
                    up: fused(&weights, &[format!("blk.{i}.ffn_up")], inner, dim)?,
                    down: fused(&weights, &[format!("blk.{i}.ffn_down")], dim, inner)?,
                    output_norm: norm(&format!("blk.{i}.layer_output_norm"))?,
                })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let n_labels = variant.labels().len();
        let head = if weights.has("cls.output.weight") && n_labels > 0 {
            let pooler =
                if weights.has("cls.weight") { Some(fused(&weights, &["cls".into()], dim, dim)?) } else { None };
            Some(Head { pooler, classifier: fused(&weights, &["cls.output".into()], n_labels, dim)? })
        } else {
            None
        };
        Ok(Self {
            arch: Arch::new(),
            dim,
            n_labels: if head.is_some() { n_labels } else { 0 },
            max_positions: config.max_position,
            vocab_size: config.vocab_size,
            n_heads: config.n_heads,
            activation: config.activation,
            words: weights.get("token_embd.weight", &[config.vocab_size, dim])?,
            positions: weights.get("position_embd.weight", &[config.max_position, dim])?,
            segment,
            embedding_norm: norm("token_embd_norm")?,
            layers,
            head,
        })
    }

    /// Width of a state.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Number of taps: one after the embedding normalisation and one after every layer.
    pub fn n_taps(&self) -> usize {
        self.layers.len() + 1
    }

    /// Number of labels of the classification head; 0 without one.
    pub fn n_labels(&self) -> usize {
        self.n_labels
    }

    /// Largest number of tokens a text may have.
    pub fn max_positions(&self) -> usize {
        self.max_positions
    }

    /// Runs a batch and hands the states, `[tokens, dim]`, of every tap to `tap`.
    ///
    /// Token ids and lengths must have been checked.
    pub(crate) fn forward(
        &self,
        batch: &Packed<'_>,
        scratch: &mut Scratch,
        mut tap: impl FnMut(usize, &[f32]),
    ) -> Result<(), Error> {
        let mut states = self.embed(batch);
        tap(0, &states);
        for (i, layer) in self.layers.iter().enumerate() {
            states = self.layer(layer, states, batch, scratch)?;
            tap(i + 1, &states);
        }
        Ok(())
    }

    /// Logits, `[texts, labels]`, from the last states of the texts' first tokens, `[texts, dim]`.
    pub(crate) fn classify(&self, first_tokens: Vec<f32>) -> Result<Option<Vec<f32>>, Error> {
        let Some(head) = &self.head else { return Ok(None) };
        let n_rows = first_tokens.len() / self.dim;
        let mut rows = tensor(first_tokens, n_rows)?;
        if let Some(pooler) = &head.pooler {
            let product = rows.matmul(&pooler.weight)?;
            let pooled = with_values(&product, |values| add_bias(values, &pooler.bias, f32::tanh))?;
            rows = tensor(pooled, n_rows)?;
        }
        let product = rows.matmul(&head.classifier.weight)?;
        Ok(Some(with_values(&product, |values| add_bias(values, &head.classifier.bias, |x| x))?))
    }

    fn embed(&self, batch: &Packed<'_>) -> Vec<f32> {
        let row = |at: usize| at * self.dim..(at + 1) * self.dim;
        let mut states = Vec::with_capacity(batch.texts.iter().map(|text| text.len()).sum::<usize>() * self.dim);
        for text in &batch.texts {
            for (position, id) in text.iter().enumerate() {
                let word = &self.words[row(*id as usize)];
                let place = &self.positions[row(position)];
                states.extend(
                    word.iter().zip(&self.segment).zip(place).map(|((word, segment), place)| (word + segment) + place),
                );
            }
        }
        normalise(self.arch, &mut states, &self.embedding_norm);
        states
    }

    fn layer(
        &self,
        layer: &Layer,
        states: Vec<f32>,
        batch: &Packed<'_>,
        scratch: &mut Scratch,
    ) -> Result<Vec<f32>, Error> {
        let n_tokens = states.len() / self.dim;
        let states = tensor(states, n_tokens)?;
        let qkv = states.matmul(&layer.qkv.weight)?;
        let context = with_values(&qkv, |qkv| {
            let mut context = vec![0.0; n_tokens * self.dim];
            let (mut qkv, mut rest) = (qkv, context.as_mut_slice());
            for text in &batch.texts {
                let (mine, others) = qkv.split_at(text.len() * 3 * self.dim);
                let (out, after) = rest.split_at_mut(text.len() * self.dim);
                attend(self.arch, mine, &layer.qkv.bias, self.n_heads, scratch, out);
                (qkv, rest) = (others, after);
            }
            context
        })?;
        let mixed = tensor(context, n_tokens)?.matmul(&layer.attention_output.weight)?;
        let attended = self.close_block(&mixed, &layer.attention_output.bias, &states, &layer.attention_norm)?;
        let attended = tensor(attended, n_tokens)?;
        let raised = attended.matmul(&layer.up.weight)?;
        let active = with_values(&raised, |rows| activate(self.arch, rows, &layer.up.bias, self.activation))?;
        let lowered = tensor(active, n_tokens)?.matmul(&layer.down.weight)?;
        self.close_block(&lowered, &layer.down.bias, &attended, &layer.output_norm)
    }

    /// Adds bias and residual to a block's product and normalises.
    fn close_block(&self, product: &Tensor, bias: &[f32], residual: &Tensor, norm: &Norm) -> Result<Vec<f32>, Error> {
        with_values(residual, |residual| {
            with_values(product, |rows| add_and_normalise(self.arch, rows, bias, residual, norm))
        })?
    }
}

/// Several dense layers of one input side by side, so that one product serves them all.
fn fused(weights: &Weights<'_>, stems: &[String], n_out: usize, n_in: usize) -> Result<Linear, Error> {
    let (mut rows, mut bias) = (Vec::new(), Vec::new());
    for stem in stems {
        rows.extend(weights.get(&format!("{stem}.weight"), &[n_out, n_in])?);
        bias.extend(weights.get(&format!("{stem}.bias"), &[n_out])?);
    }
    let weight = Tensor::from_vec(rows, (n_out * stems.len(), n_in), &Device::Cpu)?.t()?.contiguous()?;
    Ok(Linear { weight, bias })
}

fn tensor(values: Vec<f32>, n_rows: usize) -> Result<Tensor, Error> {
    let n_columns = values.len() / n_rows.max(1);
    Ok(Tensor::from_vec(values, (n_rows, n_columns), &Device::Cpu)?)
}

/// Reads a contiguous tensor's values in place.
fn with_values<T>(tensor: &Tensor, f: impl FnOnce(&[f32]) -> T) -> Result<T, Error> {
    let (storage, layout) = tensor.storage_and_layout();
    let Storage::Cpu(CpuStorage::F32(values)) = &*storage else {
        return Err(candle_core::Error::Msg("a state left the memory of the processor".into()).into());
    };
    let (from, to) =
        layout.contiguous_offsets().ok_or_else(|| candle_core::Error::Msg("a state is not contiguous".into()))?;
    Ok(f(&values[from..to]))
}

fn add_bias(rows: &[f32], bias: &[f32], f: impl Fn(f32) -> f32) -> Vec<f32> {
    rows.chunks_exact(bias.len()).flat_map(|row| row.iter().zip(bias)).map(|(x, b)| f(x + b)).collect()
}
