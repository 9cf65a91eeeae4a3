//! `/api/v1/auth/setup`: the first super admin.

use axum::extract::State;
use magnetiq_contract::describe::Access;
use magnetiq_contract::text::Locale;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NewUser, setup};
use crate::app::App;
use crate::auth::routes::{Cookies, Delivery, SignInAnswer, deliver};
use crate::auth::{Origin, Role, Secret};
use crate::error::Result;
use crate::http::{Envelope, Json, Path, Routes};

/// Below `/api/v1`.
pub fn routes(routes: &mut Routes) {
    routes
        .get("/auth/setup/{token}", Access::Public, "Says whether a set-up link can be used.", check_setup)
        .returns::<SetupAnswer>();
    routes
        .post("/auth/setup/{token}", Access::Public, "Makes the first super admin and signs them in.", finish_setup)
        .body::<SetupBody>()
        .creates::<SignInAnswer>();
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
