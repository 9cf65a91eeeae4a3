//! Keys of publishers: ed25519, the secret half in a PEM file as `openssl genpkey -algorithm ed25519` writes it.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// What a publisher signs with.
pub struct SecretKey(Ed25519KeyPair);

impl SecretKey {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn generate() -> Result<Self> {
        Ed25519KeyPair::generate().map(Self).map_err(|_| Error::Key("no key could be made"))
    }

    /// Reads a PEM file's text: PKCS#8, not encrypted.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_pem(text: &str) -> Result<Self> {
        let refused = || Error::Key("this is no PEM file with a private ed25519 key");
        let inner = text.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).ok_or_else(refused)?;
        let letters: String = inner.split_whitespace().collect();
        let document = STANDARD.decode(letters).map_err(|_| refused())?;
        Ed25519KeyPair::from_pkcs8(&document).map(Self).map_err(|_| refused())
    }

    /// The PEM file's text.
    ///
    /// # Errors
    /// When the key cannot be written.
    pub fn to_pem(&self) -> Result<String> {
        let document = self.0.to_pkcs8v1().map_err(|_| Error::Key("the key cannot be written"))?;
        Ok(format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(document.as_ref())))
    }

    /// The half that everybody may know.
    ///
    /// # Errors
    /// Never with this kind of key.
    pub fn public(&self) -> Result<PublicKey> {
        let bytes = self.0.public_key().as_ref().try_into();
        bytes.map(PublicKey).map_err(|_| Error::Key("the key has no public half"))
    }

    pub(crate) fn sign(&self, message: &str) -> Result<Vec<u8>> {
        let signed = self.0.try_sign(message.as_bytes());
        signed.map(|signature| signature.as_ref().to_vec()).map_err(|_| Error::Key("the key cannot sign"))
    }
}

/// Who a publisher is: 32 bytes, as text in base64.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// What people compare: `SHA256:` and the key's hash in base64, as `ssh-keygen` shows keys.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(self.0)))
    }

    pub(crate) fn verify(&self, message: &str, signature: &[u8]) -> Result<()> {
        let verified = UnparsedPublicKey::new(&ED25519, &self.0).verify(message.as_bytes(), signature);
        verified.map_err(|_| Error::Foreign)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&STANDARD.encode(self.0))
    }
}

impl FromStr for PublicKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = |_| Error::Key("this is no public key");
        let bytes = STANDARD.decode(text).map_err(|_| Error::Key("this is no public key"))?;
        bytes.as_slice().try_into().map(Self).map_err(refused)
    }
}
