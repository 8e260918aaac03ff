//! The Ed25519 key that signs a bundle, in OpenSSH's format; where it is kept is the caller's business.

use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey};

use crate::Error;

/// An Ed25519 key for one case. It holds no name: the comment that OpenSSH allows is left empty.
pub struct SigningKey(PrivateKey);

impl std::fmt::Debug for SigningKey {
    /// Shows the fingerprint only, so that the secret half never reaches a message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SigningKey").field(&self.fingerprint()).finish()
    }
}

fn broken(reason: ssh_key::Error) -> Error {
    Error::Key { reason: reason.to_string() }
}

impl SigningKey {
    /// A new key from the operating system's randomness.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn generate() -> Result<Self, Error> {
        PrivateKey::random(&mut rand_core::OsRng, Algorithm::Ed25519).map(Self).map_err(broken)
    }

    /// Reads a key from OpenSSH's text format and forgets its comment.
    ///
    /// # Errors
    /// When the text is no such key, the key is not Ed25519 or it is locked with a passphrase.
    pub fn from_openssh(text: &str) -> Result<Self, Error> {
        let mut key = PrivateKey::from_openssh(text).map_err(broken)?;
        if key.is_encrypted() {
            return Err(Error::Key { reason: "it is locked with a passphrase".to_owned() });
        }
        if key.algorithm() != Algorithm::Ed25519 {
            return Err(Error::Key { reason: format!("it is `{}` and not Ed25519", key.algorithm()) });
        }
        key.set_comment("");
        Ok(Self(key))
    }

    /// The key in OpenSSH's text format, secret half included.
    ///
    /// # Errors
    /// When the key cannot be written in that format.
    pub fn to_openssh(&self) -> Result<String, Error> {
        self.0.to_openssh(LineEnding::LF).map(|text| text.to_string()).map_err(broken)
    }

    /// Fingerprint of the public half, `SHA256:…`, as `ssh-keygen` prints it.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    /// A detached signature over `bytes` (OpenSSH's PROTOCOL.sshsig, SHA-512), as armoured text.
    pub(crate) fn sign(&self, namespace: &str, bytes: &[u8]) -> Result<String, Error> {
        let signature = self.0.sign(namespace, HashAlg::Sha512, bytes).map_err(broken)?;
        signature.to_pem(LineEnding::LF).map_err(broken)
    }
}
