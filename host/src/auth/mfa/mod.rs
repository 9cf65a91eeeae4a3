//! Second factors: whose role needs one, and by when.

use jiff::Timestamp;

use super::store;
use crate::error::Result;
use crate::store::Connection;

/// Sets the day by which a user must have a second factor, when their role needs one and they have none; takes it away
/// otherwise. A day that is set stays.
///
/// # Errors
/// The store's.
pub fn expect(unit: &Connection, user: i64, due: Timestamp) -> Result<()> {
    store::set_mfa_due(unit, user, due)
}
