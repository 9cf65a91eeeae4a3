//! `/api/v1/auth/mfa` and the reset of somebody else's second factor.

use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use magnetiq_contract::describe::Access;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::enrolment::Person;
use super::{answer, enrolment, reset};
use crate::app::App;
use crate::auth::deliver::{Cookies, Delivery, SignInAnswer, deliver};
use crate::auth::{Acting, Caller, Origin, Secret};
use crate::error::{Error, Result};
use crate::http::idempotency::Once;
use crate::http::json::NoBody;
use crate::http::layers::RequestId;
use crate::http::routes::{Answer, Policy};
use crate::http::{Envelope, Json, NoContent, Path, Routes, permission};
use crate::resources::Reply;

/// Below `/api/v1`.
pub fn routes(routes: &mut Routes) {
    routes
        .post("/auth/mfa", Access::Public, "Finishes a sign-in with a second factor.", meet)
        .body::<Meet>()
        .returns::<SignInAnswer>();
    routes
        .post("/auth/mfa/enroll", Policy::Account, "Makes a secret for an app that makes one-time codes.", begin)
        .body::<Password>()
        .returns::<Enrolment>();
    routes
        .post("/auth/mfa/confirm", Policy::Account, "Puts that secret in use and answers backup codes.", finish)
        .body::<CodeAlone>()
        .returns::<BackupCodes>();
    routes
        .post("/auth/mfa/disable", Policy::Account, "Takes the second factor away.", end)
        .body::<PasswordAndCode>()
        .answers(Answer::Nothing);
    routes
        .post("/auth/mfa/backup-codes", Policy::Account, "Makes new backup codes in place of all before.", renew_codes)
        .body::<PasswordAndCode>()
        .returns::<BackupCodes>();
    let summary = "Takes a user's second factors away, who has lost them, and ends their sessions.";
    routes.post("/users/{id}/mfa/reset", permission("users:manage"), summary, reset_factors).answers(Answer::Nothing);
}

/// The second step of a sign-in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Meet {
    /// As the first step answered it.
    mfa_token: Secret<String>,
    /// Six digits of an app, or a backup code.
    code: Secret<String>,
    /// Where the refresh token goes.
    #[serde(default)]
    deliver: Delivery,
}

/// The caller's own password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Password {
    password: Secret<String>,
}

/// A code of the app.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CodeAlone {
    /// Six digits.
    code: Secret<String>,
}

/// The caller's own password, and a second factor.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PasswordAndCode {
    password: Secret<String>,
    /// Six digits of the app, or a backup code.
    code: Secret<String>,
}

/// What an app must be told.
#[derive(Debug, Serialize, JsonSchema)]
struct Enrolment {
    /// For typing: base32.
    secret: String,
    /// For a QR code.
    otpauth_url: String,
}

/// Backup codes, shown this once.
#[derive(Debug, Serialize, JsonSchema)]
struct BackupCodes {
    backup_codes: Vec<String>,
}

impl FromRequestParts<App> for Person {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _site: &App) -> Result<Self> {
        let caller = Caller::of(&parts.extensions)?;
        let user = caller.account()?.clone();
        let RequestId(request) = RequestId::of(&parts.extensions);
        let actor = crate::resources::Actor::user(user.id, user.permissions.clone(), &*request);
        Ok(Self { user, origin: Origin::of(parts), actor })
    }
}

async fn meet(
    State(site): State<App>,
    origin: Origin,
    Json(body): Json<Meet>,
) -> Result<(Cookies, Envelope<SignInAnswer>)> {
    let tokens = answer::answer(&site, &origin, body.mfa_token, body.code).await?;
    let (cookies, answer) = deliver(&site, tokens, body.deliver)?;
    Ok((cookies, Envelope::ok(answer)))
}

async fn begin(State(site): State<App>, person: Person, Json(body): Json<Password>) -> Result<Envelope<Enrolment>> {
    let told = enrolment::begin(&site, &person, body.password).await?;
    Ok(Envelope::ok(Enrolment { secret: told.secret, otpauth_url: told.otpauth_url }))
}

async fn finish(State(site): State<App>, person: Person, Json(body): Json<CodeAlone>) -> Result<Envelope<BackupCodes>> {
    let backup_codes = enrolment::finish(&site, person, body.code).await?;
    Ok(Envelope::ok(BackupCodes { backup_codes }))
}

async fn end(State(site): State<App>, person: Person, Json(body): Json<PasswordAndCode>) -> Result<NoContent> {
    enrolment::end(&site, person, body.password, body.code).await?;
    Ok(NoContent)
}

async fn renew_codes(
    State(site): State<App>,
    person: Person,
    Json(body): Json<PasswordAndCode>,
) -> Result<Envelope<BackupCodes>> {
    let backup_codes = enrolment::renew_codes(&site, person, body.password, body.code).await?;
    Ok(Envelope::ok(BackupCodes { backup_codes }))
}

async fn reset_factors(
    State(site): State<App>,
    Acting(actor): Acting,
    origin: Origin,
    Path(id): Path<i64>,
    parts: Parts,
    NoBody: NoBody,
) -> Result<Reply> {
    let once = Once::of(&parts, actor.user_id(), b"")?;
    reset::reset(&site, origin, actor, id, once).await
}
