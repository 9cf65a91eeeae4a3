//! Where a request comes from, as security records name it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header::{self, HeaderValue};
use http::request::Parts;

use crate::http::client::ClientAddress;
use crate::http::rate::Network;

/// The client of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's address.
    pub ip_address: Option<String>,
    /// `User-Agent`, at most 512 characters.
    pub user_agent: Option<String>,
}

impl Origin {
    /// Reads it from a request.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        Self::new(ClientAddress::of(&parts.extensions), parts.headers.get(header::USER_AGENT))
    }

    /// The network that the client's address belongs to, as text: an IPv4 address, or an IPv6 prefix of 64 bits.
    #[must_use]
    pub fn network(&self) -> Option<String> {
        self.ip_address.as_deref().map(network_of)
    }

    /// Of a client that sent this `User-Agent`.
    #[must_use]
    pub fn new(ClientAddress(address): ClientAddress, agent: Option<&HeaderValue>) -> Self {
        let user_agent = agent.map(|value| String::from_utf8_lossy(value.as_bytes()).chars().take(512).collect());
        Self { ip_address: Some(address.to_string()), user_agent }
    }
}

/// The network of an address.
pub(super) fn network_of(address: &str) -> String {
    address.parse().map_or_else(|_| address.to_owned(), |address| Network::of(address).to_string())
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}
