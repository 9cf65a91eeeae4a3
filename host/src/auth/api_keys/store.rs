//! The queries of keys.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};
use serde_json::json;

use super::{ApiKey, Fresh};
use crate::auth::store::{json as json_column, moment};
use crate::clock::sql;
use crate::error::Result;
use crate::http::Page;

const COLUMNS: &str = "id, user_id, name, prefix, key_hash, previous_hash, previous_until, scopes, expires_at, \
     last_used_at, created_at, deleted_at";

/// What is chosen of a key.
pub(super) struct NewKey<'a> {
    pub user_id: i64,
    pub name: &'a str,
    pub scopes: &'a [String],
    pub expires_at: Timestamp,
}

fn api_key(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    Ok(ApiKey {
        id: row.get("id")?,
        user_id: row.get("user_id")?,
        name: row.get("name")?,
        prefix: row.get("prefix")?,
        key_hash: row.get("key_hash")?,
        previous_hash: row.get("previous_hash")?,
        previous_until: moment(row, "previous_until")?,
        scopes: json_column(row, "scopes")?,
        expires_at: moment(row, "expires_at")?.unwrap_or_default(),
        last_used_at: moment(row, "last_used_at")?,
        created_at: moment(row, "created_at")?.unwrap_or_default(),
        deleted_at: moment(row, "deleted_at")?,
    })
}

/// Every key that was not revoked.
pub(super) fn all(connection: &Connection) -> Result<Vec<ApiKey>> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM api_keys WHERE deleted_at IS NULL"))?;
    Ok(statement.query_map([], api_key)?.collect::<rusqlite::Result<_>>()?)
}

/// A page of a user's keys, or of everybody's, the newest first; and how many there are.
pub(super) fn list(connection: &Connection, user: Option<i64>, page: Page) -> Result<(Vec<ApiKey>, u64)> {
    const THOSE: &str = "FROM api_keys WHERE deleted_at IS NULL AND (?1 IS NULL OR user_id = ?1)";
    let total: i64 = connection.query_row(&format!("SELECT count(*) {THOSE}"), [user], |row| row.get(0))?;
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} {THOSE} ORDER BY id DESC LIMIT ?2 OFFSET ?3"))?;
    let rows = statement.query_map((user, page.per_page, page.offset()), api_key)?;
    Ok((rows.collect::<rusqlite::Result<_>>()?, total.unsigned_abs()))
}

/// A key, revoked or not.
pub(super) fn read(connection: &Connection, id: i64) -> Result<Option<ApiKey>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM api_keys WHERE id = ?"))?;
    Ok(statement.query_row([id], api_key).optional()?)
}

/// Keeps a new key; its id.
pub(super) fn insert(unit: &Connection, new: &NewKey<'_>, fresh: &Fresh, now: Timestamp) -> Result<i64> {
    unit.prepare_cached(
        "INSERT INTO api_keys (user_id, name, prefix, key_hash, scopes, expires_at, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
    )?
    .execute((
        new.user_id,
        new.name,
        &fresh.prefix,
        &fresh.hash,
        json!(new.scopes).to_string(),
        sql(new.expires_at),
        sql(now),
    ))?;
    Ok(unit.last_insert_rowid())
}

/// Puts another key in its place; the one before works until `until`.
pub(super) fn replace(
    unit: &Connection,
    id: i64,
    fresh: &Fresh,
    until: Timestamp,
    ends: Timestamp,
    now: Timestamp,
) -> Result<()> {
    unit.prepare_cached(
        "UPDATE api_keys SET previous_hash = key_hash, previous_until = ?1, key_hash = ?2, prefix = ?3, \
         expires_at = ?4, updated_at = ?5 WHERE id = ?6",
    )?
    .execute((sql(until), &fresh.hash, &fresh.prefix, sql(ends), sql(now), id))?;
    Ok(())
}

/// Renames it and takes scopes away.
pub(super) fn change(unit: &Connection, id: i64, name: &str, scopes: &[String], now: Timestamp) -> Result<()> {
    unit.prepare_cached("UPDATE api_keys SET name = ?, scopes = ?, updated_at = ? WHERE id = ?")?.execute((
        name,
        json!(scopes).to_string(),
        sql(now),
        id,
    ))?;
    Ok(())
}

/// Revokes it, and the one before.
pub(super) fn revoke(unit: &Connection, id: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached("UPDATE api_keys SET deleted_at = ?1, updated_at = ?1 WHERE id = ?2")?
        .execute((sql(now), id))?;
    Ok(())
}

/// Writes down when it was used.
pub(super) fn note_use(unit: &Connection, id: i64, used: Timestamp, now: Timestamp) -> Result<()> {
    unit.prepare_cached("UPDATE api_keys SET last_used_at = ?, updated_at = ? WHERE id = ?")?.execute((
        sql(used),
        sql(now),
        id,
    ))?;
    Ok(())
}

#[cfg(test)]
/// What is read and written here.
pub(in crate::auth) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::shape;

    let read = shape!(
        "api_keys",
        ApiKey {
            id,
            user_id,
            name,
            prefix,
            key_hash,
            previous_hash,
            previous_until,
            scopes,
            expires_at,
            last_used_at,
            created_at,
            deleted_at,
        }
    );
    let read = read
        .points("user_id", "users ON DELETE CASCADE")
        .check("length(name) BETWEEN 1 AND 100")
        .check("length(key_hash) = 64")
        .check("length(previous_hash) = 64")
        .check("json_type(scopes) = 'array'");
    vec![read]
}
