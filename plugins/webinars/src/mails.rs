//! Mails and the invitations in them.

use magnetiq_sdk::Mail;
use magnetiq_sdk::contract::mail::{Calendar, Event as Entry, Method};
use magnetiq_sdk::prelude::*;

use crate::model::{Event, Seat, Status};
use crate::store;

/// You have a seat: with the invitation.
pub fn confirm(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    let invitation = invitation(tx, event, seat, Method::Request, seat.sequence)?;
    let key = format!("confirmation:{}:{}", seat.id, tx.now().as_micros());
    letter(tx, "confirmation", event, seat)?.calendar(invitation).key(key).queue()?;
    store::note_mailed(tx, seat.id)
}

/// You are on the waiting list.
pub fn wait(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    let key = format!("waitlisted:{}:{}", seat.id, tx.now().as_micros());
    letter(tx, "waitlisted", event, seat)?.key(key).queue()?;
    store::note_mailed(tx, seat.id)
}

/// A seat is held for you until then.
pub fn offer(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    let key = format!("offer:{}:{}", seat.id, tx.now().as_micros());
    letter(tx, "offer", event, seat)?.key(key).queue()?;
    store::note_mailed(tx, seat.id)
}

/// The details once more, as they are now.
pub fn again(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    match seat.status {
        Status::Confirmed => confirm(tx, event, seat),
        Status::Offered => offer(tx, event, seat),
        _ => wait(tx, event, seat),
    }
}

/// You do not come: with the invitation's cancellation, when there was one.
pub fn goodbye(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    let sequence = store::next_sequence(tx, seat.id, event.revision)?;
    let mail = letter(tx, "goodbye", event, seat)?.key(format!("goodbye:{}:{sequence}", seat.id));
    match seat.status {
        Status::Confirmed => mail.calendar(invitation(tx, event, seat, Method::Cancel, sequence)?).queue(),
        _ => mail.queue(),
    }
    .map(drop)
}

/// The session has changed.
pub fn changed(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    tell(tx, "changed", Method::Request, event, seat)
}

/// The session does not take place.
pub fn cancelled(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    tell(tx, "cancelled", Method::Cancel, event, seat)
}

fn tell(tx: &Tx, template: &str, method: Method, event: &Event, seat: &Seat) -> Result<()> {
    let mail = letter(tx, template, event, seat)?.key(format!("{template}:{}:{}", seat.id, event.revision));
    match seat.status {
        Status::Confirmed => {
            let sequence = store::next_sequence(tx, seat.id, event.revision)?;
            mail.calendar(invitation(tx, event, seat, method, sequence)?).queue()
        }
        _ => mail.queue(),
    }
    .map(drop)
}

/// It starts soon. `rule` is one of `day`, `hour` and `morning`.
pub fn remind(tx: &Tx, event: &Event, seat: &Seat, rule: &str) -> Result<()> {
    let key = format!("reminder:{}:{rule}:{}", seat.id, event.revision);
    letter(tx, "reminder", event, seat)?.key(key).queue().map(drop)
}

fn letter(tx: &Tx, template: &str, event: &Event, seat: &Seat) -> Result<Mail> {
    let data = json!({
        "title": event.title,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "time_zone": event.time_zone,
        "language": event.language,
        "join_url": event.join_url,
        "confirmed": seat.status == Status::Confirmed,
        "offered_until": seat.offered_until,
        "link": personal_link(tx, seat)?,
        "topic_url": topic_url(tx, event, seat.locale)?,
    });
    Ok(tx.mail(template).to(seat.person).locale(seat.locale).data(data))
}

fn personal_link(tx: &Tx, seat: &Seat) -> Result<String> {
    let site = tx.context()?.site;
    Ok(format!("{}{}/r/{}", site.public_url, site.mount.get(seat.locale), seat.token))
}

/// The absolute address of the topic's page.
pub fn topic_url(db: &Snapshot, event: &Event, locale: Locale) -> Result<String> {
    let site = db.context()?.site;
    Ok(format!("{}{}/{}", site.public_url, site.mount.get(locale), event.slug))
}

/// One and the same for everybody and in the feed, so that a calendar shows the session once.
pub fn uid(db: &Snapshot, session: i64) -> Result<String> {
    let address = db.context()?.site.public_url;
    let host = address.split("://").nth(1).unwrap_or(&address);
    let host = host.split([':', '/']).next().unwrap_or(host);
    Ok(format!("webinar-session-{session}@{host}"))
}

fn invitation(tx: &Tx, event: &Event, seat: &Seat, method: Method, sequence: u32) -> Result<Calendar> {
    let link = personal_link(tx, seat)?;
    let entry = Entry {
        uid: uid(tx, event.id)?,
        sequence,
        starts_at: event.starts_at.as_micros(),
        ends_at: event.ends_at.as_micros(),
        summary: event.title.get(seat.locale).into(),
        description: format!("{}\n\n{link}", event.summary.get(seat.locale)),
        location: event.join_url.clone().unwrap_or(link),
        url: topic_url(tx, event, seat.locale)?,
    };
    Ok(Calendar { method, event: entry })
}
