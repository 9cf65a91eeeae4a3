//! The host's mails about accounts.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use magnetiq_contract::mail::Message;
use magnetiq_contract::text::Locale;
use serde_json::{Value, json};

use super::links::{self, Link};
use crate::auth::Account;
use crate::clock::Clock;
use crate::error::Result;
use crate::jobs::CORE;
use crate::mail::{self, Linker, NewMessage};
use crate::secrets::Secrets;
use crate::site::dates::{self, Style};
use crate::store::Connection;

/// Who gets a mail. What strangers enter is in none: a mail of the site must not carry their words to others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recipient<'a> {
    /// Where it goes to.
    pub(super) email: &'a str,
    /// How they are greeted; empty for somebody unknown.
    pub(super) name: &'a str,
    pub(super) language: Locale,
    /// IANA name of the zone in which times are written.
    pub(super) time_zone: &'a str,
}

impl<'a> Recipient<'a> {
    /// The owner of an account.
    pub(super) fn owner(account: &'a Account) -> Self {
        let Account { email, name, language, timezone, .. } = account;
        Self { email, name, language: *language, time_zone: timezone }
    }

    /// Somebody of whom nothing but the address is known.
    pub(super) fn stranger(email: &'a str, language: Locale) -> Self {
        Self { email, name: "", language, time_zone: "UTC" }
    }

    /// A moment as they write it.
    pub(super) fn date(&self, moment: Timestamp) -> String {
        let zone = dates::zone(self.time_zone).unwrap_or(TimeZone::UTC);
        dates::datetime(moment, None, &zone, Style::Long, self.language).to_string()
    }
}

/// Queues a mail of the host.
///
/// # Errors
/// The store's; 422 when the address is none.
pub(super) fn queue(unit: &Connection, clock: &Clock, to: &Recipient<'_>, template: &str, data: Value) -> Result<()> {
    send(unit, clock, to, template, data, None)
}

/// Queues a mail with a one-time link; it does not leave any more once the link has run out.
///
/// # Errors
/// The store's; 422 when the address is none.
pub(super) fn queue_link(
    unit: &Connection,
    clock: &Clock,
    to: &Recipient<'_>,
    template: &str,
    link: &Link,
    mut data: Value,
) -> Result<()> {
    data["link"] = json!(link.ticket());
    data["until"] = to.date(link.expires_at).into();
    send(unit, clock, to, template, data, Some(link.expires_at))
}

fn send(
    unit: &Connection,
    clock: &Clock,
    to: &Recipient<'_>,
    template: &str,
    mut data: Value,
    until: Option<Timestamp>,
) -> Result<()> {
    data["name"] = to.name.into();
    let message = Message {
        to: Some(to.email.to_owned()),
        template: template.to_owned(),
        data,
        locale: Some(to.language),
        not_after: until.map(Timestamp::as_microsecond),
        ..Message::default()
    };
    mail::queue(unit, clock, NewMessage { owner: CORE.to_owned(), message })?;
    Ok(())
}

/// Writes the links of these mails when they are drawn.
#[must_use]
pub fn linker(secrets: Secrets, public_url: String) -> Linker {
    std::sync::Arc::new(move |ticket| {
        let ticket = serde_json::from_value(ticket.clone())?;
        Ok(links::address(&secrets, &public_url, &ticket)?.reveal().clone())
    })
}
