//! The keys as they sign, verify and are published.

use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm as JwkAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use super::verified::Memory;
use crate::auth::keys::{self, SigningKey};
use crate::config::TokenAlgorithm;
use crate::error::{Error, Result};

/// All keys, and what they have verified.
pub(super) struct KeySet {
    /// The newest first.
    known: Vec<Known>,
    /// Ends with the set: other keys verify for themselves.
    pub memory: Memory,
}

pub(super) struct Known {
    pub kid: String,
    /// A token of this key is only accepted with it.
    pub algorithm: Algorithm,
    pub private: EncodingKey,
    pub public: DecodingKey,
    signs_from: Timestamp,
    verifies_until: Option<Timestamp>,
    published: Jwk,
}

impl KeySet {
    pub fn new(keys: &[SigningKey]) -> Result<Self> {
        let known = keys.iter().enumerate().map(|(place, key)| Known::new(key, keys::verifies_until(keys, place)));
        Ok(Self { known: known.collect::<Result<_>>()?, memory: Memory::default() })
    }

    /// The key that signs: the newest whose time has come, the oldest when the clock was set back.
    pub fn signer(&self, now: Timestamp) -> Option<&Known> {
        self.known.iter().find(|key| key.signs_from <= now).or_else(|| self.known.last())
    }

    /// The key with this name, unless it is retired.
    pub fn verifier(&self, kid: &str, now: Timestamp) -> Option<&Known> {
        self.alive(now).find(|key| key.kid == kid)
    }

    /// The public keys.
    pub fn published(&self, now: Timestamp) -> Vec<&Jwk> {
        self.alive(now).map(|key| &key.published).collect()
    }

    fn alive(&self, now: Timestamp) -> impl Iterator<Item = &Known> {
        self.known.iter().filter(move |key| key.verifies_until.is_none_or(|until| now < until))
    }
}

impl Known {
    fn new(key: &SigningKey, verifies_until: Option<Timestamp>) -> Result<Self> {
        let published = public_part(key)?;
        Ok(Self {
            kid: key.kid.clone(),
            algorithm: algorithm(key.algorithm),
            private: private_part(key)?,
            public: DecodingKey::from_jwk(&published).map_err(Error::internal)?,
            signs_from: key.signs_from,
            verifies_until,
            published,
        })
    }
}

const fn algorithm(of_key: TokenAlgorithm) -> Algorithm {
    match of_key {
        TokenAlgorithm::RS256 => Algorithm::RS256,
        TokenAlgorithm::EdDSA => Algorithm::EdDSA,
    }
}

pub(super) fn private_part(key: &SigningKey) -> Result<EncodingKey> {
    let pem = key.private_pem.reveal().as_bytes();
    match key.algorithm {
        TokenAlgorithm::RS256 => EncodingKey::from_rsa_pem(pem),
        TokenAlgorithm::EdDSA => EncodingKey::from_ed_pem(pem),
    }
    .map_err(|_| Error::internal(format!("the signing key {} is damaged", key.kid)))
}

pub(super) fn public_part(key: &SigningKey) -> Result<Jwk> {
    let mut jwk = Jwk::from_encoding_key(&private_part(key)?, algorithm(key.algorithm)).map_err(Error::internal)?;
    jwk.common.key_id = Some(key.kid.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    jwk.common.key_algorithm = Some(match key.algorithm {
        TokenAlgorithm::RS256 => JwkAlgorithm::RS256,
        TokenAlgorithm::EdDSA => JwkAlgorithm::EdDSA,
    });
    Ok(jwk)
}
