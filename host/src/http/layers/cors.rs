//! Lets scripts of listed origins call the API. Without a list no origin but our own is let in.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::app::App;

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const REQUEST_HEADERS: &str = "Authorization, Content-Type, Idempotency-Key, If-Match, X-Request-Id";
const ANSWER_HEADERS: &str = "ETag, Location, Retry-After, X-Request-Id";
const PREFLIGHT_SECONDS: &str = "600";

/// An origin that is listed.
pub(super) struct Origin(HeaderValue);

impl Origin {
    /// Lets its scripts read an answer.
    pub fn allow(self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.0);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(ANSWER_HEADERS));
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        response
    }
}

/// The request's origin, when it is listed.
pub(super) fn origin(app: &App, headers: &HeaderMap) -> Option<Origin> {
    let origin = headers.get(header::ORIGIN)?;
    let is_listed = app.settings.server.cors_origins.iter().any(|known| known.as_bytes() == origin.as_bytes());
    is_listed.then(|| Origin(origin.clone()))
}

/// Does a browser ask first whether its script may?
pub(super) fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// What scripts may send.
pub(super) fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
