//! Mails, queued in the call's transaction.

use magnetiq_contract::mail::{Attachment, Calendar, Message};
use magnetiq_contract::text::Locale;
use serde::Serialize;

use crate::error::Result;
use crate::host;
use crate::people::Person;
use crate::time::Timestamp;

/// Who receives a mail: a contact or an address.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::Recipient;
///
/// assert!(matches!(Recipient::from("ada@example.com"), Recipient::Address(_)));
/// ```
#[derive(Clone, Debug)]
pub enum Recipient {
    /// A contact, in their language.
    Person(Person),
    /// An address.
    Address(String),
}

impl From<Person> for Recipient {
    fn from(person: Person) -> Self {
        Self::Person(person)
    }
}

impl From<&str> for Recipient {
    fn from(address: &str) -> Self {
        Self::Address(address.into())
    }
}

impl From<String> for Recipient {
    fn from(address: String) -> Self {
        Self::Address(address)
    }
}

/// A mail that is being written.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn remind(tx: &Tx, person: Person, at: Timestamp) -> Result<()> {
///     let mail = tx.mail("reminder").to(person).data(json!({ "at": at })).key("reminder-7");
///     mail.attach("agenda.txt", "text/plain", b"1. Hello").queue().map(drop)
/// }
/// ```
///
/// An invitation that comes the day before, or not at all:
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::contract::mail::Calendar;
///
/// fn invite(tx: &Tx, calendar: Calendar, starts: Timestamp) -> Result<i64> {
///     let mail = tx.mail("invitation").to("ada@example.com").locale(Locale::De).calendar(calendar);
///     mail.not_before(starts - 24.hours()).not_after(starts).queue()
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "`queue` sends it"]
pub struct Mail {
    message: Message,
    fault: Option<crate::error::Error>,
}

impl Mail {
    pub(crate) fn new(template: &str) -> Self {
        Self { message: Message { template: template.into(), ..Message::default() }, fault: None }
    }

    /// Who receives it.
    pub fn to(mut self, recipient: impl Into<Recipient>) -> Self {
        match recipient.into() {
            Recipient::Person(person) => self.message.person = Some(person.0),
            Recipient::Address(address) => self.message.to = Some(address),
        }
        self
    }

    /// What the template shows.
    pub fn data(mut self, data: impl Serialize) -> Self {
        match serde_json::to_value(data) {
            Ok(data) => self.message.data = data,
            Err(cause) => self.fault = Some(cause.into()),
        }
        self
    }

    /// The language, when it is not the person's own.
    pub const fn locale(mut self, locale: Locale) -> Self {
        self.message.locale = Some(locale);
        self
    }

    /// A message with the same key is queued once, ever.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.message.key = Some(key.into());
        self
    }

    /// A calendar invitation or its cancellation.
    pub fn calendar(mut self, calendar: Calendar) -> Self {
        self.message.calendar = Some(calendar);
        self
    }

    /// A file.
    pub fn attach(mut self, name: &str, content_type: &str, bytes: &[u8]) -> Self {
        let content = base64(bytes);
        self.message.attachments.push(Attachment { name: name.into(), content_type: content_type.into(), content });
        self
    }

    /// Not before this moment.
    pub const fn not_before(mut self, moment: Timestamp) -> Self {
        self.message.not_before = Some(moment.as_micros());
        self
    }

    /// Not from this moment on: what a server that was away kept back is cancelled then, and the mail log says so.
    pub const fn not_after(mut self, moment: Timestamp) -> Self {
        self.message.not_after = Some(moment.as_micros());
        self
    }

    /// Queues it; the id in the outbox.
    ///
    /// # Errors
    /// FORBIDDEN without the grant, RATE_LIMITED above it; handed on by a page it is 503 for the visitor.
    pub fn queue(self) -> Result<i64> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        host::mail_queue(&serde_json::to_string(&self.message)?)
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(group >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn bytes_become_base64() {
        assert_eq!([&b""[..], b"f", b"fo", b"foo", b"foob"].map(base64), ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
    }
}
