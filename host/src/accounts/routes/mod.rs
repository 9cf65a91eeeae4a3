//! `/api/v1/auth/setup`, the first super admin, `/api/v1/users`, all others, and what people do about their own account
//! with a link from a mail.

mod email;
mod invitations;
mod password;

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::Response;
use http::Method;
use http::request::Parts;
use magnetiq_contract::describe::Access;
use magnetiq_contract::text::Locale;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::accounts::users::{self, USERS};
use crate::accounts::{NewUser, invitations as inviting, setup};
use crate::app::App;
use crate::auth::deliver::{Cookies, Delivery, SignInAnswer, deliver};
use crate::auth::{Acting, Caller, Origin, Profile, Role, Secret, sign_in};
use crate::error::Result;
use crate::http::idempotency::Once;
use crate::http::json::NoBody;
use crate::http::layers::RequestId;
use crate::http::routes::{Answer, Policy};
use crate::http::{Envelope, Json, Path, Routes, permission};
use crate::resources::{self, Operation, Reply, openapi};

/// Below `/api/v1`.
pub fn routes(routes: &mut Routes) {
    routes
        .get("/auth/setup/{token}", Access::Public, "Says whether a set-up link can be used.", check_setup)
        .returns::<SetupAnswer>();
    routes
        .post("/auth/setup/{token}", Access::Public, "Makes the first super admin and signs them in.", finish_setup)
        .body::<SetupBody>()
        .creates::<SignInAnswer>();
    invitations::routes(routes);
    password::routes(routes);
    email::routes(routes);
    routes
        .patch(
            "/auth/me",
            Policy::Account,
            "Changes the own name, language, time zone, picture and preferences.",
            change_me,
        )
        .body::<OwnRecord>()
        .returns::<Profile>();
    users_routes(routes);
}

/// What users change of themselves; each field may be left out.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the schema of a body that is read as the users' list reads it")]
struct OwnRecord {
    /// At most 200 characters.
    name: Option<String>,
    #[schemars(with = "Option<String>")]
    language: Option<Locale>,
    /// IANA name.
    timezone: Option<String>,
    /// An absolute http(s) address, or null.
    avatar_url: Option<String>,
    /// A JSON object.
    preferences: Option<Map<String, Value>>,
}

async fn change_me(
    State(site): State<App>,
    caller: Caller,
    origin: Origin,
    Extension(RequestId(request)): Extension<RequestId>,
    Json(body): Json<Map<String, Value>>,
) -> Result<Envelope<Profile>> {
    users::change_own(&site, origin, &caller, &request, body).await?;
    Ok(Envelope::ok(sign_in::profile(&site, caller.account()?.id).await?))
}

fn users_routes(routes: &mut Routes) {
    let (read, manage) = (|| permission("users:read"), || permission("users:manage"));
    let schemas = openapi::paths(&USERS);
    let row = schema(&schemas, "/api/v1/users/{id}", "get", ROW);
    let body = |path: &str, method: &str| schema(&schemas, path, method, BODY);
    let list = routes.get("/users", read(), "Lists users.", list_users);
    list.answers(Answer::List(row.clone()));
    for (name, meaning) in LIST_PARAMETERS {
        list.query(name, meaning);
    }
    routes
        .post("/users", manage(), "Invites a user.", list_users)
        .body_schema(body("/api/v1/users", "post"))
        .answers(Answer::Created(row.clone()));
    routes.get("/users.csv", read(), "Exports users.", export_users).answers(Answer::Bytes("text/csv"));
    routes.get("/users/{id}", read(), "Reads a user.", one_user).answers(Answer::Data(row.clone()));
    routes
        .put("/users/{id}", manage(), "Replaces a user.", one_user)
        .body_schema(body("/api/v1/users/{id}", "put"))
        .answers(Answer::Data(row.clone()));
    routes
        .patch("/users/{id}", manage(), "Changes a user.", one_user)
        .body_schema(body("/api/v1/users/{id}", "patch"))
        .answers(Answer::Data(row.clone()));
    routes.delete("/users/{id}", manage(), "Hides a user and ends their sessions.", one_user);
    routes
        .post("/users/{id}/restore", manage(), "Brings a hidden user back.", restore_user)
        .answers(Answer::Data(row.clone()));
    routes
        .post("/users/{id}/lock", manage(), "Locks a user out at once.", lock_user)
        .answers(Answer::Data(row.clone()));
    routes
        .post("/users/{id}/unlock", manage(), "Lets a user sign in again.", unlock_user)
        .answers(Answer::Data(row.clone()));
    routes.post("/users/{id}/invite", manage(), "Sends an invitation again.", invite_user).answers(Answer::Data(row));
}

/// Where OpenAPI keeps the schema of a body.
const BODY: &str = "/requestBody/content/application~1json/schema";

/// Where OpenAPI keeps the schema of a row.
const ROW: &str = "/responses/200/content/application~1json/schema/properties/data";

/// Beside `page` and `per_page`.
const LIST_PARAMETERS: [(&str, &str); 8] = [
    ("page", "Counts from 1."),
    ("per_page", "At most 100."),
    ("sort", "A field's name, with a minus before it from the greatest down."),
    ("trash", "Hidden users in place of the others."),
    ("q", "Searches e-mail and name."),
    ("email", "Users with this address."),
    ("role", "Users of this role."),
    ("status", "Users in this state."),
];

fn schema(paths: &Map<String, Value>, path: &str, method: &str, place: &str) -> Value {
    let described = paths.get(path).and_then(|methods| methods.get(method));
    described.and_then(|operation| operation.pointer(place)).cloned().unwrap_or_default()
}

/// A set-up link that can be used.
#[derive(Debug, Serialize, JsonSchema)]
struct SetupAnswer {
    valid: bool,
}

/// Body of a set-up.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SetupBody {
    email: String,
    name: String,
    /// From 8 characters to 1024 bytes.
    password: Secret<String>,
    #[serde(default)]
    #[schemars(with = "String")]
    language: Locale,
    /// Where the refresh token goes.
    #[serde(default)]
    deliver: Delivery,
}

async fn check_setup(State(site): State<App>, Path(token): Path<String>) -> Result<Envelope<SetupAnswer>> {
    setup::check(&site, token).await?;
    Ok(Envelope::ok(SetupAnswer { valid: true }))
}

async fn finish_setup(
    State(site): State<App>,
    Path(token): Path<String>,
    origin: Origin,
    Json(body): Json<SetupBody>,
) -> Result<(Cookies, Envelope<SignInAnswer>)> {
    let SetupBody { email, name, password, language, deliver: delivery } = body;
    let new = NewUser { email, name, role: Role::SuperAdmin, language, password: Some(password) };
    let tokens = setup::finish(&site, &origin, token, new).await?;
    let (cookies, answer) = deliver(&site, tokens, delivery)?;
    Ok((cookies, Envelope::created("/api/v1/auth/me", answer)))
}

async fn list_users(
    State(site): State<App>,
    acting: Acting,
    origin: Origin,
    method: Method,
    request: Request,
) -> Result<Response> {
    answer(site, acting, origin, Operation::of(&USERS, &method, "")?, request).await
}

async fn export_users(State(site): State<App>, acting: Acting, origin: Origin, request: Request) -> Result<Response> {
    answer(site, acting, origin, Operation::Csv, request).await
}

async fn one_user(
    State(site): State<App>,
    acting: Acting,
    origin: Origin,
    Path(id): Path<String>,
    method: Method,
    request: Request,
) -> Result<Response> {
    answer(site, acting, origin, Operation::of(&USERS, &method, &format!("/{id}"))?, request).await
}

async fn restore_user(
    State(site): State<App>,
    acting: Acting,
    origin: Origin,
    Path(id): Path<i64>,
    request: Request,
) -> Result<Response> {
    answer(site, acting, origin, Operation::Restore(id), request).await
}

async fn answer(
    site: App,
    Acting(actor): Acting,
    origin: Origin,
    operation: Operation,
    request: Request,
) -> Result<Response> {
    let request = resources::Request::read(operation, actor, request, site.settings.limits.body()).await?;
    users::answer(&site, origin, request).await
}

async fn lock_user(
    State(site): State<App>,
    Acting(actor): Acting,
    origin: Origin,
    Path(id): Path<i64>,
    parts: Parts,
    NoBody: NoBody,
) -> Result<Reply> {
    let once = Once::of(&parts, actor.user_id(), b"")?;
    users::lock(&site, origin, actor, id, once).await
}

async fn unlock_user(
    State(site): State<App>,
    Acting(actor): Acting,
    origin: Origin,
    Path(id): Path<i64>,
    parts: Parts,
    NoBody: NoBody,
) -> Result<Reply> {
    let once = Once::of(&parts, actor.user_id(), b"")?;
    users::unlock(&site, origin, actor, id, once).await
}

async fn invite_user(
    State(site): State<App>,
    Acting(actor): Acting,
    origin: Origin,
    Path(id): Path<i64>,
    parts: Parts,
    NoBody: NoBody,
) -> Result<Reply> {
    let once = Once::of(&parts, actor.user_id(), b"")?;
    inviting::send_again(&site, actor, origin, id, once).await
}
