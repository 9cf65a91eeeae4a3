//! One-time links that are sent by mail: to choose a password, to accept an invitation, to confirm an address.
//!
//! A row says what a link is for; its token is computed from the row when the mail is drawn, so that neither the
//! database nor the outbox holds it.

mod purpose;
mod store;
mod token;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

pub use purpose::Purpose;
#[cfg(test)]
pub(super) use store::shapes;
pub use token::{Ticket, address};

use super::visit::Visit;
use crate::app::Site;
use crate::auth::SecurityEvent;
use crate::auth::events::Kind;
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::secrets::Secrets;
use crate::store::Connection;

/// The longest token that is looked at.
const LONGEST_TOKEN: usize = 64;

/// Links of one purpose that are open at once for one address: whoever asks again and again fills nobody's mailbox,
/// and the owner has those that were sent.
const MOST_OPEN: i64 = 3;

/// Links of one purpose that are made for one address in a day.
const MOST_A_DAY: i64 = 10;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Rows removed at once, so that the writer is not held long.
const BATCH: u32 = 2000;

/// A link's row.
#[derive(Clone, Debug)]
pub struct Link {
    /// Part of its token.
    pub id: i64,
    /// Whose account; none for a registration, and where nobody has the address.
    pub user_id: Option<i64>,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it was sent to.
    pub email: String,
    /// Worth nothing from then on.
    pub expires_at: Timestamp,
    used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl Link {
    /// What a mail needs to write its address.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket { id: self.id, purpose: self.purpose, expires_at: self.expires_at }
    }

    /// Whether somebody has used it.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.used_at.is_some()
    }

    /// The account that it is about.
    ///
    /// # Errors
    /// 404 for a link that is about none.
    pub fn user(&self) -> Result<i64> {
        self.user_id.ok_or_else(Error::not_found)
    }

    fn is_open(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && self.revoked_at.is_none() && now < self.expires_at
    }
}

/// Makes a link to be sent to `email`.
///
/// # Errors
/// The store's.
pub fn make(unit: &Connection, clock: &Clock, user: Option<i64>, purpose: Purpose, email: &str) -> Result<Link> {
    let now = clock.now();
    let expires_at = now.saturating_add(purpose.lifetime()).map_err(Error::internal)?;
    let id = store::insert(unit, user, purpose, email, expires_at, now)?;
    Ok(Link { id, user_id: user, purpose, email: email.to_owned(), expires_at, used_at: None, revoked_at: None })
}

/// Whether another link of this purpose may be sent to an address. It counts the same whether the address is known.
///
/// # Errors
/// The store's.
pub fn has_room(unit: &Connection, clock: &Clock, purpose: Purpose, email: &str) -> Result<bool> {
    let now = clock.now();
    Ok(store::count_open(unit, purpose, email, now)? < MOST_OPEN && has_room_today(unit, clock, purpose, email)?)
}

/// The same for links of which a new one closes those before it.
///
/// # Errors
/// The store's.
pub fn has_room_today(unit: &Connection, clock: &Clock, purpose: Purpose, email: &str) -> Result<bool> {
    Ok(store::count_since(unit, purpose, email, clock.now() - DAY)? < MOST_A_DAY)
}

/// The link of a token, as of now, when it is for one of `purposes`. One that is refused is kept as a security event.
///
/// # Errors
/// 404 for a token that was never given for this, 410 for one that is used, recalled or has run out.
pub async fn look_up(site: &Site, visit: &Visit, purposes: &'static [Purpose], token: String) -> Result<Link> {
    let (secrets, now) = (site.secrets.clone(), site.clock.now());
    let found = site.store.read(move |snapshot| open(snapshot, &secrets, purposes, &token, now)).await;
    if found.is_err() {
        let details = json!({"purpose": purposes.first().map(|purpose| purpose.name())});
        site.auth.events.queue(SecurityEvent::new(Kind::LinkRefused, &visit.origin).details(details));
    }
    found
}

/// Uses a link up, in the unit of work of what it is for: of many who come at once, one has it.
///
/// # Errors
/// As [`look_up`].
pub fn use_up(unit: &Connection, clock: &Clock, secrets: &Secrets, purposes: &[Purpose], token: &str) -> Result<Link> {
    let now = clock.now();
    let link = open(unit, secrets, purposes, token, now)?;
    store::mark_used(unit, link.id, now)?;
    Ok(Link { used_at: Some(now), ..link })
}

fn open(connection: &Connection, secrets: &Secrets, purposes: &[Purpose], token: &str, now: Timestamp) -> Result<Link> {
    let id = token::id_in(token).ok_or_else(Error::not_found)?;
    let link = store::by_id(connection, id)?.filter(|link| purposes.contains(&link.purpose));
    let link = link.ok_or_else(Error::not_found)?;
    if !token::fits(secrets, token, &link.ticket())? {
        return Err(Error::not_found());
    }
    if link.is_open(now) { Ok(link) } else { Err(gone()) }
}

/// The refusal of a link that was good once.
#[must_use]
pub fn gone() -> Error {
    Error::new(Code::Gone, ("This link has been used or has run out.", "Dieser Link ist benutzt oder abgelaufen."))
}

/// The link with this id, open or not.
///
/// # Errors
/// 404 when there is none.
pub fn read(connection: &Connection, id: i64) -> Result<Link> {
    store::by_id(connection, id)?.ok_or_else(Error::not_found)
}

/// Closes the open links of a user: all that were sent say something that is no longer so.
///
/// # Errors
/// The store's.
pub fn revoke(unit: &Connection, clock: &Clock, user: i64) -> Result<()> {
    store::revoke(unit, user, clock.now())
}

/// Closes the open links of one address, such as those of registrations that came too late.
///
/// # Errors
/// The store's.
pub fn revoke_for(unit: &Connection, clock: &Clock, purpose: Purpose, email: &str) -> Result<()> {
    store::revoke_for(unit, purpose, email, clock.now())
}

/// Removes what nobody can use any more: registrations at once, links after the day in which they are counted.
///
/// # Errors
/// The store's.
pub fn purge(unit: &Connection, clock: &Clock) -> Result<()> {
    let now = clock.now();
    store::purge_registrations(unit, now, BATCH)?;
    store::purge(unit, now - DAY, BATCH)
}
