//! One line per request.

use std::borrow::Cow;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::RequestId;
use crate::app::App;
use crate::http::client::ClientAddress;

pub(super) async fn write(State(_app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = redacted(request.uri().path()).into_owned();
    let client = ClientAddress::of(request.extensions()).0;
    // At the highest level, so that a log of errors alone names the request too.
    let span = tracing::error_span!("request", id = %RequestId::of(request.extensions()).0);
    let response = next.run(request).instrument(span.clone()).await;
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    span.in_scope(|| {
        tracing::info!(%method, %path, status = response.status().as_u16(), milliseconds, %client, "answered");
    });
    response
}

/// The path without personal tokens: what follows `/r/` opens somebody's registration, what follows
/// `/auth/setup/` a new site.
fn redacted(path: &str) -> Cow<'_, str> {
    let opened = ["/r/", "/auth/setup/"].into_iter().find_map(|door| Some(path.find(door)? + door.len()));
    match opened {
        Some(end) => Cow::Owned(format!("{}…", &path[..end])),
        None => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personal_link_leaves_no_token_in_the_log() {
        assert_eq!(redacted("/en/webinars/r/s3cr3t"), "/en/webinars/r/…");
        assert_eq!(redacted("/en/webinars/r/s3cr3t/cancel"), "/en/webinars/r/…");
        assert_eq!(redacted("/api/v1/auth/setup/s3cr3t"), "/api/v1/auth/setup/…");
        assert_eq!(redacted("/en/webinars/rust"), "/en/webinars/rust");
    }
}
