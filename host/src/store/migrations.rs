//! The host's tables: append-only SQL files, each run once, all that are new in one transaction.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::store::backup;
use crate::store::session::Session;

/// A file of `migrations/`: its number, which is never used twice, its name and its statements.
pub type Migration = (u32, &'static str, &'static str);

/// All of the host, in order. Applied ones are never edited.
pub const MIGRATIONS: &[Migration] = &[
    (0, "store", include_str!("../../../migrations/0000_store.sql")),
    (1, "identity", include_str!("../../../migrations/0001_identity.sql")),
    (2, "people", include_str!("../../../migrations/0002_people.sql")),
    (3, "mail", include_str!("../../../migrations/0003_mail.sql")),
    (4, "jobs", include_str!("../../../migrations/0004_jobs.sql")),
    (5, "plugins", include_str!("../../../migrations/0005_plugins.sql")),
    (6, "idempotency", include_str!("../../../migrations/0006_idempotency.sql")),
    (7, "audit", include_str!("../../../migrations/0007_audit.sql")),
    (8, "mail_ends", include_str!("../../../migrations/0008_mail_ends.sql")),
    (9, "publishers", include_str!("../../../migrations/0009_publishers.sql")),
    (10, "plugin_versions", include_str!("../../../migrations/0010_plugin_versions.sql")),
    (11, "job_depth", include_str!("../../../migrations/0011_job_depth.sql")),
    (14, "state_reason_de", include_str!("../../../migrations/0014_state_reason_de.sql")),
    (15, "sign_in", include_str!("../../../migrations/0015_sign_in.sql")),
    (16, "second_factor", include_str!("../../../migrations/0016_second_factor.sql")),
    (17, "account_links", include_str!("../../../migrations/0017_account_links.sql")),
    (18, "api_keys", include_str!("../../../migrations/0018_api_keys.sql")),
    (19, "audit_chain", include_str!("../../../migrations/0019_audit_chain.sql")),
    (20, "passkeys", include_str!("../../../migrations/0020_passkeys.sql")),
];

/// Runs what has not run yet. A database that holds something is copied first; when a statement fails, nothing of
/// the new files stays.
pub(super) fn run(session: &Session, path: &Path, clock: &Clock, list: &[Migration]) -> Result<()> {
    let applied = applied(session.connection())?;
    list.iter().try_for_each(|migration| agree(migration, &applied))?;
    let new: Vec<_> = list.iter().filter(|(number, ..)| !applied.iter().any(|row| row.0 == *number)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let copy = match applied.is_empty() {
        true => None,
        false => Some(backup::before("migration", session.connection(), path, clock)?),
    };
    session.control("BEGIN IMMEDIATE")?;
    let outcome = new.into_iter().try_for_each(|migration| apply(session.connection(), migration, clock));
    let outcome = outcome.and_then(|()| session.commit());
    outcome.map_err(|error| {
        let undone = session.control("ROLLBACK").err();
        refused(error, undone, copy.as_deref())
    })
}

/// Hex SHA-256 of a file's text.
pub(super) fn checksum(sql: &str) -> String {
    hex::encode(Sha256::digest(sql.as_bytes()))
}

type Applied = (u32, String);

fn applied(connection: &Connection) -> Result<Vec<Applied>> {
    let known = "SELECT 1 FROM sqlite_schema WHERE name = 'migrations'";
    if connection.query_row(known, [], |_| Ok(())).optional()?.is_none() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare("SELECT id, checksum FROM migrations ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Refuses a file that is not the one that ran.
fn agree((number, name, sql): &Migration, applied: &[Applied]) -> Result<()> {
    match applied.iter().find(|row| row.0 == *number) {
        Some((_, known)) if *known != checksum(sql) => Err(Error::new(
            Code::Internal,
            format!("Migration {number:04}_{name}.sql was changed after it ran. Put it back and write a new one."),
        )),
        _ => Ok(()),
    }
}

fn apply(connection: &Connection, (number, name, sql): &Migration, clock: &Clock) -> Result<()> {
    let failed = |error: rusqlite::Error| {
        Error::new(Code::Internal, format!("Migration {number:04}_{name}.sql failed: {error}")).because(error)
    };
    connection.execute_batch(sql).map_err(failed)?;
    let now = clock.sql_now();
    connection.execute(
        "INSERT INTO migrations (id, name, checksum, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        (number, name, checksum(sql), now),
    )?;
    Ok(())
}

fn refused(error: Error, undone: Option<rusqlite::Error>, copy: Option<&Path>) -> Error {
    let copy = copy.map(|path| format!(" A copy from before is at {}.", path.display())).unwrap_or_default();
    let undone = undone.map(|failure| format!(" It could not be undone: {failure}.")).unwrap_or_default();
    Error::new(error.code(), format!("{} The database is as it was.{undone}{copy}", error.message())).because(error)
}
