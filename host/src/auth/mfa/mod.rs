//! Second factors: one-time codes of an app and backup codes, whose role needs one, and by when.
//!
//! With a second factor a password opens no session but a [`challenge`], which [`answer`] meets. Wrong codes count as
//! wrong passwords do, five of them end the challenge, and each code is good once.

pub mod answer;
mod backup_codes;
pub mod challenge;
pub mod enrolment;
pub mod reset;
pub mod routes;
mod store;
mod totp;

#[cfg(test)]
pub(super) use store::shapes;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::roles::Role;
use super::store::set_mfa_due;
use crate::app::Site;
use crate::error::{Error, Result};
use crate::secrets::{Holding, Secrets};
use crate::store::Connection;

/// Where secrets of one-time codes stand.
pub const SEALED: [Holding; 2] = [sealed("two_factor_secret"), sealed("two_factor_pending")];

const fn sealed(column: &'static str) -> Holding {
    Holding { table: "users", column, place: "'users/two_factor/' || id" }
}

/// Sets the day by which a user must have a second factor, when their role needs one and they have none; takes it away
/// otherwise. A day that is set stays.
///
/// # Errors
/// The store's.
pub fn expect(unit: &Connection, user: i64, due: Timestamp) -> Result<()> {
    set_mfa_due(unit, user, due)
}

/// Ten backup codes, as their owner gets them and as they are stored.
///
/// # Errors
/// 503 when too many hashes are waiting.
pub(super) async fn new_codes(site: &Site) -> Result<(Vec<String>, Vec<String>)> {
    backup_codes::make(&site.auth.passwords).await
}

/// Notes that a user has a passkey now. With their first second factor they get these backup codes: then it is true.
///
/// # Errors
/// The store's.
pub(super) fn note_passkey(unit: &Connection, user: i64, codes: &[String], now: Timestamp) -> Result<bool> {
    let is_first = store::factors(unit, user)?.backup_codes.is_empty();
    if is_first {
        store::set_codes(unit, user, codes)?;
    }
    store::settle(unit, user, now)?;
    Ok(is_first)
}

/// Notes that a passkey of a user is gone.
///
/// # Errors
/// 409 when it was the last second factor of a role that needs one.
pub(super) fn forget_passkey(unit: &Connection, user: i64, role: Role, now: Timestamp) -> Result<()> {
    store::settle(unit, user, now)?;
    enrolment::keep_what_the_role_needs(unit, user, role)
}

/// What a user's secret is bound to.
fn place(user: i64) -> String {
    format!("users/two_factor/{user}")
}

fn unsealed(secrets: &Secrets, user: i64, sealed: &str) -> Result<Vec<u8>> {
    secrets.unseal(&place(user), &STANDARD.decode(sealed).map_err(Error::internal)?)
}
