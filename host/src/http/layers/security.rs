//! Headers that tell browsers what a page may do.

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::app::App;
use crate::http::LeadsTo;

/// Pages run scripts of the own origin alone, without nonces, so that they can be cached.
const SITE_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";
/// The panel's components set style attributes, and nobody frames it.
const PANEL_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";
const FIXED: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

pub(super) fn add_headers(app: &App, path: &str, response: &mut Response) {
    let leads_to = response.extensions_mut().remove::<LeadsTo>();
    let headers = response.headers_mut();
    // Room for these and the request's id at once: growing step by step hashes all names anew.
    headers.reserve(FIXED.len() + 4);
    for (name, value) in FIXED {
        add(headers, name, value);
    }
    let is_panel = ["/admin", "/api/docs"].iter().any(|prefix| path.starts_with(prefix));
    if let Some(policy) = leads_to.and_then(|server| HeaderValue::from_str(&server.policy(SITE_POLICY)).ok()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    add(headers, header::CONTENT_SECURITY_POLICY, if is_panel { PANEL_POLICY } else { SITE_POLICY });
    if app.settings.server.public_url.starts_with("https://") {
        add(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if path.starts_with("/api/") {
        add(headers, header::CACHE_CONTROL, "no-store");
    }
    // A personal link must not travel on in a Referer header.
    if path.contains("/r/") {
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// A header that a handler has set is the handler's.
fn add(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
