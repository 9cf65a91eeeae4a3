//! `/api/v1/plugins` and `/api/v1/panel`: the admin's side.

use axum::extract::State;
use http::request::Parts;
use magnetiq_contract::describe::Access;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{self as admin, Panel};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Result;
use crate::http::idempotency::{Kept, Once};
use crate::http::json::NoBody;
use crate::http::layers::RequestId;
use crate::http::{Envelope, Json, Page, Path, Routes, permission};

const MANAGE: &str = "plugins:manage";

/// Declares the routes.
pub fn routes(routes: &mut Routes) {
    let manage = || permission(MANAGE);
    routes.get("/plugins", manage(), "Lists the plugins.", list).returns_list::<Value>();
    routes.get("/plugins/{plugin}", manage(), "A plugin with its contract.", read).returns::<Value>();
    routes
        .post("/plugins/{plugin}/enable", manage(), "Grants what is asked and enables.", enable)
        .body::<Enable>()
        .returns::<Value>();
    routes.post("/plugins/{plugin}/disable", manage(), "Disables; the data stay.", disable).returns::<Value>();
    routes.get("/plugins/{plugin}/grants", manage(), "What is granted.", grants).returns::<Map<String, Value>>();
    routes
        .put("/plugins/{plugin}/grants", manage(), "Grants.", grant)
        .body::<Map<String, Value>>()
        .returns::<Map<String, Value>>();
    routes.get("/plugins/{plugin}/settings", manage(), "Settings and their values.", settings).returns::<Value>();
    routes
        .put("/plugins/{plugin}/settings", manage(), "Sets settings.", set)
        .body::<Map<String, Value>>()
        .returns::<Value>();
    routes.get("/plugins/{plugin}/usage", manage(), "What the plugin costs.", usage).returns::<Value>();
    routes.get("/panel", Access::SignedIn, "What the panel draws for the caller.", panel).returns::<Value>();
}

/// What an admin grants; all that is asked when it is left out.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Enable {
    /// Capability → granted quantity, or true.
    grants: Option<Map<String, Value>>,
}

async fn list(State(app): State<App>, page: Page) -> Result<Envelope<Vec<Value>>> {
    let (plugins, pagination) = admin::list(&app.plugins, page).await?;
    Ok(Envelope::list(plugins, pagination))
}

async fn read(State(app): State<App>, Path(id): Path<String>) -> Result<Envelope<Value>> {
    Ok(Envelope::ok(admin::read(&app.plugins, &id).await?))
}

async fn enable(
    State(app): State<App>,
    caller: Caller,
    request: axum::Extension<RequestId>,
    Path(id): Path<String>,
    parts: Parts,
    body: Option<Json<Enable>>,
) -> Result<Kept> {
    let Json(Enable { grants }) = body.unwrap_or(Json(Enable::default()));
    let once = Once::of(&parts, caller.user_id(), &serde_json::to_vec(&grants)?)?;
    app.plugins.enable(&id, grants, &caller.actor(&request.0.0), once).await
}

async fn disable(
    State(app): State<App>,
    caller: Caller,
    request: axum::Extension<RequestId>,
    Path(id): Path<String>,
    parts: Parts,
    NoBody: NoBody,
) -> Result<Kept> {
    let once = Once::of(&parts, caller.user_id(), b"")?;
    app.plugins.disable(&id, &caller.actor(&request.0.0), once).await
}

async fn grants(State(app): State<App>, Path(id): Path<String>) -> Result<Envelope<Map<String, Value>>> {
    Ok(Envelope::ok(admin::grants(&app.plugins, &id).await?))
}

async fn grant(
    State(app): State<App>,
    caller: Caller,
    request: axum::Extension<RequestId>,
    Path(id): Path<String>,
    Json(granted): Json<Map<String, Value>>,
) -> Result<Envelope<Map<String, Value>>> {
    app.plugins.grant(&id, granted, &caller.actor(&request.0.0)).await?;
    Ok(Envelope::ok(admin::grants(&app.plugins, &id).await?))
}

async fn settings(State(app): State<App>, Path(id): Path<String>) -> Result<Envelope<Value>> {
    Ok(Envelope::ok(admin::settings(&app.plugins, &id).await?))
}

async fn set(
    State(app): State<App>,
    caller: Caller,
    request: axum::Extension<RequestId>,
    Path(id): Path<String>,
    Json(values): Json<Map<String, Value>>,
) -> Result<Envelope<Value>> {
    app.plugins.set(&id, values, &caller.actor(&request.0.0)).await?;
    Ok(Envelope::ok(admin::settings(&app.plugins, &id).await?))
}

async fn usage(State(app): State<App>, Path(id): Path<String>) -> Result<Envelope<Value>> {
    Ok(Envelope::ok(admin::usage(&app.plugins, &id).await?))
}

async fn panel(State(app): State<App>, caller: Caller) -> Result<Envelope<Panel>> {
    Ok(Envelope::ok(admin::panel(&app.plugins, &caller, app.settings.mail.leaves_by())?))
}
