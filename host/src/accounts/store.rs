//! The queries of users, set-up links, registrations and changes of addresses.

use jiff::Timestamp;
use magnetiq_contract::text::Locale;
use rusqlite::{Connection, OptionalExtension as _};

#[cfg(test)]
use super::links;
use super::new_user::PreparedUser;
use super::setup::{Link, LinkState};
use crate::auth::{Account, Secret};
use crate::clock::sql;
use crate::error::Result;

/// Whether a user has this address, given in lower case; hidden ones keep theirs.
pub(super) fn is_email_taken(connection: &Connection, email: &str) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM users WHERE email = ?)")?;
    Ok(statement.query_row([email], |row| row.get(0))?)
}

/// The account with this address, given in lower case, unless it is hidden.
pub(super) fn account_by_email(connection: &Connection, email: &str) -> Result<Option<Account>> {
    let mut statement = connection.prepare_cached("SELECT id FROM users WHERE email = ?")?;
    let id = statement.query_row([email], |row| row.get(0)).optional()?;
    id.map_or(Ok(None), |id| Account::read(connection, id))
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

/// Gives a user another password. Access tokens are worth nothing from then on, and failed attempts are forgotten.
pub(super) fn set_password(unit: &Connection, user: i64, hash: &Secret<String>, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE users SET password_hash = ?1, password_changed_at = ?2, token_epoch = token_epoch + 1, \
         failed_login_attempts = 0, locked_until = NULL, updated_at = ?2 WHERE id = ?3",
    )?
    .execute((hash.reveal(), sql(now), user))?;
    Ok(())
}

/// Opens the account of somebody who has accepted their invitation and is signed in by it.
pub(super) fn activate(unit: &Connection, user: i64, name: &str, hash: &Secret<String>, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "UPDATE users SET status = 'active', name = ?1, password_hash = ?2, password_changed_at = ?3, \
         token_epoch = token_epoch + 1, last_login_at = ?3, login_count = login_count + 1, updated_at = ?3 \
         WHERE id = ?4",
    )?
    .execute((name, hash.reveal(), sql(now), user))?;
    Ok(())
}

/// Gives a user another address. Access tokens are worth nothing from then on.
pub(super) fn set_email(unit: &Connection, user: i64, email: &str, now: Timestamp) -> Result<()> {
    unit.prepare_cached("UPDATE users SET email = ?, token_epoch = token_epoch + 1, updated_at = ? WHERE id = ?")?
        .execute((email, sql(now), user))?;
    Ok(())
}

/// What somebody entered who wants an account; the address stands in the link.
pub(super) struct Registration {
    pub(super) name: String,
    pub(super) language: Locale,
    pub(super) password_hash: Secret<String>,
}

/// Keeps a registration until its link is used or runs out.
pub(super) fn insert_registration(unit: &Connection, link: i64, user: &PreparedUser, now: Timestamp) -> Result<()> {
    let hash = user.password_hash.as_ref().map(Secret::reveal);
    unit.prepare_cached(
        "INSERT INTO registrations (link_id, name, language, password_hash, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
    )?
    .execute((link, &user.name, user.language.code(), hash, sql(now)))?;
    Ok(())
}

/// Takes the registration of a link out.
pub(super) fn take_registration(unit: &Connection, link: i64) -> Result<Option<Registration>> {
    let mut statement =
        unit.prepare_cached("DELETE FROM registrations WHERE link_id = ? RETURNING name, language, password_hash")?;
    let registration = statement.query_row([link], |row| {
        let language: String = row.get("language")?;
        Ok(Registration {
            name: row.get("name")?,
            language: Locale::from_code(&language).unwrap_or_default(),
            password_hash: Secret::new(row.get("password_hash")?),
        })
    });
    Ok(registration.optional()?)
}

/// Keeps which two links make a change of an address.
pub(super) fn insert_email_change(unit: &Connection, user: i64, old: i64, new: i64, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "INSERT INTO email_changes (user_id, old_link_id, new_link_id, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?4)",
    )?
    .execute((user, old, new, sql(now)))?;
    Ok(())
}

/// The two links, old address and new, of the change that a link belongs to.
pub(super) fn email_change_of(unit: &Connection, link: i64) -> Result<Option<(i64, i64)>> {
    let mut statement = unit.prepare_cached(
        "SELECT old_link_id, new_link_id FROM email_changes WHERE old_link_id = ?1 OR new_link_id = ?1",
    )?;
    Ok(statement.query_row([link], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

#[cfg(test)]
/// What is read and written here.
pub(crate) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::{Shape, shape};

    let mut shapes = links::shapes();
    shapes.extend([
        shape!("registrations", Registration { name, language, password_hash })
            .and::<i64>("link_id")
            .points("link_id", "account_links ON DELETE CASCADE"),
        Shape::empty("email_changes")
            .and::<i64>("user_id")
            .and::<i64>("old_link_id")
            .and::<i64>("new_link_id")
            .points("user_id", "users ON DELETE CASCADE")
            .points("old_link_id", "account_links ON DELETE CASCADE")
            .points("new_link_id", "account_links ON DELETE CASCADE"),
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
    ]);
    shapes
}
