//! `/api/v1/auth`: the way in and out. Handlers here take no guard: they are the door.

use axum::extract::State;
use axum::response::AppendHeaders;
use http::{HeaderMap, HeaderName, header};
use magnetiq_contract::describe::Access;
use magnetiq_contract::rule::Rule;
use schemars::JsonSchema;
use serde::Deserialize;

use super::account::Profile;
use super::caller::Caller;
use super::deliver::{Cookies, Delivery, LoginAnswer, SignInAnswer, SignedOut, deliver, signed_out};
use super::origin::Origin;
use super::secret::Secret;
use super::sign_in::{self, Credentials, Step};
use super::{api_keys, cookie, email, password_rules, sessions};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::routes::Policy;
use crate::http::{Envelope, Json, Routes};

/// The longest refresh token that is looked at.
const LONGEST_TOKEN: usize = 128;

/// Below `/api/v1`.
pub fn routes(routes: &mut Routes) {
    api_keys::routes::routes(routes);
    routes
        .post("/auth/login", Access::Public, "Signs in with e-mail and password.", login)
        .body::<Login>()
        .returns::<LoginAnswer>();
    routes
        .post("/auth/refresh", Access::Public, "Exchanges the refresh token for new tokens.", refresh)
        .body::<Refresh>()
        .returns::<SignInAnswer>();
    routes
        .post("/auth/logout", Access::Public, "Ends the session.", logout)
        .body::<Logout>()
        .answers(crate::http::routes::Answer::Nothing);
    sessions::routes::routes(routes);
    routes.get("/auth/me", Policy::Account, "Shows the signed-in user.", me).returns::<Profile>();
}

/// The public keys of access tokens.
pub fn well_known(routes: &mut Routes) {
    routes
        .get("/.well-known/jwks.json", Access::Public, "Lists the public keys of access tokens.", key_set)
        .answers(crate::http::routes::Answer::Bytes("application/jwk-set+json"));
}

/// Body of a sign-in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    /// At most 254 characters.
    email: String,
    /// At most 1024 bytes.
    password: Secret<String>,
    /// Where the refresh token goes.
    #[serde(default)]
    deliver: Delivery,
}

/// Body of a refresh; none for browsers, whose cookie is read.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Refresh {
    /// As the sign-in or the last refresh gave it.
    refresh_token: Secret<String>,
}

/// Body of a sign-out; none for browsers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Logout {
    /// Ends this token's session too.
    refresh_token: Secret<String>,
}

async fn login(
    State(site): State<App>,
    origin: Origin,
    Json(body): Json<Login>,
) -> Result<(Cookies, Envelope<LoginAnswer>)> {
    require_length("email", &body.email, email::LONGEST)?;
    require_length("password", body.password.reveal(), password_rules::LONGEST)?;
    let credentials = Credentials { email: body.email, password: body.password };
    let (cookies, answer) = match sign_in::sign_in(&site, &origin, credentials).await? {
        Step::In(tokens) => {
            let (cookies, answer) = deliver(&site, tokens, body.deliver)?;
            (cookies, LoginAnswer::In(answer))
        }
        Step::Asked(asked) => (AppendHeaders(Vec::new()), LoginAnswer::SecondFactor(asked.into())),
    };
    Ok((cookies, Envelope::ok(answer)))
}

async fn refresh(
    State(site): State<App>,
    origin: Origin,
    headers: HeaderMap,
    body: Option<Json<Refresh>>,
) -> Result<(Cookies, Envelope<SignInAnswer>)> {
    let (token, delivery) = match body {
        Some(Json(body)) => (Some(body.refresh_token), Delivery::Body),
        None => (cookie::own(&site, &origin, &headers)?, Delivery::Cookie),
    };
    let token = token.filter(|token| token.reveal().len() <= LONGEST_TOKEN).ok_or_else(Error::unauthenticated)?;
    let tokens = sign_in::refresh(&site, &origin, token).await?;
    let (cookies, answer) = deliver(&site, tokens, delivery)?;
    Ok((cookies, Envelope::ok(answer)))
}

/// An access token that has run out is no obstacle to signing out.
async fn logout(
    State(site): State<App>,
    origin: Origin,
    headers: HeaderMap,
    caller: Result<Caller>,
    body: Option<Json<Logout>>,
) -> Result<SignedOut> {
    let token = match body {
        Some(Json(body)) => Some(body.refresh_token),
        None => cookie::own(&site, &origin, &headers)?,
    };
    sign_in::sign_out(&site, &origin, &caller.unwrap_or(Caller::Anonymous), token).await?;
    signed_out(&site)
}

async fn me(State(site): State<App>, caller: Caller) -> Result<Envelope<Profile>> {
    Ok(Envelope::ok(sign_in::profile(&site, caller.account()?.id).await?))
}

async fn key_set(State(site): State<App>) -> Result<([(HeaderName, &'static str); 2], Vec<u8>)> {
    let headers = [
        (header::CONTENT_TYPE, "application/jwk-set+json"),
        // No longer than `keys::PUBLISHED_FOR`, the time between publishing a key and signing with it.
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((headers, serde_json::to_vec(&site.auth.tokens.published(site.clock.now())?)?))
}

fn require_length(field: &str, text: &str, longest: usize) -> Result<()> {
    if text.len() > longest { Err(Error::field(field, Rule::TooLong(longest as u64))) } else { Ok(()) }
}
