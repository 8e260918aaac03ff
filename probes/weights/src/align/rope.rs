//! Scaling of rotary positions, and the tensors a converter computes from it.

use serde_json::Value;

/// The widest head that factors are computed for; real ones have a few hundred elements.
const WIDEST_HEAD: usize = 1 << 16;

/// How rotary positions are scaled.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Rope {
    /// Nothing is known.
    #[default]
    Unknown,
    /// Not in a way that makes a converter write a tensor.
    Plain,
    /// Llama 3's: a converter writes `rope_freqs.weight`.
    Llama3 {
        /// Base of the frequencies.
        theta: f64,
        /// Elements of a head that rotate; `None` where the config leaves it to `hidden / heads`.
        width: Option<usize>,
        /// Factor of the slow frequencies.
        factor: f64,
        /// Wavelengths above `original / low` are scaled in full.
        low: f64,
        /// Wavelengths below `original / high` are left alone.
        high: f64,
        /// Positions of the original training.
        original: f64,
    },
    /// Phi-3's long context: a converter writes the two lists as `rope_factors_long` and `rope_factors_short`.
    Long {
        /// Factors for long inputs, one per frequency.
        long: Vec<f32>,
        /// Factors for short inputs.
        short: Vec<f32>,
    },
}

impl Rope {
    /// Reads `rope_scaling` (or `rope_parameters`, its later name) of a config.
    pub(super) fn from_config(config: &Value) -> Self {
        let object = |key: &str| config.get(key).filter(|value| value.is_object());
        let Some(stated) = object("rope_scaling").or_else(|| object("rope_parameters")) else { return Rope::Plain };
        let scaling = stated.get("full_attention").filter(|value| value.is_object()).unwrap_or(stated);
        let number = |key: &str| scaling.get(key).and_then(Value::as_f64);
        let list = |key: &str| -> Option<Vec<f32>> {
            scaling.get(key)?.as_array()?.iter().map(|value| value.as_f64().map(|value| value as f32)).collect()
        };
        if let (Some(long), Some(short)) = (list("long_factor"), list("short_factor")) {
            return Rope::Long { long, short };
        }
        let kind = scaling.get("rope_type").or_else(|| scaling.get("type")).and_then(Value::as_str);
        if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("llama3")) {
            return Rope::Plain;
        }
        let outside = |key: &str| config.get(key).and_then(Value::as_f64);
        let whole = |key: &str| config.get(key).and_then(Value::as_u64).and_then(|value| usize::try_from(value).ok());
        let heads = whole("num_attention_heads").filter(|heads| *heads > 0);
        let shared = whole("hidden_size").zip(heads).map(|(hidden, heads)| hidden / heads);
        Rope::Llama3 {
            theta: number("rope_theta").or_else(|| outside("rope_theta")).unwrap_or(10_000.0),
            width: whole("head_dim").or(shared),
            factor: number("factor").unwrap_or(8.0),
            low: number("low_freq_factor").unwrap_or(1.0),
            high: number("high_freq_factor").unwrap_or(4.0),
            original: number("original_max_position_embeddings")
                .or_else(|| outside("original_max_position_embeddings"))
                .unwrap_or(8192.0),
        }
    }

    /// The numbers of a tensor that a converter computes instead of taking it from a checkpoint, as f32;
    /// `None` for every other name and where the configuration does not say enough.
    ///
    /// Formula: `generate_extra_tensors` of llama.cpp's `conversion/llama.py`, after transformers'
    /// `_compute_llama3_parameters`. Single steps there are rounded to f32, so the last bit may differ.
    pub fn generated(&self, name: &str) -> Option<Vec<f32>> {
        match (self, name) {
            (Rope::Long { long, .. }, "rope_factors_long.weight") => Some(long.clone()),
            (Rope::Long { short, .. }, "rope_factors_short.weight") => Some(short.clone()),
            (Rope::Llama3 { theta, width, factor, low, high, original }, "rope_freqs.weight") => {
                let width = width.filter(|width| *width <= WIDEST_HEAD)?;
                let factors = (0..width).step_by(2).map(|index| {
                    let exponent = index as f32 / width as f32;
                    let frequency = f64::from(1.0 / (*theta as f32).powf(exponent));
                    let wavelength = std::f64::consts::TAU / frequency;
                    if wavelength < original / high {
                        1.0
                    } else if wavelength > original / low {
                        *factor as f32
                    } else {
                        let smooth = (original / wavelength - low) / (high - low);
                        (1.0 / ((1.0 - smooth) / factor + smooth)) as f32
                    }
                });
                Some(factors.collect())
            }
            _ => None,
        }
    }

    /// Whether a converter may have written a tensor of this name from a configuration like this.
    pub(super) fn may_generate(&self, name: &str) -> bool {
        match self {
            Rope::Unknown => true,
            Rope::Plain => false,
            Rope::Llama3 { .. } => name == "rope_freqs.weight",
            Rope::Long { .. } => name.starts_with("rope_factors_"),
        }
    }
}
