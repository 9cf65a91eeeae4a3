//! The page behind a personal link. GET shows, POST acts: what scans mails changes nothing.

use magnetiq_sdk::prelude::*;

use crate::model::{SessionStatus, Status};
use crate::{attendance, mails, register, replays, store, waiting};

/// What the page offers to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Step {
    /// Take the seat that is offered.
    Accept,
    /// Go to the meeting.
    Join,
    /// Watch the replay.
    Watch,
    /// Do not come.
    Cancel,
    /// Get no further mail than this registration's.
    Unsubscribe,
}

/// The form of a button.
#[derive(Debug, Form)]
pub struct Act {
    step: Step,
}

/// Shows where a registration stands.
pub fn show(db: &Snapshot, call: Call) -> Result<Page> {
    let seat = store::seat_by_token(db, &call.path::<String>("token")?)?;
    let event = store::event(db, seat.session_id)?;
    let now = db.now();
    let open = event.is_open(now);
    let replay = event.replay(now).map(str::to_owned);
    let room = attendance::room(db, &event, &seat).ok();
    let is_seated = seat.status == Status::Confirmed && event.status == SessionStatus::Published;
    let opens_at = Some(attendance::opens_at(db, &event)?).filter(|opens_at| is_seated && now < *opens_at);
    let data = json!({
        "title": event.title,
        "slug": event.slug,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "time_zone": event.time_zone,
        "language": event.language,
        "session": event.status,
        "status": seat.status,
        "offered_until": seat.offer_end(&event),
        "can_join": room.is_some(),
        "opens_at": opens_at,
        "over": now >= event.ends_at,
        "can_watch": replay.is_some(),
        "can_accept": open && seat.is_held(now),
        "can_cancel": open && seat.is_active(),
        "can_unsubscribe": store::may_agree(db, seat.person)?,
        "topic_url": mails::topic_url(db, &event, db.locale()?)?,
    });
    let page = Page::new("registration.html", data).title(("Your registration", "Ihre Anmeldung")).private();
    Ok(match room.or(replay) {
        Some(elsewhere) => page.leads_to(elsewhere),
        None => page,
    })
}

/// Accepts, joins, watches, cancels or unsubscribes.
pub fn act(tx: &Tx, call: Call<Act>) -> Result<Redirect> {
    let token: String = call.path("token")?;
    let seat = store::seat_by_token(tx, &token)?;
    match call.body.step {
        Step::Accept => waiting::accept(tx, seat)?,
        Step::Watch => return replays::watch_by_link(tx, &seat),
        Step::Join => return attendance::join(tx, &seat),
        Step::Cancel => waiting::leave(tx, seat)?,
        Step::Unsubscribe => register::withdraw(tx, &seat)?,
    }
    Ok(Redirect::to(format!("/r/{token}")))
}

/// Somebody was erased.
#[derive(Debug, Deserialize)]
pub struct Erased {
    person: Person,
}

/// Gives back the seats of somebody who was erased and closes their links; what is past stays as a count.
pub fn forget(tx: &Tx, erased: Erased) -> Result<()> {
    for seat in store::ahead_of(tx, erased.person)? {
        store::set_status(tx, seat.id, Status::Cancelled, None)?;
        waiting::offer_seats(tx, seat.session_id)?;
    }
    store::close_links(tx, erased.person)
}
