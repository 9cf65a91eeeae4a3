//! Mails and the invitations in them.

use magnetiq_sdk::Mail;
use magnetiq_sdk::contract::mail::{Calendar, Event as Entry, Method};
use magnetiq_sdk::prelude::*;
use magnetiq_sdk::serde_json::Value;

use crate::model::{Event, Seat, SessionStatus, Status};
use crate::{attendance, store};

/// You have a seat.
pub fn confirm(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    details(tx, letter(tx, "confirmation", event, seat)?, event, seat)
}

/// You are on the waiting list.
pub fn wait(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    details(tx, letter(tx, "waitlisted", event, seat)?, event, seat)
}

/// A seat is held for you until then; later nobody is told, unless an invitation is taken back with it.
pub fn offer(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    let letter = letter(tx, "offer", event, seat)?;
    let letter = match seat.offer_end(event).filter(|_| !seat.invited) {
        Some(end) => letter.not_after(end),
        None => letter,
    };
    details(tx, letter, event, seat)
}

/// The details once more, as they are now.
pub fn again(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    match seat.status {
        Status::Confirmed => confirm(tx, event, seat),
        Status::Offered => offer(tx, event, seat),
        _ => wait(tx, event, seat),
    }
}

/// You do not come; nor are you reminded any more.
pub fn goodbye(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    recall_reminders(tx, seat)?;
    send(tx, letter(tx, "goodbye", event, seat)?, event, seat)
}

/// The session has changed, does not take place, or takes place after all. What waits still of how it was before is
/// recalled; who knows already how it is now is told nothing.
pub fn announce(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    let recalled = tx.cancel_mail(&announcement(seat, seat.told))?;
    if !recalled && seat.told_of.as_ref() == Some(&event.facts()) {
        return Ok(());
    }
    recall_reminders(tx, seat)?;
    let template = match event.status {
        SessionStatus::Cancelled => "cancelled",
        // Whoever never read of the cancellation reads how it is now, and no more.
        _ if seat.told_off && !recalled => "reinstated",
        _ => "changed",
    };
    send(tx, letter(tx, template, event, seat)?.key(announcement(seat, event.revision)), event, seat)
}

fn announcement(seat: &Seat, revision: i64) -> String {
    format!("announce:{}:{revision}", seat.id)
}

fn recall_reminders(tx: &Tx, seat: &Seat) -> Result<()> {
    for (rule, revision) in store::reminders_of(tx, seat.id)? {
        tx.cancel_mail(&reminder(seat, &rule, revision))?;
    }
    Ok(())
}

fn reminder(seat: &Seat, rule: &str, revision: i64) -> String {
    format!("reminder:{}:{rule}:{revision}", seat.id)
}

fn details(tx: &Tx, letter: Mail, event: &Event, seat: &Seat) -> Result<()> {
    send(tx, letter, event, seat)?;
    store::note_mailed(tx, seat.id)
}

/// Sends a letter with what it means for the recipient's calendar.
fn send(tx: &Tx, letter: Mail, event: &Event, seat: &Seat) -> Result<()> {
    match method(event, seat) {
        Some(method) => letter.calendar(entry(tx, event, seat, method)?).queue(),
        None => letter.queue(),
    }
    .map(drop)
}

/// Who has a seat is invited; from everybody else an invitation is taken back that they still hold.
fn method(event: &Event, seat: &Seat) -> Option<Method> {
    match seat.status {
        Status::Confirmed if event.status == SessionStatus::Published => Some(Method::Request),
        _ => seat.invited.then_some(Method::Cancel),
    }
}

/// It starts soon; nobody is told once it has. `rule` is one of `day`, `hour` and `morning`.
pub fn remind(tx: &Tx, event: &Event, seat: &Seat, rule: &str) -> Result<()> {
    let key = reminder(seat, rule, event.revision);
    letter(tx, "reminder", event, seat)?.key(key).not_after(event.starts_at).queue().map(drop)
}

/// It is over: thanks, or word that the person was missed; once for a registration and a revision.
pub fn follow_up(tx: &Tx, event: &Event, seat: &Seat) -> Result<()> {
    let template = if seat.attended { "thanks" } else { "missed" };
    let key = format!("follow-up:{}:{}", seat.id, event.revision);
    let events = store::upcoming_of(tx, tx.now(), event.topic_id)?;
    let next = events.iter().find(|next| next.is_open(tx.now()));
    let mut data = facts(tx, event, seat)?;
    data["replay"] = event.replay(tx.now()).is_some().into();
    data["replay_until"] = json!(event.replay_until);
    data["next"] = next.map(times).into();
    tx.mail(template).to(seat.person).locale(seat.locale).data(data).key(key).queue().map(drop)
}

fn letter(tx: &Tx, template: &str, event: &Event, seat: &Seat) -> Result<Mail> {
    let mut data = facts(tx, event, seat)?;
    data["join_minutes"] = attendance::early(tx)?.into();
    data["invited"] = (seat.status == Status::Confirmed).into();
    data["moved"] = (seat.invited && seat.status != Status::Confirmed).into();
    data["waiting"] = (seat.status == Status::Waitlisted).into();
    data["offered_until"] = json!(seat.offer_end(event).filter(|_| seat.is_held(tx.now())));
    Ok(tx.mail(template).to(seat.person).locale(seat.locale).data(data))
}

/// What every mail about a session says of it, to whom the seat belongs.
fn facts(tx: &Tx, event: &Event, seat: &Seat) -> Result<Value> {
    let mut facts = times(event);
    facts["title"] = json!(event.title);
    facts["link"] = personal_link(tx, seat)?.into();
    facts["topic_url"] = topic_url(tx, event, seat.locale)?.into();
    Ok(facts)
}

/// When a session is, and in which language.
fn times(event: &Event) -> Value {
    json!({
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "time_zone": event.time_zone,
        "language": event.language,
    })
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

fn entry(tx: &Tx, event: &Event, seat: &Seat, method: Method) -> Result<Calendar> {
    let link = personal_link(tx, seat)?;
    let entry = Entry {
        uid: event.uid.clone(),
        sequence: store::invite(tx, seat.id, event.revision, method == Method::Request)?,
        starts_at: event.starts_at.as_micros(),
        ends_at: event.ends_at.as_micros(),
        summary: event.title.get(seat.locale).into(),
        description: format!("{}\n\n{link}", event.summary.get(seat.locale)),
        location: link,
        url: topic_url(tx, event, seat.locale)?,
    };
    Ok(Calendar { method, event: entry })
}
