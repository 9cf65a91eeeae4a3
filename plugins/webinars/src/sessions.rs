//! What follows when a session is saved, moved or cancelled.

use magnetiq_sdk::prelude::*;

use crate::model::{Session, SessionStatus};
use crate::{mails, reminders, store, waiting};

/// People told in one run; the job goes on with the rest.
const TOLD: i64 = 100;

/// Why nobody can do any more for a session.
pub const CANCELLED: (&str, &str) = ("This session has been cancelled.", "Dieser Termin wurde abgesagt.");

/// Tells registered people of the session as it is now.
#[derive(Debug, Job, Serialize, Deserialize)]
#[job(name = "announce")]
pub struct Announce {
    session: i64,
}

/// Refuses what cannot be, and counts the revision up when people must be told.
pub fn check(tx: &Tx, change: &mut Change<Session>) -> Result<()> {
    let after = &change.after;
    if after.ends_at <= after.starts_at {
        let sentence = ("A session ends after it starts.", "Ein Termin endet nach seinem Beginn.");
        return Err(Error::field("ends_at", sentence));
    }
    if after.replay_shown && after.replay_url.is_none() {
        return Err(Error::field("replay_url", Rule::Required));
    }
    let moved = change.before.as_ref().is_none_or(|before| before.starts_at != after.starts_at);
    // A webinar of old may be put up with its replay.
    let is_old = change.is_new() && after.replay_url.is_some() && after.ends_at <= tx.now();
    if moved && after.starts_at <= tx.now() && !is_old {
        let sentence = ("A session starts in the future.", "Ein Termin beginnt in der Zukunft.");
        return Err(Error::field("starts_at", sentence));
    }
    let Some(before) = &change.before else { return Ok(()) };
    let withdrawn = before.status != SessionStatus::Draft && after.status == SessionStatus::Draft;
    if withdrawn && store::active(tx, before.id)? > 0 {
        let sentence = (
            "People have registered: cancel the session instead.",
            "Es gibt Anmeldungen: Sagen Sie den Termin stattdessen ab.",
        );
        return Err(Error::field("status", sentence));
    }
    if before.status != SessionStatus::Draft && concerns_people(before, after) {
        change.after.revision = before.revision + 1;
        if before.starts_at != change.after.starts_at {
            change.after.moved_from = Some(before.starts_at);
        }
    }
    Ok(())
}

/// Who knows that a session is cancelled has no use for what else changes of it. The link to join is told to nobody:
/// the personal page leads there.
fn concerns_people(before: &Session, after: &Session) -> bool {
    if before.status == SessionStatus::Cancelled && after.status == SessionStatus::Cancelled {
        return false;
    }
    let told = |session: &Session| {
        let Session { starts_at, ends_at, time_zone, status, .. } = session.clone();
        (starts_at, ends_at, time_zone, status)
    };
    told(before) != told(after)
}

/// Names a new session for calendars; plans reminders, tells people, offers seats that a larger room brings.
pub fn follow(tx: &Tx, change: &Change<Session>) -> Result<()> {
    let session = &change.after;
    if change.before.is_none() {
        store::name_session(tx, session.id, &format!("webinar-{}", tx.token(26)))?;
    }
    let moved = change.changed(|session| (session.starts_at, session.status, session.revision));
    if moved {
        let known = change.before.as_ref().map(|before| before.revision);
        reminders::plan(tx, session.id, known)?;
    }
    if change.before.as_ref().is_some_and(|before| before.starts_at != session.starts_at) {
        store::forget_attendance(tx, session.id)?;
    }
    if change.before.as_ref().is_some_and(|before| before.revision != session.revision) {
        announce_soon(tx, session.id, session.status, session.starts_at)?;
    }
    // A session that was moved after its start has its seats to give away again.
    if change.changed(|session| (session.capacity, session.status, session.starts_at)) {
        waiting::offer_seats(tx, session.id)?;
    }
    Ok(())
}

/// Several changes within five minutes become one mail; a cancellation does not wait, nor does what is about to start.
fn announce_soon(tx: &Tx, session: i64, status: SessionStatus, starts_at: Timestamp) -> Result<()> {
    let key = format!("announce:{session}");
    if status == SessionStatus::Cancelled || starts_at <= tx.now() + 15.minutes() {
        tx.cancel_job(&key)?;
        return tx.job(Announce { session }).key(key).now().map(drop);
    }
    tx.job(Announce { session }).key(key).at(tx.now() + 5.minutes()).map(drop)
}

/// Tells everybody who does not know of the session's revision yet.
pub fn announce(tx: &Tx, job: Announce) -> Result<()> {
    let event = store::event(tx, job.session)?;
    if event.ends_at <= tx.now() || event.status == SessionStatus::Draft {
        return Ok(());
    }
    let seats = store::untold(tx, event.id, event.revision, TOLD)?;
    for seat in &seats {
        mails::announce(tx, &event, seat)?;
        store::note_told(tx, seat.id, &event)?;
    }
    match seats.last() {
        Some(last) if seats.len() as i64 == TOLD => {
            let key = format!("announce:{}:{}:{}", event.id, event.revision, last.id);
            tx.job(Announce { session: event.id }).key(key).now().map(drop)
        }
        _ => Ok(()),
    }
}

/// A session that people count on is cancelled before it goes to the trash.
pub fn keep_announced(tx: &Tx, change: &Change<Session>) -> Result<()> {
    let session = &change.after;
    let counts =
        session.status == SessionStatus::Published && session.ends_at > tx.now() && store::active(tx, session.id)? > 0;
    match counts {
        true => Err(Error::conflict((
            "People have registered for this session: cancel it first.",
            "Es gibt Anmeldungen für diesen Termin: Sagen Sie ihn zuerst ab.",
        ))),
        false => Ok(()),
    }
}

/// Cancels a session: the button on its row.
pub fn cancel(tx: &Tx, call: Call) -> Result<NoContent> {
    let id: i64 = call.path("id")?;
    let event = store::event(tx, id)?;
    if !store::cancel_session(tx, id)? {
        let sentence =
            ("Only a published session can be cancelled.", "Nur ein veröffentlichter Termin kann abgesagt werden.");
        return Err(Error::conflict(sentence));
    }
    reminders::plan(tx, id, Some(event.revision))?;
    announce_soon(tx, id, SessionStatus::Cancelled, event.starts_at)?;
    Ok(NoContent)
}
