//! Schedules: which jobs are made when.
//!
//! A schedule is due when its next moment has come and stays due until its run is queued, so a moment missed while the
//! process was down is made up for: once, however many were missed, as the last of them. The run is queued in the same unit that moves the
//! schedule on.

pub(super) mod store;

#[cfg(test)]
pub(crate) use store::shapes;

use magnetiq_contract::rule::Rule;
use serde_json::json;

use super::cron::Cron;
use super::queue::{self, NewJob};
use crate::clock::{self, Clock};
use crate::error::{Error, Result};
use crate::store::Connection;

/// Most bytes of a name.
const NAME: usize = 100;

/// A schedule to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSchedule {
    /// Its name among the owner's.
    pub name: String,
    /// Five cron fields.
    pub cron: String,
}

/// Makes these the owner's only schedules, read in an IANA zone. One that was set before with the same times keeps its
/// next moment, so that what was missed since is made up for; a new, changed or paused one starts from now.
///
/// # Errors
/// 422 for `name`, `cron` or `zone`; the store's own.
pub fn set(unit: &Connection, clock: &Clock, owner: &str, zone: &str, schedules: &[NewSchedule]) -> Result<()> {
    let now = clock.now();
    for schedule in schedules {
        if schedule.name.is_empty() || schedule.name.len() > NAME {
            return Err(Error::field("name", Rule::TooLong(NAME as u64)));
        }
        let next = Cron::parse(&schedule.cron, zone)?.next_after(now)?;
        store::set(unit, owner, schedule, zone, &clock::sql(next), &clock::sql(now))?;
    }
    let names: Vec<&str> = schedules.iter().map(|schedule| schedule.name.as_str()).collect();
    store::pause_others(unit, owner, &json!(names).to_string(), &clock::sql(now))
}

/// Stops the owner's schedules until they are set again.
///
/// # Errors
/// The store's own.
pub fn pause(unit: &Connection, clock: &Clock, owner: &str) -> Result<()> {
    store::pause_others(unit, owner, "[]", &clock.sql_now())
}

/// Queues a run for every schedule that is due and has none open.
pub(super) fn tick(unit: &Connection, clock: &Clock) -> Result<()> {
    for due in store::due(unit, &clock.sql_now())? {
        if let Err(error) = queue_run(unit, clock, &due) {
            tracing::error!(owner = due.owner, schedule = due.name, %error, "a schedule is paused");
            store::disable(unit, due.id, &clock.sql_now())?;
        }
    }
    Ok(())
}

fn queue_run(unit: &Connection, clock: &Clock, due: &store::Due) -> Result<()> {
    let (cron, now) = (Cron::parse(&due.cron, &due.zone)?, clock.now());
    let moment = cron.last_due(clock::parse_sql(&due.next_due_at)?, now)?;
    let next = cron.next_after(now)?;
    let job = NewJob {
        owner: due.owner.clone(),
        name: due.name.clone(),
        key: Some(format!("schedule:{}:{}", due.name, due.next_due_at)),
        ..NewJob::default()
    };
    queue::insert(unit, clock, job, Some(moment))?;
    store::advance(unit, due, &clock::sql(next), &clock.sql_now())
}
