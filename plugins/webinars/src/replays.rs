//! Replays behind a gate: whoever says who they are is led there, and whoever has a personal link need not. The replay's
//! address stands on no page.

use magnetiq_sdk::prelude::*;

use crate::model::{Event, Seat};
use crate::store::replays::NewView;
use crate::{pages, register, store};

/// The form of the gate.
#[derive(Debug, Form)]
pub struct Watch {
    #[field(max = 120)]
    name: String,
    #[field(kind = "email", max = 254)]
    email: String,
    #[field(max = 150)]
    company: Option<String>,
    marketing: bool,
    /// People do not see this field; what fills it in is a machine.
    website: Option<String>,
}

/// The gate of a replay.
pub fn show(db: &Snapshot, call: Call) -> Result<Page> {
    let (event, url) = find(db, &call)?;
    let speakers = store::speakers::of_topic(db, event.topic_id)?;
    let data = json!({
        "title": event.title,
        "summary": event.summary,
        "slug": event.slug,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "time_zone": event.time_zone,
        "language": event.language,
        "replay_until": event.replay_until,
        "speakers": speakers.iter().map(pages::shown_speaker).collect::<Vec<_>>(),
    });
    let page = Page::new("replay.html", data).title(event.title).description(event.summary).leads_to(url);
    Ok(page.fresh_until(event.replay_until))
}

/// Leads through the gate.
pub fn watch(tx: &Tx, call: Call<Watch>) -> Result<Redirect> {
    let id: i64 = call.path("id")?;
    let (event, url) = find(tx, &call)?;
    let Watch { name, email, company, marketing, website } = call.body;
    if website.is_some() {
        return Ok(Redirect::to(format!("/replays/{id}")));
    }
    let locale = tx.locale()?;
    let contact = register::contact(email, name, company, locale, None);
    let person = tx.people().upsert(&contact)?;
    if marketing {
        register::agree(tx, person, locale, &format!("/replays/{id}"))?;
    }
    let view = NewView { session: id, person, company: contact.company, marketing: Some(marketing) };
    note(tx, &event, &view)?;
    Ok(Redirect::away(url))
}

/// Leads whoever has a personal link to the replay.
///
/// # Errors
/// CONFLICT when there is none.
pub fn watch_by_link(tx: &Tx, seat: &Seat) -> Result<Redirect> {
    let event = store::event(tx, seat.session_id)?;
    let Some(url) = event.replay(tx.now()) else {
        return Err(Error::conflict((
            "There is no replay of this session.",
            "Von diesem Termin gibt es keine Aufzeichnung.",
        )));
    };
    let view = NewView { session: event.id, person: seat.person, company: String::new(), marketing: None };
    note(tx, &event, &view)?;
    Ok(Redirect::away(url))
}

fn note(tx: &Tx, event: &Event, view: &NewView) -> Result<()> {
    match store::replays::note_view(tx, view)? {
        true => tx.people().activity(view.person, "webinars.watched", &event.name()),
        false => Ok(()),
    }
}

/// The session whose replay visitors may watch now, and where.
fn find<B>(db: &Snapshot, call: &Call<B>) -> Result<(Event, String)> {
    let event = store::event(db, call.path("id")?)?;
    let url = event.replay(db.now()).map(str::to_owned).ok_or_else(Error::not_found)?;
    Ok((event, url))
}
