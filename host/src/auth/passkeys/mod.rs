//! Passkeys (WebAuthn): a second factor after a password, or, where the device has checked who holds it, both factors in
//! one. Nothing of them can be guessed, so that no lockout keeps out whoever holds one.

mod ceremony;
pub mod own;
pub mod routes;
pub mod sign_in;
mod store;

#[cfg(test)]
pub(super) use store::shapes;
pub(super) use store::{has_any, remove_all};

use passki::Passki;
use url::Url;

use crate::error::{Error, Result};

/// The site as browsers know it: passkeys belong to its host, and to no other.
///
/// # Errors
/// Internal, when `public_url` is no address with a host.
pub(super) fn relying_party(public_url: &str, name: &str) -> Result<Passki> {
    let url = Url::parse(public_url).map_err(Error::internal)?;
    let host = url.host_str().ok_or_else(|| Error::internal("the public address has no host"))?;
    Ok(Passki::new(host, &[url.origin().ascii_serialization()], name))
}
