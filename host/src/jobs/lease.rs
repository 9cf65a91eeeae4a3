//! What a worker holds while it runs a job, and how it gives it back.

use serde_json::json;

use super::backoff::Backoff;
use super::store;
use crate::clock::{self, Clock};
use crate::error::{Code, Error, Result};
use crate::resources::Actor;
use crate::resources::audit::{self, Change};
use crate::store::Connection;

/// Waits between the tries of a job: 10 s, 40 s, 160 s … at most an hour.
const BACKOFF: Backoff = Backoff { first: 10, factor: 4, most: 3600 };
/// Seconds after which a job that had to wait is offered again.
const WAIT: i64 = 60;

/// The right to mark one run of a job. It ends when the lease is over and another run has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job: i64,
    /// The run, counted from 1.
    pub attempt: u32,
}

/// Marks the job as done. Called in the unit of its effects, both commit or neither does.
///
/// # Errors
/// 409 when the lease was lost, so that the caller's unit leaves nothing; the store's own.
pub fn finish(unit: &Connection, clock: &Clock, lease: Lease) -> Result<()> {
    match store::finish(unit, lease, &clock.sql_now())? {
        true => Ok(()),
        false => Err(Error::new(
            Code::Conflict,
            ("Another run has taken this job over.", "Ein anderer Lauf hat diesen Auftrag übernommen."),
        )),
    }
}

/// Marks the job as done after its effects; when the lease was lost, another run will mark it.
pub(super) fn finish_if_held(unit: &Connection, clock: &Clock, lease: Lease) -> Result<()> {
    store::finish(unit, lease, &clock.sql_now()).map(drop)
}

/// Gives the job back after a failed run: it waits for its next try, or is dead.
pub(super) fn fail(unit: &Connection, clock: &Clock, lease: Lease, reason: &str) -> Result<()> {
    let now = clock.now();
    let next = now + BACKOFF.after(lease.attempt);
    store::fail(unit, lease, reason, &clock::sql(next), &clock::sql(now))
}

/// Gives the job back without counting the run, because it could not begin.
pub(super) fn postpone(unit: &Connection, clock: &Clock, lease: Lease, reason: &str) -> Result<()> {
    let now = clock.now();
    let next = now + jiff::SignedDuration::from_secs(WAIT);
    store::postpone(unit, lease, reason, &clock::sql(next), &clock::sql(now))
}

/// Names of an owner's jobs that are not over, with how many there are of each.
///
/// # Errors
/// The store's own.
pub fn waiting(connection: &Connection, owner: &str) -> Result<Vec<(String, i64)>> {
    store::waiting(connection, owner)
}

/// Is there a job that was given up?
///
/// # Errors
/// The store's own.
pub fn has_dead(connection: &Connection) -> Result<bool> {
    store::has_dead(connection)
}

/// Queues a dead job again with all its tries.
///
/// # Errors
/// 404 without such a job, 409 when it is not dead or another with its key waits; the store's own.
pub fn retry(unit: &Connection, clock: &Clock, actor: &Actor, id: i64) -> Result<()> {
    let job = store::identity(unit, id)?.ok_or_else(Error::not_found)?;
    let taken = match &job.key {
        Some(key) => store::id_by_key(unit, &job.owner, key)?.is_some(),
        None => false,
    };
    if job.status != "dead" || taken {
        let sentence = (
            "Only a job that has given up and is not queued anew can be tried again.",
            "Nur eine aufgegebene Aufgabe, die nicht schon wieder wartet, kann wiederholt werden.",
        );
        return Err(Error::new(Code::Conflict, sentence));
    }
    store::revive(unit, id, &clock.sql_now())?;
    let (before, after) = (&json!({"status": "dead"}), &json!({"status": "queued"}));
    audit::record(unit, clock, actor, &Change { action: "retry", resource: "jobs", id: Some(id), before, after })
}
