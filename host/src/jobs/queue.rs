//! Queueing and cancelling jobs.

use jiff::Timestamp;
use magnetiq_contract::rule::Rule;
use serde_json::Value;

use super::store::{self, NewRow};
use crate::clock::{self, Clock};
use crate::error::{Error, Result};
use crate::store::Connection;

/// Tries of a job that does not say how many.
const ATTEMPTS: u32 = 5;
/// Most bytes of a payload as JSON.
const PAYLOAD: usize = 256 * 1024;
/// Most bytes of a name or key.
const LINE: usize = 200;

/// A job to be queued.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewJob {
    /// `core` or a plugin's id.
    pub owner: String,
    /// Which of the owner's jobs.
    pub name: String,
    /// Handed to the job.
    pub payload: Value,
    /// Not before this moment; at once when none.
    pub at: Option<Timestamp>,
    /// While a job of the owner with this key waits or runs, another is not queued.
    pub key: Option<String>,
    /// Tries before it is dead; 0 stands for the default of 5.
    pub attempts: u32,
    /// Events between it and what first caused it.
    pub depth: u32,
}

/// Queues a job and tells its id. While one with the same key waits or runs, tells its id and queues nothing.
///
/// # Errors
/// 422 that names the wrong field; the store's own.
pub fn enqueue(unit: &Connection, clock: &Clock, job: NewJob) -> Result<i64> {
    insert(unit, clock, job, None)
}

/// Queues a job like [`enqueue`]; with `due_at` it is the run of a schedule.
pub(super) fn insert(unit: &Connection, clock: &Clock, job: NewJob, due_at: Option<Timestamp>) -> Result<i64> {
    let payload = serde_json::to_string(&job.payload)?;
    check(&job, &payload)?;
    let waiting = job.key.as_deref().map(|key| store::id_by_key(unit, &job.owner, key)).transpose()?.flatten();
    if let Some(id) = waiting {
        return Ok(id);
    }
    let now = clock.now();
    let row = NewRow {
        owner: job.owner,
        name: job.name,
        payload,
        key: job.key,
        due_at: due_at.map(clock::sql),
        max_attempts: if job.attempts == 0 { ATTEMPTS } else { job.attempts },
        depth: job.depth,
        run_at: clock::sql(job.at.unwrap_or(now)),
        now: clock::sql(now),
    };
    store::insert(unit, &row)
}

/// Cancels an owner's job that waits under this key, also between two tries; true when there was one.
///
/// # Errors
/// The store's own.
pub fn cancel(unit: &Connection, clock: &Clock, owner: &str, key: &str) -> Result<bool> {
    store::cancel(unit, owner, key, &clock.sql_now())
}

/// Cancels all jobs of an owner that wait.
///
/// # Errors
/// The store's own.
pub fn cancel_all(unit: &Connection, clock: &Clock, owner: &str) -> Result<()> {
    store::cancel_all(unit, owner, &clock.sql_now())
}

fn check(job: &NewJob, payload: &str) -> Result<()> {
    if job.name.is_empty() || job.name.len() > LINE {
        return Err(Error::field("name", Rule::TooLong(LINE as u64)));
    }
    if job.key.as_ref().is_some_and(|key| key.is_empty() || key.len() > LINE) {
        return Err(Error::field("key", Rule::TooLong(LINE as u64)));
    }
    match payload.len() > PAYLOAD {
        true => Err(Error::field("payload", Rule::TooLarge(format!("{PAYLOAD} bytes")))),
        false => Ok(()),
    }
}
