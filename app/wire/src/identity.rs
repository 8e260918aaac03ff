//! What a variant is, whether it can be run or not (`parallax-identity/1`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::FileIdentity;

/// Name of the schema of an identity.
pub const IDENTITY_SCHEMA: &str = "parallax-identity/1";

/// A remark about a file, without saying which variant it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityNote {
    /// What kind of remark, for example `trailing-bytes`.
    pub code: String,
    /// The file.
    pub file: String,
    /// A complete sentence, naming the byte range or the key.
    pub detail: String,
}

/// One tensor of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorIdentity {
    /// Its name.
    pub name: String,
    /// The file that holds it.
    pub file: String,
    /// Its type as stored.
    #[serde(rename = "type")]
    pub stored_type: String,
    /// The narrowest type that holds every one of its numbers, where that is narrower than the stored one.
    pub true_type: Option<String>,
    /// Dimensions, outermost first.
    pub shape: Vec<u64>,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// Where a variant says that it comes from: claimed, and nowhere proved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lineage {
    /// Models that it names as its base.
    pub base_models: Vec<String>,
    /// Licence that its card or its file names.
    pub license: Option<String>,
    /// Name that it gives itself.
    pub name: Option<String>,
    /// Who is said to have quantized it.
    pub quantized_by: Option<String>,
    /// Further claims, by key.
    pub others: BTreeMap<String, String>,
}

/// What a variant is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantIdentity {
    /// `parallax-identity/1`.
    pub schema: String,
    /// Name of the folder or file, without its path.
    pub name: String,
    /// `hugging-face-folder`, `safetensors`, `gguf`, …
    pub format: String,
    /// Architecture as the variant names it.
    pub architecture: Option<String>,
    /// The file type that a GGUF says it has, for example `Q4_K_M`.
    pub file_type: Option<String>,
    /// Why its forward pass cannot be run here; `None` when it can.
    pub cannot_run: Option<String>,
    /// Number of weights; `None` where they cannot be counted.
    pub parameters: Option<u64>,
    /// Weights that one token passes through; less than all of them in a mixture of experts.
    pub active_parameters: Option<u64>,
    /// Why weights are not counted.
    pub not_counted: Option<String>,
    /// Stored tensor types and how many weights have each.
    pub types: BTreeMap<String, u64>,
    /// What it says about its origin.
    pub lineage: Lineage,
    /// Its files.
    pub files: Vec<FileIdentity>,
    /// Files in the folder that do not count.
    pub uncounted: Vec<String>,
    /// Its tensors.
    pub tensors: Vec<TensorIdentity>,
    /// Remarks about its files.
    pub notes: Vec<IdentityNote>,
}
