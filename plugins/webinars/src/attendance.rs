//! Who was there. Looking at the personal page counts nothing; its button does, and organisers may know better.

use magnetiq_sdk::prelude::*;

use crate::model::{Event, Registration, Seat, SessionStatus, Status};
use crate::{sessions, store};

/// Minutes before the start from which on people may join, unless a setting says otherwise.
const EARLY: u32 = 15;

const NO_ROOM: (&str, &str) = (
    "The organisers have not opened the room yet. Please try again in a minute.",
    "Die Veranstalter haben den Raum noch nicht geöffnet. Bitte versuchen Sie es gleich noch einmal.",
);

/// Minutes before the start from which on people may join.
pub fn early(db: &Snapshot) -> Result<u32> {
    Ok(db.setting("join_minutes")?.unwrap_or(EARLY))
}

/// The first moment at which people may join.
pub fn opens_at(db: &Snapshot, event: &Event) -> Result<Timestamp> {
    Ok(event.starts_at - early(db)?.minutes())
}

/// Notes that somebody came, once, and leads them to the meeting.
///
/// # Errors
/// CONFLICT that says why they cannot join, or not yet.
pub fn join(tx: &Tx, seat: &Seat) -> Result<Redirect> {
    let event = store::event(tx, seat.session_id)?;
    let room = room(tx, &event, seat)?;
    if store::note_joined(tx, seat.id)? {
        tx.people().activity(seat.person, "webinars.attended", &event.name())?;
    }
    Ok(Redirect::away(room))
}

/// The meeting's address, for those who may join it now.
///
/// # Errors
/// CONFLICT for all others.
pub fn room(db: &Snapshot, event: &Event, seat: &Seat) -> Result<String> {
    let now = db.now();
    let refused = match event.status {
        status if status != SessionStatus::Published => sessions::CANCELLED,
        _ if seat.status != Status::Confirmed => {
            ("You have no seat in this session.", "Sie haben keinen Platz in diesem Termin.")
        }
        _ if now >= event.ends_at => ("This session is over.", "Dieser Termin ist vorbei."),
        _ if now < opens_at(db, event)? => ("It is too early to join.", "Für die Teilnahme ist es noch zu früh."),
        _ => return event.join_url.clone().ok_or_else(|| Error::conflict(NO_ROOM)),
    };
    Err(Error::conflict(refused))
}

/// An organiser marks those who were there, once it has begun.
pub fn check(tx: &Tx, change: &mut Change<Registration>) -> Result<()> {
    let Some(before) = &change.before else { return Ok(()) };
    if before.attended || !change.after.attended || tx.now() >= store::event(tx, before.session_id)?.starts_at {
        return Ok(());
    }
    let early = ("Nobody attends a session before it starts.", "Vor dem Beginn nimmt niemand an einem Termin teil.");
    Err(Error::field("attended", early))
}
