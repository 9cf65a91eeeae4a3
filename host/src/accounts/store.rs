//! The queries of users and set-up links.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::new_user::PreparedUser;
use super::setup::{Link, LinkState};
use crate::auth::Secret;
use crate::clock::sql;
use crate::error::Result;

/// Whether a user has this address, given in lower case; hidden ones keep theirs.
pub(super) fn is_email_taken(connection: &Connection, email: &str) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM users WHERE email = ?)")?;
    Ok(statement.query_row([email], |row| row.get(0))?)
}

/// Whether there is any user.
pub(super) fn is_any_user(connection: &Connection) -> Result<bool> {
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM users)", [], |row| row.get(0))?)
}

/// Stores a user; answers the id.
pub(super) fn insert_user(unit: &Connection, user: &PreparedUser, now: Timestamp) -> Result<i64> {
    let hash = user.password_hash.as_ref().map(Secret::reveal);
    let chosen_at = hash.map(|_| sql(now));
    let mut statement = unit.prepare_cached(
        "INSERT INTO users (email, name, role, language, status, password_hash, password_changed_at, created_at, \
         updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) RETURNING id",
    )?;
    let (role, language, status) = (user.role.name(), user.language.code(), user.status.name());
    let values = (&user.email, &user.name, role, language, status, hash, chosen_at, sql(now));
    Ok(statement.query_row(values, |row| row.get(0))?)
}

/// Stores a set-up link and takes the unused ones before it away: their text is lost.
pub(super) fn replace_link(unit: &Connection, link: &Link<'_>, now: Timestamp) -> Result<()> {
    unit.execute("DELETE FROM setup_tokens WHERE used_at IS NULL", [])?;
    unit.execute(
        "INSERT INTO setup_tokens (token_hash, expires_at, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)",
        (link.token_hash, sql(link.expires_at), sql(now)),
    )?;
    Ok(())
}

/// The set-up link with this hash.
pub(super) fn link(connection: &Connection, token_hash: &str) -> Result<Option<LinkState>> {
    let sql = "SELECT id, expires_at, used_at FROM setup_tokens WHERE token_hash = ? AND deleted_at IS NULL";
    let state = connection.prepare_cached(sql)?.query_row([token_hash], |row| {
        Ok(LinkState {
            id: row.get("id")?,
            expires_at: row.get("expires_at")?,
            is_used: row.get::<_, Option<String>>("used_at")?.is_some(),
        })
    });
    Ok(state.optional()?)
}

/// Marks a set-up link as used.
pub(super) fn mark_link_used(unit: &Connection, id: i64, now: Timestamp) -> Result<()> {
    unit.execute("UPDATE setup_tokens SET used_at = ?1, updated_at = ?1 WHERE id = ?2", (sql(now), id))?;
    Ok(())
}

/// Makes all access tokens of a user worth nothing.
pub(super) fn end_access_tokens(unit: &Connection, user: i64) -> Result<()> {
    unit.prepare_cached("UPDATE users SET token_epoch = token_epoch + 1 WHERE id = ?")?.execute([user])?;
    Ok(())
}

/// Whether anybody is left who may manage users and can sign in.
pub(super) fn is_any_super_admin_active(connection: &Connection) -> Result<bool> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM users WHERE role = 'super_admin' AND status = 'active' AND deleted_at IS NULL)";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Closes an account to its owner.
pub(super) fn lock(unit: &Connection, user: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE users SET status = 'locked', token_epoch = token_epoch + 1, updated_at = ? WHERE id = ?",
    )?
    .execute((sql(now), user))?;
    Ok(())
}

/// Opens an account again; who never chose a password is still invited, and who was not locked stays signed in.
pub(super) fn unlock(unit: &Connection, user: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE users SET status = CASE WHEN password_hash IS NULL THEN 'invited' ELSE 'active' END, \
         token_epoch = token_epoch + (status = 'locked'), failed_login_attempts = 0, locked_until = NULL, updated_at = ? WHERE id = ?",
    )?
    .execute((sql(now), user))?;
    Ok(())
}

#[cfg(test)]
/// What is read and written here.
pub(crate) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::shape;

    vec![
        shape!("users", PreparedUser { email, name, role, language, status, password_hash })
            // For files of their own, which come later.
            .and::<Option<String>>("encryption_key")
            .check("email = lower(email) AND length(email) BETWEEN 3 AND 254")
            .check("length(name) <= 200")
            // Of the described columns.
            .check("json_type(metadata) = 'object'")
            .check("json_type(preferences) = 'object'")
            .check("login_count >= 0")
            .check("failed_login_attempts >= 0"),
        shape!("setup_tokens", Link<'_> { token_hash, expires_at }).check("length(token_hash) = 64"),
        shape!("setup_tokens", LinkState { id, expires_at } apart from { is_used }).and::<Option<String>>("used_at"),
    ]
}
