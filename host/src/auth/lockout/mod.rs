//! Slows down whoever guesses passwords or codes, and never locks an owner out for good.
//!
//! - Failures are counted for 24 hours by e-mail and network (an address, or an IPv6 prefix of 64 bits).
//! - From the fifth failure on, that network waits for this e-mail: 1 s, 2 s, 4 s … at most 15 minutes.
//! - From the twentieth failure of all networks together on, every network waits in the same way, except those from
//!   which the user signed in during the last 30 days: an outsider's guesses do not keep the owner away from home.
//! - What is tried while it waits counts as nothing, so that a lockout cannot be drawn out beyond its 15 minutes.
//! - A successful sign-in forgets its network's failures; a new password by mail and an admin's `unlock` forget all.
//!
//! An e-mail that nobody has is counted and locked in the same way: the answer tells nothing.

mod store;

#[cfg(test)]
pub(super) use store::shapes;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::events::{Kind, SecurityEvent};
use super::origin::{self, Origin};
use crate::accounts::notice::{self, Notice};
use crate::clock::Clock;
use crate::error::Result;
use crate::store::Connection;

/// Failures are remembered for so long.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// Failures of one network before it waits.
const FREE_BY_NETWORK: i64 = 5;

/// Failures of all networks before strange ones wait.
const FREE_BY_ACCOUNT: i64 = 20;

/// The longest wait.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);

/// A network from which a user signed in is theirs for so long.
const HOME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Somebody at the door of an account.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// In lower case.
    pub email: &'a str,
    /// The user with this address, if there is one.
    pub user: Option<i64>,
    /// Where they come from.
    pub origin: &'a Origin,
}

impl Attempt<'_> {
    /// Whether they must wait: then nothing that they say is right.
    ///
    /// # Errors
    /// The store's.
    pub fn is_locked(&self, connection: &Connection, now: Timestamp) -> Result<bool> {
        let network = self.origin.network();
        if store::is_locked(connection, self.email, network.as_deref(), now)? {
            return Ok(true);
        }
        Ok(store::is_locked(connection, self.email, None, now)? && !self.is_at_home(connection, now)?)
    }

    /// Counts a failure and lets them wait when there have been too many. While they wait it counts nothing.
    ///
    /// # Errors
    /// The store's.
    pub fn fail(&self, unit: &Connection, clock: &Clock) -> Result<()> {
        let now = clock.now();
        if self.is_locked(unit, now)? {
            return Ok(());
        }
        let network = self.origin.network();
        store::count_on_user(unit, self.email)?;
        let by_network =
            store::count(unit, self.email, network.as_deref(), self.origin.user_agent.as_deref(), before(now), now)?;
        let by_all = store::count_of_all(unit, self.email, before(now))?;
        if let Some(wait) = wait_after(by_network - FREE_BY_NETWORK) {
            store::lock(unit, self.email, network.as_deref(), now + wait, now)?;
        }
        if let Some(wait) = wait_after(by_all - FREE_BY_ACCOUNT) {
            store::lock(unit, self.email, None, now + wait, now)?;
            store::note_on_user(unit, self.email, now + wait)?;
        }
        self.report(unit, clock, by_network, by_all)
    }

    /// One row when a lockout begins; that it goes on is seen in `account_lockouts`.
    fn report(&self, unit: &Connection, clock: &Clock, by_network: i64, by_all: i64) -> Result<()> {
        let scope = match (by_network, by_all) {
            (_, FREE_BY_ACCOUNT) => "account",
            (FREE_BY_NETWORK, _) => "network",
            _ => return Ok(()),
        };
        if let (Some(user), "account") = (self.user, scope) {
            notice::queue(unit, clock, self.origin, user, &Notice::LockedOut)?;
        }
        let event = SecurityEvent::new(Kind::LockedOut, self.origin).email(self.email);
        event.details(json!({"user": self.user, "scope": scope})).record(unit, clock)
    }

    /// Forgets the failures of their network, once they are in.
    ///
    /// # Errors
    /// The store's.
    pub fn succeed(&self, unit: &Connection) -> Result<()> {
        store::forget(unit, self.email, self.origin.network().as_deref())
    }

    fn is_at_home(&self, connection: &Connection, now: Timestamp) -> Result<bool> {
        let (Some(user), Some(network)) = (self.user, self.origin.network()) else { return Ok(false) };
        let since = now.saturating_sub(HOME).unwrap_or(Timestamp::MIN);
        let known = store::addresses_of(connection, user, since)?;
        Ok(known.iter().any(|address| origin::network_of(address) == network))
    }
}

/// Forgets everything that was counted against an e-mail.
///
/// # Errors
/// The store's.
pub fn lift(unit: &Connection, email: &str) -> Result<()> {
    store::forget_all(unit, email)
}

fn before(now: Timestamp) -> Timestamp {
    now.saturating_sub(WINDOW).unwrap_or(Timestamp::MIN)
}

/// How long to wait after so many failures beyond the free ones.
fn wait_after(beyond: i64) -> Option<SignedDuration> {
    (beyond >= 0).then(|| SignedDuration::from_secs(1 << beyond.min(30)).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_a_second_to_a_quarter_of_an_hour() {
        let seconds = |beyond| wait_after(beyond).map(|wait| wait.as_secs());
        assert_eq!(
            [-1, 0, 1, 2, 9, 10, 11, i64::MAX].map(seconds),
            [None, Some(1), Some(2), Some(4), Some(512), Some(900), Some(900), Some(900)]
        );
    }
}
