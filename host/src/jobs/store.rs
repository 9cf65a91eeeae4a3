//! The queries of jobs.

use rusqlite::{Connection, OptionalExtension};

use crate::error::Result;

/// A job to be inserted.
pub struct NewRow {
    /// `core` or a plugin's id.
    pub owner: String,
    /// The job, or the schedule when `due_at` is set.
    pub name: String,
    /// JSON.
    pub payload: String,
    /// Unique among waiting and running jobs of the owner.
    pub key: Option<String>,
    /// SQL time at which a schedule was due.
    pub due_at: Option<String>,
    /// Tries before it is dead.
    pub max_attempts: u32,
    /// SQL time from which on it may run.
    pub run_at: String,
    /// SQL time of queueing.
    pub now: String,
}

/// Id of the owner's job that waits or runs under a key.
pub fn id_by_key(unit: &Connection, owner: &str, key: &str) -> Result<Option<i64>> {
    let mut query =
        unit.prepare_cached("SELECT id FROM jobs WHERE owner = ? AND key = ? AND status IN ('queued', 'running')")?;
    Ok(query.query_row((owner, key), |row| row.get(0)).optional()?)
}

/// Queues a job.
pub fn insert(unit: &Connection, row: &NewRow) -> Result<i64> {
    let mut query = unit.prepare_cached(
        "INSERT INTO jobs (owner, name, payload, key, due_at, status, attempts, max_attempts, run_at, last_error,
             created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'queued', 0, ?6, ?7, '', ?8, ?8) RETURNING id",
    )?;
    let values = (&row.owner, &row.name, &row.payload, &row.key, &row.due_at, row.max_attempts, &row.run_at, &row.now);
    Ok(query.query_row(values, |row| row.get(0))?)
}

/// Cancels the owner's job that waits under a key.
pub fn cancel(unit: &Connection, owner: &str, key: &str, now: &str) -> Result<bool> {
    let mut query = unit.prepare_cached(
        "UPDATE jobs SET status = 'cancelled', finished_at = ?3, updated_at = ?3
         WHERE owner = ?1 AND key = ?2 AND status = 'queued'",
    )?;
    Ok(query.execute((owner, key, now))? > 0)
}
