//! Changing users: what must stay true of them, and what a change means for those who are signed in.

mod description;
mod lock;
mod rules;

pub use description::USERS;
pub use lock::{lock, unlock};

use axum::response::{IntoResponse as _, Response};
use magnetiq_contract::expected;
use magnetiq_contract::rule::Rule;
use serde_json::Value;

use self::rules::Rules;
use crate::app::App;
use crate::auth::Origin;
use crate::auth::live::Standing;
use crate::error::{Error, Result};
use crate::resources::{self, Request};
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
        let mut rules = Rules::new(&clock, &sessions, &origin, request.actor().user_id());
        let reply = request.run(unit, &clock, &USERS, &mut |unit, task| rules.run(unit, task))?;
        let standing = rules.changed().map(|user| Ok::<_, Error>((user, Standing::read(unit, user)?))).transpose()?;
        Ok((reply, standing))
    });
    Ok(reply.await?.into_response())
}

/// Runs a unit of work and then tells the memory how a user stands. It runs to its end even when the caller hangs up
/// after the commit: otherwise a locked user would go on.
pub(super) async fn change<T: Send + 'static>(
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
    if row[field].is_object() { Ok(()) } else { Err(Error::field(field, Rule::expected(expected::OBJECT))) }
}
