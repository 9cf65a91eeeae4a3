//! Topics that somebody who reads one may like.

use magnetiq_sdk::prelude::*;

/// Most topics that are proposed.
const MOST: i64 = 3;

/// A topic as another one's page proposes it.
#[derive(Debug, Row, Serialize)]
pub struct Related {
    /// Its title.
    pub title: Text,
    /// Part of its address.
    pub slug: String,
    /// Its summary.
    pub summary: Text,
    /// When its next session starts, if there is one.
    pub starts_at: Option<Timestamp>,
    /// In which zone.
    pub time_zone: Option<String>,
}

/// Sessions that are looked at for the next ones.
const AHEAD: i64 = 100;

/// Published topics with a speaker in common first, then those with the nearest session that is to start; neither the
/// topic itself nor one that nothing speaks for. It costs the same however many topics there are, as long as the index is
/// named: by itself SQLite takes one by status and sorts.
pub fn topics(db: &Snapshot, now: Timestamp, topic: i64) -> Result<Vec<Related>> {
    let sql = "
        SELECT t.title, t.slug, t.summary, next.starts_at, next.time_zone
        FROM (SELECT topic_id, sum(common) AS common
              FROM (SELECT other.topic_id, 1 AS common FROM p_webinars__appearances own
                    JOIN p_webinars__appearances other ON other.speaker_id = own.speaker_id
                    JOIN p_webinars__speakers p ON p.id = own.speaker_id
                    WHERE own.topic_id = ?2 AND own.deleted_at IS NULL AND other.deleted_at IS NULL
                      AND p.deleted_at IS NULL
                    UNION ALL
                    SELECT * FROM (
                        SELECT topic_id, 0 FROM p_webinars__sessions INDEXED BY p_webinars__sessions_by_start
                        WHERE status = 'published' AND deleted_at IS NULL AND starts_at > ?1
                        ORDER BY starts_at, id LIMIT ?4))
              GROUP BY topic_id) near
        JOIN p_webinars__topics t ON t.id = near.topic_id
        LEFT JOIN p_webinars__sessions next ON next.id = (
            SELECT s.id FROM p_webinars__sessions s
            WHERE s.topic_id = t.id AND s.status = 'published' AND s.deleted_at IS NULL AND s.starts_at > ?1
            ORDER BY s.starts_at, s.id LIMIT 1)
        WHERE t.id <> ?2 AND t.status = 'published' AND t.deleted_at IS NULL
        ORDER BY near.common DESC, next.starts_at IS NULL, next.starts_at, t.id LIMIT ?3";
    db.all(sql, params![now, topic, MOST, AHEAD])
}
