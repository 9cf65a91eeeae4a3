//! Keys with which programs act for a user.
//!
//! A key is `mq_` and 256 random bits; its hash alone is stored. It may do what its scopes name and its user may do at
//! that moment, and nothing that concerns accounts: nobody signs in, changes a password or makes a key by a key. It works
//! while its user may sign in, for a year at most.

mod held;
mod operations;
pub mod routes;
mod store;

#[cfg(test)]
pub(super) use store::shapes;

pub use held::{ApiKeys, Holder};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::secret::Secret;
use crate::clock::random_bytes;

const BEGINNING: &str = "mq_";
/// `mq_` and 32 bytes in base64.
const LENGTH: usize = BEGINNING.len() + 43;
/// So much of it is shown.
const SHOWN: usize = BEGINNING.len() + 6;
/// What no key may do, whoever holds it: users, and how they sign in.
const FOR_PEOPLE_ALONE: &str = "users:manage";

/// A key's row.
#[derive(Clone, Debug)]
pub(super) struct ApiKey {
    id: i64,
    user_id: i64,
    name: String,
    prefix: String,
    key_hash: String,
    previous_hash: Option<String>,
    previous_until: Option<Timestamp>,
    scopes: Value,
    expires_at: Timestamp,
    last_used_at: Option<Timestamp>,
    created_at: Timestamp,
    deleted_at: Option<Timestamp>,
}

impl ApiKey {
    fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.as_array().into_iter().flatten().filter_map(Value::as_str)
    }
}

/// A key on its way to its holder.
struct Fresh {
    key: Secret<String>,
    prefix: String,
    hash: String,
}

impl Fresh {
    fn make() -> Self {
        let key = format!("{BEGINNING}{}", URL_SAFE_NO_PAD.encode(random_bytes::<32>()));
        Self { prefix: key[..SHOWN].to_owned(), hash: hex::encode(hash(&key)), key: Secret::new(key) }
    }
}

/// Whether a bearer token is meant as a key.
#[must_use]
pub fn is_key(token: &str) -> bool {
    token.starts_with(BEGINNING)
}

fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}
