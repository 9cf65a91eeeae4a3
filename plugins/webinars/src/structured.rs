//! schema.org objects, in step with what the pages say.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use magnetiq_sdk::prelude::*;
use magnetiq_sdk::serde_json::Value;

use crate::mails::topic_url;
use crate::model::{Event, SessionStatus, Speaker};
use crate::store;

/// Sessions as a list of `Event`; null when there are none.
pub fn events(db: &Snapshot, events: &[Event]) -> Result<Value> {
    let locale = db.locale()?;
    let mut speakers = BTreeMap::new();
    for event in events {
        if let Entry::Vacant(entry) = speakers.entry(event.topic_id) {
            entry.insert(performers(db, event.topic_id)?);
        }
    }
    let list: Vec<Value> = events.iter().map(|session| event(db, session, locale, &speakers)).collect::<Result<_>>()?;
    Ok(if list.is_empty() { Value::Null } else { Value::Array(list) })
}

fn performers(db: &Snapshot, topic: i64) -> Result<Value> {
    let speakers = store::speakers::of_topic(db, topic)?;
    speakers
        .iter()
        .map(|speaker| Ok(json!({ "@type": "Person", "name": speaker.name, "url": speaker_url(db, speaker)? })))
        .collect()
}

fn speaker_url(db: &Snapshot, speaker: &Speaker) -> Result<Option<String>> {
    let site = db.context()?.site;
    let mount = site.mount.get(db.locale()?);
    Ok(speaker.slug.as_ref().map(|slug| format!("{}{mount}/speakers/{slug}", site.public_url)))
}

/// A speaker as a `Person`.
pub fn person(db: &Snapshot, speaker: &Speaker) -> Result<Value> {
    let locale = db.locale()?;
    let mut object = json!({
        "@context": "https://schema.org",
        "@type": "Person",
        "name": speaker.name,
        "url": speaker_url(db, speaker)?,
    });
    for (name, text) in [("jobTitle", &speaker.role), ("description", &speaker.bio)] {
        if let Some(text) = text {
            object[name] = json!(text.get(locale));
        }
    }
    if let Some(company) = &speaker.company {
        object["worksFor"] = json!({ "@type": "Organization", "name": company });
    }
    Ok(object)
}

fn event(db: &Snapshot, event: &Event, locale: Locale, speakers: &BTreeMap<i64, Value>) -> Result<Value> {
    let url = topic_url(db, event, locale)?;
    let site = db.context()?.site;
    let mut object = json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title.get(locale),
        "description": event.summary.get(locale),
        "startDate": event.starts_at,
        "endDate": event.ends_at,
        "inLanguage": event.language,
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "eventStatus": status(event),
        "url": url,
        "location": { "@type": "VirtualLocation", "url": url },
        "organizer": { "@type": "Organization", "name": site.name, "url": site.public_url },
        "performer": speakers.get(&event.topic_id),
        "offers": {
            "@type": "Offer",
            "price": "0",
            "priceCurrency": "EUR",
            "url": url,
        },
    });
    if event.is_open(db.now()) {
        let sold_out = event.free() == Some(0);
        let availability = if sold_out { "https://schema.org/SoldOut" } else { "https://schema.org/InStock" };
        object["offers"]["availability"] = json!(availability);
    }
    if let Some(moved_from) = event.moved_from {
        object["previousStartDate"] = json!(moved_from);
    }
    Ok(object)
}

fn status(event: &Event) -> &'static str {
    match (event.status, event.moved_from) {
        (SessionStatus::Cancelled, _) => "https://schema.org/EventCancelled",
        (_, Some(_)) => "https://schema.org/EventRescheduled",
        _ => "https://schema.org/EventScheduled",
    }
}
