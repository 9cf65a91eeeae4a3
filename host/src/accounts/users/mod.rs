//! Changing users: what must stay true of them, and what a change means for those who are signed in.

mod description;
mod lock;
mod own;
mod rules;

pub use description::USERS;
pub use lock::{lock, unlock};
pub use own::change_own;

use axum::response::{IntoResponse as _, Response};
use magnetiq_contract::expected;
use magnetiq_contract::rule::Rule;
use serde_json::Value;

use self::rules::Rules;
use crate::app::App;
use crate::auth::Origin;
use crate::auth::live::{Standing, change_standing};
use crate::error::{Error, Result};
use crate::resources::{self, Request};
use crate::store::Connection;

/// Answers a request for the list of users.
///
/// # Errors
/// Those of the resource engine; 409 when no active super admin would be left.
pub async fn answer(site: &App, origin: Origin, request: Request) -> Result<Response> {
    if !request.operation.writes() {
        return resources::answer(&site.store, &site.clock, USERS.clone(), request).await;
    }
    let inside = site.clone();
    let reply = change_standing(site, move |unit| {
        let mut rules = Rules::new(&inside, &origin, request.actor().user_id());
        let reply = request.run(unit, &inside.clock, &USERS, &mut |unit, task| rules.run(unit, task))?;
        Ok((reply, changed(unit, &rules)?))
    });
    Ok(reply.await?.into_response())
}

/// How the user stands whom `rules` saw changed.
fn changed(unit: &Connection, rules: &Rules<'_>) -> Result<Option<(i64, Standing)>> {
    rules.changed().map(|user| Ok((user, Standing::read(unit, user)?))).transpose()
}

/// Refuses JSON that is no object where a record keeps an object.
fn require_object(row: &Value, field: &str) -> Result<()> {
    if row[field].is_object() { Ok(()) } else { Err(Error::field(field, Rule::expected(expected::OBJECT))) }
}
