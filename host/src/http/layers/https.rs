//! A site by https behind its listed proxies takes nothing that came in clear: pages lead to their secure address, and
//! everything else is refused, so that no program sends its secrets in clear and never notices.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};

use super::hosts;
use crate::app::App;
use crate::error::{Code, Error};
use crate::http::client::{self, Peer};

/// Where a request in clear is sent instead, or why it is refused; none where it may pass.
pub(super) fn insist(app: &App, request: &Request) -> Option<Response> {
    let server = &app.settings.server;
    let &Peer(peer) = request.extensions().get()?;
    if !server.is_secure() || hosts::is_probe(request) {
        return None;
    }
    if !client::came_in_clear(peer, request.headers(), &server.trusted_proxies) {
        return None;
    }
    Some(secure_address(&server.public_url, request).map_or_else(|| refusal().into_response(), redirect))
}

/// The same page by https; none for programs and for what changes something.
fn secure_address(public_url: &str, request: &Request) -> Option<HeaderValue> {
    let is_page = !request.uri().path().starts_with("/api/") || request.uri().path().starts_with("/api/docs");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let below = request.uri().path_and_query().map_or("/", |below| below.as_str());
    HeaderValue::from_str(&format!("{public_url}{below}")).ok().filter(|_| is_page && reads)
}

fn redirect(to: HeaderValue) -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)]).into_response()
}

fn refusal() -> Error {
    let sentence = ("This site takes that by https alone.", "Diese Website nimmt das nur über https an.");
    Error::new(Code::BadRequest, sentence)
}
