//! The queries of lockouts: failures by e-mail and network, and who waits until when.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::clock::sql;
use crate::error::Result;

/// Whether an e-mail waits for a network, or for all strange ones.
pub(super) fn is_locked(connection: &Connection, email: &str, network: Option<&str>, now: Timestamp) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM account_lockouts \
         WHERE email = ?1 AND expires_at > ?2 AND ip_address IS ?3 AND deleted_at IS NULL)",
    )?;
    Ok(statement.query_row((email, sql(now), network), |row| row.get(0))?)
}

/// Counts a failure by e-mail and network; answers how many there have been since a moment.
pub(super) fn count(
    unit: &Connection,
    email: &str,
    network: Option<&str>,
    agent: Option<&str>,
    since: Timestamp,
    now: Timestamp,
) -> Result<i64> {
    let now = sql(now);
    let counted = unit
        .prepare_cached(
            "UPDATE login_attempts SET attempt_count = iif(updated_at > ?1, attempt_count + 1, 1), user_agent = ?2, \
             updated_at = ?3 WHERE email = ?4 AND ip_address IS ?5 AND deleted_at IS NULL RETURNING attempt_count",
        )?
        .query_row((sql(since), agent, &now, email, network), |row| row.get(0));
    match counted {
        Err(rusqlite::Error::QueryReturnedNoRows) => {
            unit.prepare_cached(
                "INSERT INTO login_attempts (email, ip_address, user_agent, created_at, updated_at) \
                 VALUES (?1, ?2, ?3, ?4, ?4)",
            )?
            .execute((email, network, agent, &now))?;
            Ok(1)
        }
        counted => Ok(counted?),
    }
}

/// Failures of all networks since a moment.
pub(super) fn count_of_all(connection: &Connection, email: &str, since: Timestamp) -> Result<i64> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(sum(attempt_count), 0) FROM login_attempts \
         WHERE email = ? AND updated_at > ? AND deleted_at IS NULL",
    )?;
    Ok(statement.query_row((email, sql(since)), |row| row.get(0))?)
}

/// Lets an e-mail wait for a network, or for all strange ones.
pub(super) fn lock(
    unit: &Connection,
    email: &str,
    network: Option<&str>,
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let (until, now) = (sql(until), sql(now));
    let again = unit
        .prepare_cached(
            "UPDATE account_lockouts SET expires_at = ?1, updated_at = ?2 \
             WHERE email = ?3 AND ip_address IS ?4 AND deleted_at IS NULL",
        )?
        .execute((&until, &now, email, network))?;
    if again == 0 {
        unit.prepare_cached(
            "INSERT INTO account_lockouts (email, ip_address, expires_at, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, ?4)",
        )?
        .execute((email, network, &until, &now))?;
    }
    Ok(())
}

/// Counts a failure on the user, when there is one. Like all counting it leaves `updated_at` alone.
pub(super) fn count_on_user(unit: &Connection, email: &str) -> Result<()> {
    unit.prepare_cached(
        "UPDATE users SET failed_login_attempts = failed_login_attempts + 1 WHERE email = ? AND deleted_at IS NULL",
    )?
    .execute([email])?;
    Ok(())
}

/// Shows on the user until when strange networks wait.
pub(super) fn note_on_user(unit: &Connection, email: &str, until: Timestamp) -> Result<()> {
    unit.prepare_cached("UPDATE users SET locked_until = ? WHERE email = ? AND deleted_at IS NULL")?
        .execute((sql(until), email))?;
    Ok(())
}

/// Forgets failures and lockouts of an e-mail at a network.
pub(super) fn forget(unit: &Connection, email: &str, network: Option<&str>) -> Result<()> {
    unit.prepare_cached("DELETE FROM login_attempts WHERE email = ? AND ip_address IS ?")?.execute((email, network))?;
    unit.prepare_cached("DELETE FROM account_lockouts WHERE email = ? AND ip_address IS ?")?
        .execute((email, network))?;
    Ok(())
}

/// Forgets all failures and lockouts of an e-mail.
pub(super) fn forget_all(unit: &Connection, email: &str) -> Result<()> {
    unit.prepare_cached("DELETE FROM login_attempts WHERE email = ?")?.execute([email])?;
    unit.prepare_cached("DELETE FROM account_lockouts WHERE email = ?")?.execute([email])?;
    unit.prepare_cached("UPDATE users SET failed_login_attempts = 0, locked_until = NULL WHERE email = ?")?
        .execute([email])?;
    Ok(())
}

/// The addresses from which a user has had sessions since a moment.
pub(super) fn addresses_of(connection: &Connection, user: i64, since: Timestamp) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT ip_address FROM sessions WHERE user_id = ? AND created_at > ? AND ip_address IS NOT NULL",
    )?;
    let rows = statement.query_map((user, sql(since)), |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
/// What is read and written here.
pub(in crate::auth) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::Shape;

    vec![
        Shape::empty("login_attempts")
            .and::<str>("email")
            .and::<i64>("attempt_count")
            .check("attempt_count >= 1")
            .with(crate::auth::store::origin("login_attempts")),
        Shape::empty("account_lockouts")
            .and::<str>("email")
            .and::<Option<String>>("ip_address")
            .and::<Timestamp>("expires_at")
            .and::<String>("reason"),
    ]
}
