//! Queries on `idempotency_keys`.

use rusqlite::{Connection, OptionalExtension};

use super::{Kept, Once};
use crate::error::Result;

/// The hash of the body and the answer that are kept and have not expired.
pub(super) fn find(connection: &Connection, once: &Once, now: &str) -> Result<Option<(String, Kept)>> {
    let found = connection
        .prepare_cached(
            "SELECT body_hash, status, location, answer FROM idempotency_keys
             WHERE route = ? AND caller = ? AND key = ? AND expires_at > ? AND deleted_at IS NULL",
        )?
        .query_row((&once.route, &once.caller, &once.key, now), |row| {
            Ok((row.get(0)?, Kept { status: row.get(1)?, location: row.get(2)?, answer: row.get(3)? }))
        });
    Ok(found.optional()?)
}

/// Adds an answer.
pub(super) fn insert(connection: &Connection, once: &Once, kept: &Kept, expires_at: &str, now: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO idempotency_keys
             (route, caller, key, body_hash, status, location, answer, expires_at, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        )?
        .execute((
            &once.route,
            &once.caller,
            &once.key,
            &once.body_hash,
            kept.status,
            &kept.location,
            &kept.answer,
            expires_at,
            now,
        ))?;
    Ok(())
}

/// Removes answers whose day is over; nobody will ask for them again.
pub(super) fn remove_expired(connection: &Connection, now: &str) -> Result<()> {
    connection.prepare_cached("DELETE FROM idempotency_keys WHERE expires_at <= ?")?.execute([now])?;
    Ok(())
}

#[cfg(test)]
/// What is read and written here.
pub(crate) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::shape;

    vec![
        shape!("idempotency_keys", Once { route, caller, key, body_hash }).check("length(body_hash) = 64"),
        shape!("idempotency_keys", Kept { status, location, answer })
            .and::<str>("expires_at")
            .check("status BETWEEN 200 AND 299"),
    ]
}
