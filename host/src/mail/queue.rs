//! Queueing a message.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use magnetiq_contract::mail::{Attachment, Message};
use magnetiq_contract::people::Person;
use magnetiq_contract::rule::Rule;

use super::compose::is_media_type;
use super::store::{self, NewRow};
use crate::clock::{self, Clock};
use crate::error::{Error, Result};
use crate::people::{self, address};
use crate::store::Connection;

/// Most bytes of a message's data as JSON.
const DATA: usize = 256 * 1024;
/// Most bytes of all attachments of a message together.
const ATTACHMENTS: usize = 10 * 1024 * 1024;
/// Most characters of a key, a template's name, a file's name.
const LINE: usize = 200;

/// A message and who queues it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMessage {
    /// `core` or a plugin's id: whose templates are meant and whose keys are compared.
    pub owner: String,
    /// The message.
    pub message: Message,
}

/// Queues a message and tells its id. A key that was used before, ever, tells the id of then and queues nothing.
///
/// # Errors
/// 422 that names the wrong field; the store's own.
pub fn queue(unit: &Connection, clock: &Clock, message: NewMessage) -> Result<i64> {
    let NewMessage { owner, message } = message;
    check(&message)?;
    if let Some(id) = known(unit, &owner, message.key.as_deref())? {
        return Ok(id);
    }
    let attachments = message.attachments.iter().map(decoded).collect::<Result<Vec<_>>>()?;
    if attachments.iter().map(Vec::len).sum::<usize>() > ATTACHMENTS {
        return Err(Error::field("attachments", Rule::TooLarge(format!("{ATTACHMENTS} bytes"))));
    }
    let now = clock.now();
    let row = row(unit, owner, &message, now)?;
    let id = store::insert(unit, &row)?;
    for (attachment, content) in message.attachments.iter().zip(&attachments) {
        store::insert_attachment(unit, id, attachment, content, &row.now)?;
    }
    Ok(id)
}

/// Recalls the message that an owner queued under a key, if it waits still; true when it did. The key stays used.
///
/// # Errors
/// The store's own.
pub fn cancel(unit: &Connection, clock: &Clock, owner: &str, key: &str) -> Result<bool> {
    store::cancel(unit, owner, key, &clock.sql_now())
}

fn known(unit: &Connection, owner: &str, key: Option<&str>) -> Result<Option<i64>> {
    key.map_or(Ok(None), |key| store::id_by_key(unit, owner, key))
}

fn row(unit: &Connection, owner: String, message: &Message, now: Timestamp) -> Result<NewRow> {
    let recipient = recipient(unit, message)?;
    let data = serde_json::to_string(&message.data)?;
    if data.len() > DATA {
        return Err(Error::field("data", Rule::TooLarge(format!("{DATA} bytes"))));
    }
    let send_at = match message.not_before {
        Some(moment) => moment_of("not_before", moment)?.max(now),
        None => now,
    };
    let not_after = message.not_after.map(|moment| moment_of("not_after", moment)).transpose()?;
    Ok(NewRow {
        owner,
        template: message.template.clone(),
        contact_id: message.person,
        to_email: recipient.email,
        to_name: recipient.name,
        locale: message.locale.unwrap_or(recipient.locale),
        time_zone: recipient.time_zone,
        data,
        calendar: message.calendar.as_ref().map(serde_json::to_string).transpose()?,
        key: message.key.clone(),
        send_at: clock::sql(send_at),
        not_after: not_after.map(clock::sql),
        now: clock::sql(now),
    })
}

fn recipient(unit: &Connection, message: &Message) -> Result<Person> {
    match (message.person, message.to.as_deref()) {
        (Some(id), None) => people::read(unit, id)?.ok_or_else(|| Error::field("person", Rule::Missing)),
        (None, Some(to)) => {
            let email = address::normal(to).ok_or_else(|| Error::field("to", Rule::Email))?;
            Ok(Person { email, ..Person::default() })
        }
        (None, None) => Err(Error::field("to", Rule::Required)),
        (Some(_), Some(_)) => Err(Error::field("to", Rule::Repeated)),
    }
}

fn check(message: &Message) -> Result<()> {
    if !is_template_name(&message.template) {
        return Err(Error::field("template", Rule::Slug));
    }
    if message.key.as_ref().is_some_and(|key| key.is_empty() || key.len() > LINE) {
        return Err(Error::field("key", Rule::TooLong(LINE as u64)));
    }
    match &message.calendar {
        Some(calendar) if calendar.event.ends_at < calendar.event.starts_at => {
            Err(Error::field("calendar.event.ends_at", Rule::TooSmall("starts_at".to_owned())))
        }
        Some(calendar) if calendar.event.uid.trim().is_empty() => {
            Err(Error::field("calendar.event.uid", Rule::Required))
        }
        _ => Ok(()),
    }
}

fn is_template_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    !name.is_empty() && name.len() <= LINE && name.bytes().all(plain)
}

fn decoded(attachment: &Attachment) -> Result<Vec<u8>> {
    if attachment.name.is_empty() || attachment.name.chars().count() > LINE {
        return Err(Error::field("attachments.name", Rule::TooLong(LINE as u64)));
    }
    if !is_media_type(&attachment.content_type) {
        return Err(Error::field("attachments.content_type", Rule::expected(("a media type", "ein Medientyp"))));
    }
    let expected = || Error::field("attachments.content", Rule::expected(("base64", "Base64")));
    STANDARD.decode(&attachment.content).map_err(|_| expected())
}

fn moment_of(field: &str, microseconds: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(microseconds).map_err(|_| Error::field(field, Rule::DateTime))
}
