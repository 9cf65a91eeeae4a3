//! Reminders: due and not sent, never a window. Each at most once for a registration, a rule and a revision.

use magnetiq_sdk::prelude::*;

use crate::model::{Event, SessionStatus};
use crate::{mails, store};

/// People reminded in one run; the job goes on with the rest.
const REMINDED: i64 = 100;
/// From 9:00 to the end of the day.
const DAY: u32 = 15;

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
    let key = |rule: Rule, revision: i64| format!("remind:{session}:{}:{revision}", rule.name());
    for (rule, before) in [(Rule::Day, 24.hours()), (Rule::Hour, 1.hours())] {
        if let Some(known) = known {
            tx.cancel_job(&key(rule, known))?;
        }
        let at = event.starts_at - before;
        if event.status == SessionStatus::Published && at > tx.now() {
            let job = Remind { session, rule, revision: event.revision };
            tx.job(job).key(key(rule, event.revision)).at(at)?;
        }
    }
    Ok(())
}

/// A planned reminder is due, perhaps for some time.
pub fn remind(tx: &Tx, job: Remind) -> Result<()> {
    let event = store::event(tx, job.session)?;
    if event.revision != job.revision || !is_due(&event, job.rule, tx.now()) {
        return Ok(());
    }
    send(tx, &event, job.rule)
}

/// A reminder that the next one has caught up with is left out.
fn is_due(event: &Event, rule: Rule, now: Timestamp) -> bool {
    let hour = event.starts_at - 1.hours();
    event.is_open(now) && (rule == Rule::Hour || now < hour)
}

/// The daily run: everything that starts today and more than an hour from now.
pub fn morning(tx: &Tx) -> Result<()> {
    let now = tx.now();
    for event in store::starting(tx, now, now + DAY.hours())? {
        if is_due(&event, Rule::Morning, now) {
            send(tx, &event, Rule::Morning)?;
        }
    }
    Ok(())
}

fn send(tx: &Tx, event: &Event, rule: Rule) -> Result<()> {
    if !tx.setting(&format!("remind_{}", rule.name()))?.unwrap_or(true) {
        return Ok(());
    }
    let seats = store::unreminded(tx, event.id, rule.name(), event.revision, REMINDED)?;
    for seat in &seats {
        if store::note_reminder(tx, seat.id, rule.name(), event.revision)? {
            mails::remind(tx, event, seat, rule.name())?;
        }
    }
    match seats.last() {
        Some(last) if seats.len() as i64 == REMINDED => {
            let key = format!("remind:{}:{}:{}:{}", event.id, rule.name(), event.revision, last.id);
            tx.job(Remind { session: event.id, rule, revision: event.revision }).key(key).now().map(drop)
        }
        _ => Ok(()),
    }
}
