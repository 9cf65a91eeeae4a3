//! Replays, and who watched them.

use magnetiq_sdk::prelude::*;

use super::EVENTS;
use crate::model::Event;

/// What visitors may watch now.
const SHOWN: &str = "s.status = 'published' AND s.replay_shown = 1 AND s.replay_url IS NOT NULL AND s.ends_at <= ?1
    AND (s.replay_until IS NULL OR s.replay_until > ?1) AND t.status = 'published' AND s.deleted_at IS NULL
    AND t.deleted_at IS NULL";

/// Sessions whose replay visitors may watch, the last first.
pub fn latest(db: &Snapshot, now: Timestamp) -> Result<Vec<Event>> {
    db.all(&format!("{EVENTS} WHERE {SHOWN} ORDER BY s.starts_at DESC, s.id LIMIT 12"), [now])
}

/// As [`latest`], of one topic.
pub fn of_topic(db: &Snapshot, now: Timestamp, topic: i64) -> Result<Vec<Event>> {
    let sql = format!("{EVENTS} WHERE {SHOWN} AND s.topic_id = ?2 ORDER BY s.starts_at DESC, s.id LIMIT 12");
    db.all(&sql, params![now, topic])
}

/// Somebody who watches.
#[derive(Debug)]
pub struct NewView {
    /// Of what.
    pub session: i64,
    /// Who.
    pub person: Person,
    /// Where they work, or empty.
    pub company: String,
    /// Whether they agree to further mail; none where they were not asked.
    pub marketing: Option<bool>,
}

/// Notes that somebody watches; false when it was noted before. What they say later is added.
pub fn note_view(tx: &Tx, view: &NewView) -> Result<bool> {
    let NewView { session, person, company, marketing } = view;
    let now = tx.now();
    let sql =
        "INSERT INTO p_webinars__views (session_id, person, watched_at, company, marketing, created_at, updated_at)
               VALUES (?1, ?2, ?3, nullif(?4, ''), ?5, ?3, ?3) ON CONFLICT DO NOTHING";
    if tx.execute(sql, params![session, person, now, company, marketing])? == 1 {
        return Ok(true);
    }
    let sql = "UPDATE p_webinars__views SET company = coalesce(nullif(?3, ''), company), deleted_at = NULL,
               marketing = max(coalesce(marketing, ?4), coalesce(?4, marketing)), updated_at = ?5
               WHERE session_id = ?1 AND person = ?2";
    tx.execute(sql, params![session, person, company, marketing, now]).map(|_| false)
}

/// Notes with all views of a person that further mail is not welcome.
pub fn note_withdrawn(tx: &Tx, person: Person) -> Result<()> {
    let sql = "UPDATE p_webinars__views SET marketing = 0, updated_at = ? WHERE person = ? AND marketing = 1";
    tx.execute(sql, params![tx.now(), person]).map(drop)
}
