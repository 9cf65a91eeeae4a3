//! Who is to hear of a session that is over.

use magnetiq_sdk::prelude::*;

use super::SEATS;
use crate::model::Seat;

/// Sessions that ended after `from` and up to `to`, where somebody has heard nothing yet.
pub fn due(db: &Snapshot, from: Timestamp, to: Timestamp) -> Result<Vec<i64>> {
    let sql = "SELECT s.id FROM p_webinars__sessions s
               WHERE s.status = 'published' AND s.deleted_at IS NULL AND s.ends_at > ? AND s.ends_at <= ? AND EXISTS (
                   SELECT 1 FROM p_webinars__registrations r WHERE r.session_id = s.id AND r.status = 'confirmed'
                   AND r.deleted_at IS NULL AND r.followed_up_at IS NULL)
               ORDER BY s.ends_at, s.id";
    db.all(sql, params![from, to])
}

/// True when somebody is known to have been there.
pub fn is_attended(db: &Snapshot, session: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM p_webinars__registrations WHERE session_id = ? AND attended = 1
               AND status = 'confirmed' AND deleted_at IS NULL)";
    db.one(sql, [session])
}

/// Those who were there, or those who were not, and have heard nothing yet.
pub fn waiting(db: &Snapshot, session: i64, attended: bool, limit: i64) -> Result<Vec<Seat>> {
    let sql = format!(
        "{SEATS} WHERE session_id = ? AND status = 'confirmed' AND attended = ? AND followed_up_at IS NULL
         AND deleted_at IS NULL ORDER BY id LIMIT ?"
    );
    db.all(&sql, params![session, attended, limit])
}

/// Notes that somebody has heard.
pub fn note(tx: &Tx, seat: i64) -> Result<()> {
    let sql = "UPDATE p_webinars__registrations SET followed_up_at = ? WHERE id = ?";
    tx.execute(sql, params![tx.now(), seat]).map(drop)
}
