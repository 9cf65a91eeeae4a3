//! The queries of passkeys.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::ceremony::Ceremony;
use super::own::Passkey;
use crate::auth::store::moment;
use crate::clock::sql;
use crate::error::Result;

/// A passkey as it is checked.
pub(super) struct Stored {
    pub id: i64,
    pub user_id: i64,
    pub user_handle: String,
    pub credential: String,
}

const STORED: &str = "SELECT id, user_id, user_handle, credential FROM passkeys WHERE deleted_at IS NULL";

/// The passkey with this id of its own.
pub(super) fn by_credential(connection: &Connection, credential_id: &str) -> Result<Option<Stored>> {
    let mut statement = connection.prepare_cached(&format!("{STORED} AND credential_id = ?"))?;
    Ok(statement.query_row([credential_id], stored).optional()?)
}

/// All passkeys of a user, as they are checked.
pub(super) fn of_user(connection: &Connection, user: i64) -> Result<Vec<Stored>> {
    let mut statement = connection.prepare_cached(&format!("{STORED} AND user_id = ? ORDER BY id"))?;
    Ok(statement.query_map([user], stored)?.collect::<rusqlite::Result<_>>()?)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        id: row.get("id")?,
        user_id: row.get("user_id")?,
        user_handle: row.get("user_handle")?,
        credential: row.get("credential")?,
    })
}

/// Whether a user has a passkey.
pub(in crate::auth) fn has_any(connection: &Connection, user: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM passkeys WHERE user_id = ? AND deleted_at IS NULL)";
    Ok(connection.prepare_cached(sql)?.query_row([user], |row| row.get(0))?)
}

/// All passkeys of a user, as they are shown.
pub(super) fn list(connection: &Connection, user: i64) -> Result<Vec<Passkey>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, created_at, last_used_at FROM passkeys WHERE user_id = ? AND deleted_at IS NULL ORDER BY id",
    )?;
    let rows = statement.query_map([user], |row| {
        Ok(Passkey {
            id: row.get("id")?,
            name: row.get("name")?,
            created_at: moment(row, "created_at")?.unwrap_or_default(),
            last_used_at: moment(row, "last_used_at")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A passkey to store.
pub(super) struct NewPasskey<'a> {
    pub user_id: i64,
    pub name: &'a str,
    pub credential_id: String,
    pub user_handle: &'a str,
    pub credential: String,
}

/// Stores a passkey; none when its id is known.
pub(super) fn insert(unit: &Connection, new: &NewPasskey<'_>, now: Timestamp) -> Result<Option<i64>> {
    let mut statement = unit.prepare_cached(
        "INSERT INTO passkeys (user_id, name, credential_id, user_handle, credential, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (credential_id) DO NOTHING RETURNING id",
    )?;
    let values = (new.user_id, new.name, &new.credential_id, new.user_handle, &new.credential, sql(now));
    Ok(statement.query_row(values, |row| row.get(0)).optional()?)
}

/// Keeps the counter of a passkey that was used.
pub(super) fn note_use(unit: &Connection, id: i64, credential: &str, now: Timestamp) -> Result<()> {
    unit.prepare_cached("UPDATE passkeys SET credential = ?1, last_used_at = ?2, updated_at = ?2 WHERE id = ?3")?
        .execute((credential, sql(now), id))?;
    Ok(())
}

/// Removes a passkey of a user; its name, when there was one.
pub(super) fn remove(unit: &Connection, user: i64, id: i64) -> Result<Option<String>> {
    let mut statement = unit.prepare_cached("DELETE FROM passkeys WHERE id = ? AND user_id = ? RETURNING name")?;
    Ok(statement.query_row((id, user), |row| row.get(0)).optional()?)
}

/// Removes all passkeys of a user.
pub(in crate::auth) fn remove_all(unit: &Connection, user: i64) -> Result<()> {
    unit.prepare_cached("DELETE FROM passkeys WHERE user_id = ?")?.execute([user])?;
    Ok(())
}

/// A ceremony to store.
pub(super) struct NewCeremony<'a> {
    pub token_hash: &'a str,
    pub user_id: Option<i64>,
    pub mfa_token_hash: Option<String>,
    pub state: String,
    pub expires_at: Timestamp,
}

/// Stores a ceremony.
pub(super) fn insert_ceremony(unit: &Connection, new: &NewCeremony<'_>, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "INSERT INTO passkey_ceremonies (token_hash, user_id, mfa_token_hash, state, expires_at, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
    )?
    .execute((new.token_hash, new.user_id, &new.mfa_token_hash, &new.state, sql(new.expires_at), sql(now)))?;
    Ok(())
}

/// The ceremony with this hash that can still be answered.
pub(super) fn ceremony(connection: &Connection, hash: &str, now: Timestamp) -> Result<Option<Ceremony>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, user_id, mfa_token_hash, state FROM passkey_ceremonies \
         WHERE token_hash = ? AND expires_at > ? AND used_at IS NULL AND deleted_at IS NULL",
    )?;
    let ceremony = statement.query_row((hash, sql(now)), |row| {
        Ok(Ceremony {
            id: row.get("id")?,
            user_id: row.get("user_id")?,
            mfa_token_hash: row.get("mfa_token_hash")?,
            state: row.get("state")?,
        })
    });
    Ok(ceremony.optional()?)
}

/// Marks a ceremony as answered; false when it was.
pub(super) fn end_ceremony(unit: &Connection, id: i64, now: Timestamp) -> Result<bool> {
    let ended = unit
        .prepare_cached(
            "UPDATE passkey_ceremonies SET used_at = ?1, updated_at = ?1 WHERE id = ?2 AND used_at IS NULL",
        )?
        .execute((sql(now), id))?;
    Ok(ended == 1)
}

#[cfg(test)]
/// What is read and written here.
pub(in crate::auth) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::shape;

    vec![
        shape!("passkeys", NewPasskey<'_> { user_id, name, credential_id, user_handle, credential })
            .points("user_id", "users ON DELETE CASCADE")
            .check("length(name) BETWEEN 1 AND 100")
            .check("json_type(credential) = 'object'"),
        shape!("passkeys", Stored { id, user_id, user_handle, credential }),
        shape!("passkeys", Passkey { id, name, created_at, last_used_at }),
        shape!("passkey_ceremonies", NewCeremony<'_> { token_hash, user_id, mfa_token_hash, state, expires_at })
            .points("user_id", "users ON DELETE CASCADE")
            .check("length(token_hash) = 64")
            .check("json_type(state) = 'object'")
            .and::<Option<Timestamp>>("used_at"),
        shape!("passkey_ceremonies", Ceremony { id, user_id, mfa_token_hash, state }),
    ]
}
