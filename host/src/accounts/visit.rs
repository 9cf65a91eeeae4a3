//! Somebody who comes without a sign-in and says something about an account.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::app::Site;
use crate::auth::Origin;
use crate::error::Result;
use crate::http::client::ClientAddress;
use crate::http::layers::RequestId;
use crate::http::rate::Rate;
use crate::resources::{Actor, ActorKind};

/// From where, and in which request. A token of a sign-in that came along counts for nothing.
#[derive(Clone, Debug)]
pub struct Visit {
    /// As security records name it.
    pub origin: Origin,
    address: IpAddr,
    request_id: String,
}

impl Visit {
    /// Takes one from the visitor's bucket of this rule.
    ///
    /// # Errors
    /// 429 with `Retry-After` when it is empty.
    pub fn take(&self, site: &Site, rule: &str, rate: Rate) -> Result<()> {
        // Tests and scripts on the own machine are not strangers.
        if site.settings.environment.is_development() && self.address.is_loopback() {
            return Ok(());
        }
        site.rates.take(rule, self.address.into(), rate, site.clock.now())
    }

    /// Nobody known, as the audit names them.
    #[must_use]
    pub fn visitor(&self) -> Actor {
        Actor::visitor(self.request_id.as_str())
    }

    /// The user whose mailbox the visitor has shown to read, as the audit names them.
    #[must_use]
    pub fn owner(&self, user: i64) -> Actor {
        Actor { kind: ActorKind::User(user), ..self.visitor() }
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let ClientAddress(address) = ClientAddress::of(&parts.extensions);
        let request_id = RequestId::of(&parts.extensions).0.to_string();
        Ok(Self { origin: Origin::of(parts), address, request_id })
    }
}
