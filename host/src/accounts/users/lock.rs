//! Locking a user out and letting them in again.

use serde_json::{Value, json};

use super::{USERS, rules};
use crate::accounts::store;
use crate::app::App;
use crate::auth::events::Kind;
use crate::auth::live::{Standing, change_standing};
use crate::auth::sessions::Sessions;
use crate::auth::{Origin, SecurityEvent, lockout};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{self, Once};
use crate::resources::{self, Actor, ActorKind, Reply, View, audit};
use crate::store::Connection;

/// Locks a user out: sign-in, sessions and access tokens end at once.
///
/// # Errors
/// 404 when there is no such user, 409 for oneself and for the last active super admin, 422 for a key that was used for
/// something else.
pub async fn lock(site: &App, origin: Origin, actor: Actor, user: i64, once: Option<Once>) -> Result<Reply> {
    if actor.kind == ActorKind::User(user) {
        return Err(Error::new(
            Code::Conflict,
            ("Nobody can lock their own account.", "Niemand kann das eigene Konto sperren."),
        ));
    }
    set_lock(site, Turn { user, lock: Lock::Closed, actor, origin }, once).await
}

/// Lets a user sign in again and forgets failed attempts.
///
/// # Errors
/// 404 when there is no such user, 422 for a key that was used for something else.
pub async fn unlock(site: &App, origin: Origin, actor: Actor, user: i64, once: Option<Once>) -> Result<Reply> {
    set_lock(site, Turn { user, lock: Lock::Open, actor, origin }, once).await
}

/// Whether an account is closed to its owner.
#[derive(Clone, Copy)]
enum Lock {
    Closed,
    Open,
}

impl Lock {
    /// Whether a user's row says already what it is to say: then nothing changes, and nobody is signed out.
    fn is_done(self, row: &Value) -> bool {
        let is_locked = row["status"] == "locked";
        match self {
            Self::Closed => is_locked,
            Self::Open => !is_locked && row["failed_login_attempts"] == 0 && row["locked_until"].is_null(),
        }
    }
}

/// Somebody turns the lock of a user's account.
struct Turn {
    user: i64,
    lock: Lock,
    actor: Actor,
    origin: Origin,
}

async fn set_lock(site: &App, turn: Turn, once: Option<Once>) -> Result<Reply> {
    turn.actor.require(&USERS.resource().update)?;
    let (clock, sessions) = (site.clock.clone(), site.auth.sessions.clone());
    change_standing(site, move |unit| {
        if let Some(kept) = idempotency::known(unit, &clock, once.as_ref())? {
            return Ok((kept.into(), None));
        }
        let (reply, standing) = turn.run(unit, &clock, &sessions)?;
        if let Some(once) = &once {
            idempotency::keep(unit, &clock, once, &reply.to_kept())?;
        }
        Ok((reply, standing.map(|standing| (turn.user, standing))))
    })
    .await
}

impl Turn {
    /// The row as it is then, and how the user stands when something changed.
    fn run(&self, unit: &Connection, clock: &Clock, sessions: &Sessions) -> Result<(Reply, Option<Standing>)> {
        let host = Actor::system();
        let whole = View::of(&USERS, &host)?;
        let read = || resources::read(unit, clock, &whole, self.user);
        let before: Value = serde_json::from_slice(&read()?.json)?;
        if !before["deleted_at"].is_null() {
            return Err(Error::not_found());
        }
        if self.lock.is_done(&before) {
            return Ok((Reply::row(read()?), None));
        }
        let (kind, action) = self.apply(unit, clock, sessions, before["email"].as_str().unwrap_or_default())?;
        let row = read()?;
        let after: Value = serde_json::from_slice(&row.json)?;
        let change = audit::Change { action, resource: "users", id: Some(self.user), before: &before, after: &after };
        audit::record(unit, clock, &self.actor, &change)?;
        let email = before["email"].as_str().unwrap_or_default();
        let event = SecurityEvent::new(kind, &self.origin).email(email).details(json!({"user": self.user}));
        event.record(unit, clock)?;
        Ok((Reply::row(row), Some(Standing::read(unit, self.user)?)))
    }

    /// What it is called as a security event and in the audit.
    fn apply(
        &self,
        unit: &Connection,
        clock: &Clock,
        sessions: &Sessions,
        email: &str,
    ) -> Result<(Kind, &'static str)> {
        let now = clock.now();
        match self.lock {
            Lock::Closed => {
                store::lock(unit, self.user, now)?;
                sessions.end_all(unit, self.user, now)?;
                rules::keep_a_super_admin(unit)?;
                Ok((Kind::UserLocked, "lock"))
            }
            Lock::Open => {
                lockout::lift(unit, email)?;
                store::unlock(unit, self.user, now)?;
                Ok((Kind::UserUnlocked, "unlock"))
            }
        }
    }
}
