//! The queries of the outbox. Those that run for each message name their index: left to itself SQLite takes the one by
//! status, and looks through all that waits.

use magnetiq_contract::mail::Attachment;
use magnetiq_contract::text::Locale;
use rusqlite::{Connection, OptionalExtension, Row};

use super::compose::File;
use crate::error::Result;

/// A message to be inserted.
pub struct NewRow {
    /// `core` or a plugin's id.
    pub owner: String,
    /// Name of the template.
    pub template: String,
    /// The contact, where there is one.
    pub contact_id: Option<i64>,
    /// Address.
    pub to_email: String,
    /// Name, or empty.
    pub to_name: String,
    /// Language of the message.
    pub locale: Locale,
    /// IANA zone, or empty for the site's.
    pub time_zone: String,
    /// JSON for the template.
    pub data: String,
    /// JSON of the invitation.
    pub calendar: Option<String>,
    /// Queued once per owner, ever.
    pub key: Option<String>,
    /// SQL time from which on it may leave.
    pub send_at: String,
    /// SQL time from which on it is cancelled.
    pub not_after: Option<String>,
    /// SQL time of queueing.
    pub now: String,
}

/// Id of the message that an owner queued under a key.
pub fn id_by_key(unit: &Connection, owner: &str, key: &str) -> Result<Option<i64>> {
    let mut query = unit.prepare_cached("SELECT id FROM mails WHERE owner = ? AND key = ?")?;
    Ok(query.query_row((owner, key), |row| row.get(0)).optional()?)
}

/// Queues a message.
pub fn insert(unit: &Connection, row: &NewRow) -> Result<i64> {
    let mut query = unit.prepare_cached(
        "INSERT INTO mails (owner, template, contact_id, to_email, to_name, locale, time_zone, subject, data, calendar,
             key, status, attempts, send_at, next_attempt_at, not_after, last_error, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', ?8, ?9, ?10, 'queued', 0, ?11, ?11, ?12, '', ?13, ?13) RETURNING id",
    )?;
    let values = rusqlite::params![
        row.owner,
        row.template,
        row.contact_id,
        row.to_email,
        row.to_name,
        row.locale.code(),
        row.time_zone,
        row.data,
        row.calendar,
        row.key,
        row.send_at,
        row.not_after,
        row.now,
    ];
    Ok(query.query_row(values, |row| row.get(0))?)
}

/// Adds a file to a message.
pub fn insert_attachment(unit: &Connection, id: i64, file: &Attachment, content: &[u8], now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "INSERT INTO mail_attachments (mail_id, name, content_type, content, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
    )?;
    query.execute((id, &file.name, &file.content_type, content, now))?;
    Ok(())
}

/// A message that was taken for sending.
pub struct Taken {
    /// Outbox id.
    pub id: i64,
    /// Which try this is, counted from 1; with the id it is the right to mark the message.
    pub attempt: u32,
    /// `core` or a plugin's id.
    pub owner: String,
    /// Name of the template.
    pub template: String,
    /// Address.
    pub to_email: String,
    /// Name, or empty.
    pub to_name: String,
    /// Language.
    pub locale: Locale,
    /// IANA zone, or empty.
    pub time_zone: String,
    /// JSON for the template.
    pub data: String,
    /// JSON of the invitation.
    pub calendar: Option<String>,
    /// SQL time of its `Date`.
    pub send_at: String,
    /// SQL time of queueing.
    pub created_at: String,
}

/// Leases the message that has been due longest.
pub fn take(unit: &Connection, now: &str, until: &str) -> Result<Option<Taken>> {
    let mut query = unit.prepare_cached(
        "UPDATE mails SET status = 'sending', attempts = attempts + 1, lease_until = ?2, updated_at = ?1
         WHERE id = (SELECT id FROM mails INDEXED BY mails_due WHERE status = 'queued' AND next_attempt_at <= ?1
                     ORDER BY next_attempt_at, id LIMIT 1)
         RETURNING id, attempts, owner, template, to_email, to_name, locale, time_zone, coalesce(data, 'null'),
             calendar, send_at, created_at",
    )?;
    Ok(query.query_row((now, until), taken_of).optional()?)
}

fn taken_of(row: &Row<'_>) -> rusqlite::Result<Taken> {
    let locale: String = row.get(6)?;
    Ok(Taken {
        id: row.get(0)?,
        attempt: row.get(1)?,
        owner: row.get(2)?,
        template: row.get(3)?,
        to_email: row.get(4)?,
        to_name: row.get(5)?,
        locale: Locale::from_code(&locale).unwrap_or_default(),
        time_zone: row.get(7)?,
        data: row.get(8)?,
        calendar: row.get(9)?,
        send_at: row.get(10)?,
        created_at: row.get(11)?,
    })
}

/// Files of a message.
pub fn attachments(unit: &Connection, id: i64) -> Result<Vec<File>> {
    let mut query =
        unit.prepare_cached("SELECT name, content_type, content FROM mail_attachments WHERE mail_id = ? ORDER BY id")?;
    let file = |row: &Row<'_>| Ok(File { name: row.get(0)?, content_type: row.get(1)?, content: row.get(2)? });
    let found = query.query_map([id], file)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Takes back messages whose lease is over: those with tries left are queued, the others are dead.
pub fn release_expired(unit: &Connection, tries: u32, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE mails INDEXED BY mails_leased SET status = iif(attempts < ?1, 'queued', 'dead'), lease_until = NULL,
             last_error = 'The process ended while it was sent.', next_attempt_at = ?2, updated_at = ?2
         WHERE status = 'sending' AND lease_until <= ?2",
    )?;
    query.execute((tries, now))?;
    Ok(())
}

/// Cancels what is too late to leave; why it had not left before stays with it.
pub fn cancel_ended(unit: &Connection, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE mails INDEXED BY mails_ending SET status = 'cancelled', updated_at = ?1,
             last_error = rtrim('Its time was over before it could leave. ' || last_error)
         WHERE status = 'queued' AND not_after <= ?1",
    )?;
    query.execute([now])?;
    Ok(())
}

/// Cancels the message with a key if it waits; why it had not left before stays with it.
pub fn cancel(unit: &Connection, owner: &str, key: &str, now: &str) -> Result<bool> {
    let mut query = unit.prepare_cached(
        "UPDATE mails SET status = 'cancelled', updated_at = ?3, last_error = rtrim('It was recalled. ' || last_error)
         WHERE owner = ?1 AND key = ?2 AND status = 'queued'",
    )?;
    Ok(query.execute((owner, key, now))? > 0)
}

/// Marks a message as sent.
pub fn mark_sent(unit: &Connection, id: i64, attempt: u32, subject: &str, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE mails SET status = 'sent', subject = ?3, sent_at = ?4, lease_until = NULL, last_error = '',
             updated_at = ?4
         WHERE id = ?1 AND attempts = ?2 AND status = 'sending'",
    )?;
    query.execute((id, attempt, subject, now))?;
    Ok(())
}

/// Marks a try as failed: with a next one it waits, without it is dead.
pub fn mark_failed(
    unit: &Connection,
    id: i64,
    attempt: u32,
    reason: &str,
    next: Option<&str>,
    now: &str,
) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE mails SET status = iif(?4 IS NULL, 'dead', 'queued'), next_attempt_at = coalesce(?4, next_attempt_at),
             lease_until = NULL, last_error = ?3, updated_at = ?5
         WHERE id = ?1 AND attempts = ?2 AND status = 'sending'",
    )?;
    query.execute((id, attempt, reason, next, now))?;
    Ok(())
}

/// Whether some of the latest messages that are due do not tell yet why they wait.
pub fn has_unmarked(unit: &Connection, now: &str, reason: &str) -> Result<bool> {
    let mut query = unit.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM (
             SELECT last_error FROM mails INDEXED BY mails_due WHERE status = 'queued' AND next_attempt_at <= ?1
             ORDER BY next_attempt_at DESC LIMIT 100) WHERE last_error <> ?2)",
    )?;
    Ok(query.query_row((now, reason), |row| row.get(0))?)
}

/// Writes on the latest messages that are due why they wait; no try is counted.
pub fn mark_waiting(unit: &Connection, reason: &str, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE mails SET last_error = ?2, updated_at = ?1
         WHERE last_error <> ?2 AND id IN (
             SELECT id FROM mails INDEXED BY mails_due WHERE status = 'queued' AND next_attempt_at <= ?1
             ORDER BY next_attempt_at DESC LIMIT 100)",
    )?;
    query.execute((now, reason))?;
    Ok(())
}

/// The nearest moment at which a message may leave or a lease is over.
pub fn next_due(unit: &Connection) -> Result<Option<String>> {
    let mut query = unit.prepare_cached(
        "SELECT min(moment) FROM (
             SELECT min(next_attempt_at) AS moment FROM mails INDEXED BY mails_due WHERE status = 'queued'
             UNION ALL SELECT min(lease_until) FROM mails INDEXED BY mails_leased WHERE status = 'sending')",
    )?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// A message's status and whether its content is still there.
pub fn state(unit: &Connection, id: i64) -> Result<Option<(String, bool)>> {
    let mut query = unit.prepare_cached("SELECT status, data IS NOT NULL FROM mails WHERE id = ?")?;
    Ok(query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Queues a message again with all its tries.
pub fn revive(unit: &Connection, id: i64, now: &str) -> Result<()> {
    unit.execute(
        "UPDATE mails SET status = 'queued', attempts = 0, next_attempt_at = ?2, updated_at = ?2 WHERE id = ?1",
        (id, now),
    )?;
    Ok(())
}

/// Ids of a batch of messages that ended before a moment and still have their content.
pub fn purgeable(unit: &Connection, status: &str, before: &str, batch: u32) -> Result<Vec<i64>> {
    let mut query = unit.prepare_cached(
        "SELECT id FROM mails WHERE status = ?1 AND updated_at < ?2 AND data IS NOT NULL ORDER BY id LIMIT ?3",
    )?;
    let found = query.query_map((status, before, batch), |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Removes what a message said; who got it when stays.
pub fn blank(unit: &Connection, id: i64, now: &str) -> Result<()> {
    let mut files = unit.prepare_cached("DELETE FROM mail_attachments WHERE mail_id = ?")?;
    files.execute([id])?;
    let mut query =
        unit.prepare_cached("UPDATE mails SET data = NULL, calendar = NULL, updated_at = ?2 WHERE id = ?1")?;
    query.execute((id, now))?;
    Ok(())
}

/// Ids of all messages to a contact, by handle or by address.
pub fn ids_of_contact(unit: &Connection, contact: i64) -> Result<Vec<i64>> {
    let mut query = unit.prepare_cached(
        "SELECT id FROM mails WHERE contact_id = ?1 UNION
         SELECT id FROM mails WHERE to_email = (SELECT email FROM contacts WHERE id = ?1)",
    )?;
    let found = query.query_map([contact], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Removes the recipient from a message; what had not left yet is cancelled.
pub fn forget(unit: &Connection, id: i64, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE mails SET to_email = 'erased-' || id || '@erased.invalid', to_name = '', subject = '', last_error = '',
             status = iif(status IN ('queued', 'dead'), 'cancelled', status), updated_at = ?2
         WHERE id = ?1",
    )?;
    query.execute((id, now))?;
    Ok(())
}

/// Ids of all messages whose recipient was removed.
pub fn forgotten(snapshot: &Connection) -> Result<Vec<i64>> {
    // A range, so that the index on the address finds them.
    let mut query = snapshot.prepare_cached(
        "SELECT id FROM mails
         WHERE to_email > 'erased-' AND to_email < 'erased.' AND to_email = 'erased-' || id || '@erased.invalid'",
    )?;
    let found = query.query_map([], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// A message without what it said.
pub fn summary(unit: &Connection, id: i64) -> Result<serde_json::Value> {
    let mut query = unit.prepare_cached(
        "SELECT json_object('owner', owner, 'template', template, 'to_email', to_email, 'locale', locale,
             'subject', subject, 'status', status, 'created_at', created_at, 'sent_at', sent_at)
         FROM mails WHERE id = ?",
    )?;
    let text: String = query.query_row([id], |row| row.get(0))?;
    Ok(serde_json::from_str(&text)?)
}

#[cfg(test)]
/// What is read and written here.
pub(crate) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::{Shape, shape};

    // NULL once purged; a message that waits has it.
    let purgeable = |shape: Shape| shape.and::<Option<String>>("data");
    vec![
        purgeable(shape!("mails", NewRow {
            owner, template, contact_id, to_email, to_name, locale, time_zone, calendar, key, send_at,
            not_after,
        } apart from { data, now }))
        .points("contact_id", "contacts ON DELETE SET NULL"),
        purgeable(shape!("mails", Taken {
            id, attempt, owner, template, to_email, to_name, locale, time_zone, calendar, send_at, created_at,
        } apart from { data }))
        .renamed("attempt", "attempts")
        .check("attempts >= 0")
        .and::<String>("next_attempt_at")
        .and::<Option<String>>("lease_until")
        .and::<Option<String>>("sent_at"),
        shape!("mail_attachments", File { name, content_type, content })
            .and::<i64>("mail_id")
            .points("mail_id", "mails ON DELETE CASCADE"),
        shape!("mail_attachments", Attachment { name, content_type } apart from { content }).and::<[u8]>("content"),
    ]
}
