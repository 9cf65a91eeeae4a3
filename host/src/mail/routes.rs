//! `/api/v1/mail`: the outbox as a list, another chance for a dead message, a test.

use axum::extract::State;
use http::request::Parts;
use magnetiq_contract::mail::Message;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::described::{self, PERMISSION};
use super::{NewMessage, keep, queue};
use crate::app::App;
use crate::error::Result;
use crate::http::idempotency::{self, Kept, Once};
use crate::http::json::NoBody;
use crate::http::routes::permission;
use crate::http::{Envelope, Json, Path, Routes};
use crate::jobs::CORE;
use crate::resources::routes::{ActorOf, mount};
use crate::store::Owner;

/// Below `/api/v1`.
pub fn routes(routes: &mut Routes, actor: ActorOf) {
    mount(routes, described::table(), actor);
    let retry =
        move |State(app): State<App>, Path(id): Path<i64>, parts: Parts, NoBody| retry_mail(app, id, parts, actor);
    routes.post("/mail/{id}/retry", permission(PERMISSION), "Sends a dead message again.", retry).returns::<Queued>();
    let test = move |State(app): State<App>, parts: Parts, Json(body): Json<Test>| test_mail(app, parts, body, actor);
    routes
        .post("/mail/test", permission(PERMISSION), "Sends a message that shows whether mail works.", test)
        .body::<Test>()
        .creates::<Queued>();
}

/// A message that waits to be sent.
#[derive(Debug, Serialize, JsonSchema)]
struct Queued {
    id: i64,
    /// `queued`
    status: &'static str,
}

/// Where the test goes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Test {
    to: String,
}

fn queued(id: i64) -> Queued {
    Queued { id, status: "queued" }
}

async fn retry_mail(app: App, id: i64, parts: Parts, actor: ActorOf) -> Result<Kept> {
    let actor = actor(&parts.extensions)?;
    let once = Once::of(&parts, actor.user_id(), b"")?;
    let clock = app.clock.clone();
    let kept = app.store.write(Owner::Core, move |unit| {
        idempotency::run(unit, &clock, once.as_ref(), || {
            keep::retry(unit, &clock, &actor, id)?;
            Ok(Envelope::ok(queued(id)))
        })
    });
    kept.await
}

async fn test_mail(app: App, parts: Parts, body: Test, actor: ActorOf) -> Result<Kept> {
    let actor = actor(&parts.extensions)?;
    let once = Once::of(&parts, actor.user_id(), body.to.as_bytes())?;
    let clock = app.clock.clone();
    let message = Message { to: Some(body.to), template: "test".to_owned(), ..Message::default() };
    let kept = app.store.write(Owner::Core, move |unit| {
        idempotency::run(unit, &clock, once.as_ref(), || {
            let id = queue(unit, &clock, NewMessage { owner: CORE.to_owned(), message })?;
            keep::note_test(unit, &clock, &actor, id)?;
            Ok(Envelope::created(format!("/api/v1/mail/{id}"), queued(id)))
        })
    });
    kept.await
}
