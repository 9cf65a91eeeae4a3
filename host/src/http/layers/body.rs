//! No body is larger than allowed, whoever reads it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header;
use http_body_util::Limited;

use crate::app::App;
use crate::error::Result;
use crate::http::body::too_large;

/// Most bytes of a body, by path, where it is not the limit of all others.
pub type Uploads = Arc<HashMap<String, usize>>;

pub(super) async fn limit(
    State((app, uploads)): State<(App, Uploads)>,
    mut request: Request,
    next: Next,
) -> Result<Response> {
    let limit = uploads.get(request.uri().path()).copied().unwrap_or(app.settings.limits.body_bytes);
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|bytes: u64| bytes > limit as u64) {
        return Err(too_large(limit));
    }
    DefaultBodyLimit::disable().apply(&mut request);
    let request = request.map(|body| Body::new(Limited::new(body, limit)));
    Ok(next.run(request).await)
}
