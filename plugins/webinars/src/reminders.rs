//! Reminders: due and not sent, never a window. Each at most once for a registration, a rule and a revision.

use magnetiq_sdk::prelude::*;

use crate::model::{Event, SessionStatus};
use crate::{mails, store};

/// People reminded in one run; the job goes on with the rest.
const REMINDED: i64 = 100;

/// When people are reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// 24 hours before.
    Day,
    /// An hour before.
    Hour,
    /// At 9:00 on the day.
    Morning,
}

impl Rule {
    /// Whether the organisers want it.
    fn is_on(self, tx: &Tx) -> Result<bool> {
        Ok(tx.setting(&format!("remind_{}", self.name()))?.unwrap_or(true))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Morning => "morning",
        }
    }
}

/// Reminds the people of a session as it was at this revision.
#[derive(Debug, Job, Serialize, Deserialize)]
#[job(name = "remind")]
pub struct Remind {
    session: i64,
    rule: Rule,
    revision: i64,
}

/// Plans the reminders of a session, and drops those of the revision that it had before.
pub fn plan(tx: &Tx, session: i64, known: Option<i64>) -> Result<()> {
    let event = store::event(tx, session)?;
    for (rule, before) in [(Rule::Day, 24.hours()), (Rule::Hour, 1.hours())] {
        if let Some(known) = known {
            tx.cancel_job(&key(session, rule, known))?;
        }
        let at = event.starts_at - before;
        if event.status == SessionStatus::Published && at > tx.now() {
            let job = Remind { session, rule, revision: event.revision };
            tx.job(job).key(key(session, rule, event.revision)).at(at)?;
        }
    }
    Ok(())
}

fn key(session: i64, rule: Rule, revision: i64) -> String {
    format!("remind:{session}:{}:{revision}", rule.name())
}

/// A planned reminder is due, perhaps for some time.
pub fn remind(tx: &Tx, job: Remind) -> Result<()> {
    let event = store::event(tx, job.session)?;
    match event.revision == job.revision && is_due(tx, &event, job.rule)? {
        true => send(tx, &event, job.rule),
        false => Ok(()),
    }
}

/// A reminder is due until the session starts, or the next one has caught up with it.
fn is_due(tx: &Tx, event: &Event, rule: Rule) -> Result<bool> {
    let now = tx.now();
    if !event.is_open(now) || !rule.is_on(tx)? {
        return Ok(false);
    }
    let within_the_hour = now >= event.starts_at - 1.hours();
    Ok(rule == Rule::Hour || !within_the_hour || !Rule::Hour.is_on(tx)?)
}

/// The daily run: everything that is still to start on the day on which it was due.
pub fn morning(tx: &Tx, due: Due) -> Result<()> {
    for event in store::starting(tx, tx.now(), due.day_ends_at)? {
        let job = Remind { session: event.id, rule: Rule::Morning, revision: event.revision };
        tx.job(job).key(key(event.id, Rule::Morning, event.revision)).now()?;
    }
    Ok(())
}

fn send(tx: &Tx, event: &Event, rule: Rule) -> Result<()> {
    let seats = store::unreminded(tx, event.id, rule.name(), event.revision, REMINDED)?;
    for seat in &seats {
        if store::note_reminder(tx, seat.id, rule.name(), event.revision)? {
            mails::remind(tx, event, seat, rule.name())?;
        }
    }
    match seats.last() {
        Some(last) if seats.len() as i64 == REMINDED => {
            let key = format!("{}:{}", key(event.id, rule, event.revision), last.id);
            tx.job(Remind { session: event.id, rule, revision: event.revision }).key(key).now().map(drop)
        }
        _ => Ok(()),
    }
}
