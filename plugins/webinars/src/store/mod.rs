//! One statement in each function.

pub mod follow_ups;
pub mod related;
pub mod replays;
pub mod speakers;

use magnetiq_sdk::prelude::*;

use crate::model::{Event, Seat, SessionStatus, Status, Topic};

/// Sessions with their topics; `?1` is the current moment, up to which held offers count.
const EVENTS: &str = "
    SELECT s.id, s.topic_id, t.title, t.slug, t.summary, t.status AS topic_status, s.starts_at, s.ends_at, s.time_zone,
           s.language, s.capacity, s.join_url, s.status, s.revision, s.uid,
           s.moved_from, s.replay_url, s.replay_shown, s.replay_until,
           (s.deleted_at IS NOT NULL OR t.deleted_at IS NOT NULL) AS hidden,
           iif(s.capacity IS NULL, 0,
               (SELECT count(*) FROM p_webinars__registrations r
                WHERE r.session_id = s.id AND r.deleted_at IS NULL
                  AND (r.status = 'confirmed' OR (r.status = 'offered' AND r.offered_until > ?1)))) AS taken
    FROM p_webinars__sessions s JOIN p_webinars__topics t ON t.id = s.topic_id";

const SEATS: &str = "
    SELECT id, session_id, person, status, locale, receipt, token, offered_until, mailed_at, invited, told, told_of, told_off,
           attended, deleted_at IS NOT NULL AS hidden
    FROM p_webinars__registrations";

/// The session with this id, hidden or not.
pub fn event(db: &Snapshot, id: i64) -> Result<Event> {
    db.one(&format!("{EVENTS} WHERE s.id = ?2"), params![db.now(), id])
}

/// Published and cancelled sessions of published topics that have not ended, the next first.
pub fn upcoming(db: &Snapshot, now: Timestamp) -> Result<Vec<Event>> {
    let sql = format!(
        "{EVENTS} WHERE s.status IN ('published', 'cancelled') AND s.ends_at > ?1 AND t.status = 'published'
         AND s.deleted_at IS NULL AND t.deleted_at IS NULL ORDER BY s.starts_at, s.id LIMIT 200"
    );
    db.all(&sql, [now])
}

/// As [`upcoming`], of one topic.
pub fn upcoming_of(db: &Snapshot, now: Timestamp, topic: i64) -> Result<Vec<Event>> {
    let sql = format!(
        "{EVENTS} WHERE s.topic_id = ?2 AND s.status IN ('published', 'cancelled') AND s.ends_at > ?1
         AND s.deleted_at IS NULL ORDER BY s.starts_at, s.id LIMIT 100"
    );
    db.all(&sql, params![now, topic])
}

/// The published topic with this address.
pub fn topic(db: &Snapshot, slug: &str) -> Result<Topic> {
    let sql = "SELECT id, title, slug, summary, description, status FROM p_webinars__topics
               WHERE slug = ? AND status = 'published' AND deleted_at IS NULL";
    db.one(sql, [slug])
}

/// How many people count on a session.
pub fn active(db: &Snapshot, session: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM p_webinars__registrations WHERE session_id = ? AND deleted_at IS NULL
               AND status IN ('confirmed', 'waitlisted', 'offered')";
    db.one(sql, [session])
}

/// How many people count on published sessions of a topic that have not ended.
pub fn expected(tx: &Tx, topic: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM p_webinars__registrations r JOIN p_webinars__sessions s ON s.id = r.session_id
               WHERE s.topic_id = ? AND s.status = 'published' AND s.deleted_at IS NULL AND s.ends_at > ?
               AND r.deleted_at IS NULL AND r.status IN ('confirmed', 'waitlisted', 'offered')";
    tx.one(sql, params![topic, tx.now()])
}

/// Published sessions that start after `from` and before `to`.
pub fn starting(db: &Snapshot, from: Timestamp, to: Timestamp) -> Result<Vec<Event>> {
    let sql = format!(
        "{EVENTS} WHERE s.status = 'published' AND s.deleted_at IS NULL AND s.starts_at > ?2 AND s.starts_at < ?3
         ORDER BY s.starts_at, s.id"
    );
    db.all(&sql, params![from, from, to])
}

/// The person's registration for a session, hidden or not.
pub fn seat_of(db: &Snapshot, session: i64, person: Person) -> Result<Option<Seat>> {
    db.maybe(&format!("{SEATS} WHERE session_id = ? AND person = ?"), params![session, person])
}

/// The registration with this id.
pub fn seat(db: &Snapshot, id: i64) -> Result<Seat> {
    db.one(&format!("{SEATS} WHERE id = ?"), [id])
}

/// The registration whose personal link has this token.
pub fn seat_by_token(db: &Snapshot, token: &str) -> Result<Seat> {
    db.one(&format!("{SEATS} WHERE token = ? AND deleted_at IS NULL"), [token])
}

/// The registration that counts and has this receipt.
pub fn seat_by_receipt(db: &Snapshot, receipt: &str) -> Result<Seat> {
    let sql = format!(
        "{SEATS} WHERE receipt = ? AND deleted_at IS NULL AND status IN ('confirmed', 'waitlisted', 'offered')"
    );
    db.one(&sql, [receipt])
}

/// The person's registrations that count for a session that has not started, or would once back from the trash.
pub fn ahead_of(db: &Snapshot, person: Person) -> Result<Vec<Seat>> {
    let sql = format!(
        "{SEATS} WHERE person = ? AND status IN ('confirmed', 'waitlisted', 'offered')
         AND session_id IN (SELECT id FROM p_webinars__sessions WHERE starts_at > ?) ORDER BY id"
    );
    db.all(&sql, params![person, db.now()])
}

/// The one who waits longest.
pub fn first_waiting(db: &Snapshot, session: i64) -> Result<Option<Seat>> {
    let sql = format!(
        "{SEATS} WHERE session_id = ? AND status = 'waitlisted' AND deleted_at IS NULL ORDER BY waiting_since, id LIMIT 1"
    );
    db.maybe(&sql, [session])
}

/// Registrations that have not been told of this revision of their session.
pub fn untold(db: &Snapshot, session: i64, revision: i64, limit: i64) -> Result<Vec<Seat>> {
    let sql = format!(
        "{SEATS} WHERE session_id = ? AND told < ? AND status IN ('confirmed', 'waitlisted', 'offered')
         AND deleted_at IS NULL ORDER BY id LIMIT ?"
    );
    db.all(&sql, params![session, revision, limit])
}

/// Confirmed registrations that were not reminded by this rule of this revision.
pub fn unreminded(db: &Snapshot, session: i64, rule: &str, revision: i64, limit: i64) -> Result<Vec<Seat>> {
    let sql = format!(
        "{SEATS} WHERE session_id = ?1 AND status = 'confirmed' AND deleted_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM p_webinars__reminders m
             WHERE m.registration_id = p_webinars__registrations.id AND m.rule = ?2 AND m.revision = ?3)
         ORDER BY id LIMIT ?4"
    );
    db.all(&sql, params![session, rule, revision, limit])
}

/// Notes a reminder; false when it was noted before.
pub fn note_reminder(tx: &Tx, registration: i64, rule: &str, revision: i64) -> Result<bool> {
    let sql = "INSERT INTO p_webinars__reminders (registration_id, rule, revision, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, params![registration, rule, revision, tx.now()])? == 1)
}

/// Reminders that a registration got: their rules and the revisions of the session.
pub fn reminders_of(db: &Snapshot, registration: i64) -> Result<Vec<(String, i64)>> {
    db.all("SELECT rule, revision FROM p_webinars__reminders WHERE registration_id = ?", [registration])
}

/// A registration that is to be stored.
#[derive(Debug)]
pub struct NewSeat {
    /// For what.
    pub session: i64,
    /// Who.
    pub person: Person,
    /// Confirmed or waitlisted.
    pub status: Status,
    /// Language of mails.
    pub locale: Locale,
    /// Where they work.
    pub company: String,
    /// Whether they agree to further mail.
    pub marketing: bool,
    /// The session's revision, which the confirmation tells of.
    pub revision: i64,
    /// What it tells.
    pub facts: String,
}

/// Stores a registration; its id.
pub fn insert(tx: &Tx, new: &NewSeat) -> Result<i64> {
    let sql =
        "INSERT INTO p_webinars__registrations (session_id, person, status, locale, receipt, token, waiting_since,
               told, company, marketing, told_of, sequence, registered_at, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, iif(?3 = 'waitlisted', ?7, NULL), ?8, nullif(?9, ''), ?10, ?11, -1, ?7, ?7, ?7)";
    let NewSeat { session, person, status, locale, company, marketing, revision, facts } = new;
    let (receipt, token, now) = (tx.token(20), tx.token(32), tx.now());
    tx.insert(sql, params![session, person, status, locale, receipt, token, now, revision, company, marketing, facts])
}

/// Takes somebody back who had gone: at the end of the queue, with a new link. What they do not say again stays.
pub fn revive(tx: &Tx, seat: i64, new: &NewSeat) -> Result<()> {
    let sql = "UPDATE p_webinars__registrations SET status = ?2, waiting_since = iif(?2 = 'waitlisted', ?3, NULL),
               offered_until = NULL, mailed_at = NULL, attended = 0, joined_at = NULL, followed_up_at = NULL,
               token = ?4, told = ?5, told_of = ?9, told_off = 0, locale = ?8,
               company = coalesce(nullif(?6, ''), company), marketing = max(coalesce(marketing, 0), ?7),
               registered_at = ?3, deleted_at = NULL, updated_at = ?3
         WHERE id = ?1";
    let NewSeat { status, locale, company, marketing, revision, facts, .. } = new;
    let now = tx.now();
    tx.execute(sql, params![seat, status, now, tx.token(32), revision, company, marketing, locale, facts]).map(drop)
}

/// Notes that somebody agreed to further mail with a registration that stands already.
pub fn note_agreed(tx: &Tx, seat: i64) -> Result<()> {
    tx.execute("UPDATE p_webinars__registrations SET marketing = 1 WHERE id = ?", [seat]).map(drop)
}

/// True while a person may have agreed to further mail with some registration, or before a replay.
pub fn may_agree(db: &Snapshot, person: Person) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM p_webinars__registrations WHERE person = ?1 AND marketing IS NOT 0)
               OR EXISTS (SELECT 1 FROM p_webinars__views WHERE person = ?1 AND marketing = 1)";
    db.one(sql, [person])
}

/// Notes with all registrations of a person that further mail is not welcome.
pub fn note_withdrawn(tx: &Tx, person: Person) -> Result<()> {
    let sql = "UPDATE p_webinars__registrations SET marketing = 0, updated_at = ? WHERE person = ?
               AND marketing IS NOT 0";
    tx.execute(sql, params![tx.now(), person]).map(drop)
}

/// Sets where a registration that no longer waits stands; an offer's end goes with it.
pub fn set_status(tx: &Tx, seat: i64, status: Status, offered_until: Option<Timestamp>) -> Result<()> {
    let sql = "UPDATE p_webinars__registrations SET status = ?, offered_until = ?, waiting_since = NULL, updated_at = ?
               WHERE id = ?";
    tx.execute(sql, params![status, offered_until, tx.now(), seat]).map(drop)
}

/// Closes a person's links: whoever has one finds nothing.
pub fn close_links(tx: &Tx, person: Person) -> Result<()> {
    let sql =
        "UPDATE p_webinars__registrations SET token = lower(hex(randomblob(20))), updated_at = ? WHERE person = ?";
    tx.execute(sql, params![tx.now(), person]).map(drop)
}

/// Notes that the details were mailed now.
pub fn note_mailed(tx: &Tx, seat: i64) -> Result<()> {
    tx.execute("UPDATE p_webinars__registrations SET mailed_at = ? WHERE id = ?", params![tx.now(), seat]).map(drop)
}

/// Notes that somebody joined; false when it was noted before.
pub fn note_joined(tx: &Tx, seat: i64) -> Result<bool> {
    let sql = "UPDATE p_webinars__registrations SET attended = 1, joined_at = ?1, updated_at = ?1
               WHERE id = ?2 AND joined_at IS NULL";
    Ok(tx.execute(sql, params![tx.now(), seat])? == 1)
}

/// Forgets who was there and who heard of it: the session starts at another time now.
pub fn forget_attendance(tx: &Tx, session: i64) -> Result<()> {
    let sql = "UPDATE p_webinars__registrations SET attended = 0, joined_at = NULL, followed_up_at = NULL
               WHERE session_id = ? AND (attended = 1 OR joined_at IS NOT NULL OR followed_up_at IS NOT NULL)";
    tx.execute(sql, [session]).map(drop)
}

/// How many mails this person got since then because an address was typed.
pub fn letters(db: &Snapshot, person: Person, since: Timestamp) -> Result<i64> {
    db.one("SELECT count(*) FROM p_webinars__letters WHERE person = ? AND created_at > ?", params![person, since])
}

/// Counts such a mail.
pub fn note_letter(tx: &Tx, person: Person) -> Result<()> {
    let sql = "INSERT INTO p_webinars__letters (person, created_at, updated_at) VALUES (?1, ?2, ?2)";
    tx.execute(sql, params![person, tx.now()]).map(drop)
}

/// Forgets the mails that no longer count; as many as do not hold the writer for long.
pub fn drop_letters(tx: &Tx, before: Timestamp) -> Result<()> {
    let sql = "DELETE FROM p_webinars__letters WHERE id IN (
               SELECT id FROM p_webinars__letters WHERE created_at <= ? ORDER BY created_at LIMIT 10000)";
    tx.execute(sql, [before]).map(drop)
}

/// Notes whether an invitation stands from now on; the SEQUENCE that says so is newer than all before.
pub fn invite(tx: &Tx, seat: i64, revision: i64, stands: bool) -> Result<u32> {
    let sql = "UPDATE p_webinars__registrations SET sequence = max(sequence + 1, ?2), invited = ?3 WHERE id = ?1
               RETURNING sequence";
    tx.one(sql, params![seat, revision, stands])
}

/// Notes that the person was told of the session as it is.
pub fn note_told(tx: &Tx, seat: i64, event: &Event) -> Result<()> {
    let is_off = event.status == SessionStatus::Cancelled;
    let sql = "UPDATE p_webinars__registrations SET told = ?, told_of = ?, told_off = ? WHERE id = ?";
    tx.execute(sql, params![event.revision, event.facts(), is_off, seat]).map(drop)
}

/// Puts somebody at the end of the queue.
pub fn queue_up(tx: &Tx, seat: i64) -> Result<()> {
    let sql = "UPDATE p_webinars__registrations SET waiting_since = ?1, offered_until = NULL WHERE id = ?2";
    tx.execute(sql, params![tx.now(), seat]).map(drop)
}

/// Names a new session for calendars.
pub fn name_session(tx: &Tx, session: i64, uid: &str) -> Result<()> {
    tx.execute("UPDATE p_webinars__sessions SET uid = ? WHERE id = ?", params![uid, session]).map(drop)
}

/// Cancels a session that is announced; false when it is not.
pub fn cancel_session(tx: &Tx, session: i64) -> Result<bool> {
    let sql = "UPDATE p_webinars__sessions SET status = 'cancelled', revision = revision + 1, updated_at = ?
               WHERE id = ? AND status = 'published' AND deleted_at IS NULL";
    Ok(tx.execute(sql, params![tx.now(), session])? == 1)
}
