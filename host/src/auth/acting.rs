//! The caller as resources and audit know them.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::caller::Caller;
use crate::error::{Error, Result};
use crate::http::layers::RequestId;
use crate::resources::Actor;

/// Extractor of the [`Actor`] in whose name a request changes something. Answers 401 like [`Caller`].
#[derive(Clone, Debug)]
pub struct Acting(pub Actor);

impl<S: Sync> FromRequestParts<S> for Acting {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        Ok(Self(Caller::of(&parts.extensions)?.actor(&RequestId::of(&parts.extensions).0)))
    }
}
