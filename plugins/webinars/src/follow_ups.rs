//! After a session: thanks to those who were there, and word to those who were missed. Due and not done, once for a
//! registration.

use magnetiq_sdk::prelude::*;

use crate::model::{Event, SessionStatus};
use crate::{mails, store};

/// People told in one run; the job goes on with the rest.
const TOLD: i64 = 100;

/// So many days after it was due nobody is told any more: the site was away for too long.
const LATE: u32 = 3;

/// Tells the people of a session that is over.
#[derive(Debug, Job, Serialize, Deserialize)]
#[job(name = "follow_up")]
pub struct FollowUp {
    session: i64,
}

/// Finds the sessions whose people are to be told now.
pub fn plan(tx: &Tx) -> Result<()> {
    let due = tx.now() - delay(tx)?.hours();
    for session in store::follow_ups::due(tx, due - LATE.days(), due)? {
        tx.job(FollowUp { session }).key(format!("follow-up:{session}")).now()?;
    }
    Ok(())
}

/// Hours between the end of a session and what is told of it.
fn delay(db: &Snapshot) -> Result<u32> {
    Ok(db.setting("follow_up_hours")?.unwrap_or(24))
}

/// Tells them, if it is still due.
pub fn follow_up(tx: &Tx, job: FollowUp) -> Result<()> {
    let event = store::event(tx, job.session)?;
    let due = event.ends_at + delay(tx)?.hours();
    let is_due = due <= tx.now() && tx.now() < due + LATE.days();
    match event.status == SessionStatus::Published && !event.hidden && is_due {
        true => tell(tx, &event),
        false => Ok(()),
    }
}

fn tell(tx: &Tx, event: &Event) -> Result<()> {
    for attended in [true, false] {
        if !is_wanted(tx, event, attended)? {
            continue;
        }
        let seats = store::follow_ups::waiting(tx, event.id, attended, TOLD)?;
        for seat in &seats {
            mails::follow_up(tx, event, seat)?;
            store::follow_ups::note(tx, seat.id)?;
        }
        if let Some(last) = seats.last().filter(|_| seats.len() as i64 == TOLD) {
            let key = format!("follow-up:{}:{}", event.id, last.id);
            tx.job(FollowUp { session: event.id }).key(key).now()?;
        }
    }
    Ok(())
}

/// Whether the organisers want it. Where nobody can know who was there, nobody is told that they were missed.
fn is_wanted(tx: &Tx, event: &Event, attended: bool) -> Result<bool> {
    if attended {
        return Ok(tx.setting("thank_attended")?.unwrap_or(true));
    }
    let is_known = event.join_url.is_some() || store::follow_ups::is_attended(tx, event.id)?;
    Ok(is_known && tx.setting("tell_missed")?.unwrap_or(true))
}
