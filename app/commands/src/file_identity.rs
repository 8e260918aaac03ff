//! A variant's files as they cross processes.

use parallax_artifact::ArtifactFile;
use parallax_wire::FileIdentity;

/// Every file with its role, size in bytes and SHA-256.
pub(crate) fn file_identities(files: &[ArtifactFile]) -> Vec<FileIdentity> {
    let identity = |file: &ArtifactFile| FileIdentity {
        role: file.role.as_str().to_owned(),
        name: file.name.clone(),
        format: file.format.to_owned(),
        size: file.size,
        sha256: file.sha256.clone(),
    };
    files.iter().map(identity).collect()
}
