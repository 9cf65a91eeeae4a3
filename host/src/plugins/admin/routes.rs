//! `/api/v1/plugins` and `/api/v1/panel`: the admin's side.

use axum::extract::{FromRequestParts, Request, State};
use http::request::Parts;
use magnetiq_contract::describe::Access;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{self as admin, Panel, Plugin, Summary};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::http::idempotency::{Kept, Once};
use crate::http::json::NoBody;
use crate::http::layers::RequestId;
use crate::http::routes::Upload;
use crate::http::{Envelope, Json, Page, Path, Query, Routes, body, permission};
use crate::plugins::{Data, Preview};
use crate::resources::Actor;

const MANAGE: &str = "plugins:manage";
/// A `.mqp` file.
const PACKAGE: Upload = Upload { media_type: "application/zip", bytes: magnetiq_package::LARGEST_FILE as usize };

/// Declares the routes.
pub fn routes(routes: &mut Routes) {
    let manage = || permission(MANAGE);
    routes.get("/plugins", manage(), "Lists the plugins.", list).returns_list::<Summary>();
    routes.get("/plugins/{plugin}", manage(), "A plugin with its contract.", read).returns::<Plugin>();
    routes
        .post("/plugins/{plugin}/enable", manage(), "Grants what is asked and enables.", enable)
        .body::<Enable>()
        .returns::<Plugin>();
    routes.post("/plugins/{plugin}/disable", manage(), "Disables; the data stay.", disable).returns::<Plugin>();
    routes.post("/plugins/{plugin}/reset", manage(), "Ends its quarantine.", reset).returns::<Plugin>();
    routes.post("/plugins/packages", manage(), "Installs a package.", install).upload(PACKAGE).creates::<Plugin>();
    routes
        .get("/plugins/{plugin}/upgrade", manage(), "What an upgrade would do: rehearsed, not done.", preview)
        .query("version", "The version; the newest without it.")
        .returns::<Value>();
    routes
        .post("/plugins/{plugin}/upgrade", manage(), "Upgrades to a newer version.", upgrade)
        .body::<Upgrade>()
        .returns::<Plugin>();
    routes
        .post("/plugins/{plugin}/rollback", manage(), "Goes back to the version before the upgrade.", rollback)
        .returns::<Plugin>();
    routes
        .post("/plugins/{plugin}/uninstall", manage(), "Takes the plugin away; its data stay or go.", uninstall)
        .body::<Uninstall>()
        .returns::<Value>();
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

/// A step of a plugin's life that somebody asks for.
struct Asked {
    plugin: String,
    actor: Actor,
    user: Option<i64>,
    parts: Parts,
}

impl Asked {
    /// The request's key, for this body.
    fn once(&self, body: &[u8]) -> Result<Option<Once>> {
        Once::of(&self.parts, self.user, body)
    }
}

impl FromRequestParts<App> for Asked {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Path(plugin) = Path::from_request_parts(parts, app).await?;
        let (caller, id) = (Caller::of(&parts.extensions)?, RequestId::of(&parts.extensions));
        Ok(Self { plugin, actor: caller.actor(&id.0), user: caller.user_id(), parts: parts.clone() })
    }
}

/// What an admin grants; all that is asked when it is left out.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Enable {
    /// Capability → granted quantity, or true.
    grants: Option<Map<String, Value>>,
}

/// The version that is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wanted {
    version: Option<String>,
}

/// What to upgrade to, and what an admin grants.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Upgrade {
    /// The newest without it.
    version: Option<String>,
    /// Capability → granted quantity, or true. Needed where the version may more than the one before.
    grants: Option<Map<String, Value>>,
}

/// What happens to the plugin's data.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Uninstall {
    data: Data,
}

async fn list(State(app): State<App>, page: Page) -> Result<Envelope<Vec<Summary>>> {
    let (plugins, pagination) = admin::list(&app.plugins, page).await?;
    Ok(Envelope::list(plugins, pagination))
}

async fn read(State(app): State<App>, Path(id): Path<String>) -> Result<Envelope<Plugin>> {
    Ok(Envelope::ok(admin::read(&app.plugins, &id).await?))
}

async fn enable(State(app): State<App>, asked: Asked, body: Option<Json<Enable>>) -> Result<Kept> {
    let Json(Enable { grants }) = body.unwrap_or(Json(Enable::default()));
    let once = asked.once(&serde_json::to_vec(&grants)?)?;
    app.plugins.enable(&asked.plugin, grants, &asked.actor, once).await
}

async fn disable(State(app): State<App>, asked: Asked, NoBody: NoBody) -> Result<Kept> {
    app.plugins.disable(&asked.plugin, &asked.actor, asked.once(b"")?).await
}

async fn install(
    State(app): State<App>,
    caller: Caller,
    id: axum::Extension<RequestId>,
    request: Request,
) -> Result<Envelope<Plugin>> {
    let package = body::upload(request, PACKAGE, app.settings.limits.body_time).await?;
    let (plugin, version) = app.plugins.install(&package, &caller.actor(&id.0.0)).await?;
    let shown = admin::read(&app.plugins, &plugin).await?;
    Ok(Envelope::created(format!("/api/v1/plugins/{plugin}"), shown).message(format!("Installed {plugin} {version}")))
}

async fn preview(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(Wanted { version }): Query<Wanted>,
) -> Result<Envelope<Preview>> {
    Ok(Envelope::ok(app.plugins.preview(&id, version.as_deref()).await?))
}

async fn upgrade(State(app): State<App>, asked: Asked, body: Option<Json<Upgrade>>) -> Result<Kept> {
    let Json(Upgrade { version, grants }) = body.unwrap_or(Json(Upgrade::default()));
    let once = asked.once(&serde_json::to_vec(&(&version, &grants))?)?;
    app.plugins.upgrade(&asked.plugin, version.as_deref(), grants, &asked.actor, once).await
}

async fn rollback(State(app): State<App>, asked: Asked, NoBody: NoBody) -> Result<Kept> {
    app.plugins.rollback(&asked.plugin, &asked.actor, asked.once(b"")?).await
}

async fn uninstall(State(app): State<App>, asked: Asked, Json(Uninstall { data }): Json<Uninstall>) -> Result<Kept> {
    let once = asked.once(&serde_json::to_vec(&data)?)?;
    app.plugins.uninstall(&asked.plugin, data, &asked.actor, once).await
}

async fn reset(State(app): State<App>, asked: Asked, NoBody: NoBody) -> Result<Kept> {
    app.plugins.reset(&asked.plugin, &asked.actor, asked.once(b"")?).await
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
