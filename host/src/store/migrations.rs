//! The host's tables: append-only SQL files, each run once.

use rusqlite::Connection;

use crate::clock::Clock;
use crate::error::Result;

/// Number, name and text of each migration, in order. Applied ones are never edited.
const MIGRATIONS: &[(u32, &str, &str)] = &[
    (1, "identity", include_str!("../../../migrations/0001_identity.sql")),
    (2, "people", include_str!("../../../migrations/0002_people.sql")),
    (3, "mail", include_str!("../../../migrations/0003_mail.sql")),
    (4, "jobs", include_str!("../../../migrations/0004_jobs.sql")),
    (6, "idempotency", include_str!("../../../migrations/0006_idempotency.sql")),
    (7, "audit", include_str!("../../../migrations/0007_audit.sql")),
];

/// Runs what has not run yet.
///
/// # Errors
/// When a statement fails.
pub fn run(connection: &mut Connection, clock: &Clock) -> Result<()> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY, name TEXT NOT NULL, created_at TEXT NOT NULL) STRICT",
    )?;
    for (number, name, text) in MIGRATIONS {
        let transaction = connection.transaction()?;
        let done: bool =
            transaction
                .query_row("SELECT EXISTS (SELECT 1 FROM migrations WHERE id = ?)", [number], |row| row.get(0))?;
        if !done {
            transaction.execute_batch(text)?;
            transaction.execute("INSERT INTO migrations VALUES (?, ?, ?)", (number, name, clock.sql_now()))?;
        }
        transaction.commit()?;
    }
    Ok(())
}
