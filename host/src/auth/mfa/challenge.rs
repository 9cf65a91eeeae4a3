//! The moment between the password and the second factor.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::store::{self, NewChallenge};
use crate::auth::account::Account;
use crate::auth::secret::Secret;
use crate::auth::sessions;
use crate::clock::random_bytes;
use crate::error::Result;
use crate::store::Connection;

/// How long there is to show a second factor.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// Wrong codes before the password must be shown again.
const MOST_ATTEMPTS: i64 = 5;

/// A way to show a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Six digits of an app.
    Totp,
    /// A code on paper.
    BackupCode,
}

/// What somebody gets who knew the password and has yet to show a second factor.
#[derive(Debug)]
pub struct Asked {
    /// For the next request.
    pub token: Secret<String>,
    /// What may be shown.
    pub methods: Vec<Method>,
    /// Seconds.
    pub expires_in: i64,
}

/// A challenge that can still be met.
pub(super) struct Challenge {
    pub id: i64,
    pub user_id: i64,
    pub epoch: i64,
}

/// Asks for a second factor.
///
/// # Errors
/// The store's.
pub fn ask(unit: &Connection, account: &Account, now: Timestamp) -> Result<Asked> {
    let token = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
    let token_hash = sessions::hash(&token);
    let expires_at = now + LIFETIME;
    let new = NewChallenge { user_id: account.id, token_hash: &token_hash, epoch: account.token_epoch, expires_at };
    store::insert_challenge(unit, &new, now)?;
    let mut methods = vec![Method::Totp];
    if !store::factors(unit, account.id)?.backup_codes.is_empty() {
        methods.push(Method::BackupCode);
    }
    Ok(Asked { token: Secret::new(token), methods, expires_in: LIFETIME.as_secs() })
}

/// The challenge of a token and the account that it is about; none when it is over, or the account has changed so that
/// the password must be shown again.
///
/// # Errors
/// The store's.
pub(super) fn find(connection: &Connection, token: &str, now: Timestamp) -> Result<Option<(Challenge, Account)>> {
    let Some(challenge) = store::challenge(connection, &sessions::hash(token), MOST_ATTEMPTS, now)? else {
        return Ok(None);
    };
    let account = Account::read(connection, challenge.user_id)?;
    Ok(account.filter(|account| account.token_epoch == challenge.epoch).map(|account| (challenge, account)))
}
