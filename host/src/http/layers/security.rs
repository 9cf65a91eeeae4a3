//! Headers that tell browsers what a page may do.

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::app::App;
use crate::http::LeadsTo;
use crate::http::nonce::Nonce;

/// Pages run scripts of the own origin alone, without nonces, so that they can be cached.
const SITE_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// The panel runs what its page names by this answer's nonce, and what that loads.
const PANEL_POLICY: &str = "default-src 'self'; script-src 'nonce-NONCE-OF-THE-ANSWER' 'strict-dynamic'; \
    style-src 'self' 'nonce-NONCE-OF-THE-ANSWER'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// The page that shows the API's document writes styles into elements.
const DOCUMENT_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const FIXED: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // The filters of old browsers could be turned against a page.
    (header::X_XSS_PROTECTION, "0"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

pub(super) fn add_headers(app: &App, path: &str, response: &mut Response) {
    let policy = policy(path, response);
    let headers = response.headers_mut();
    // Room for these and the request's id at once: growing step by step hashes all names anew.
    headers.reserve(FIXED.len() + 4);
    for (name, value) in FIXED {
        add(headers, name, value);
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    if app.settings.server.is_secure() {
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

/// What a page may run and load: as its handler said, else as all of its kind.
fn policy(path: &str, response: &mut Response) -> HeaderValue {
    let extensions = response.extensions_mut();
    let own = match (extensions.remove::<Nonce>(), extensions.remove::<LeadsTo>()) {
        (Some(nonce), _) => Some(nonce.policy(PANEL_POLICY)),
        (None, Some(server)) => Some(server.policy(SITE_POLICY)),
        (None, None) => None,
    };
    let usual = if path.starts_with("/api/docs") { DOCUMENT_POLICY } else { SITE_POLICY };
    own.and_then(|own| HeaderValue::from_str(&own).ok()).unwrap_or(HeaderValue::from_static(usual))
}

/// A header that a handler has set is the handler's.
fn add(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
