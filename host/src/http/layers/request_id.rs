//! Every request has an id, its sender's or ours; it is in every log line and in the answer.

use std::net::IpAddr;
use std::sync::{Arc, Once};

use axum::extract::Request;
use axum::response::Response;
use http::{Extensions, HeaderName, HeaderValue};

use crate::app::App;
use crate::clock::random_bytes;
use crate::http::client::{self, Peer};

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 64;

/// The request's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

impl RequestId {
    /// The id that the layer gave; empty outside of it.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or_else(|| Self("".into()))
    }

    /// Tells the caller.
    pub(super) fn add_to(&self, response: &mut Response) {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            response.headers_mut().insert(HEADER, value);
        }
    }
}

/// Puts the id and the client's address into the request.
pub(super) fn assign(app: &App, request: &mut Request) -> RequestId {
    let id = sent(request).unwrap_or_else(|| RequestId(hex::encode(random_bytes::<8>()).into()));
    if let Some(Peer(peer)) = request.extensions().get().copied() {
        let address = client::address(peer, request.headers(), &app.settings.server.trusted_proxies);
        if address.0 == peer.to_canonical() && request.headers().contains_key(client::FORWARDED_FOR) {
            warn_of_proxy(peer);
        }
        request.extensions_mut().insert(address);
    }
    request.extensions_mut().insert(id.clone());
    id
}

/// Tells the operator once that a proxy is not listed: behind it all visitors look like one.
fn warn_of_proxy(peer: IpAddr) {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        tracing::warn!(%peer, "X-Forwarded-For of this address is not believed: is it a proxy for MAGNETIQ_TRUSTED_PROXIES?");
    });
}

/// The sender's id, when it is short and plain enough for a log line.
fn sent(request: &Request) -> Option<RequestId> {
    let text = request.headers().get(HEADER)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (!text.is_empty() && text.len() <= LONGEST && text.bytes().all(plain)).then(|| RequestId(text.into()))
}
