//! Access tokens: signed with the newest key whose time has come, accepted from every one that is not retired.

mod key_set;
mod verified;

use std::sync::Arc;

use arc_swap::ArcSwap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::key_set::KeySet;
use self::verified::Verified;
use super::keys::SigningKey;
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

/// Signs and checks access tokens. Clones share the keys.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    issuer: String,
    audience: String,
    keys: ArcSwap<KeySet>,
}

impl Tokens {
    /// Tokens of the site at `public_url`, with its keys, the newest first.
    ///
    /// # Errors
    /// Internal, when a key is damaged.
    pub fn new(public_url: &str, keys: &[SigningKey]) -> Result<Self> {
        let keys = ArcSwap::from_pointee(KeySet::new(keys)?);
        let audience = format!("{public_url}/api");
        Ok(Self(Arc::new(Inner { issuer: public_url.to_owned(), audience, keys })))
    }

    /// Signs and checks with other keys from now on, the newest first.
    ///
    /// # Errors
    /// Internal, when a key is damaged.
    pub fn use_keys(&self, keys: &[SigningKey]) -> Result<()> {
        self.0.keys.store(Arc::new(KeySet::new(keys)?));
        Ok(())
    }

    /// A signed token that begins now.
    ///
    /// # Errors
    /// Internal, when signing fails.
    pub fn sign(&self, subject: Subject<'_>, now: Timestamp) -> Result<String> {
        let claims = Claims {
            iss: self.0.issuer.clone(),
            aud: self.0.audience.clone(),
            sub: subject.user.to_string(),
            sid: subject.session.to_owned(),
            jti: URL_SAFE_NO_PAD.encode(random_bytes::<16>()),
            epoch: subject.epoch,
            iat: now.as_second(),
            nbf: now.as_second(),
            exp: now.as_second() + LIFETIME.as_secs(),
        };
        let keys = self.0.keys.load();
        let key = keys.signer(now).ok_or_else(|| Error::internal("there is no signing key"))?;
        let mut header = Header::new(key.algorithm);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.kid.clone());
        jsonwebtoken::encode(&header, &claims, &key.private).map_err(Error::internal)
    }

    /// What a token says, when it is one of ours and worth something now. Whether its session is still alive is
    /// not asked here.
    #[must_use]
    pub fn verify(&self, token: &str, now: Timestamp) -> Option<Arc<Claims>> {
        if token.len() > LONGEST {
            return None;
        }
        let keys = self.0.keys.load();
        let verified = match keys.memory.find(token) {
            // Its key may have been retired since.
            Some(verified) => keys.verifier(&verified.kid, now).map(|_| verified)?,
            None => self.check_signature(&keys, token, now)?,
        };
        let (claims, now) = (&verified.claims, now.as_second());
        let begun = claims.iat <= now + SKEW_SECONDS && claims.nbf <= now + SKEW_SECONDS;
        (begun && now < claims.exp).then(|| Arc::clone(claims))
    }

    fn check_signature(&self, keys: &KeySet, token: &str, now: Timestamp) -> Option<Arc<Verified>> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        // The key is looked up by its name and brings its own algorithm.
        let key = keys.verifier(header.kid.as_deref()?, now)?;
        if header.alg != key.algorithm || header.typ.as_deref() != Some(TYPE) || wants_more(&header) {
            return None;
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &key.public, &self.validation(key.algorithm)).ok()?.claims;
        let verified = Arc::new(Verified { kid: header.kid?, claims: Arc::new(claims) });
        keys.memory.keep(token, &verified);
        Some(verified)
    }

    /// The name of the key that signs now.
    #[must_use]
    pub fn signer(&self, now: Timestamp) -> Option<String> {
        self.0.keys.load().signer(now).map(|key| key.kid.clone())
    }

    /// The public keys as JSON, for `/.well-known/jwks.json`.
    ///
    /// # Errors
    /// Internal.
    pub fn published(&self, now: Timestamp) -> Result<Value> {
        Ok(json!({"keys": self.0.keys.load().published(now)}))
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&[&self.0.audience]);
        validation.set_issuer(&[&self.0.issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // The times are compared with the site's clock, not with the system's.
        validation.validate_exp = false;
        validation
    }
}

/// A header of ours names its key and nothing else: one that brings a key along, says where to fetch it or demands
/// what we do not know was made to try us.
fn wants_more(header: &Header) -> bool {
    let brings_a_key = header.jku.is_some() || header.jwk.is_some() || header.x5u.is_some() || header.x5c.is_some();
    brings_a_key || header.crit.is_some()
}

#[cfg(test)]
mod tests;
