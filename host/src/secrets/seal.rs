//! Sealing: XChaCha20-Poly1305, whose nonces are long enough to be drawn by chance.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};

use super::key_file::LENGTH;
use crate::clock::random_bytes;
use crate::error::{Error, Result};

/// Bytes of a nonce.
const XNONCE: usize = 24;

/// Seals with one version of the key: version, nonce, ciphertext and tag.
pub struct Seal(XChaCha20Poly1305);

impl Seal {
    pub fn new(key: &[u8; LENGTH]) -> Self {
        Self(XChaCha20Poly1305::new(&(*key).into()))
    }

    pub fn seal(&self, version: u8, place: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = random_bytes::<XNONCE>();
        let payload = Payload { msg: plain, aad: &bound(place, version) };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).map_err(Error::internal)?;
        Ok([&[version], nonce.as_slice(), &sealed].concat())
    }

    pub fn unseal(&self, version: u8, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (first, rest) = sealed.split_first().filter(|(first, _)| **first == version)?;
        let (nonce, sealed) = rest.split_first_chunk::<XNONCE>()?;
        let payload = Payload { msg: sealed, aad: &bound(place, *first) };
        self.0.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

/// What a sealed value is bound to: its place and the version of its key.
fn bound(place: &str, version: u8) -> Vec<u8> {
    [place.as_bytes(), &[0, version]].concat()
}

/// Opens what was sealed before there were versions: AES-256-GCM with the bytes of the file, nonce in front.
pub struct FirstSeal(RandomizedNonceKey);

impl FirstSeal {
    pub fn new(key: &[u8; LENGTH]) -> Result<Self> {
        RandomizedNonceKey::new(&AES_256_GCM, key).map(Self).map_err(Error::internal)
    }

    pub fn unseal(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(place), &mut sealed).ok()?;
        Some(plain.to_vec())
    }

    #[cfg(test)]
    pub fn seal(&self, place: &str, plain: &[u8]) -> Vec<u8> {
        let mut sealed = plain.to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(place), &mut sealed).unwrap();
        [nonce.as_ref().as_slice(), &sealed].concat()
    }
}
