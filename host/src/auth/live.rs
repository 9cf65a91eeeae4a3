//! What must be known of users and sessions at every request, in memory, so that a request reads no database.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::RwLock;

use super::roles::Role;
use super::store;
use super::tokens::Claims;
use crate::app::Site;
use crate::error::{Error, Result};
use crate::store::{Connection, Owner};

/// How a user stands with the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Grows with each change; tokens of an older epoch are dead.
    pub epoch: i64,
    /// The user's role.
    pub role: Role,
    /// Neither locked nor hidden.
    pub active: bool,
    /// From then on nothing is allowed but setting up a second factor; none where none is missing.
    pub mfa_due_at: Option<Timestamp>,
}

impl Standing {
    /// How a user stands in the database, hidden or not.
    ///
    /// # Errors
    /// The store's.
    pub fn read(connection: &Connection, user: i64) -> Result<Self> {
        store::standing(connection, user)
    }

    /// Whether a second factor is overdue.
    #[must_use]
    pub fn is_mfa_overdue(&self, now: Timestamp) -> bool {
        self.mfa_due_at.is_some_and(|due| due <= now)
    }
}

/// A session that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveSession {
    /// Whose it is.
    pub user: i64,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
}

/// The users' standing and the live sessions. Clones share it.
#[derive(Clone, Default)]
pub struct Live(Arc<RwLock<State>>);

#[derive(Default)]
struct State {
    users: HashMap<i64, Standing>,
    sessions: HashMap<Arc<str>, LiveSession>,
    /// Ids of single tokens that were called back, with the end of their life.
    called_back: HashMap<String, Timestamp>,
}

impl Live {
    /// The user and session of a token, when both are still good.
    #[must_use]
    pub fn check(&self, claims: &Claims, now: Timestamp) -> Option<(i64, Standing, Arc<str>)> {
        let state = self.0.read();
        let (name, session) = state.sessions.get_key_value(claims.sid.as_str())?;
        let user = claims.sub.parse().ok().filter(|user| *user == session.user)?;
        let standing = *state.users.get(&user)?;
        let good = standing.active
            && standing.epoch == claims.epoch
            && now < session.ends_at
            && !state.called_back.contains_key(&claims.jti);
        good.then(|| (user, standing, Arc::clone(name)))
    }

    /// How a user stands.
    #[must_use]
    pub fn standing(&self, user: i64) -> Option<Standing> {
        self.0.read().users.get(&user).copied()
    }

    /// Notes how a user stands. What comes late from an older epoch changes nothing.
    pub fn note_user(&self, user: i64, standing: Standing) {
        let mut state = self.0.write();
        let known = state.users.entry(user).or_insert(standing);
        if known.epoch <= standing.epoch {
            *known = standing;
        }
    }

    /// Notes a new session and forgets those that have run out.
    pub fn note_session(&self, family: &str, session: LiveSession, now: Timestamp) {
        let mut state = self.0.write();
        state.sessions.retain(|_, known| now < known.ends_at);
        state.called_back.retain(|_, until| now < *until);
        state.sessions.insert(family.into(), session);
    }

    /// Notes a session that the database knows, at the start.
    pub(super) fn load_session(&self, family: &str, session: LiveSession) {
        self.0.write().sessions.insert(family.into(), session);
    }

    /// Ends one session. Called before its end is durable: when in doubt, a session is dead.
    pub fn end_session(&self, family: &str) {
        self.0.write().sessions.remove(family);
    }

    /// Ends all sessions of a user.
    pub fn end_sessions_of(&self, user: i64) {
        self.0.write().sessions.retain(|_, session| session.user != user);
    }

    /// Ends all sessions of a user but one.
    pub fn end_other_sessions_of(&self, user: i64, but: &str) {
        self.0.write().sessions.retain(|family, session| session.user != user || **family == *but);
    }

    /// Calls a single token back.
    pub fn call_back(&self, token_id: &str, until: Timestamp) {
        self.0.write().called_back.insert(token_id.to_owned(), until);
    }

    /// How many sessions are live, for the figures.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.0.read().sessions.len()
    }
}

/// Runs a unit of work and then tells the memory how a user stands. It runs to its end even when the caller hangs up
/// after the commit: otherwise a locked user would go on.
///
/// # Errors
/// Those of `work` and the store's.
pub async fn change_standing<T: Send + 'static>(
    site: &Site,
    work: impl FnOnce(&Connection) -> Result<(T, Option<(i64, Standing)>)> + Send + 'static,
) -> Result<T> {
    let (store, live) = (site.store.clone(), site.auth.live.clone());
    let task = tokio::spawn(async move {
        let (answer, standing) = store.write(Owner::Core, move |unit| work(unit)).await?;
        if let Some((user, standing)) = standing {
            live.note_user(user, standing);
        }
        Ok(answer)
    });
    task.await.map_err(Error::internal)?
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const STANDING: Standing = Standing { epoch: 3, role: Role::Editor, active: true, mfa_due_at: None };

    fn claims() -> Claims {
        Claims {
            iss: String::new(),
            aud: String::new(),
            sub: "7".into(),
            sid: "family".into(),
            jti: "token".into(),
            epoch: 3,
            iat: 0,
            nbf: 0,
            exp: 0,
        }
    }

    fn live() -> (Live, Timestamp) {
        let (live, now) = (Live::default(), Timestamp::UNIX_EPOCH);
        live.note_user(7, STANDING);
        let ends_at = now.saturating_add(SignedDuration::from_hours(1)).unwrap();
        live.note_session("family", LiveSession { user: 7, ends_at }, now);
        (live, now)
    }

    #[test]
    fn a_token_is_good_while_its_session_lives_and_its_users_epoch_stands() {
        let (live, now) = live();
        assert_eq!(live.check(&claims(), now).unwrap().1, STANDING);
        assert!(live.check(&Claims { epoch: 2, ..claims() }, now).is_none(), "older epoch");
        assert!(live.check(&Claims { epoch: 4, ..claims() }, now).is_none(), "epoch never given");
        assert!(live.check(&Claims { sub: "8".into(), ..claims() }, now).is_none(), "another's session");
        assert!(live.check(&Claims { sid: "other".into(), ..claims() }, now).is_none(), "unknown session");
        let later = now.saturating_add(SignedDuration::from_hours(1)).unwrap();
        assert!(live.check(&claims(), later).is_none(), "run out");
    }

    #[test]
    fn locking_calling_back_and_ending_work_at_once() {
        let (first, now) = live();
        first.note_user(7, Standing { epoch: 4, active: false, ..STANDING });
        assert!(first.check(&Claims { epoch: 4, ..claims() }, now).is_none());

        let (second, now) = live();
        second.call_back("token", now.saturating_add(SignedDuration::from_mins(15)).unwrap());
        assert!(second.check(&claims(), now).is_none());

        let (third, now) = live();
        third.end_sessions_of(7);
        assert!(third.check(&claims(), now).is_none());
    }

    #[test]
    fn news_of_an_older_epoch_that_comes_late_changes_nothing() {
        let (live, now) = live();
        live.note_user(7, Standing { epoch: 4, active: false, ..STANDING });
        live.note_user(7, STANDING);
        assert!(live.check(&claims(), now).is_none());
    }

    #[test]
    fn sessions_that_have_run_out_are_forgotten() {
        let (live, now) = live();
        let later = now.saturating_add(SignedDuration::from_hours(2)).unwrap();
        let ends_at = later.saturating_add(SignedDuration::from_hours(2)).unwrap();
        live.note_session("next", LiveSession { user: 7, ends_at }, later);
        assert_eq!(live.sessions(), 1);
    }
}
