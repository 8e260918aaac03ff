//! What sealing and verifying a bundle say.

use serde::{Deserialize, Serialize};

/// One file that would leave, for the export preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewFile {
    /// Path inside the bundle.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// The bytes as text; every file of a bundle is text.
    pub content: String,
}

/// What sealing produced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealReply {
    /// Name of the folder.
    pub folder: String,
    /// Fingerprint of the key, `SHA256:…`.
    pub fingerprint: String,
    /// SHA-256 of the signed tag manifest, in hex.
    pub tagmanifest_sha256: String,
    /// Number of files.
    pub files: u64,
}

/// One thing that is wrong with a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BundleProblemKind {
    /// A listed file is not there.
    Missing,
    /// A file is there that no manifest lists.
    Added,
    /// A file's bytes do not match its manifest.
    Changed,
    /// The signature is missing or does not match the tag manifest.
    Signature,
    /// The folder is not shaped as a bundle.
    Shape,
    /// A link, an absolute name or another forbidden entry.
    Forbidden,
}

/// A problem with the file it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleProblem {
    /// What is wrong.
    pub kind: BundleProblemKind,
    /// Path inside the bundle.
    pub path: String,
    /// A complete sentence.
    pub sentence: String,
}

/// What a check of a bundle found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyReply {
    /// True when nothing is wrong.
    pub intact: bool,
    /// Id of the report, where it can be read.
    pub report_id: Option<String>,
    /// Fingerprint of the key that signed, where the signature holds.
    pub fingerprint: Option<String>,
    /// Number of files checked.
    pub files: u64,
    /// Everything that is wrong.
    pub problems: Vec<BundleProblem>,
}
