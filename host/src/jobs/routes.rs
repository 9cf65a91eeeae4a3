//! `/api/v1/jobs`: jobs as a list, and another chance for a dead one.

use axum::extract::State;
use http::request::Parts;
use schemars::JsonSchema;
use serde::Serialize;

use super::described::{self, PERMISSION};
use super::lease;
use crate::app::App;
use crate::error::Result;
use crate::http::idempotency::{self, Kept, Once};
use crate::http::json::NoBody;
use crate::http::routes::permission;
use crate::http::{Envelope, Path, Routes};
use crate::resources::routes::{ActorOf, mount};
use crate::store::Owner;

/// Below `/api/v1`.
pub fn routes(routes: &mut Routes, actor: ActorOf) {
    mount(routes, described::table(), actor);
    let retry =
        move |State(app): State<App>, Path(id): Path<i64>, parts: Parts, NoBody| retry_job(app, id, parts, actor);
    routes.post("/jobs/{id}/retry", permission(PERMISSION), "Queues a dead job again.", retry).returns::<Queued>();
}

/// A job that waits to run.
#[derive(Debug, Serialize, JsonSchema)]
struct Queued {
    id: i64,
    /// `queued`
    status: &'static str,
}

async fn retry_job(app: App, id: i64, parts: Parts, actor: ActorOf) -> Result<Kept> {
    let actor = actor(&parts.extensions)?;
    let once = Once::of(&parts, actor.user_id(), b"")?;
    let clock = app.clock.clone();
    let kept = app.store.write(Owner::Core, move |unit| {
        idempotency::run(unit, &clock, once.as_ref(), || {
            lease::retry(unit, &clock, &actor, id)?;
            Ok(Envelope::ok(Queued { id, status: "queued" }))
        })
    });
    kept.await
}
