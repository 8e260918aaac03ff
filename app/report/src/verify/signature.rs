//! Checks an OpenSSH signature over the tag manifest, without asking who the key belongs to.

use ssh_key::{Algorithm, HashAlg, PublicKey, SshSig};

use crate::payload::NAMESPACE;

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It cannot be read, or uses a kind of key that is not used here.
    Unreadable,
    /// It was made for another purpose.
    Namespace,
    /// It does not hold over these bytes.
    Wrong,
}

impl Flaw {
    /// Id of the sentence that says so.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Unreadable => "verify-signature-unreadable",
            Self::Namespace => "verify-signature-namespace",
            Self::Wrong => "verify-signature-wrong",
        }
    }
}

/// Fingerprint of the key whose signature holds over `signed`.
pub(crate) fn check(armoured: &[u8], signed: &[u8]) -> Result<String, Flaw> {
    let signature = SshSig::from_pem(armoured).map_err(|_| Flaw::Unreadable)?;
    if signature.algorithm() != Algorithm::Ed25519 {
        return Err(Flaw::Unreadable);
    }
    if signature.namespace() != NAMESPACE {
        return Err(Flaw::Namespace);
    }
    let key = PublicKey::from(signature.public_key().clone());
    key.verify(NAMESPACE, signed, &signature).map_err(|_| Flaw::Wrong)?;
    Ok(key.fingerprint(HashAlg::Sha256).to_string())
}
