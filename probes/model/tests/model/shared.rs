//! Finds the shared reference data and reads what several subjects need; compares nothing.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use parallax_artifact::Variant;
use parallax_model::{Bert, Error, Perturbation, Pooling, RepresentOptions, States};

/// A path in the shared data, or `None` after saying what is skipped.
#[expect(clippy::print_stderr, reason = "a skipped test must say so where people look")]
pub(crate) fn shared(relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PARALLAX_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join(relative);
    if path.exists() {
        return Some(path);
    }
    assert!(
        std::env::var("PARALLAX_REQUIRE_SHARED").as_deref() != Ok("1"),
        "shared file {relative} is required but missing"
    );
    eprintln!("skipped: shared file {relative} is missing");
    None
}

pub(crate) fn open(path: &Path) -> Variant {
    parallax_artifact::open(path).expect("the reference models are well formed")
}

pub(crate) fn load(path: &Path) -> Bert {
    Bert::load(&open(path), &Perturbation::None).expect("the reference models are complete")
}

/// Token ids of `texts` of a golden file: a JSON list of lists.
pub(crate) fn token_ids(path: &Path) -> Vec<Vec<u32>> {
    let text = std::fs::read_to_string(path).expect("the file is readable");
    let value: serde_json::Value = serde_json::from_str(&text).expect("the file is JSON");
    let list = value.as_array().cloned().or_else(|| value.get("ids").and_then(|ids| ids.as_array().cloned()));
    list.expect("a list of id lists")
        .iter()
        .map(|ids| ids.as_array().expect("a list of ids").iter().map(|id| id.as_u64().expect("an id") as u32).collect())
        .collect()
}

pub(crate) fn tensors(path: &Path) -> HashMap<String, Tensor> {
    candle_core::safetensors::load(path, &Device::Cpu).expect("the file is a safetensors file")
}

pub(crate) fn values(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().and_then(|flat| flat.to_vec1()).expect("a f32 tensor")
}

/// Represents with settings that matter little.
pub(crate) fn represent(bert: &Bert, ids: &[Vec<u32>], pooling: Pooling) -> Result<States, Error> {
    let options = RepresentOptions { pooling, threads: 2, batch_tokens: 512 };
    bert.represent(ids, &options, &|_, _| ControlFlow::Continue(()))
}

/// Largest absolute difference.
pub(crate) fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len(), "as many values on both sides");
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}
