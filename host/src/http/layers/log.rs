//! One line per request.

use std::borrow::Cow;
use std::net::IpAddr;
use std::time::Instant;

use axum::extract::Request;
use axum::response::Response;
use http::Method;
use tracing::{Instrument, Span};

use super::RequestId;
use crate::http::client::ClientAddress;

/// What is known of a request before it is answered.
pub(super) struct Line {
    started: Instant,
    method: Method,
    path: String,
    client: IpAddr,
    span: Span,
}

impl Line {
    pub fn begin(request: &Request, RequestId(id): &RequestId) -> Self {
        Self {
            started: Instant::now(),
            method: request.method().clone(),
            path: redacted(request.uri().path()).into_owned(),
            client: ClientAddress::of(request.extensions()).0,
            // At the highest level, so that a log of errors alone names the request too.
            span: tracing::error_span!("request", %id),
        }
    }

    /// Waits for the answer, in the request's span, and writes the line.
    pub async fn around(self, answered: impl Future<Output = Response>) -> Response {
        let Self { started, method, path, client, span } = self;
        let response = answered.instrument(span.clone()).await;
        let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
        span.in_scope(|| {
            tracing::info!(%method, %path, status = response.status().as_u16(), milliseconds, %client, "answered");
        });
        response
    }
}

/// The path without personal tokens: what follows `/r/` opens somebody's registration, what follows
/// `/auth/setup/` a new site, what follows `/auth/invitations/` an account.
fn redacted(path: &str) -> Cow<'_, str> {
    let opened =
        ["/r/", "/auth/setup/", "/auth/invitations/"].into_iter().find_map(|door| Some(path.find(door)? + door.len()));
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
        assert_eq!(redacted("/api/v1/auth/invitations/s3cr3t"), "/api/v1/auth/invitations/…");
        assert_eq!(redacted("/en/webinars/rust"), "/en/webinars/rust");
    }
}
