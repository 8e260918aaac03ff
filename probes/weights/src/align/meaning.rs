//! What a stored name says about a tensor: its block, its llama.cpp names, and the matrices fused in it.

use parallax_artifact::DType;

use super::{Reason, hugging_face};

/// A stored tensor as both sides list it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The name as stored.
    pub name: &'a str,
    /// Dimensions, outermost first.
    pub shape: &'a [usize],
    /// Storage type.
    pub dtype: DType,
    /// SHA-256 of the stored bytes, where somebody has computed it: equal digests tell which block is which.
    pub digest: Option<[u8; 32]>,
}

impl Named<'_> {
    /// Product of the dimensions.
    pub(super) fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    /// Rows, counting the elements of a vector as rows of one.
    pub(super) fn rows(&self) -> usize {
        match self.shape {
            [] => 1,
            [length] => *length,
            [outer @ .., _] => outer.iter().product(),
        }
    }

    /// Elements in a row, 1 for a vector.
    pub(super) fn columns(&self) -> usize {
        if self.shape.len() < 2 { 1 } else { self.shape[self.shape.len() - 1] }
    }
}

/// One matrix or vector that several files may store together or apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Atom {
    /// llama.cpp's name within the block, with its suffix; of a stack of experts, the stack's name.
    pub part: String,
    /// Which expert of the stack.
    pub expert: Option<usize>,
}

/// The most experts a stack is taken to hold; the largest real ones have a few hundred.
const MOST_EXPERTS: usize = 4096;

/// What one stored name says.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    /// The block it belongs to.
    pub block: Option<usize>,
    /// Names within the block under which the other side may store the same, the likeliest first.
    pub names: Vec<String>,
    /// What is inside, in the order of rows; one atom for most tensors.
    pub atoms: Vec<Atom>,
    /// Why the other side may have nothing of the kind.
    pub absent: Option<Reason>,
}

/// How a side names its tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// llama.cpp's names.
    Gguf,
    /// A checkpoint's names.
    HuggingFace,
}

impl Scheme {
    /// llama.cpp's files have blocks called `blk.` or a token table called `token_embd.weight`.
    pub(super) fn of(tensors: &[Named<'_>]) -> Self {
        let gguf = |tensor: &Named<'_>| tensor.name.starts_with("blk.") || tensor.name == "token_embd.weight";
        if tensors.iter().any(gguf) { Scheme::Gguf } else { Scheme::HuggingFace }
    }

    /// Reads every name of a side.
    pub(super) fn meanings(self, tensors: &[Named<'_>]) -> Vec<Meaning> {
        match self {
            Scheme::Gguf => tensors.iter().map(from_gguf).collect(),
            Scheme::HuggingFace => {
                let style = hugging_face::Style::of(tensors);
                tensors.iter().map(|tensor| hugging_face::meaning(tensor, style)).collect()
            }
        }
    }
}

/// A name of llama.cpp's.
fn from_gguf(tensor: &Named<'_>) -> Meaning {
    let in_block = tensor.name.strip_prefix("blk.").and_then(|rest| {
        let (digits, part) = rest.split_once('.')?;
        Some((layer_number(digits)?, part))
    });
    let (block, part) = in_block.map_or((None, tensor.name), |(block, part)| (Some(block), part));
    let absent = if adapter(tensor.name) {
        Some(Reason::Adapter)
    } else if block.is_none() && (part.starts_with("rope_freqs") || part.starts_with("rope_factors_")) {
        Some(Reason::Generated)
    } else {
        None
    };
    let (stem, suffix) = part.rsplit_once('.').unwrap_or((part, ""));
    // Files of early mixtures store every expert by itself.
    if let Some((kind, expert)) = stem.rsplit_once('.')
        && matches!(kind, "ffn_gate" | "ffn_up" | "ffn_down")
        && let Some(expert) = layer_number(expert)
    {
        let atom = Atom { part: format!("{kind}_exps.{suffix}"), expert: Some(expert) };
        return Meaning { block, names: vec![part.to_owned()], atoms: vec![atom], absent };
    }
    Meaning { block, names: vec![part.to_owned()], atoms: atoms(stem, suffix, tensor), absent }
}

/// The atoms of a tensor by its llama.cpp name: experts of a stack, or the matrices of a fused one.
pub(super) fn atoms(stem: &str, suffix: &str, tensor: &Named<'_>) -> Vec<Atom> {
    let named = |stem: &str, expert| Atom { part: format!("{stem}.{suffix}"), expert };
    let experts = tensor.shape.first().copied().unwrap_or(0);
    let stacked = tensor.shape.len() > 1 && (1..=MOST_EXPERTS).contains(&experts);
    match stem {
        "attn_qkv" => ["attn_q", "attn_k", "attn_v"].iter().map(|stem| named(stem, None)).collect(),
        "ffn_gate_up_exps" if stacked => (0..experts)
            .flat_map(|expert| ["ffn_gate_exps", "ffn_up_exps"].map(|stem| named(stem, Some(expert))))
            .collect(),
        _ if stem.ends_with("_exps") && stacked => (0..experts).map(|expert| named(stem, Some(expert))).collect(),
        _ => vec![named(stem, None)],
    }
}

/// Whether a name belongs to an adapter that was never merged.
pub(super) fn adapter(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["lora_a", "lora_b", "lora_embedding", "lora_magnitude"].iter().any(|word| lower.contains(word))
}

/// A layer number in its one spelling, so that `01` and `1` cannot be two names for one layer.
pub(super) fn layer_number(digits: &str) -> Option<usize> {
    digits.parse::<usize>().ok().filter(|number| number.to_string() == digits)
}
