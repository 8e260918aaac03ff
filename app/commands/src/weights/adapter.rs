//! An adapter that is said to be merged: its two factors for each published tensor, by name.

use parallax_artifact::Survey;
use parallax_weights::{AdapterPart, TensorView};
use parallax_wire::Error;

use crate::error::refuse;

/// An adapter of low rank.
pub(super) struct MergedAdapter<'a> {
    survey: &'a Survey,
    scale: f64,
}

impl<'a> MergedAdapter<'a> {
    /// Checks that it is one whose merge can be repeated.
    pub(super) fn read(survey: &'a Survey) -> Result<Self, Error> {
        let name = survey.name();
        let facts = survey.adapter().ok_or_else(|| refuse(format!("`{name}` is no adapter")))?;
        let (Some(rank), Some(alpha)) = (facts.rank.filter(|rank| *rank > 0), facts.alpha) else {
            return Err(refuse(format!(
                "`{name}`: the adapter names no rank and alpha, without which it cannot be merged"
            )));
        };
        if facts.weight_decomposed || !facts.rank_pattern.is_empty() || !facts.alpha_pattern.is_empty() {
            return Err(refuse(format!(
                "`{name}`: adapters whose rank, alpha or length differs by part are not merged here"
            )));
        }
        let rank = rank as f64;
        let scale = alpha / if facts.rank_stabilised { rank.sqrt() } else { rank };
        if !scale.is_finite() {
            return Err(refuse(format!("`{name}`: the adapter's alpha is {alpha}, which is no scale")));
        }
        Ok(Self { survey, scale })
    }

    /// Its factors for the published tensor of that name; PEFT puts `base_model.model.` before the name of the layer.
    pub(super) fn part(&self, published: &str) -> Option<AdapterPart<'a>> {
        let layer = published.strip_suffix(".weight")?;
        let view = |factor: &str| {
            let prefixes = ["base_model.model.", "base_model.model.model.", "base_model.model.bert.", ""];
            let tensor =
                prefixes.iter().find_map(|prefix| self.survey.tensor(&format!("{prefix}{layer}.{factor}.weight")))?;
            Some(TensorView { dtype: tensor.dtype, shape: &tensor.shape, bytes: self.survey.bytes(tensor) })
        };
        Some(AdapterPart { up: view("lora_B")?, down: view("lora_A")?, scale: self.scale })
    }
}
