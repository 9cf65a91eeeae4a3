//! The queries of links.

use jiff::Timestamp;
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{Link, Purpose};
use crate::clock::{parse_sql, sql};
use crate::error::Result;

/// Stores a link; answers the id.
pub(super) fn insert(
    unit: &Connection,
    user: Option<i64>,
    purpose: Purpose,
    email: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<i64> {
    let mut statement = unit.prepare_cached(
        "INSERT INTO account_links (user_id, purpose, email, expires_at, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5) RETURNING id",
    )?;
    Ok(statement.query_row((user, purpose.name(), email, sql(expires_at), sql(now)), |row| row.get(0))?)
}

/// The link with this id.
pub(super) fn by_id(connection: &Connection, id: i64) -> Result<Option<Link>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, user_id, purpose, email, expires_at, used_at, revoked_at FROM account_links \
         WHERE id = ? AND deleted_at IS NULL",
    )?;
    Ok(statement.query_row([id], link).optional()?)
}

fn link(row: &Row<'_>) -> rusqlite::Result<Link> {
    let purpose: String = row.get("purpose")?;
    let unknown = || unreadable(FromSqlError::Other(format!("purpose holds {purpose:?}").into()));
    Ok(Link {
        id: row.get("id")?,
        user_id: row.get("user_id")?,
        purpose: Purpose::from_name(&purpose).ok_or_else(unknown)?,
        email: row.get("email")?,
        expires_at: moment(row, "expires_at")?.unwrap_or_default(),
        used_at: moment(row, "used_at")?,
        revoked_at: moment(row, "revoked_at")?,
    })
}

fn moment(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| parse_sql(&text)).transpose().map_err(unreadable)
}

fn unreadable(cause: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(cause))
}

/// How many links of a purpose are open that were sent to an address.
pub(super) fn count_open(unit: &Connection, purpose: Purpose, email: &str, now: Timestamp) -> Result<i64> {
    let mut statement = unit.prepare_cached(
        "SELECT count(*) FROM account_links WHERE email = ?1 AND purpose = ?2 AND used_at IS NULL \
         AND revoked_at IS NULL AND expires_at > ?3",
    )?;
    Ok(statement.query_row((email, purpose.name(), sql(now)), |row| row.get(0))?)
}

/// How many links of a purpose were sent to an address since a moment.
pub(super) fn count_since(unit: &Connection, purpose: Purpose, email: &str, since: Timestamp) -> Result<i64> {
    let mut statement = unit
        .prepare_cached("SELECT count(*) FROM account_links WHERE email = ?1 AND purpose = ?2 AND created_at > ?3")?;
    Ok(statement.query_row((email, purpose.name(), sql(since)), |row| row.get(0))?)
}

/// Marks a link as used.
pub(super) fn mark_used(unit: &Connection, id: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached("UPDATE account_links SET used_at = ?1, updated_at = ?1 WHERE id = ?2")?
        .execute((sql(now), id))?;
    Ok(())
}

/// Closes the open links of a user.
pub(super) fn revoke(unit: &Connection, user: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE account_links SET revoked_at = ?1, updated_at = ?1 \
         WHERE user_id = ?2 AND used_at IS NULL AND revoked_at IS NULL",
    )?
    .execute((sql(now), user))?;
    Ok(())
}

/// Closes the open links of a purpose that were sent to an address.
pub(super) fn revoke_for(unit: &Connection, purpose: Purpose, email: &str, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE account_links SET revoked_at = ?1, updated_at = ?1 \
         WHERE email = ?2 AND purpose = ?3 AND used_at IS NULL AND revoked_at IS NULL",
    )?
    .execute((sql(now), email, purpose.name()))?;
    Ok(())
}

/// Removes a batch of registrations whose link has run out.
pub(super) fn purge_registrations(unit: &Connection, before: Timestamp, batch: u32) -> Result<()> {
    unit.prepare_cached(
        "DELETE FROM registrations WHERE link_id IN (SELECT id FROM account_links WHERE expires_at <= ?1 \
         AND purpose = 'registration' AND EXISTS (SELECT 1 FROM registrations WHERE link_id = account_links.id) \
         LIMIT ?2)",
    )?
    .execute((sql(before), batch))?;
    Ok(())
}

/// Removes a batch of links that ran out before a moment.
pub(super) fn purge(unit: &Connection, before: Timestamp, batch: u32) -> Result<()> {
    unit.prepare_cached(
        "DELETE FROM account_links WHERE id IN (SELECT id FROM account_links WHERE expires_at <= ?1 LIMIT ?2)",
    )?
    .execute((sql(before), batch))?;
    Ok(())
}

#[cfg(test)]
pub(in crate::accounts) use agreement::shapes;

#[cfg(test)]
mod agreement {
    use super::{Link, Purpose};
    use crate::agreement::shape::{Shape, Stored, shape};

    impl Stored for Purpose {
        const KIND: &'static str = "TEXT";

        fn choices() -> Option<Vec<String>> {
            Some(Self::ALL.into_iter().map(|purpose| purpose.name().to_owned()).collect())
        }
    }

    /// What is read and written here.
    pub(in crate::accounts) fn shapes() -> Vec<Shape> {
        let link = shape!("account_links", Link { id, user_id, purpose, email, expires_at, used_at, revoked_at });
        vec![link.points("user_id", "users ON DELETE CASCADE")]
    }
}
