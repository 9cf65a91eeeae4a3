//! `/api/v1/auth/register` and `/api/v1/auth/email`: addresses, shown to be somebody's own.

use axum::extract::State;
use magnetiq_contract::describe::Access;
use magnetiq_contract::text::Locale;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::email_change::{self, Progress};
use crate::accounts::visit::Visit;
use crate::accounts::{NewUser, registration};
use crate::app::App;
use crate::auth::{Acting, Caller, Role, Secret};
use crate::error::Result;
use crate::http::routes::{Answer, Policy};
use crate::http::{Envelope, Json, NoContent, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("/auth/register", Access::Public, "Asks for an account, where the site gives them.", register)
        .body::<Register>()
        .answers(Answer::Nothing);
    routes
        .post("/auth/email/verify", Access::Public, "Confirms the address of a registration.", verify)
        .body::<ByLink>()
        .answers(Answer::Nothing);
    routes
        .post("/auth/email/change", Policy::Account, "Asks for another address of the own account.", change)
        .body::<Change>()
        .answers(Answer::Nothing);
    routes
        .post("/auth/email/confirm", Access::Public, "Agrees to another address, from one of both.", confirm)
        .body::<ByLink>()
        .returns::<Confirmed>();
}

/// Body of a registration.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Register {
    /// The answer says nothing of whether anybody has it.
    email: String,
    name: String,
    /// From 8 characters to 1024 bytes.
    password: Secret<String>,
    #[serde(default)]
    #[schemars(with = "String")]
    language: Locale,
}

/// Body of what a link does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ByLink {
    /// As it stands behind the `#` of the link.
    token: Secret<String>,
}

/// Body of a wish for another address.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    /// The new address.
    email: String,
    /// The own password.
    password: Secret<String>,
}

/// How far a change has come.
#[derive(Debug, Serialize, JsonSchema)]
struct Confirmed {
    status: Progress,
}

async fn register(State(site): State<App>, visit: Visit, Json(body): Json<Register>) -> Result<NoContent> {
    let Register { email, name, password, language } = body;
    let new = NewUser { email, name, role: Role::Viewer, language, password: Some(password) };
    registration::register(&site, visit, new).await?;
    Ok(NoContent)
}

async fn verify(State(site): State<App>, visit: Visit, Json(body): Json<ByLink>) -> Result<NoContent> {
    registration::verify(&site, visit, body.token.reveal().clone()).await?;
    Ok(NoContent)
}

async fn change(
    State(site): State<App>,
    caller: Caller,
    Acting(actor): Acting,
    visit: Visit,
    Json(body): Json<Change>,
) -> Result<NoContent> {
    let user = caller.account()?.id;
    email_change::ask(&site, visit, actor, user, body.email, body.password).await?;
    Ok(NoContent)
}

async fn confirm(State(site): State<App>, visit: Visit, Json(body): Json<ByLink>) -> Result<Envelope<Confirmed>> {
    let status = email_change::confirm(&site, visit, body.token.reveal().clone()).await?;
    Ok(Envelope::ok(Confirmed { status }))
}
