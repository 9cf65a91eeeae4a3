//! Sessions: opened at sign-in, carried on by refresh tokens that are exchanged once each, ended by signing out.

pub mod list;
pub mod routes;
mod store;

#[cfg(test)]
pub(super) use store::shapes;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::live::{Live, LiveSession};
use super::origin::Origin;
use super::secret::Secret;
use crate::clock::random_bytes;
use crate::error::Result;
use crate::secrets::Secrets;
use crate::store::Connection;

/// When sessions end. Those that are open keep the end that they were told in the beginning.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Not used for so long.
    pub idle: SignedDuration,
    /// After so long in any case.
    pub absolute: SignedDuration,
}

/// For so long an exchanged token still gives the same successor to the same client, whose answer may have been lost.
const GRACE: SignedDuration = SignedDuration::from_secs(10);

/// What the key is for that successors are computed with.
const SUCCESSORS: &str = "refresh token successors";

/// A refresh token on its way to its owner.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    /// 43 characters.
    pub token: Secret<String>,
    /// When it is worth nothing any more, unless it is used before.
    pub expires_at: Timestamp,
}

/// What came of presenting a refresh token.
#[derive(Debug)]
pub enum Exchange {
    /// The session goes on with another token.
    Continued {
        /// Whose session it is.
        user: i64,
        /// The session's public id.
        family: String,
        /// The next token.
        refresh: RefreshToken,
    },
    /// Never given, run out, or revoked.
    Refused,
    /// Exchanged before, so that one of two holders has stolen it: the session has been revoked.
    Reused {
        /// Whose session it was.
        user: i64,
        /// The session's public id.
        family: String,
    },
}

/// A refresh token's row.
struct Session {
    id: i64,
    user_id: i64,
    token_hash: String,
    family: String,
    used_at: Option<Timestamp>,
    expires_at: Timestamp,
    absolute_expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
    ip_address: Option<String>,
    user_agent: Option<String>,
}

/// A row to store.
struct NewSession<'a> {
    user_id: i64,
    token_hash: &'a str,
    family: &'a str,
    parent_id: Option<i64>,
    expires_at: Timestamp,
    absolute_expires_at: Timestamp,
    origin: &'a Origin,
}

/// Opens and ends sessions. Clones share the live ones.
#[derive(Clone)]
pub struct Sessions {
    live: Live,
    /// A token's successor is computed from them, so that two requests at once get the same one and none is stored.
    secrets: Secrets,
    limits: Limits,
}

impl Sessions {
    /// Sessions whose tokens are derived from the site's secrets.
    #[must_use]
    pub const fn new(live: Live, secrets: Secrets, limits: Limits) -> Self {
        Self { live, secrets, limits }
    }

    /// Opens a session in the unit of work that signs the user in. It is live once [`Sessions::begin`] is told.
    ///
    /// # Errors
    /// The store's.
    pub fn open(&self, unit: &Connection, user: i64, origin: &Origin, now: Timestamp) -> Result<Opened> {
        let family = URL_SAFE_NO_PAD.encode(random_bytes::<16>());
        let token = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
        let (expires_at, absolute_expires_at) = (after(now, self.limits.idle), after(now, self.limits.absolute));
        let token_hash = hash(&token);
        let new = NewSession {
            user_id: user,
            token_hash: &token_hash,
            family: &family,
            parent_id: None,
            expires_at,
            absolute_expires_at,
            origin,
        };
        store::insert(unit, &new, now)?;
        let refresh = RefreshToken { token: Secret::new(token), expires_at };
        Ok(Opened { family, refresh, session: LiveSession { user, ends_at: absolute_expires_at } })
    }

    /// Makes a session live whose opening is durable.
    pub fn begin(&self, opened: &Opened, now: Timestamp) {
        self.live.note_session(&opened.family, opened.session, now);
    }

    /// Exchanges a refresh token for its successor, in one unit of work.
    ///
    /// # Errors
    /// The store's.
    pub fn exchange(&self, unit: &Connection, token: &str, origin: &Origin, now: Timestamp) -> Result<Exchange> {
        let Some(session) = store::by_hash(unit, &hash(token))? else {
            return Ok(Exchange::Refused);
        };
        if session.revoked_at.is_some() || session.absolute_expires_at <= now {
            return Ok(Exchange::Refused);
        }
        match session.used_at {
            Some(used_at) => self.exchange_again(unit, session, token, used_at, origin, now),
            None if session.expires_at <= now => Ok(Exchange::Refused),
            None => self.exchange_first(unit, session, token, origin, now),
        }
    }

    fn exchange_first(
        &self,
        unit: &Connection,
        session: Session,
        token: &str,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Exchange> {
        store::mark_used(unit, session.id, now)?;
        let successor = self.successor(token)?;
        let expires_at = after(now, self.limits.idle).min(session.absolute_expires_at);
        let new = NewSession {
            user_id: session.user_id,
            token_hash: &hash(&successor),
            family: &session.family,
            parent_id: Some(session.id),
            expires_at,
            absolute_expires_at: session.absolute_expires_at,
            origin,
        };
        store::insert(unit, &new, now)?;
        Ok(continued(session, successor, expires_at))
    }

    fn exchange_again(
        &self,
        unit: &Connection,
        session: Session,
        token: &str,
        used_at: Timestamp,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Exchange> {
        let same_client = session.ip_address == origin.ip_address && session.user_agent == origin.user_agent;
        let in_grace = now.duration_since(used_at) <= GRACE;
        let next = store::successor_of(unit, session.id)?.filter(|next| next.used_at.is_none());
        if let Some(next) = next.filter(|_| same_client && in_grace)
            && let Some(successor) = self.successor_with(token, &next.token_hash)?
        {
            return Ok(continued(session, successor, next.expires_at));
        }
        self.end(unit, &session.family, now)?;
        Ok(Exchange::Reused { user: session.user_id, family: session.family })
    }

    /// Ends one session: its refresh tokens in the unit, its access tokens at once.
    ///
    /// # Errors
    /// The store's.
    pub fn end(&self, unit: &Connection, family: &str, now: Timestamp) -> Result<()> {
        self.live.end_session(family);
        store::revoke_family(unit, family, now)
    }

    /// Ends all sessions of a user: refresh tokens in the unit, access tokens at once.
    ///
    /// # Errors
    /// The store's.
    pub fn end_all(&self, unit: &Connection, user: i64, now: Timestamp) -> Result<()> {
        self.live.end_sessions_of(user);
        store::revoke_user(unit, user, now)
    }

    /// Ends all sessions of a user but one: refresh tokens in the unit, access tokens at once.
    ///
    /// # Errors
    /// The store's.
    pub fn end_others(&self, unit: &Connection, user: i64, but: &str, now: Timestamp) -> Result<()> {
        self.live.end_other_sessions_of(user, but);
        store::revoke_user_but(unit, user, but, now)
    }

    /// The session that a refresh token belongs to.
    ///
    /// # Errors
    /// The store's.
    pub fn family_of(&self, connection: &Connection, token: &str) -> Result<Option<String>> {
        Ok(store::by_hash(connection, &hash(token))?.map(|session| session.family))
    }

    fn successor(&self, token: &str) -> Result<String> {
        Ok(URL_SAFE_NO_PAD.encode(self.secrets.mac(SUCCESSORS)?.sign(token.as_bytes())))
    }

    /// The successor that was given, which may have been computed before the master key was rotated.
    fn successor_with(&self, token: &str, token_hash: &str) -> Result<Option<String>> {
        let codes = self.secrets.mac(SUCCESSORS)?;
        let mut successors = codes.all(token.as_bytes()).map(|code| URL_SAFE_NO_PAD.encode(code));
        Ok(successors.find(|successor| hash(successor) == token_hash))
    }
}

/// A session in the unit that opens it.
#[derive(Debug)]
pub struct Opened {
    /// The session's public id.
    pub family: String,
    /// Its first refresh token.
    pub refresh: RefreshToken,
    session: LiveSession,
}

/// Fills the memory from the database at the start.
///
/// # Errors
/// The store's.
pub fn load(connection: &Connection, live: &Live, now: Timestamp) -> Result<()> {
    for (family, session) in store::live(connection, now)? {
        live.load_session(&family, session);
    }
    Ok(())
}

fn continued(session: Session, successor: String, expires_at: Timestamp) -> Exchange {
    let refresh = RefreshToken { token: Secret::new(successor), expires_at };
    Exchange::Continued { user: session.user_id, family: session.family, refresh }
}

fn after(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.saturating_add(span).unwrap_or(Timestamp::MAX)
}

/// How the database knows a token: SHA-256 in hex. Tokens are random, so that no salt is needed.
pub(crate) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}
