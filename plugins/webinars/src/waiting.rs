//! The waiting list: first come, first served; a seat that comes free is offered for some time, never beyond the start.

use magnetiq_sdk::prelude::*;

use crate::model::{Event, Registration, Seat, SessionStatus, Status};
use crate::{mails, store};

/// Offers made in one call; a job makes the rest, so that no call holds the writer for long.
const OFFERS: usize = 50;

/// Why nobody comes or goes any more.
pub const STARTED: (&str, &str) = ("This session has started.", "Dieser Termin hat schon begonnen.");

/// An offer ends.
#[derive(Debug, Job, Serialize, Deserialize)]
#[job(name = "expire_offer")]
pub struct ExpireOffer {
    registration: i64,
    until: Timestamp,
}

/// There may be seats to offer.
#[derive(Debug, Job, Serialize, Deserialize)]
#[job(name = "offer_seats")]
pub struct OfferSeats {
    session: i64,
}

/// Where somebody new stands: they get a seat when one is free and nobody waits for it.
pub fn status_of_newcomers(tx: &Tx, event: &Event) -> Result<Status> {
    let has_seat = event.free().is_none_or(|free| free > 0) && store::first_waiting(tx, event.id)?.is_none();
    Ok(if has_seat { Status::Confirmed } else { Status::Waitlisted })
}

/// Offers free seats to those who wait longest.
pub fn offer_seats(tx: &Tx, session: i64) -> Result<()> {
    for _ in 0..OFFERS {
        let event = store::event(tx, session)?;
        let has_seat = event.is_open(tx.now()) && event.free().is_none_or(|free| free > 0);
        let Some(seat) = store::first_waiting(tx, session)?.filter(|_| has_seat) else { return Ok(()) };
        offer(tx, &event, seat)?;
    }
    tx.job(OfferSeats { session }).key(format!("offer:{session}:{}", tx.now().as_micros())).now().map(drop)
}

/// Offers the rest.
pub fn go_on(tx: &Tx, job: OfferSeats) -> Result<()> {
    offer_seats(tx, job.session)
}

fn offer(tx: &Tx, event: &Event, seat: Seat) -> Result<()> {
    let hours: u32 = tx.setting("offer_hours")?.unwrap_or(24);
    let until = (tx.now() + hours.hours()).min(event.starts_at);
    store::set_status(tx, seat.id, Status::Offered, Some(until))?;
    tx.job(ExpireOffer { registration: seat.id, until }).key(format!("expire:{}:{until}", seat.id)).at(until)?;
    mails::offer(tx, event, &Seat { status: Status::Offered, offered_until: Some(until), ..seat })
}

/// Ends an offer that was not taken, and offers the seat to the next.
pub fn expire(tx: &Tx, job: ExpireOffer) -> Result<()> {
    let seat = store::seat(tx, job.registration)?;
    if seat.hidden || seat.status != Status::Offered || seat.offered_until != Some(job.until) {
        return Ok(());
    }
    store::set_status(tx, seat.id, Status::Expired, None)?;
    offer_seats(tx, seat.session_id)
}

/// Takes an offer. Whoever has the seat keeps it: people press a button twice.
///
/// # Errors
/// CONFLICT when it has ended.
pub fn accept(tx: &Tx, seat: Seat) -> Result<()> {
    if seat.status == Status::Confirmed {
        return Ok(());
    }
    let event = store::event(tx, seat.session_id)?;
    if !seat.is_held(tx.now()) || !event.is_open(tx.now()) {
        return Err(Error::conflict(("This offer has ended.", "Dieses Angebot ist abgelaufen.")));
    }
    tx.people().activity(seat.person, "webinars.accepted", &event.name())?;
    confirm(tx, &event, seat)
}

fn confirm(tx: &Tx, event: &Event, seat: Seat) -> Result<()> {
    store::set_status(tx, seat.id, Status::Confirmed, None)?;
    mails::confirm(tx, event, &Seat { status: Status::Confirmed, ..seat })
}

/// Leaves; the seat goes to the next.
///
/// # Errors
/// CONFLICT when the session has started.
pub fn leave(tx: &Tx, seat: Seat) -> Result<()> {
    let event = store::event(tx, seat.session_id)?;
    if tx.now() >= event.starts_at {
        return Err(Error::conflict(STARTED));
    }
    if !seat.is_active() {
        return Ok(());
    }
    tx.people().activity(seat.person, "webinars.cancelled", &event.name())?;
    release(tx, &event, seat)
}

/// Takes a registration back.
fn release(tx: &Tx, event: &Event, seat: Seat) -> Result<()> {
    store::set_status(tx, seat.id, Status::Cancelled, None)?;
    let_go(tx, event, seat)
}

/// Tells who does not come any more, unless the session is over or off anyway, and offers the seat to the next.
fn let_go(tx: &Tx, event: &Event, seat: Seat) -> Result<()> {
    if is_ahead(tx, event) {
        mails::goodbye(tx, event, &Seat { status: Status::Cancelled, ..seat })?;
    }
    offer_seats(tx, event.id)
}

/// An organiser confirms, queues or cancels; offers are made by the waiting list alone.
pub fn check_status(tx: &Tx, change: &mut Change<Registration>) -> Result<()> {
    if change.is_restored() {
        return ask_again(tx, &mut change.after);
    }
    match changed(change).map(|before| (before, change.after.status)) {
        Some((_, Status::Offered | Status::Expired)) => Err(Error::field("status", Rule::ReadOnly)),
        Some((before, Status::Confirmed)) => check_seat(tx, before),
        _ => Ok(()),
    }
}

/// Who comes back from the trash before the start asks for a seat as somebody new does. Later on everything stays as it
/// was, unless the seat was given away: the session may yet be moved.
fn ask_again(tx: &Tx, registration: &mut Registration) -> Result<()> {
    let event = store::event(tx, registration.session_id)?;
    registration.status = match registration.status {
        status if !status.is_active() => status,
        _ if tx.now() < event.starts_at => status_of_newcomers(tx, &event)?,
        Status::Confirmed if event.free() == Some(0) => Status::Cancelled,
        status => status,
    };
    Ok(())
}

/// Nobody is confirmed beyond the seats.
fn check_seat(tx: &Tx, registration: &Registration) -> Result<()> {
    let event = store::event(tx, registration.session_id)?;
    if !event.is_open(tx.now()) {
        return Err(Error::field("status", ("This session is closed.", "Dieser Termin ist geschlossen.")));
    }
    let held = store::seat(tx, registration.id)?.is_held(tx.now());
    match event.free() {
        Some(0) if !held => Err(Error::field("status", ("There is no seat left.", "Es ist kein Platz mehr frei."))),
        _ => Ok(()),
    }
}

/// The registration as it was before its status changed.
fn changed(change: &Change<Registration>) -> Option<&Registration> {
    change.before.as_ref().filter(|before| before.status != change.after.status)
}

/// What follows from an organiser's change. The person is told once, also where the queue offers them a seat at once.
pub fn follow_status(tx: &Tx, change: &Change<Registration>) -> Result<()> {
    if change.is_restored() {
        return come_back(tx, change.after.id);
    }
    let Some(before) = changed(change) else { return Ok(()) };
    let event = store::event(tx, before.session_id)?;
    let seat = store::seat(tx, before.id)?;
    match seat.status {
        Status::Confirmed => confirm(tx, &event, seat)?,
        Status::Waitlisted => queue_up(tx, &event, seat.id)?,
        _ if before.status.is_active() => release(tx, &event, seat)?,
        _ => {}
    }
    match before.status.is_active() {
        true => Ok(()),
        false => store::note_told(tx, before.id, &event),
    }
}

fn queue_up(tx: &Tx, event: &Event, seat: i64) -> Result<()> {
    store::queue_up(tx, seat)?;
    offer_seats(tx, event.id)?;
    let seat = store::seat(tx, seat)?;
    match seat.status == Status::Waitlisted && is_ahead(tx, event) {
        true => mails::wait(tx, event, &seat),
        false => Ok(()),
    }
}

/// Takes up a registration from the trash as it was checked.
fn come_back(tx: &Tx, id: i64) -> Result<()> {
    let seat = store::seat(tx, id)?;
    let event = store::event(tx, seat.session_id)?;
    if !seat.is_active() || tx.now() >= event.starts_at {
        return Ok(());
    }
    match seat.status {
        Status::Waitlisted => queue_up(tx, &event, id)?,
        _ if is_ahead(tx, &event) => confirm(tx, &event, seat)?,
        _ => {}
    }
    store::note_told(tx, id, &event)
}

/// A registration in the trash frees its seat. It keeps where it stood, for it may come back; an offer does not.
pub fn follow_removal(tx: &Tx, change: &Change<Registration>) -> Result<()> {
    let seat = Seat { hidden: false, ..store::seat(tx, change.after.id)? };
    if !seat.is_active() {
        return Ok(());
    }
    let kept = if seat.status == Status::Offered { Status::Waitlisted } else { seat.status };
    store::set_status(tx, seat.id, kept, None)?;
    let_go(tx, &store::event(tx, seat.session_id)?, seat)
}

fn is_ahead(tx: &Tx, event: &Event) -> bool {
    event.status == SessionStatus::Published && tx.now() < event.starts_at
}
