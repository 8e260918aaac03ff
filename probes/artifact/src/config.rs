//! The numbers that shape a BERT encoder, whichever file they came from, and their limits.

use crate::ConfigFault;

/// The function between the two halves of a feed-forward block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `x * Phi(x)` with the exact error function (Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2).
    GeluErf,
    /// The tanh approximation of the same (same paper, section 2).
    GeluTanh,
    /// `max(x, 0)`.
    Relu,
}

/// How one vector is made of a text's token vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// Mean over all tokens, the special ones included.
    Mean,
    /// The first token's vector.
    Cls,
    /// The last token's vector.
    Last,
}

/// The shape of a BERT encoder and what its files say about running it.
#[derive(Clone, Debug, PartialEq)]
pub struct BertConfig {
    /// Width of a hidden state.
    pub hidden_size: usize,
    /// Number of encoder layers.
    pub n_layers: usize,
    /// Attention heads in each layer; divides `hidden_size`.
    pub n_heads: usize,
    /// Width inside a feed-forward block.
    pub intermediate_size: usize,
    /// Rows of the position table: the longest input in tokens.
    pub max_position: usize,
    /// Rows of the token type table.
    pub type_vocab_size: usize,
    /// Rows of the token table.
    pub vocab_size: usize,
    /// Added to the variance in every layer normalisation.
    pub layer_norm_eps: f64,
    /// The activation to compute with. A GGUF does not say; the architecture's published one (`GeluErf`) is given then.
    pub activation: Activation,
    /// The word the file used for the activation; `None` when it is silent.
    pub activation_stated: Option<String>,
    /// Pooling, when a file says which.
    pub pooling: Option<Pooling>,
    /// Whether vectors are scaled to length 1 after pooling, when a file says so or lists all steps without it.
    pub normalize: Option<bool>,
    /// Longest input in tokens after truncation, special tokens included, when a file says so.
    pub max_tokens: Option<usize>,
    /// Whether the tokenizer lower-cases, when a file says so. A GGUF usually does not.
    pub lowercase: Option<bool>,
    /// Whether texts are lower-cased before the tokenizer sees them (`do_lower_case` in `sentence_bert_config.json`).
    pub lowercase_before_tokenizer: bool,
    /// `problem_type` of a classification head, when stated: for example `multi_label_classification`.
    pub problem_type: Option<String>,
}

impl BertConfig {
    /// Refuses numbers that no real model has before anything is computed or allocated from them.
    pub(crate) fn check(&self) -> Result<(), ConfigFault> {
        let limits: [(&'static str, usize, usize); 7] = [
            ("hidden size", self.hidden_size, 65_536),
            ("number of layers", self.n_layers, 1_024),
            ("number of attention heads", self.n_heads, 4_096),
            ("feed-forward size", self.intermediate_size, 1 << 20),
            ("number of positions", self.max_position, 1 << 20),
            ("number of token types", self.type_vocab_size, 1_024),
            ("vocabulary size", self.vocab_size, 1 << 24),
        ];
        for (what, value, most) in limits {
            if value == 0 || value > most {
                return Err(ConfigFault::OutOfRange { what, value, most });
            }
        }
        if !self.hidden_size.is_multiple_of(self.n_heads) {
            return Err(ConfigFault::HeadsDoNotDivide { hidden_size: self.hidden_size, n_heads: self.n_heads });
        }
        if !(self.layer_norm_eps > 0.0 && self.layer_norm_eps < 1.0) {
            return Err(ConfigFault::Epsilon { value: self.layer_norm_eps });
        }
        Ok(())
    }
}
