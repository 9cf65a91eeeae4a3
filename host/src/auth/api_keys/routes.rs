//! `/api/v1/api-keys`: the own keys and, for those who manage users, everybody's.

use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use magnetiq_contract::rule::Rule;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ApiKey;
use super::operations::{self, By, Replacement, Wanted, Whose};
use crate::app::App;
use crate::auth::{Caller, Origin, Secret};
use crate::error::{Error, Result};
use crate::http::envelope::Pagination;
use crate::http::layers::RequestId;
use crate::http::routes::Policy;
use crate::http::{Envelope, Json, NoContent, Parameters, Path, Routes};
use crate::resources::formats;

const MINUTE: i64 = 60;

/// Below `/api/v1`.
pub fn routes(routes: &mut Routes) {
    routes
        .get("/api-keys", Policy::Account, "Lists the own API keys, or everybody's.", list)
        .query("owner", "`all`, for those with users:manage; the own ones without it.")
        .returns_list::<Shown>();
    routes.get("/api-keys/{id}", Policy::Account, "Shows an API key.", show).returns::<Shown>();
    routes
        .post("/api-keys", Policy::Account, "Makes an API key, which is told this once.", make)
        .body::<MakeBody>()
        .creates::<Told>();
    routes
        .post("/api-keys/{id}/rotate", Policy::Account, "Puts another key in its place, told this once.", rotate)
        .body::<RotateBody>()
        .returns::<Told>();
    routes
        .patch("/api-keys/{id}", Policy::Account, "Renames an API key, or takes scopes away.", rename)
        .body::<RenameBody>()
        .returns::<Shown>();
    routes.delete("/api-keys/{id}", Policy::Account, "Revokes an API key at once.", revoke);
}

/// An API key, without the key.
#[derive(Debug, Serialize, JsonSchema)]
struct Shown {
    id: i64,
    /// Whose it is.
    user_id: i64,
    name: String,
    /// How the key begins.
    prefix: String,
    /// Permissions, of which it has those that its user has too.
    scopes: Vec<String>,
    #[schemars(with = "String")]
    expires_at: Timestamp,
    /// To the minute.
    #[schemars(with = "Option<String>")]
    last_used_at: Option<Timestamp>,
    /// Until when the key before the last rotation works on.
    #[schemars(with = "Option<String>")]
    previous_until: Option<Timestamp>,
    #[schemars(with = "String")]
    created_at: Timestamp,
}

/// An API key with the key itself.
#[derive(Debug, Serialize, JsonSchema)]
struct Told {
    /// `mq_…`; it is never told again.
    key: String,
    #[serde(flatten)]
    shown: Shown,
}

impl From<ApiKey> for Shown {
    fn from(key: ApiKey) -> Self {
        let scopes = key.scopes().map(str::to_owned).collect();
        let ApiKey { id, user_id, name, prefix, expires_at, last_used_at, previous_until, created_at, .. } = key;
        Self { id, user_id, name, prefix, scopes, expires_at, last_used_at, previous_until, created_at }
    }
}

/// What a new key is to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MakeBody {
    /// At most 100 characters.
    name: String,
    /// Permissions that its maker has, `users:manage` excepted.
    scopes: Vec<String>,
    /// Within a year; 90 days from now without it.
    expires_at: Option<String>,
    /// The own password, once more.
    password: Secret<String>,
}

/// How a key is to be replaced.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RotateBody {
    /// The own password, once more.
    password: Secret<String>,
    /// How long the key before works on: at most 1440, and not at all without it.
    #[serde(default)]
    overlap_minutes: u32,
    /// Within a year; as before without it, and a day at least.
    expires_at: Option<String>,
}

/// What can be changed of a key.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RenameBody {
    /// At most 100 characters.
    name: Option<String>,
    /// Some of those that it has.
    scopes: Option<Vec<String>>,
}

impl<S: Sync> FromRequestParts<S> for By {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        let caller = Caller::of(&parts.extensions)?;
        let actor = caller.actor(&RequestId::of(&parts.extensions).0);
        Ok(Self { caller, actor, origin: Origin::of(parts) })
    }
}

async fn list(State(site): State<App>, by: By, mut query: Parameters) -> Result<Envelope<Vec<Shown>>> {
    let whose = match query.take("owner").as_deref() {
        None => Whose::Own,
        Some("all") => Whose::Everybodys,
        Some(_) => return Err(Error::field("owner", Rule::Choice(vec!["all".to_owned()]))),
    };
    let page = query.page()?;
    let (keys, total) = operations::list(&site, &by, whose, page).await?;
    Ok(Envelope::list(keys.into_iter().map(Shown::from).collect(), Pagination::new(page, total)))
}

async fn show(State(site): State<App>, by: By, Path(id): Path<i64>) -> Result<Envelope<Shown>> {
    Ok(Envelope::ok(operations::show(&site, &by, id).await?.into()))
}

async fn make(State(site): State<App>, by: By, Json(body): Json<MakeBody>) -> Result<Envelope<Told>> {
    let MakeBody { name, scopes, expires_at, password } = body;
    let wanted = Wanted { name, scopes, expires_at: moment(expires_at)?, password };
    let told = told(operations::make(&site, by, wanted).await?);
    Ok(Envelope::created(format!("/api/v1/api-keys/{}", told.shown.id), told))
}

async fn rotate(
    State(site): State<App>,
    by: By,
    Path(id): Path<i64>,
    Json(body): Json<RotateBody>,
) -> Result<Envelope<Told>> {
    let overlap = SignedDuration::from_secs(i64::from(body.overlap_minutes) * MINUTE);
    let how = Replacement { password: body.password, overlap, expires_at: moment(body.expires_at)? };
    Ok(Envelope::ok(told(operations::rotate(&site, by, id, how).await?)))
}

async fn rename(
    State(site): State<App>,
    by: By,
    Path(id): Path<i64>,
    Json(body): Json<RenameBody>,
) -> Result<Envelope<Shown>> {
    Ok(Envelope::ok(operations::rename(&site, by, id, body.name, body.scopes).await?.into()))
}

async fn revoke(State(site): State<App>, by: By, Path(id): Path<i64>) -> Result<NoContent> {
    operations::revoke(&site, by, id).await?;
    Ok(NoContent)
}

fn told((key, secret): (ApiKey, Secret<String>)) -> Told {
    Told { key: secret.reveal().clone(), shown: key.into() }
}

fn moment(text: Option<String>) -> Result<Option<Timestamp>> {
    let read = |text: String| formats::rfc3339(&text).ok_or_else(|| Error::field("expires_at", Rule::DateTime));
    text.map(read).transpose()
}
