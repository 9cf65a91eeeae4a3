//! The queries of jobs. Those that run for each job name their index: left to itself SQLite takes the one by status,
//! and looks through all that waits.

use rusqlite::{Connection, OptionalExtension, Row};

use super::lease::Lease;
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
    /// Events between it and what first caused it.
    pub depth: u32,
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
        "INSERT INTO jobs (owner, name, payload, key, due_at, status, attempts, max_attempts, depth, run_at,
             last_error, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'queued', 0, ?6, ?7, ?8, '', ?9, ?9) RETURNING id",
    )?;
    let values = (
        &row.owner,
        &row.name,
        &row.payload,
        &row.key,
        &row.due_at,
        row.max_attempts,
        row.depth,
        &row.run_at,
        &row.now,
    );
    Ok(query.query_row(values, |row| row.get(0))?)
}

/// Cancels the owner's job that waits under a key.
pub fn cancel(unit: &Connection, owner: &str, key: &str, now: &str) -> Result<bool> {
    let mut query = unit.prepare_cached(
        "UPDATE jobs INDEXED BY jobs_key SET status = 'cancelled', finished_at = ?3, updated_at = ?3
         WHERE owner = ?1 AND key = ?2 AND status = 'queued' AND status IN ('queued', 'running')",
    )?;
    Ok(query.execute((owner, key, now))? > 0)
}

/// Cancels all of an owner's jobs that wait.
pub fn cancel_all(unit: &Connection, owner: &str, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE jobs SET status = 'cancelled', finished_at = ?2, updated_at = ?2 WHERE owner = ?1 AND status = 'queued'",
    )?;
    query.execute((owner, now))?;
    Ok(())
}

/// A job that was taken.
pub struct Taken {
    /// The right to mark it.
    pub lease: Lease,
    /// `core` or a plugin's id.
    pub owner: String,
    /// The job, or the schedule when `due_at` is set.
    pub name: String,
    /// JSON.
    pub payload: String,
    /// SQL time at which a schedule was due.
    pub due_at: Option<String>,
    /// Events between it and what first caused it.
    pub depth: u32,
}

/// Leases the next job that is due: that of the owner with the fewest runs, and of these the oldest. An owner with
/// `most` runs waits. The owners are found by steps over the index, so that a long queue costs nothing.
pub fn take(unit: &Connection, most: u32, now: &str, until: &str) -> Result<Option<Taken>> {
    let mut query = unit.prepare_cached(
        "WITH RECURSIVE owners (owner) AS (
             SELECT min(owner) FROM jobs INDEXED BY jobs_due WHERE status = 'queued'
             UNION ALL
             SELECT (SELECT min(jobs.owner) FROM jobs INDEXED BY jobs_due
                     WHERE status = 'queued' AND jobs.owner > owners.owner)
             FROM owners WHERE owner IS NOT NULL
         ), heads AS (
             SELECT (SELECT count(*) FROM jobs INDEXED BY jobs_running
                     WHERE status = 'running' AND jobs.owner = owners.owner) AS runs,
                 (SELECT id FROM jobs INDEXED BY jobs_due
                  WHERE status = 'queued' AND jobs.owner = owners.owner AND run_at <= ?2
                  ORDER BY run_at, id LIMIT 1) AS head
             FROM owners WHERE owner IS NOT NULL
         )
         UPDATE jobs SET status = 'running', attempts = attempts + 1, lease_until = ?3, updated_at = ?2
         WHERE id = (SELECT heads.head FROM heads JOIN jobs ON jobs.id = heads.head
                     WHERE heads.runs < ?1 ORDER BY heads.runs, jobs.run_at, jobs.id LIMIT 1)
         RETURNING id, attempts, owner, name, payload, due_at, depth",
    )?;
    Ok(query.query_row((most, now, until), taken_of).optional()?)
}

fn taken_of(row: &Row<'_>) -> rusqlite::Result<Taken> {
    Ok(Taken {
        lease: Lease { job: row.get(0)?, attempt: row.get(1)? },
        owner: row.get(2)?,
        name: row.get(3)?,
        payload: row.get(4)?,
        due_at: row.get(5)?,
        depth: row.get(6)?,
    })
}

/// Names of an owner's jobs that are not over, with how many there are of each.
pub fn waiting(connection: &Connection, owner: &str) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT name, COUNT(*) FROM jobs WHERE owner = ? AND status IN ('queued', 'running') AND deleted_at IS NULL \
               GROUP BY name ORDER BY name";
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map([owner], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Is there a dead one?
pub fn has_dead(connection: &Connection) -> Result<bool> {
    let mut query = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM jobs WHERE status = 'dead')")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Takes back jobs whose lease is over: those with tries left are queued, the others are dead.
pub fn release_expired(unit: &Connection, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE jobs INDEXED BY jobs_leased SET
             lease_until = NULL, last_error = 'The run did not come to an end.', updated_at = ?1,
             status = iif(attempts < max_attempts, 'queued', 'dead'),
             finished_at = iif(attempts < max_attempts, NULL, ?1)
         WHERE status = 'running' AND lease_until <= ?1",
    )?;
    query.execute([now])?;
    Ok(())
}

/// Marks a run as done; false when the lease was lost.
pub fn finish(unit: &Connection, lease: Lease, now: &str) -> Result<bool> {
    let mut query = unit.prepare_cached(
        "UPDATE jobs SET status = 'done', lease_until = NULL, last_error = '', finished_at = ?3, updated_at = ?3
         WHERE id = ?1 AND attempts = ?2 AND status = 'running'",
    )?;
    Ok(query.execute((lease.job, lease.attempt, now))? == 1)
}

/// Marks a run as failed.
pub fn fail(unit: &Connection, lease: Lease, reason: &str, next: &str, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE jobs SET lease_until = NULL, last_error = ?3, run_at = ?4, updated_at = ?5,
             status = iif(attempts < max_attempts, 'queued', 'dead'),
             finished_at = iif(attempts < max_attempts, NULL, ?5)
         WHERE id = ?1 AND attempts = ?2 AND status = 'running'",
    )?;
    query.execute((lease.job, lease.attempt, reason, next, now))?;
    Ok(())
}

/// Queues a job whose run could not begin, without counting it.
pub fn postpone(unit: &Connection, lease: Lease, reason: &str, next: &str, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE jobs SET status = 'queued', attempts = attempts - 1, lease_until = NULL, last_error = ?3, run_at = ?4,
             updated_at = ?5
         WHERE id = ?1 AND attempts = ?2 AND status = 'running'",
    )?;
    query.execute((lease.job, lease.attempt, reason, next, now))?;
    Ok(())
}

/// The nearest moment at which a queued job may run or a lease is over.
pub fn next_due(unit: &Connection) -> Result<Option<String>> {
    let mut query = unit.prepare_cached(
        "SELECT min(moment) FROM (SELECT min(run_at) AS moment FROM jobs INDEXED BY jobs_next WHERE status = 'queued'
         UNION ALL SELECT min(lease_until) FROM jobs INDEXED BY jobs_leased WHERE status = 'running')",
    )?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// What tells jobs apart.
pub struct Identity {
    /// `core` or a plugin's id.
    pub owner: String,
    /// Its key.
    pub key: Option<String>,
    /// Its status.
    pub status: String,
}

/// A job's identity.
pub fn identity(unit: &Connection, id: i64) -> Result<Option<Identity>> {
    let mut query = unit.prepare_cached("SELECT owner, key, status FROM jobs WHERE id = ?")?;
    let identity = |row: &Row<'_>| Ok(Identity { owner: row.get(0)?, key: row.get(1)?, status: row.get(2)? });
    Ok(query.query_row([id], identity).optional()?)
}

/// Queues a job again with all its tries.
pub fn revive(unit: &Connection, id: i64, now: &str) -> Result<()> {
    unit.execute(
        "UPDATE jobs SET status = 'queued', attempts = 0, run_at = ?2, finished_at = NULL, updated_at = ?2 WHERE id = ?1",
        (id, now),
    )?;
    Ok(())
}

/// Removes a batch of jobs that ended with a status before a moment.
pub fn purge(unit: &Connection, status: &str, before: &str, batch: u32) -> Result<()> {
    unit.execute(
        "DELETE FROM jobs WHERE id IN (
             SELECT id FROM jobs WHERE finished_at < ?2 AND status = ?1 ORDER BY finished_at LIMIT ?3)",
        (status, before, batch),
    )?;
    Ok(())
}

#[cfg(test)]
/// What is read and written here.
pub(crate) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::shape;

    let statuses = ["queued", "running", "done", "dead", "cancelled"];
    vec![
        shape!("jobs", NewRow { owner, name, payload, key, due_at, max_attempts, depth, run_at } apart from { now })
            .check("max_attempts > 0")
            .check("depth >= 0"),
        shape!("jobs", Taken { owner, name, payload, due_at, depth } apart from { lease })
            .with(shape!("jobs", Lease { job, attempt }).renamed("job", "id").renamed("attempt", "attempts"))
            .check("attempts >= 0"),
        shape!("jobs", Identity { owner, key, status })
            .one_of("status", statuses)
            .and::<Option<String>>("lease_until")
            .and::<String>("last_error")
            .and::<Option<String>>("finished_at"),
    ]
}
