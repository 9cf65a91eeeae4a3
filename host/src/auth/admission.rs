//! Letting somebody in who has shown all that is asked of them.

use serde_json::json;

use super::account::{Account, Profile};
use super::events::{Kind, SecurityEvent};
use super::lockout::Attempt;
use super::origin::Origin;
use super::sessions::{Opened, RefreshToken};
use super::store;
use super::tokens::{self, Subject};
use crate::accounts::notice::{self, Notice};
use crate::app::Site;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::Connection;

/// What a signed-in user gets.
#[derive(Debug)]
pub struct SignIn {
    /// For the `Authorization` header, worth something for `expires_in` seconds.
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    /// For the next access token.
    pub refresh: RefreshToken,
    /// The user.
    pub user: Profile,
}

/// The door, as a unit of work takes it along.
#[derive(Clone)]
pub struct Door {
    clock: Clock,
    sessions: super::sessions::Sessions,
    mfa_grace: jiff::SignedDuration,
    origin: Origin,
}

impl Door {
    /// The site's door for somebody who comes from there.
    #[must_use]
    pub fn of(site: &Site, origin: &Origin) -> Self {
        Self {
            clock: site.clock.clone(),
            sessions: site.auth.sessions.clone(),
            mfa_grace: site.auth.mfa_grace,
            origin: origin.clone(),
        }
    }

    /// Opens a session; none when password or status have changed since the account was looked at, or when too many
    /// failures came in between. `by` names what was shown, for the record.
    ///
    /// # Errors
    /// The store's.
    pub fn admit(&self, unit: &Connection, account: &Account, by: &str) -> Result<Option<(Opened, Account)>> {
        let now = self.clock.now();
        let attempt = Attempt { email: &account.email, user: Some(account.id), origin: &self.origin };
        // Asked again here, where one comes after the other: of many guesses at once only the free ones count.
        if attempt.is_locked(unit, now)? { Ok(None) } else { self.let_in(unit, account, by) }
    }

    /// The same for somebody who showed what cannot be guessed, so that no lockout holds them up.
    ///
    /// # Errors
    /// The store's.
    pub fn let_in(&self, unit: &Connection, account: &Account, by: &str) -> Result<Option<(Opened, Account)>> {
        if !store::count_sign_in(unit, account, self.clock.now())? {
            return Ok(None);
        }
        Attempt { email: &account.email, user: Some(account.id), origin: &self.origin }.succeed(unit)?;
        let event = SecurityEvent::new(Kind::SignedIn, &self.origin).email(&account.email);
        event.details(json!({"user": account.id, "by": by})).record(unit, &self.clock)?;
        if store::is_new_device(unit, account.id, self.origin.user_agent.as_deref())? {
            notice::queue(unit, &self.clock, &self.origin, account.id, &Notice::NewSignIn)?;
        }
        self.open(unit, account.id).map(Some)
    }

    /// Opens a session for a user whose right to it is beyond doubt.
    ///
    /// # Errors
    /// The store's.
    pub fn open(&self, unit: &Connection, user: i64) -> Result<(Opened, Account)> {
        let now = self.clock.now();
        store::set_mfa_due(unit, user, now + self.mfa_grace)?;
        let opened = self.sessions.open(unit, user, &self.origin, now)?;
        let account = store::account_by_id(unit, user)?.ok_or_else(Error::unauthenticated)?;
        Ok((opened, account))
    }
}

/// Makes an opened session live and gives its tokens out. The unit that opened it must be durable.
///
/// # Errors
/// Internal, when signing fails.
pub fn answer(site: &Site, opened: Opened, account: Account) -> Result<SignIn> {
    site.auth.live.note_user(account.id, account.standing());
    site.auth.sessions.begin(&opened, site.clock.now());
    tokens_for(site, &opened.family, opened.refresh, account)
}

/// Tokens of a live session.
///
/// # Errors
/// Internal, when signing fails.
pub(super) fn tokens_for(site: &Site, family: &str, refresh: RefreshToken, account: Account) -> Result<SignIn> {
    let subject = Subject { user: account.id, epoch: account.token_epoch, session: family };
    let now = site.clock.now();
    Ok(SignIn {
        access_token: site.auth.tokens.sign(subject, now)?,
        expires_in: tokens::LIFETIME.as_secs(),
        refresh,
        user: Profile::new(account, &site.auth.permissions, now),
    })
}
