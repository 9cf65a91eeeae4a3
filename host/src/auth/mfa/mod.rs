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

use super::store::set_mfa_due;
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

/// What a user's secret is bound to.
fn place(user: i64) -> String {
    format!("users/two_factor/{user}")
}

fn unsealed(secrets: &Secrets, user: i64, sealed: &str) -> Result<Vec<u8>> {
    secrets.unseal(&place(user), &STANDARD.decode(sealed).map_err(Error::internal)?)
}
