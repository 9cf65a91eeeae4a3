//! `/api/v1/auth/password`: forgotten, chosen anew, changed.

use axum::extract::State;
use magnetiq_contract::describe::Access;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::accounts::password;
use crate::accounts::visit::Visit;
use crate::app::App;
use crate::auth::deliver::{Cookies, Delivery, SignInAnswer, deliver};
use crate::auth::{Acting, Caller, Secret};
use crate::error::Result;
use crate::http::routes::{Answer, Policy};
use crate::http::{Envelope, Json, NoContent, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("/auth/password/forgot", Access::Public, "Sends a link to choose another password.", forget)
        .body::<Forget>()
        .answers(Answer::Nothing);
    routes
        .post("/auth/password/reset", Access::Public, "Chooses another password by a link.", reset)
        .body::<Reset>()
        .answers(Answer::Nothing);
    routes
        .post("/auth/password/change", Policy::Account, "Changes the own password; other sessions end.", change)
        .body::<Change>()
        .returns::<SignInAnswer>();
}

/// Body of a wish for another password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Forget {
    /// The answer says nothing of whether anybody has it.
    email: String,
}

/// Body of a choice by link.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reset {
    /// As it stands behind the `#` of the link.
    token: Secret<String>,
    /// From 8 characters to 1024 bytes.
    password: Secret<String>,
}

/// Body of a change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    /// The password so far.
    current_password: Secret<String>,
    /// From 8 characters to 1024 bytes.
    new_password: Secret<String>,
    /// Where the refresh token of the new session goes.
    #[serde(default)]
    deliver: Delivery,
}

async fn forget(State(site): State<App>, visit: Visit, Json(body): Json<Forget>) -> Result<NoContent> {
    password::forget(&site, visit, body.email).await?;
    Ok(NoContent)
}

async fn reset(State(site): State<App>, visit: Visit, Json(body): Json<Reset>) -> Result<NoContent> {
    password::reset(&site, visit, body.token.reveal().clone(), body.password).await?;
    Ok(NoContent)
}

async fn change(
    State(site): State<App>,
    caller: Caller,
    Acting(actor): Acting,
    visit: Visit,
    Json(body): Json<Change>,
) -> Result<(Cookies, Envelope<SignInAnswer>)> {
    let user = caller.account()?.id;
    let tokens = password::change(&site, visit, actor, user, body.current_password, body.new_password).await?;
    let (cookies, answer) = deliver(&site, tokens, body.deliver)?;
    Ok((cookies, Envelope::ok(answer)))
}
