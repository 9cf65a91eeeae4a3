//! The public pages and the block.

use magnetiq_sdk::prelude::*;
use magnetiq_sdk::serde_json::Value;

use crate::model::{Event, SessionStatus, Speaker, Topic};
use crate::{store, structured};

/// A session as pages show it.
#[derive(Debug, Serialize)]
pub struct Shown<'a> {
    id: i64,
    /// The id as a form sends it.
    key: String,
    title: &'a Text,
    slug: &'a str,
    summary: &'a Text,
    starts_at: Timestamp,
    ends_at: Timestamp,
    time_zone: &'a str,
    language: Locale,
    /// Registration is open.
    open: bool,
    cancelled: bool,
    /// It has started and not ended.
    running: bool,
    /// It has ended.
    over: bool,
    /// No seat is free.
    full: bool,
    /// Seats that are left, when they are few.
    few: Option<i64>,
    /// It is over, and visitors may watch it.
    replay: bool,
}

/// How many seats are few.
const FEW: i64 = 10;

/// A session as pages show it at a moment.
pub fn shown(event: &Event, now: Timestamp) -> Shown<'_> {
    let free = event.free();
    Shown {
        id: event.id,
        key: event.id.to_string(),
        title: &event.title,
        slug: &event.slug,
        summary: &event.summary,
        starts_at: event.starts_at,
        ends_at: event.ends_at,
        time_zone: &event.time_zone,
        language: event.language,
        open: event.is_open(now),
        cancelled: event.status == SessionStatus::Cancelled,
        running: event.status == SessionStatus::Published && event.starts_at <= now && now < event.ends_at,
        over: event.ends_at <= now,
        full: free == Some(0),
        few: free.filter(|free| *free > 0 && *free <= FEW),
        replay: event.replay(now).is_some(),
    }
}

/// The next start or end, also that of a replay: until then what is shown is true, unless something is saved.
pub fn next_turn<'a>(events: impl IntoIterator<Item = &'a Event>, now: Timestamp) -> Option<Timestamp> {
    let turns = events.into_iter().flat_map(|event| [Some(event.starts_at), Some(event.ends_at), event.replay_until]);
    turns.flatten().filter(|turn| *turn > now).min()
}

/// Every session that is to come.
pub fn upcoming(db: &Snapshot) -> Result<Page> {
    let now = db.now();
    let events = store::upcoming(db, now)?;
    let over = store::replays::latest(db, now)?;
    let sessions: Vec<_> = events.iter().map(|event| shown(event, now)).collect();
    let replays: Vec<_> = over.iter().map(|event| shown(event, now)).collect();
    let page = Page::new("upcoming.html", json!({ "sessions": sessions, "replays": replays }))
        .title(("Webinars", "Webinare"))
        .description((
            "Our upcoming webinars: topics, dates and registration.",
            "Unsere kommenden Webinare: Themen, Termine und Anmeldung.",
        ))
        .json_ld(structured::events(db, &events)?);
    Ok(page.fresh_until(next_turn(events.iter().chain(&over), now)))
}

/// A topic with its sessions and the form.
pub fn topic(db: &Snapshot, call: Call) -> Result<Page> {
    let topic = store::topic(db, &call.path::<String>("slug")?)?;
    let now = db.now();
    let events = store::upcoming_of(db, now, topic.id)?;
    let over = store::replays::of_topic(db, now, topic.id)?;
    let related = store::related::topics(db, now, topic.id)?;
    let speakers = store::speakers::of_topic(db, topic.id)?;
    let sessions: Vec<_> = events.iter().map(|event| shown(event, now)).collect();
    let done = call.query::<String>("done")?.is_some();
    let open = sessions.iter().any(|session| session.open);
    let data = json!({
        "topic": shown_topic(&topic),
        "speakers": speakers.iter().map(shown_speaker).collect::<Vec<_>>(),
        "sessions": sessions,
        "replays": over.iter().map(|event| shown(event, now)).collect::<Vec<_>>(),
        "related": related,
        "open": open,
        "done": done,
    });
    let page = Page::new("topic.html", data)
        .title(topic.title)
        .description(topic.summary)
        .json_ld(structured::events(db, &events)?);
    let started = related.iter().filter_map(|topic| topic.starts_at).min();
    Ok(page.fresh_until(next_turn(events.iter().chain(&over), now).into_iter().chain(started).min()))
}

fn shown_topic(topic: &Topic) -> Value {
    json!({ "title": topic.title, "summary": topic.summary, "description": topic.description, "slug": topic.slug })
}

/// A speaker as pages show them.
pub fn shown_speaker(speaker: &Speaker) -> Value {
    let initials: String = speaker.name.split_whitespace().filter_map(|part| part.chars().next()).take(2).collect();
    json!({
        "name": speaker.name,
        "slug": speaker.slug,
        "role": speaker.role,
        "company": speaker.company,
        "bio": speaker.bio,
        "initials": initials,
    })
}

/// What the editor of a page chooses.
#[derive(Debug, Form)]
pub struct BlockProps {
    #[field(en = "How many", de = "Wie viele", default = 3, min = 1, max = 12)]
    count: i64,
}

/// The next sessions on another page.
pub fn block(db: &Snapshot, props: BlockProps) -> Result<BlockView> {
    let now = db.now();
    let events = store::upcoming(db, now)?;
    let open = events.iter().filter(|event| event.is_open(now));
    let sessions: Vec<_> =
        open.take(usize::try_from(props.count).unwrap_or(1)).map(|event| shown(event, now)).collect();
    Ok(BlockView::new("upcoming_block.html", json!({ "sessions": sessions }))?.fresh_until(next_turn(&events, now)))
}
