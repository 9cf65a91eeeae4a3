//! `/api/v1/audit`: the records as a list, as an export, and the look at their chain.

use axum::body::Body;
use axum::extract::State;
use axum::response::IntoResponse;
use http::Extensions;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::export;
use super::verify::{self, Verified};
use crate::app::App;
use crate::error::Result;
use crate::http::routes::{Answer, permission};
use crate::http::{Envelope, Routes};
use crate::resources::routes::{ActorOf, mount};

/// Holds a record per line.
const LINES: &str = "application/x-ndjson";

/// Who reads the records.
pub const READ: &str = "audit:read";

/// Below `/api/v1`.
pub fn routes(routes: &mut Routes, actor: ActorOf) {
    let all = move |State(app): State<App>, extensions: Extensions| export_all(app, extensions, actor);
    routes
        .get("/audit/export", permission(READ), "Exports all records with their hashes, one in a line.", all)
        .answers(Answer::Bytes(LINES));
    routes
        .get("/audit/verify", permission(READ), "Looks whether all records are as they were written.", verify_all)
        .returns::<Verified>();
    mount(routes, super::table(), actor);
}

async fn export_all(app: App, extensions: Extensions, actor: ActorOf) -> Result<impl IntoResponse> {
    let lines = export::export(&app.store, &app.clock, &actor(&extensions)?).await?;
    let headers = [(CONTENT_TYPE, LINES), (CONTENT_DISPOSITION, "attachment; filename=\"audit.ndjson\"")];
    Ok((headers, Body::from_stream(lines)))
}

async fn verify_all(State(app): State<App>) -> Result<Envelope<Verified>> {
    Ok(Envelope::ok(verify::verify(&app.store).await?))
}
