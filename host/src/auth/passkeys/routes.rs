//! `/api/v1/auth/passkeys`.

use axum::extract::State;
use magnetiq_contract::describe::Access;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::own::{self, Added, Passkey};
use super::sign_in;
use crate::app::App;
use crate::auth::deliver::{Cookies, Delivery, SignInAnswer, deliver};
use crate::auth::mfa::enrolment::Person;
use crate::auth::{Origin, Secret};
use crate::error::Result;
use crate::http::envelope::Pagination;
use crate::http::routes::Policy;
use crate::http::{Envelope, Json, NoContent, Path, Routes};

/// Below `/api/v1`.
pub fn routes(routes: &mut Routes) {
    routes.get("/auth/passkeys", Policy::Account, "Lists the own passkeys.", list).returns_list::<Passkey>();
    routes
        .post("/auth/passkeys/register/options", Policy::Account, "Asks the browser to make a passkey.", begin)
        .body::<Password>()
        .returns::<Options>();
    routes
        .post("/auth/passkeys/register", Policy::Account, "Adds the passkey that the browser has made.", finish)
        .body::<Register>()
        .creates::<Added>();
    routes.delete("/auth/passkeys/{id}", Policy::Account, "Takes a passkey away.", remove);
    let summary = "Asks the browser for a passkey: any of this site, or one of the user who knew the password.";
    routes.post("/auth/passkeys/sign-in/options", Access::Public, summary, ask).body::<Ask>().returns::<Options>();
    routes
        .post("/auth/passkeys/sign-in", Access::Public, "Signs in with a passkey.", enter)
        .body::<Enter>()
        .returns::<SignInAnswer>();
}

/// The caller's own password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Password {
    password: Secret<String>,
}

/// What a browser is asked.
#[derive(Debug, Serialize, JsonSchema)]
struct Options {
    /// For the request that brings its answer.
    state: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    options: Value,
}

/// The browser's answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Register {
    /// As the options came with it.
    state: Secret<String>,
    /// What to call the passkey, at most 100 characters.
    name: String,
    /// `PublicKeyCredential.toJSON()`.
    credential: Value,
}

/// For whom a passkey is asked.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Ask {
    /// As the first step of a sign-in answered it; none without a password.
    mfa_token: Option<Secret<String>>,
}

/// The browser's answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Enter {
    /// As the options came with it.
    state: Secret<String>,
    /// `PublicKeyCredential.toJSON()`.
    credential: Value,
    /// Where the refresh token goes.
    #[serde(default)]
    deliver: Delivery,
}

async fn list(State(site): State<App>, person: Person) -> Result<Envelope<Vec<Passkey>>> {
    let passkeys = own::list(&site, person.user.id).await?;
    let place = Pagination { page: 1, per_page: own::MOST as u32, total: passkeys.len() as u64 };
    Ok(Envelope::list(passkeys, place))
}

async fn begin(State(site): State<App>, person: Person, Json(body): Json<Password>) -> Result<Envelope<Options>> {
    let (state, options) = own::begin(&site, &person, body.password).await?;
    Ok(Envelope::ok(Options { state, options: serde_json::to_value(options)? }))
}

async fn finish(State(site): State<App>, person: Person, Json(body): Json<Register>) -> Result<Envelope<Added>> {
    let added = own::finish(&site, person, body.state, body.name, body.credential).await?;
    Ok(Envelope::created(format!("/api/v1/auth/passkeys/{}", added.passkey.id), added))
}

async fn remove(State(site): State<App>, person: Person, Path(id): Path<i64>) -> Result<NoContent> {
    own::remove(&site, person, id).await?;
    Ok(NoContent)
}

async fn ask(State(site): State<App>, body: Option<Json<Ask>>) -> Result<Envelope<Options>> {
    let mfa_token = body.and_then(|Json(body)| body.mfa_token);
    let (state, options) = sign_in::begin(&site, mfa_token).await?;
    Ok(Envelope::ok(Options { state, options: serde_json::to_value(options)? }))
}

async fn enter(
    State(site): State<App>,
    origin: Origin,
    Json(body): Json<Enter>,
) -> Result<(Cookies, Envelope<SignInAnswer>)> {
    let tokens = sign_in::finish(&site, &origin, body.state, body.credential).await?;
    let (cookies, answer) = deliver(&site, tokens, body.deliver)?;
    Ok((cookies, Envelope::ok(answer)))
}
