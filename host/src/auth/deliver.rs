//! How tokens reach their owner.

use axum::response::AppendHeaders;
use http::{HeaderName, HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::account::Profile;
use super::admission::SignIn;
use super::cookie;
use super::mfa::challenge::{Asked, Method};
use crate::app::Site;
use crate::error::Result;
use crate::http::NoContent;

/// Where the refresh token goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Into an HttpOnly cookie.
    #[default]
    Cookie,
    /// Into the answer, for programs without cookies.
    Body,
}

/// What a signed-in user gets.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SignInAnswer {
    access_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    /// Only when it was asked for in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    user: Profile,
}

/// What somebody gets whose password was right.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum LoginAnswer {
    /// They are in.
    In(SignInAnswer),
    /// They have yet to show a second factor.
    SecondFactor(SecondFactorAnswer),
}

/// What somebody gets who has yet to show a second factor.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SecondFactorAnswer {
    /// For `POST /auth/mfa`.
    mfa_token: String,
    /// What may be shown there.
    methods: Vec<Method>,
    /// Seconds.
    expires_in: i64,
}

impl From<Asked> for SecondFactorAnswer {
    fn from(asked: Asked) -> Self {
        let Asked { token, methods, expires_in } = asked;
        Self { mfa_token: token.reveal().clone(), methods, expires_in }
    }
}

/// Headers that store a refresh token, or none.
pub type Cookies = AppendHeaders<Vec<(HeaderName, HeaderValue)>>;

/// Gives tokens out: the access token in the body, the refresh token where it was asked for.
///
/// # Errors
/// Internal, when the token is no header value.
pub fn deliver(site: &Site, tokens: SignIn, delivery: Delivery) -> Result<(Cookies, SignInAnswer)> {
    let SignIn { access_token, expires_in, refresh, user } = tokens;
    let (headers, refresh_token) = match delivery {
        Delivery::Cookie => {
            let cookie = cookie::set(&refresh, site.auth.is_secure(), site.clock.now())?;
            (vec![(header::SET_COOKIE, cookie)], None)
        }
        Delivery::Body => (Vec::new(), Some(refresh.token.reveal().clone())),
    };
    let answer = SignInAnswer { access_token, token_type: "Bearer", expires_in, refresh_token, user };
    Ok((AppendHeaders(headers), answer))
}

/// The answer to a sign-out.
pub type SignedOut = (AppendHeaders<[(HeaderName, HeaderValue); 2]>, NoContent);

/// Takes the refresh token out of the browser, and what it has kept of this site.
///
/// # Errors
/// Never: the headers are fixed.
pub fn signed_out(site: &Site) -> Result<SignedOut> {
    let headers = [
        (header::SET_COOKIE, cookie::clear(site.auth.is_secure())?),
        (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\"")),
    ];
    Ok((AppendHeaders(headers), NoContent))
}
