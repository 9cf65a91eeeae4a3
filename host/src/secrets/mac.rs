//! Codes that nobody makes without the key (HMAC with SHA-256).

use aws_lc_rs::hmac;

/// Bytes of a code.
pub const LENGTH: usize = 32;

/// Makes and checks codes of one purpose: it makes them with the newest version of the key and takes those of all that
/// are kept.
#[derive(Clone)]
pub struct Mac(Vec<hmac::Key>);

impl Mac {
    pub(super) fn new(keys: Vec<hmac::Key>) -> Self {
        Self(keys)
    }

    /// The code of a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; LENGTH] {
        self.all(message).next().unwrap_or_default()
    }

    /// Whether a code is the message's, in a time that tells nothing.
    #[must_use]
    pub fn verify(&self, message: &[u8], code: &[u8]) -> bool {
        self.0.iter().fold(false, |known, key| known | hmac::verify(key, message, code).is_ok())
    }

    /// The message's codes with each version of the key, the newest first.
    pub fn all(&self, message: &[u8]) -> impl Iterator<Item = [u8; LENGTH]> {
        self.0.iter().map(move |key| {
            let mut code = [0; LENGTH];
            code.copy_from_slice(hmac::sign(key, message).as_ref());
            code
        })
    }
}
