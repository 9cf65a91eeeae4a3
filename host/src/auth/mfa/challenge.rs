//! The moment between the password and the second factor.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::store::{self, NewChallenge};
use crate::auth::account::Account;
use crate::auth::secret::Secret;
use crate::auth::{passkeys, sessions};
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
    /// A passkey.
    Passkey,
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
pub(in crate::auth) struct Challenge {
    pub(super) id: i64,
    pub(super) user_id: i64,
    pub(super) epoch: i64,
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
    Ok(Asked { token: Secret::new(token), methods: methods(unit, account.id)?, expires_in: LIFETIME.as_secs() })
}

fn methods(connection: &Connection, user: i64) -> Result<Vec<Method>> {
    let factors = store::factors(connection, user)?;
    let known = [
        (Method::Totp, factors.two_factor_secret.is_some()),
        (Method::BackupCode, !factors.backup_codes.is_empty()),
        (Method::Passkey, passkeys::has_any(connection, user)?),
    ];
    Ok(known.into_iter().filter(|(_, is_there)| *is_there).map(|(method, _)| method).collect())
}

/// The challenge of a token and the account that it is about; none when it is over, or the account has changed so that
/// the password must be shown again.
///
/// # Errors
/// The store's.
pub(in crate::auth) fn find(
    connection: &Connection,
    token: &str,
    now: Timestamp,
) -> Result<Option<(Challenge, Account)>> {
    find_by_hash(connection, &sessions::hash(token), now)
}

/// Marks the challenge of this hash as met by a user who has shown another factor; false when it is not theirs or over.
///
/// # Errors
/// The store's.
pub(in crate::auth) fn meet(unit: &Connection, hash: &str, account: &Account, now: Timestamp) -> Result<bool> {
    match find_by_hash(unit, hash, now)? {
        Some((challenge, asked)) if asked.id == account.id => {
            store::use_challenge(unit, challenge.id, now).map(|()| true)
        }
        _ => Ok(false),
    }
}

fn find_by_hash(connection: &Connection, hash: &str, now: Timestamp) -> Result<Option<(Challenge, Account)>> {
    let Some(challenge) = store::challenge(connection, hash, MOST_ATTEMPTS, now)? else { return Ok(None) };
    let account = Account::read(connection, challenge.user_id)?;
    Ok(account.filter(|account| account.token_epoch == challenge.epoch).map(|account| (challenge, account)))
}
