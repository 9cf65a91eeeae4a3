//! No body is larger than allowed, whoever reads it.

use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, Request};
use http::header;
use http_body_util::Limited;

use super::Around;
use crate::error::Result;
use crate::http::body::too_large;

pub(super) fn limit(around: &Around, mut request: Request) -> Result<Request> {
    let limit = around.uploads.get(request.uri().path()).copied();
    let limit = limit.unwrap_or(around.app.settings.limits.body_bytes);
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|bytes: u64| bytes > limit as u64) {
        return Err(too_large(limit));
    }
    DefaultBodyLimit::disable().apply(&mut request);
    if request.body().is_end_stream() {
        return Ok(request);
    }
    Ok(request.map(|body| Body::new(Limited::new(body, limit))))
}
