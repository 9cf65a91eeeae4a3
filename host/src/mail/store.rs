//! The queries of the outbox.

use magnetiq_contract::mail::Attachment;
use magnetiq_contract::text::Locale;
use rusqlite::{Connection, OptionalExtension};

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
             key, status, attempts, send_at, next_attempt_at, last_error, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', ?8, ?9, ?10, 'queued', 0, ?11, ?11, '', ?12, ?12) RETURNING id",
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

/// How many messages an owner has queued since a moment.
pub fn count_since(unit: &Connection, owner: &str, since: &str) -> Result<i64> {
    let mut query = unit.prepare_cached("SELECT count(*) FROM mails WHERE owner = ? AND created_at >= ?")?;
    Ok(query.query_row((owner, since), |row| row.get(0))?)
}
