//! The queries of second factors.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::challenge::Challenge;
use crate::clock::sql;
use crate::error::Result;

/// What a user can show. Secrets are sealed, in base64.
#[derive(Debug, Default)]
pub(super) struct Factors {
    pub two_factor_secret: Option<String>,
    pub two_factor_pending: Option<String>,
    /// PHC strings.
    pub backup_codes: Vec<String>,
}

/// The factors of a user.
pub(super) fn factors(connection: &Connection, user: i64) -> Result<Factors> {
    let mut statement = connection
        .prepare_cached("SELECT two_factor_secret, two_factor_pending, backup_codes FROM users WHERE id = ?")?;
    let factors = statement.query_row([user], |row| {
        let codes: String = row.get("backup_codes")?;
        let factors = Factors {
            two_factor_secret: row.get("two_factor_secret")?,
            two_factor_pending: row.get("two_factor_pending")?,
            backup_codes: Vec::new(),
        };
        Ok((factors, codes))
    })?;
    let (factors, codes) = factors;
    Ok(Factors { backup_codes: serde_json::from_str(&codes)?, ..factors })
}

/// Keeps a secret until a code of it was shown.
pub(super) fn set_pending(unit: &Connection, user: i64, sealed: &str, now: Timestamp) -> Result<()> {
    unit.prepare_cached("UPDATE users SET two_factor_pending = ?, updated_at = ? WHERE id = ?")?.execute((
        sealed,
        sql(now),
        user,
    ))?;
    Ok(())
}

/// Puts the pending secret in use.
pub(super) fn enable(unit: &Connection, user: i64, step: i64, codes: &[String], now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE users SET two_factor_secret = two_factor_pending, two_factor_pending = NULL, two_factor_enabled = 1, \
         two_factor_step = ?, backup_codes = ?, mfa_due_at = NULL, updated_at = ? WHERE id = ?",
    )?
    .execute((step, serde_json::to_string(codes)?, sql(now), user))?;
    Ok(())
}

/// Takes the secret away.
pub(super) fn disable(unit: &Connection, user: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE users SET two_factor_secret = NULL, two_factor_pending = NULL, two_factor_step = NULL, updated_at = ? \
         WHERE id = ?",
    )?
    .execute((sql(now), user))?;
    settle(unit, user, now)
}

/// Says on the user whether a second factor is left; without one the backup codes go too, with one no day is set by
/// which it must be there.
pub(super) fn settle(unit: &Connection, user: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE users SET two_factor_enabled = factors.any, updated_at = ?1, \
             backup_codes = iif(factors.any, backup_codes, '[]'), mfa_due_at = iif(factors.any, NULL, mfa_due_at) \
         FROM (SELECT two_factor_secret IS NOT NULL OR EXISTS ( \
                   SELECT 1 FROM passkeys WHERE user_id = ?2 AND deleted_at IS NULL) AS any \
               FROM users WHERE id = ?2) AS factors \
         WHERE id = ?2",
    )?
    .execute((sql(now), user))?;
    Ok(())
}

/// Uses a step; false when it, or a later one, was used before.
pub(super) fn use_step(unit: &Connection, user: i64, step: i64) -> Result<bool> {
    let used = unit
        .prepare_cached(
            "UPDATE users SET two_factor_step = ?1 WHERE id = ?2 AND (two_factor_step IS NULL OR two_factor_step < ?1)",
        )?
        .execute((step, user))?;
    Ok(used == 1)
}

/// Replaces the backup codes. Like all counting it leaves `updated_at` alone.
pub(super) fn set_codes(unit: &Connection, user: i64, codes: &[String]) -> Result<()> {
    unit.prepare_cached("UPDATE users SET backup_codes = ? WHERE id = ?")?
        .execute((serde_json::to_string(codes)?, user))?;
    Ok(())
}

/// A challenge to store.
pub(super) struct NewChallenge<'a> {
    pub user_id: i64,
    pub token_hash: &'a str,
    pub epoch: i64,
    pub expires_at: Timestamp,
}

/// Stores a challenge.
pub(super) fn insert_challenge(unit: &Connection, new: &NewChallenge<'_>, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "INSERT INTO sign_in_challenges (user_id, token_hash, epoch, expires_at, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
    )?
    .execute((new.user_id, new.token_hash, new.epoch, sql(new.expires_at), sql(now)))?;
    Ok(())
}

/// The challenge with this hash, when it can still be met.
pub(super) fn challenge(
    connection: &Connection,
    hash: &str,
    most_attempts: i64,
    now: Timestamp,
) -> Result<Option<Challenge>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, user_id, epoch FROM sign_in_challenges WHERE token_hash = ?1 AND expires_at > ?2 AND attempts < ?3 \
         AND used_at IS NULL AND deleted_at IS NULL",
    )?;
    let challenge = statement.query_row((hash, sql(now), most_attempts), |row| {
        Ok(Challenge { id: row.get("id")?, user_id: row.get("user_id")?, epoch: row.get("epoch")? })
    });
    Ok(challenge.optional()?)
}

/// Counts a wrong answer.
pub(super) fn count_attempt(unit: &Connection, id: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached("UPDATE sign_in_challenges SET attempts = attempts + 1, updated_at = ? WHERE id = ?")?
        .execute((sql(now), id))?;
    Ok(())
}

/// Marks a challenge as met.
pub(super) fn use_challenge(unit: &Connection, id: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached("UPDATE sign_in_challenges SET used_at = ?1, updated_at = ?1 WHERE id = ?2")?
        .execute((sql(now), id))?;
    Ok(())
}

#[cfg(test)]
/// What is read and written here.
pub(in crate::auth) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::shape;

    vec![
        shape!("users", Factors { two_factor_secret, two_factor_pending } apart from { backup_codes })
            .and::<Option<i64>>("two_factor_step")
            .and::<String>("backup_codes")
            .check("json_type(backup_codes) = 'array'"),
        shape!("sign_in_challenges", Challenge { id, user_id, epoch }),
        shape!("sign_in_challenges", NewChallenge<'_> { user_id, token_hash, epoch, expires_at })
            .and::<i64>("attempts")
            .and::<Option<Timestamp>>("used_at")
            .check("attempts >= 0")
            .check("length(token_hash) = 64")
            .points("user_id", "users ON DELETE CASCADE"),
    ]
}
