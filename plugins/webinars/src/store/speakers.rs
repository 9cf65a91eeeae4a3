//! Who speaks on what.

use magnetiq_sdk::prelude::*;

use super::EVENTS;
use crate::model::{Event, Speaker};

const SPEAKERS: &str = "SELECT p.id, p.name, p.slug, p.role, p.company, p.bio FROM p_webinars__speakers p";

/// Who speaks on a topic, in order.
pub fn of_topic(db: &Snapshot, topic: i64) -> Result<Vec<Speaker>> {
    let sql = format!(
        "{SPEAKERS} JOIN p_webinars__appearances a ON p.id = a.speaker_id
         WHERE a.topic_id = ? AND a.deleted_at IS NULL AND p.deleted_at IS NULL ORDER BY a.position, a.id"
    );
    db.all(&sql, [topic])
}

/// The speaker with this address.
pub fn by_slug(db: &Snapshot, slug: &str) -> Result<Speaker> {
    db.one(&format!("{SPEAKERS} WHERE p.slug = ? AND p.deleted_at IS NULL"), [slug])
}

/// True when another speaker, hidden or not, has this address.
pub fn is_taken(db: &Snapshot, slug: &str, except: Option<i64>) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM p_webinars__speakers WHERE slug = ? AND id IS NOT ?)";
    db.one(sql, params![slug, except])
}

/// Sessions on which somebody speaks, that have not ended: the next first.
pub fn upcoming(db: &Snapshot, now: Timestamp, speaker: i64) -> Result<Vec<Event>> {
    let sql = format!(
        "{EVENTS} WHERE {SPEAKS} AND s.status <> 'draft' AND s.ends_at > ?1 ORDER BY s.starts_at, s.id LIMIT 50"
    );
    db.all(&sql, params![now, speaker])
}

/// Sessions on which somebody spoke: the last first.
pub fn past(db: &Snapshot, now: Timestamp, speaker: i64) -> Result<Vec<Event>> {
    let sql = format!(
        "{EVENTS} WHERE {SPEAKS} AND s.status = 'published' AND s.ends_at <= ?1 ORDER BY s.starts_at DESC, s.id LIMIT 50"
    );
    db.all(&sql, params![now, speaker])
}

/// What visitors may know of, and the speaker `?2` stands on.
const SPEAKS: &str = "t.status = 'published' AND s.deleted_at IS NULL AND t.deleted_at IS NULL AND EXISTS (
    SELECT 1 FROM p_webinars__appearances a WHERE a.topic_id = t.id AND a.speaker_id = ?2 AND a.deleted_at IS NULL)";

/// True when a speaker stands on a topic in another row.
pub fn speaks(db: &Snapshot, topic: i64, speaker: i64, except: Option<i64>) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM p_webinars__appearances
               WHERE topic_id = ? AND speaker_id = ? AND id IS NOT ? AND deleted_at IS NULL)";
    db.one(sql, params![topic, speaker, except])
}
