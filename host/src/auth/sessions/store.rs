//! The queries of sessions: one row for each refresh token.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::list::Seen;
use super::{NewSession, Session};
use crate::auth::live::LiveSession;
use crate::auth::store::moment;
use crate::clock::sql;
use crate::error::Result;

const SESSION: &str = "SELECT id, user_id, token_hash, family, used_at, expires_at, absolute_expires_at, revoked_at, \
     ip_address, user_agent FROM sessions WHERE deleted_at IS NULL";

/// The row of a token.
pub(super) fn by_hash(connection: &Connection, hash: &str) -> Result<Option<Session>> {
    let mut statement = connection.prepare_cached(&format!("{SESSION} AND token_hash = ?"))?;
    Ok(statement.query_row([hash], session).optional()?)
}

/// The row that a token was exchanged for.
pub(super) fn successor_of(connection: &Connection, id: i64) -> Result<Option<Session>> {
    let mut statement = connection.prepare_cached(&format!("{SESSION} AND parent_id = ?"))?;
    Ok(statement.query_row([id], session).optional()?)
}

fn session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get("id")?,
        user_id: row.get("user_id")?,
        token_hash: row.get("token_hash")?,
        family: row.get("family")?,
        used_at: moment(row, "used_at")?,
        expires_at: moment(row, "expires_at")?.unwrap_or_default(),
        absolute_expires_at: moment(row, "absolute_expires_at")?.unwrap_or_default(),
        revoked_at: moment(row, "revoked_at")?,
        ip_address: row.get("ip_address")?,
        user_agent: row.get("user_agent")?,
    })
}

/// Stores a new token's row.
pub(super) fn insert(unit: &Connection, new: &NewSession<'_>, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "INSERT INTO sessions (user_id, token_hash, family, parent_id, expires_at, absolute_expires_at, ip_address, \
         user_agent, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
    )?
    .execute((
        new.user_id,
        new.token_hash,
        new.family,
        new.parent_id,
        sql(new.expires_at),
        sql(new.absolute_expires_at),
        &new.origin.ip_address,
        &new.origin.user_agent,
        sql(now),
    ))?;
    Ok(())
}

/// Marks a token as exchanged.
pub(super) fn mark_used(unit: &Connection, id: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached("UPDATE sessions SET used_at = ?1, updated_at = ?1 WHERE id = ?2")?.execute((sql(now), id))?;
    Ok(())
}

/// Revokes all tokens of a family.
pub(super) fn revoke_family(unit: &Connection, family: &str, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE sessions SET revoked_at = ?1, updated_at = ?1 WHERE family = ?2 AND revoked_at IS NULL",
    )?
    .execute((sql(now), family))?;
    Ok(())
}

/// Revokes all tokens of a user.
pub(super) fn revoke_user(unit: &Connection, user: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE sessions SET revoked_at = ?1, updated_at = ?1 WHERE user_id = ?2 AND revoked_at IS NULL",
    )?
    .execute((sql(now), user))?;
    Ok(())
}

/// Revokes all tokens of a user outside one family.
pub(super) fn revoke_user_but(unit: &Connection, user: i64, family: &str, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE sessions SET revoked_at = ?1, updated_at = ?1 \
         WHERE user_id = ?2 AND family <> ?3 AND revoked_at IS NULL",
    )?
    .execute((sql(now), user, family))?;
    Ok(())
}

/// A user's sessions that have not ended, the last used first. What a session last did stands in its newest row.
pub(super) fn of_user(connection: &Connection, user: i64, now: Timestamp, most: u32) -> Result<Vec<Seen>> {
    let mut statement = connection.prepare_cached(
        "SELECT max(id), family, created_at AS last_used_at, expires_at, ip_address, user_agent,
             (SELECT min(created_at) FROM sessions AS first WHERE first.family = sessions.family) AS created_at
         FROM sessions WHERE user_id = ?1 AND revoked_at IS NULL AND deleted_at IS NULL AND absolute_expires_at > ?2
         GROUP BY family HAVING expires_at > ?2 ORDER BY 1 DESC LIMIT ?3",
    )?;
    let rows = statement.query_map((user, sql(now), most), |row| {
        Ok(Seen {
            id: row.get("family")?,
            current: false,
            created_at: moment(row, "created_at")?.unwrap_or_default(),
            last_used_at: moment(row, "last_used_at")?.unwrap_or_default(),
            expires_at: moment(row, "expires_at")?.unwrap_or_default(),
            ip_address: row.get("ip_address")?,
            user_agent: row.get("user_agent")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether a session is this user's and has not ended.
pub(super) fn is_open(connection: &Connection, user: i64, family: &str, now: Timestamp) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM sessions WHERE family = ? AND user_id = ? AND revoked_at IS NULL
             AND deleted_at IS NULL AND absolute_expires_at > ?)",
    )?;
    Ok(statement.query_row((family, user, sql(now)), |row| row.get(0))?)
}

/// The families that have not ended.
pub(super) fn live(connection: &Connection, now: Timestamp) -> Result<Vec<(String, LiveSession)>> {
    let mut statement = connection.prepare(
        "SELECT family, user_id, MAX(absolute_expires_at) AS ends_at FROM sessions \
         WHERE revoked_at IS NULL AND deleted_at IS NULL AND absolute_expires_at > ? GROUP BY family, user_id",
    )?;
    let rows = statement.query_map([sql(now)], |row| {
        let ends_at = moment(row, "ends_at")?.unwrap_or_default();
        Ok((row.get("family")?, LiveSession { user: row.get("user_id")?, ends_at }))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
/// What is read and written here.
pub(in crate::auth) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::shape;

    let read = shape!(
        "sessions",
        Session {
            id,
            user_id,
            token_hash,
            family,
            used_at,
            expires_at,
            absolute_expires_at,
            revoked_at,
            ip_address,
            user_agent,
        }
    );
    let written = shape!("sessions", NewSession<'_> {
        user_id, token_hash, family, parent_id, expires_at, absolute_expires_at,
    } apart from { origin });
    vec![
        read.points("user_id", "users ON DELETE CASCADE").check("length(token_hash) = 64"),
        written.points("parent_id", "sessions ON DELETE SET NULL").with(crate::auth::store::origin("sessions")),
    ]
}
