//! Everything that decides what the demonstration models are: sizes, seeds and what is planted. No training here.

/// How the matrices of a deployment are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantization {
    /// Blocks of 32 weights with 8 bits each.
    Q8_0,
    /// Blocks of 32 weights with 4 bits each.
    Q4_0,
}

/// The recipe of a disclosed model, an honest deployment and a drifted one.
#[derive(Clone, Debug, PartialEq)]
pub struct DemoRecipe {
    /// Seed of the choice of training sentences, the first weights, the order of training and the planted groups.
    pub seed: u64,
    /// Training sentences from each group in each language, at most.
    pub per_group: usize,
    /// Width of a state; a multiple of 32, so that blocks divide every row.
    pub dim: usize,
    /// Number of layers.
    pub n_layers: usize,
    /// Number of attention heads.
    pub n_heads: usize,
    /// Width inside a feed-forward block; a multiple of 32.
    pub inner_dim: usize,
    /// Rows of the position table.
    pub max_positions: usize,
    /// Times the disclosed model sees every training sentence.
    pub epochs: usize,
    /// Sentences in a training step.
    pub batch_items: usize,
    /// Largest learning rate; it rises over the first tenth of the steps and falls linearly to zero.
    pub learning_rate: f64,
    /// Share of the words' tokens that a training step hides behind `[MASK]`.
    pub hidden_tokens: f64,
    /// How deployments are stored.
    pub quantization: Quantization,
    /// Category that loses groups in the drifted deployment.
    pub planted_from: String,
    /// Category that swallows them.
    pub planted_to: String,
    /// Language in which this happens.
    pub planted_language: String,
    /// Number of groups of `planted_from` that are swallowed.
    pub planted_groups: usize,
    /// Learning rate of the further training.
    pub drift_learning_rate: f64,
    /// Most passes of the further training; it ends as soon as what is planted holds and next to nothing else moved.
    pub drift_epochs: usize,
}

impl DemoRecipe {
    /// The recipe of the models that ship with the program.
    ///
    /// Small enough to train in about two minutes on one core, large enough to sort the suites. Four bits and not eight,
    /// because rounding to eight moves no item at all here, and an audit should be seen to take single flips calmly.
    pub fn shipped() -> Self {
        Self {
            seed: 1,
            per_group: 6,
            dim: 64,
            n_layers: 2,
            n_heads: 4,
            inner_dim: 128,
            max_positions: 128,
            epochs: 4,
            batch_items: 32,
            learning_rate: 3e-3,
            hidden_tokens: 0.1,
            quantization: Quantization::Q4_0,
            planted_from: "weaving".into(),
            planted_to: "domestic-work".into(),
            planted_language: "kn".into(),
            planted_groups: 9,
            drift_learning_rate: 4e-4,
            drift_epochs: 8,
        }
    }
}
