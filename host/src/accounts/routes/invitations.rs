//! `/api/v1/auth/invitations`: what an invited person sees and sends.

use axum::extract::State;
use magnetiq_contract::describe::Access;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::accounts::invitations::{self, Invited};
use crate::accounts::visit::Visit;
use crate::app::App;
use crate::auth::Secret;
use crate::auth::deliver::{Cookies, Delivery, SignInAnswer, deliver};
use crate::error::Result;
use crate::http::{Envelope, Json, Path, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("/auth/invitations/{token}", Access::Public, "Shows what an invitation is for.", show)
        .returns::<Invited>();
    routes
        .post("/auth/invitations/{token}", Access::Public, "Accepts an invitation and signs in.", accept)
        .body::<Accept>()
        .creates::<SignInAnswer>();
}

/// Body of a yes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Accept {
    /// In place of the one that the invitation came with.
    name: Option<String>,
    /// From 8 characters to 1024 bytes.
    password: Secret<String>,
    /// Where the refresh token goes.
    #[serde(default)]
    deliver: Delivery,
}

async fn show(State(site): State<App>, visit: Visit, Path(token): Path<String>) -> Result<Envelope<Invited>> {
    Ok(Envelope::ok(invitations::show(&site, &visit, token).await?))
}

async fn accept(
    State(site): State<App>,
    visit: Visit,
    Path(token): Path<String>,
    Json(body): Json<Accept>,
) -> Result<(Cookies, Envelope<SignInAnswer>)> {
    let tokens = invitations::accept(&site, visit, token, body.name, body.password).await?;
    let (cookies, answer) = deliver(&site, tokens, body.deliver)?;
    Ok((cookies, Envelope::created("/api/v1/auth/me", answer)))
}
