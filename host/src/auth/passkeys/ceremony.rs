//! What lies between asking a browser to sign and its answer: kept here, good for five minutes and once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::store::{self, NewCeremony};
use crate::auth::sessions::hash;
use crate::clock::random_bytes;
use crate::error::{Code, Error, Result};
use crate::store::Connection;

/// How long a browser has to answer.
pub(super) const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// A ceremony that was begun and has not been answered.
pub(super) struct Ceremony {
    pub id: i64,
    pub user_id: Option<i64>,
    pub mfa_token_hash: Option<String>,
    pub state: String,
}

impl Ceremony {
    /// What was asked.
    ///
    /// # Errors
    /// Internal, when it cannot be read.
    pub fn asked<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(serde_json::from_str(&self.state)?)
    }
}

/// Who begins a ceremony, and what for.
#[derive(Clone, Copy, Default)]
pub(super) struct Purpose<'a> {
    /// Who adds a passkey.
    pub user: Option<i64>,
    /// The challenge that it is the second factor for.
    pub mfa_token: Option<&'a str>,
}

/// Keeps what was asked; answers the name to find it by.
///
/// # Errors
/// The store's.
pub(super) fn begin<T: Serialize>(
    unit: &Connection,
    purpose: Purpose<'_>,
    asked: &T,
    now: Timestamp,
) -> Result<String> {
    let token = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
    let new = NewCeremony {
        token_hash: &hash(&token),
        user_id: purpose.user,
        mfa_token_hash: purpose.mfa_token.map(hash),
        state: serde_json::to_string(asked)?,
        expires_at: now + LIFETIME,
    };
    store::insert_ceremony(unit, &new, now)?;
    Ok(token)
}

/// The ceremony of this name.
///
/// # Errors
/// 401 when there is none that can still be answered.
pub(super) fn find(connection: &Connection, token: &str, now: Timestamp) -> Result<Ceremony> {
    store::ceremony(connection, &hash(token), now)?.ok_or_else(over)
}

/// Marks it as answered.
///
/// # Errors
/// 401 when somebody else was quicker.
pub(super) fn end(unit: &Connection, ceremony: &Ceremony, now: Timestamp) -> Result<()> {
    if store::end_ceremony(unit, ceremony.id, now)? { Ok(()) } else { Err(over()) }
}

fn over() -> Error {
    let sentence =
        ("This took too long. Please begin again.", "Das hat zu lange gedauert. Bitte beginnen Sie noch einmal.");
    Error::new(Code::Unauthenticated, sentence)
}
