//! The queries of signing in: accounts, attempts, called-back tokens.

use jiff::Timestamp;
use magnetiq_contract::text::Locale;
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::account::{Account, Status};
use super::events::{Kind, SecurityEvent};
use super::live::Standing;
use super::roles::Role;
use super::secret::Secret;
use crate::clock::{parse_sql, sql};
use crate::error::Result;

const ACCOUNT: &str = "SELECT id, email, name, role, language, status, token_epoch, password_hash, preferences, timezone, \
     avatar_url, two_factor_enabled, two_factor_secret IS NOT NULL AS totp_enabled, mfa_due_at FROM users WHERE deleted_at IS NULL";

/// The account with this address, given in lower case.
pub(super) fn account_by_email(connection: &Connection, email: &str) -> Result<Option<Account>> {
    let mut statement = connection.prepare_cached(&format!("{ACCOUNT} AND email = ?"))?;
    Ok(statement.query_row([email], account).optional()?)
}

/// The account with this id.
pub(super) fn account_by_id(connection: &Connection, id: i64) -> Result<Option<Account>> {
    let mut statement = connection.prepare_cached(&format!("{ACCOUNT} AND id = ?"))?;
    Ok(statement.query_row([id], account).optional()?)
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: row.get("id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        role: named(row, "role", Role::from_name)?,
        language: named(row, "language", Locale::from_code)?,
        status: named(row, "status", Status::from_name)?,
        token_epoch: row.get("token_epoch")?,
        password_hash: row.get::<_, Option<String>>("password_hash")?.map(Secret::new),
        preferences: json(row, "preferences")?,
        timezone: row.get("timezone")?,
        avatar_url: row.get("avatar_url")?,
        two_factor_enabled: row.get("two_factor_enabled")?,
        totp_enabled: row.get("totp_enabled")?,
        mfa_due_at: moment(row, "mfa_due_at")?,
    })
}

/// A column that holds one of the names that `parse` knows.
pub(super) fn named<T>(row: &Row<'_>, column: &str, parse: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| {
        let cause = FromSqlError::Other(format!("{column} holds {text:?}").into());
        rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(cause))
    })
}

/// A column that holds a time or nothing.
pub(super) fn moment(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| parse_sql(&text))
        .transpose()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}

/// A column that holds JSON.
pub(super) fn json(row: &Row<'_>, column: &str) -> rusqlite::Result<serde_json::Value> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}

/// How every user stands.
pub(super) fn standings(connection: &Connection) -> Result<Vec<(i64, Standing)>> {
    let mut statement = connection.prepare(&format!("SELECT id, {STANDING} FROM users WHERE deleted_at IS NULL"))?;
    let rows = statement.query_map([], |row| Ok((row.get("id")?, standing_of(row)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How one user stands, hidden or not.
pub(super) fn standing(connection: &Connection, user: i64) -> Result<Standing> {
    let sql = format!("SELECT {STANDING} FROM users WHERE id = ?");
    Ok(connection.prepare_cached(&sql)?.query_row([user], standing_of)?)
}

const STANDING: &str = "token_epoch, role, status = 'active' AND deleted_at IS NULL AS active, mfa_due_at";

fn standing_of(row: &Row<'_>) -> rusqlite::Result<Standing> {
    Ok(Standing {
        epoch: row.get("token_epoch")?,
        role: named(row, "role", Role::from_name)?,
        active: row.get("active")?,
        mfa_due_at: moment(row, "mfa_due_at")?,
    })
}

/// Counts a successful sign-in. Like all counting it leaves `updated_at` alone, so that it makes nobody's edit of the
/// user outdated. False when password or status have changed since they were looked at.
pub(super) fn count_sign_in(unit: &Connection, account: &Account, now: Timestamp) -> Result<bool> {
    let hash = account.password_hash.as_ref().map(Secret::reveal);
    let changed = unit
        .prepare_cached(
            "UPDATE users SET last_login_at = ?1, login_count = login_count + 1, failed_login_attempts = 0, \
             locked_until = NULL WHERE id = ?2 AND password_hash IS ?3 AND status = 'active' AND deleted_at IS NULL",
        )?
        .execute((sql(now), account.id, hash))?;
    Ok(changed == 1)
}

/// Whether password and status are still those that were looked at.
pub(super) fn is_as_known(connection: &Connection, account: &Account) -> Result<bool> {
    let hash = account.password_hash.as_ref().map(Secret::reveal);
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM users \
         WHERE id = ? AND password_hash IS ? AND status = 'active' AND deleted_at IS NULL)",
    )?;
    Ok(statement.query_row((account.id, hash), |row| row.get(0))?)
}

/// Whether a user has had sessions, and none on such a device. The first ones are no news to anybody.
pub(super) fn is_new_device(connection: &Connection, user: i64, agent: Option<&str>) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM sessions WHERE user_id = ?1) \
         AND NOT EXISTS (SELECT 1 FROM sessions WHERE user_id = ?1 AND user_agent IS ?2)",
    )?;
    Ok(statement.query_row((user, agent), |row| row.get(0))?)
}

/// Replaces the hash of an unchanged password.
pub(super) fn replace_hash(unit: &Connection, user: i64, hash: &str) -> Result<()> {
    unit.prepare_cached("UPDATE users SET password_hash = ? WHERE id = ?")?.execute((hash, user))?;
    Ok(())
}

/// Sets the day by which a second factor must be there, for a role that needs one and a user who has none; takes it away
/// from all others. A day that is set stays.
pub(super) fn set_mfa_due(unit: &Connection, user: i64, due: Timestamp) -> Result<()> {
    unit.prepare_cached(&format!("{MFA_DUE} WHERE id = ?2"))?.execute((sql(due), user))?;
    Ok(())
}

/// The same for every user.
pub(super) fn set_all_mfa_due(unit: &Connection, due: Timestamp) -> Result<()> {
    let is_new = "role IN ('admin', 'super_admin') AND two_factor_enabled = 0 AND mfa_due_at IS NULL";
    unit.execute(&format!("{MFA_DUE} WHERE {is_new}"), [sql(due)])?;
    Ok(())
}

const MFA_DUE: &str = "UPDATE users SET mfa_due_at = \
     iif(role IN ('admin', 'super_admin') AND two_factor_enabled = 0, coalesce(mfa_due_at, ?1), NULL)";

/// Calls a token back until its life would have ended.
pub(super) fn call_back(unit: &Connection, token_id: &str, until: Timestamp, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "INSERT INTO jwt_blacklist (token_id, expires_at, created_at, updated_at) VALUES (?1, ?2, ?3, ?3) \
         ON CONFLICT (token_id) DO NOTHING",
    )?
    .execute((token_id, sql(until), sql(now)))?;
    Ok(())
}

/// The called-back tokens that would still be worth something, with the end of their life.
pub(super) fn called_back(connection: &Connection, now: Timestamp) -> Result<Vec<(String, Timestamp)>> {
    let mut statement = connection
        .prepare("SELECT token_id, expires_at FROM jwt_blacklist WHERE expires_at > ? AND deleted_at IS NULL")?;
    let rows = statement.query_map([sql(now)], |row| {
        Ok((row.get("token_id")?, moment(row, "expires_at")?.unwrap_or(Timestamp::MAX)))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps a security event.
pub(super) fn insert_event(unit: &Connection, event: &SecurityEvent, now: Timestamp) -> Result<()> {
    unit.prepare_cached(
        "INSERT INTO security_events (event_type, email, ip_address, user_agent, details, severity, created_at, \
         updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
    )?
    .execute((
        event.kind.name(),
        &event.email,
        &event.origin.ip_address,
        &event.origin.user_agent,
        event.details.to_string(),
        event.kind.severity().name(),
        sql(now),
    ))?;
    Ok(())
}

/// Adds to the count of an event of the same kind, address, e-mail and user since a moment; false when there is none.
pub(super) fn count_again(
    unit: &Connection,
    event: &SecurityEvent,
    count: i64,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let counted = unit
        .prepare_cached(
            "UPDATE security_events SET updated_at = ?1,
                 details = json_set(details, '$.count', coalesce(json_extract(details, '$.count'), 1) + ?2)
             WHERE id = (SELECT id FROM security_events WHERE event_type = ?3 AND created_at > ?4 AND ip_address IS ?5
                         AND email IS ?6 AND json_extract(details, '$.user') IS ?7 ORDER BY created_at LIMIT 1)",
        )?
        .execute((
            sql(now),
            count,
            event.kind.name(),
            sql(since),
            &event.origin.ip_address,
            &event.email,
            event.details["user"].as_i64(),
        ))?;
    Ok(counted == 1)
}

/// How many events of a kind there are since a moment.
pub(super) fn count_events(unit: &Connection, kind: Kind, since: Timestamp) -> Result<i64> {
    let mut statement =
        unit.prepare_cached("SELECT count(*) FROM security_events WHERE event_type = ? AND created_at > ?")?;
    Ok(statement.query_row((kind.name(), sql(since)), |row| row.get(0))?)
}

const PURGE: &str = "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {column} <= ?1 LIMIT ?2)";

fn purge_sql(table: &str, column: &str) -> String {
    PURGE.replace("{table}", table).replace("{column}", column)
}

/// Removes rows of a table whose column says a moment before; at most so many.
pub(super) fn purge(unit: &Connection, table: &str, column: &str, before: &str, most: u32) -> Result<usize> {
    Ok(unit.prepare_cached(&purge_sql(table, column))?.execute((before, most))?)
}

#[cfg(test)]
/// How SQLite goes about [`purge`].
pub(super) fn purge_plan(connection: &Connection, table: &str, column: &str) -> Result<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", purge_sql(table, column)))?;
    let steps = statement.query_map(("", 1), |row| row.get::<_, String>("detail"))?;
    Ok(steps.collect::<rusqlite::Result<Vec<_>>>()?.join("\n"))
}

#[cfg(test)]
pub(super) use agreement::origin;
#[cfg(test)]
pub(crate) use agreement::shapes;

#[cfg(test)]
mod agreement {
    use super::{Account, Kind, Role, Secret, SecurityEvent, Status, Timestamp};
    use crate::agreement::shape::{Shape, Stored, shape};
    use crate::auth::events::Severity;
    use crate::auth::origin::Origin;
    use crate::auth::{api_keys, lockout, mfa, passkeys, sessions};

    impl Stored for Secret<String> {
        const KIND: &'static str = "TEXT";
    }

    impl Stored for Kind {
        const KIND: &'static str = "TEXT";
    }

    impl Stored for Severity {
        const KIND: &'static str = "TEXT";

        fn choices() -> Option<Vec<String>> {
            Some(Self::ALL.into_iter().map(|severity| severity.name().to_owned()).collect())
        }
    }

    impl Stored for Role {
        const KIND: &'static str = "TEXT";

        fn choices() -> Option<Vec<String>> {
            Some(Self::ALL.into_iter().map(|role| role.name().to_owned()).collect())
        }
    }

    impl Stored for Status {
        const KIND: &'static str = "TEXT";

        fn choices() -> Option<Vec<String>> {
            Some(Self::ALL.into_iter().map(|status| status.name().to_owned()).collect())
        }
    }

    /// What is read and written here.
    pub(crate) fn shapes() -> Vec<Shape> {
        let account = shape!(
            "users",
            Account {
                id,
                email,
                name,
                role,
                language,
                status,
                token_epoch,
                password_hash,
                preferences,
                timezone,
                avatar_url,
                two_factor_enabled,
                mfa_due_at,
            } apart from { totp_enabled }
        )
        .check("token_epoch >= 0");
        let event = shape!("security_events", SecurityEvent { kind, email, details } apart from { origin })
            .renamed("kind", "event_type")
            .and::<Severity>("severity")
            .check("json_type(details) = 'object'")
            .with(origin("security_events"));
        let called_back = Shape::empty("jwt_blacklist").and::<String>("token_id").and::<Timestamp>("expires_at");
        let mut shapes = vec![account, event, called_back];
        shapes.extend(api_keys::shapes());
        shapes.extend(sessions::shapes());
        shapes.extend(lockout::shapes());
        shapes.extend(mfa::shapes());
        shapes.extend(passkeys::shapes());
        shapes
    }

    pub(in crate::auth) fn origin(table: &str) -> Shape {
        let mut origin = shape!("", Origin { ip_address, user_agent });
        table.clone_into(&mut origin.table);
        origin
    }
}
