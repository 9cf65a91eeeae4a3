//! Pages whose scripts carry a number that is used once, so that no other script runs on them.

use axum::Extension;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header;

use crate::clock::random_bytes;

/// What the bundler writes where the number belongs.
const PLACE: &str = "NONCE-OF-THE-ANSWER";

/// The number of one answer. As an extension of the answer it stands in its policy.
#[derive(Clone, Debug)]
pub struct Nonce(String);

impl Nonce {
    /// `policy` with the number of this answer.
    pub(super) fn policy(&self, policy: &str) -> String {
        policy.replace(PLACE, &self.0)
    }
}

/// Answers with a page of the bundler, which nobody keeps: its number is good for this once.
#[must_use]
pub fn answer(page: &[u8]) -> Response {
    let nonce = Nonce(URL_SAFE_NO_PAD.encode(random_bytes::<16>()));
    let html = nonce.policy(&String::from_utf8_lossy(page));
    ([(header::CACHE_CONTROL, "no-store")], Extension(nonce), Html(html)).into_response()
}
