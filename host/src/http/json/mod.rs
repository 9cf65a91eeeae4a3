//! JSON bodies: strict, and refused with the field that is wrong.

pub mod strict;
pub mod typed;

use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::body::{self, BodyLimits};
use crate::app::App;
use crate::error::{Code, Error, Result};
use typed::Leaf;

/// A JSON body. 415 when it is announced as something else, 400 when it is not JSON, 422 with the field when a field is
/// unknown, repeated, missing, of the wrong type, too deep, not UTF-8 or cannot be held. `Option<Json<T>>` is none
/// without a body.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> Json<T> {
    /// Reads a body that is already here.
    ///
    /// # Errors
    /// As the extractor.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        Ok(Self(typed::from_value(strict::parse(bytes)?, Leaf::Json)?))
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        require_json(request.headers())?;
        let bytes = body::collect(request.into_body(), app.settings.limits.body()).await?;
        Self::parse(&bytes)
    }
}

impl<T: DeserializeOwned> OptionalFromRequest<App> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Option<Self>> {
        let announced = require_json(request.headers());
        let bytes = body::collect(request.into_body(), app.settings.limits.body()).await?;
        if bytes.is_empty() {
            return Ok(None);
        }
        announced?;
        Self::parse(&bytes).map(Some)
    }
}

/// What a request brings that needs no body: nothing, or an empty object. Anything else is refused as [`Json`] does it,
/// because whoever sends it expects that it counts.
#[derive(Clone, Copy, Debug)]
pub struct NoBody;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl NoBody {
    /// Checks a body that is already here.
    ///
    /// # Errors
    /// As the extractor.
    pub fn check(headers: &HeaderMap, bytes: &[u8]) -> Result<Self> {
        if !bytes.is_empty() {
            require_json(headers)?;
            let Json(Nothing {}) = Json::parse(bytes)?;
        }
        Ok(Self)
    }
}

impl FromRequest<App> for NoBody {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let bytes = body::collect(body, app.settings.limits.body()).await?;
        Self::check(&parts.headers, &bytes)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The JSON body as it came, with its text already known to be strict JSON: for handlers whose shape is only known at
/// run time.
///
/// # Errors
/// As [`Json`].
pub async fn value(request: Request, limits: BodyLimits) -> Result<(serde_json::Value, Bytes)> {
    require_json(request.headers())?;
    let bytes = body::collect(request.into_body(), limits).await?;
    Ok((strict::parse(&bytes)?, bytes))
}

/// Refuses a body that is announced as something else.
///
/// # Errors
/// 415.
pub fn require_json(headers: &HeaderMap) -> Result<()> {
    if body::media_type(headers) == "application/json" {
        return Ok(());
    }
    Err(Error::new(
        Code::UnsupportedMediaType,
        (
            "The body must be JSON, announced as application/json.",
            "Der Inhalt muss JSON sein, angekündigt als application/json.",
        ),
    ))
}
