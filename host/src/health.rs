//! Is the host alive, is it ready, and how does it feel.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use magnetiq_contract::describe::Access;
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::{Error, Result};
use crate::http::routes::Answer;
use crate::http::{Envelope, Routes};

/// Probes come often; the database is asked at most once in this time.
const FRESH: SignedDuration = SignedDuration::from_secs(1);

/// The last look at the host's parts.
#[derive(Default)]
pub struct Health(Mutex<Option<(Timestamp, bool)>>);

/// Registers the probes.
pub fn routes(routes: &mut Routes) {
    let state = || Answer::Data(json!({"type": "object"}));
    routes.get("/livez", Access::Public, "Says that the process runs; reads nothing.", livez).answers(state());
    routes.get("/readyz", Access::Public, "Says whether requests can be served.", readyz).answers(state());
    routes.get("/health", Access::Public, "Says how each part of the host is.", health).answers(state());
}

async fn livez() -> Envelope<Value> {
    Envelope::ok(json!({"status": "ok"}))
}

async fn readyz(State(app): State<App>) -> Result<Envelope<Value>> {
    if database_answers(&app).await {
        return Ok(Envelope::ok(json!({"status": "ok"})));
    }
    Err(Error::unavailable("The database does not answer.", 1))
}

async fn health(State(app): State<App>) -> Response {
    let database = if database_answers(&app).await { "ok" } else { "down" };
    let status = if database == "ok" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Envelope::ok(json!({"status": database, "checks": {"database": database}}))).into_response()
}

async fn database_answers(app: &App) -> bool {
    let now = app.clock.now();
    let known = *app.health.0.lock();
    if let Some((_, answer)) = known.filter(|(asked, _)| now.duration_since(*asked).abs() < FRESH) {
        return answer;
    }
    let answer = app.store.read(|_| Ok(())).await.is_ok();
    *app.health.0.lock() = Some((now, answer));
    answer
}
