//! Changing users: what must stay true of them, and what a change means for those who are signed in.

mod description;
mod rules;

pub use description::USERS;

use axum::response::{IntoResponse as _, Response};
use magnetiq_contract::rule::Rule;
use serde_json::{Value, json};

use self::rules::Rules;
use super::store;
use crate::app::App;
use crate::auth::events::Kind;
use crate::auth::live::Standing;
use crate::auth::{Origin, SecurityEvent};
use crate::error::{Code, Error, Result};
use crate::resources::{self, Actor, ActorKind, Reply, Request, View, audit};
use crate::store::{Connection, Owner};

/// Answers a request for the list of users.
///
/// # Errors
/// Those of the resource engine; 409 when no active super admin would be left.
pub async fn answer(site: &App, origin: Origin, request: Request) -> Result<Response> {
    if !request.operation.writes() {
        return resources::answer(&site.store, &site.clock, USERS.clone(), request).await;
    }
    let (clock, sessions) = (site.clock.clone(), site.auth.sessions.clone());
    let reply = change(site, move |unit| {
        let mut rules = Rules::new(&clock, &sessions, &origin);
        let reply = request.run(unit, &clock, &USERS, &mut |unit, task| rules.run(unit, task))?;
        let standing = rules.changed().map(|user| Ok::<_, Error>((user, Standing::read(unit, user)?))).transpose()?;
        Ok((reply, standing))
    });
    Ok(reply.await?.into_response())
}

/// Locks a user out: sign-in, sessions and access tokens end at once.
///
/// # Errors
/// 404 when there is no such user, 409 for oneself and for the last active super admin.
pub async fn lock(site: &App, origin: Origin, actor: Actor, user: i64) -> Result<Reply> {
    if actor.kind == ActorKind::User(user) {
        return Err(Error::new(
            Code::Conflict,
            ("Nobody can lock their own account.", "Niemand kann das eigene Konto sperren."),
        ));
    }
    set_lock(site, origin, actor, user, Lock::Closed).await
}

/// Lets a user sign in again and forgets failed attempts.
///
/// # Errors
/// 404 when there is no such user.
pub async fn unlock(site: &App, origin: Origin, actor: Actor, user: i64) -> Result<Reply> {
    set_lock(site, origin, actor, user, Lock::Open).await
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

async fn set_lock(site: &App, origin: Origin, actor: Actor, user: i64, lock: Lock) -> Result<Reply> {
    actor.require(&USERS.resource().update)?;
    let (clock, sessions) = (site.clock.clone(), site.auth.sessions.clone());
    change(site, move |unit| {
        let now = clock.now();
        let host = Actor::system();
        let whole = View::of(&USERS, &host)?;
        let before: Value = serde_json::from_slice(&resources::read(unit, &clock, &whole, user)?.json)?;
        if !before["deleted_at"].is_null() {
            return Err(Error::not_found());
        }
        if lock.is_done(&before) {
            return Ok((Reply::row(resources::read(unit, &clock, &whole, user)?), None));
        }
        let (kind, action) = match lock {
            Lock::Closed => {
                store::lock(unit, user, now)?;
                sessions.end_all(unit, user, now)?;
                rules::keep_a_super_admin(unit)?;
                (Kind::UserLocked, "lock")
            }
            Lock::Open => {
                store::unlock(unit, user, now)?;
                (Kind::UserUnlocked, "unlock")
            }
        };
        let row = resources::read(unit, &clock, &whole, user)?;
        let after: Value = serde_json::from_slice(&row.json)?;
        let change = audit::Change { action, resource: "users", id: Some(user), before: &before, after: &after };
        audit::record(unit, &clock, &actor, &change)?;
        let email = before["email"].as_str().unwrap_or_default();
        SecurityEvent::new(kind, &origin).email(email).details(json!({"user": user})).record(unit, &clock)?;
        Ok((Reply::row(row), Some((user, Standing::read(unit, user)?))))
    })
    .await
}

/// Runs a unit of work and then tells the memory how a user stands. It runs to its end even when the caller hangs up
/// after the commit: otherwise a locked user would go on.
async fn change<T: Send + 'static>(
    site: &App,
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

/// Refuses JSON that is no object where a record keeps an object.
fn require_object(row: &Value, field: &str) -> Result<()> {
    if row[field].is_object() { Ok(()) } else { Err(Error::field(field, Rule::Type("an object".to_owned()))) }
}
