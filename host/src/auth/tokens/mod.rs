//! Access tokens: signed with the newest key, accepted from every known one.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm as JwkAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::keys::{KeyAlgorithm, SigningKey};
use crate::clock::random_bytes;
use crate::error::{Error, Result};

/// How long an access token is worth something.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// Says what kind of token it is, so that no other kind passes for it.
const TYPE: &str = "at+jwt";

/// How far a token's beginning may lie ahead: the system's clock may be set back a little.
const SKEW_SECONDS: i64 = 60;

/// No token of ours is longer; longer ones are not even decoded.
const LONGEST: usize = 4096;

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Address of the site that gave it.
    pub iss: String,
    /// For whom: the site's API.
    pub aud: String,
    /// The user's id.
    pub sub: String,
    /// The session's public id.
    pub sid: String,
    /// Its own id.
    pub jti: String,
    /// The user's token epoch at signing; older ones are dead.
    pub epoch: i64,
    /// Signed at, in Unix seconds.
    pub iat: i64,
    /// Worth nothing before.
    pub nbf: i64,
    /// Worth nothing from then on.
    pub exp: i64,
}

/// Whom a new token is for.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The user's id.
    pub user: i64,
    /// The user's token epoch.
    pub epoch: i64,
    /// The session's public id.
    pub session: &'a str,
}

/// Signs and checks access tokens.
pub struct Tokens {
    issuer: String,
    audience: String,
    signing: Pair,
    known: HashMap<String, (Algorithm, DecodingKey)>,
    published: JwkSet,
}

struct Pair {
    kid: String,
    algorithm: Algorithm,
    private: EncodingKey,
}

impl Tokens {
    /// Tokens of the site at `public_url`. The first of `keys` signs, all of them verify.
    ///
    /// # Errors
    /// Internal, when there is no key or one of them is damaged.
    pub fn new(public_url: &str, keys: &[SigningKey]) -> Result<Self> {
        let mut known = HashMap::new();
        let mut published = Vec::new();
        for key in keys {
            let jwk = public_part(key)?;
            let public = DecodingKey::from_jwk(&jwk).map_err(Error::internal)?;
            known.insert(key.kid.clone(), (algorithm(key.algorithm), public));
            published.push(jwk);
        }
        let newest = keys.first().ok_or_else(|| Error::internal("there is no signing key"))?;
        Ok(Self {
            issuer: public_url.to_owned(),
            audience: format!("{public_url}/api"),
            signing: Pair {
                kid: newest.kid.clone(),
                algorithm: algorithm(newest.algorithm),
                private: private_part(newest)?,
            },
            known,
            published: JwkSet { keys: published },
        })
    }

    /// A signed token that begins now.
    ///
    /// # Errors
    /// Internal, when signing fails.
    pub fn sign(&self, subject: Subject<'_>, now: Timestamp) -> Result<String> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: subject.user.to_string(),
            sid: subject.session.to_owned(),
            jti: URL_SAFE_NO_PAD.encode(random_bytes::<16>()),
            epoch: subject.epoch,
            iat: now.as_second(),
            nbf: now.as_second(),
            exp: now.as_second() + LIFETIME.as_secs(),
        };
        let mut header = Header::new(self.signing.algorithm);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.signing.kid.clone());
        jsonwebtoken::encode(&header, &claims, &self.signing.private).map_err(Error::internal)
    }

    /// What a token says, when it is one of ours and worth something now. Whether its session is still alive is
    /// not asked here.
    #[must_use]
    pub fn verify(&self, token: &str, now: Timestamp) -> Option<Claims> {
        if token.len() > LONGEST {
            return None;
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        // The key is looked up by its name and brings its own algorithm; whatever else the header offers is ignored.
        let (algorithm, key) = self.known.get(header.kid.as_deref()?)?;
        if header.alg != *algorithm || header.typ.as_deref() != Some(TYPE) || header.crit.is_some() {
            return None;
        }
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation(*algorithm)).ok()?.claims;
        let now = now.as_second();
        let begun = claims.iat <= now + SKEW_SECONDS && claims.nbf <= now + SKEW_SECONDS;
        (begun && now < claims.exp).then_some(claims)
    }

    /// The public keys, for `/.well-known/jwks.json`.
    #[must_use]
    pub fn published(&self) -> &impl Serialize {
        &self.published
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&[&self.audience]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // The times are compared with the site's clock, not with the system's.
        validation.validate_exp = false;
        validation
    }
}

fn algorithm(of_key: KeyAlgorithm) -> Algorithm {
    match of_key {
        KeyAlgorithm::RS256 => Algorithm::RS256,
    }
}

fn private_part(key: &SigningKey) -> Result<EncodingKey> {
    match key.algorithm {
        KeyAlgorithm::RS256 => EncodingKey::from_rsa_pem(key.private_pem.reveal().as_bytes()),
    }
    .map_err(|_| Error::internal(format!("the signing key {} is damaged", key.kid)))
}

fn public_part(key: &SigningKey) -> Result<Jwk> {
    let mut jwk = Jwk::from_encoding_key(&private_part(key)?, algorithm(key.algorithm)).map_err(Error::internal)?;
    jwk.common.key_id = Some(key.kid.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    jwk.common.key_algorithm = Some(match key.algorithm {
        KeyAlgorithm::RS256 => JwkAlgorithm::RS256,
    });
    Ok(jwk)
}

#[cfg(test)]
mod tests;
