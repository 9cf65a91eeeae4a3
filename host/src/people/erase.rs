//! Erasing a person.

use super::personal::Privacy;
use super::store;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::Connection;

/// Makes a contact anonymous and blanks its personal columns everywhere. Counts and consents stay, without a person.
///
/// # Errors
/// 404 without such a contact or when it was erased before; the store's own.
pub fn erase(unit: &Connection, clock: &Clock, id: i64, privacy: &Privacy) -> Result<()> {
    let now = clock.sql_now();
    if !store::anonymise(unit, id, &now)? {
        return Err(Error::not_found());
    }
    store::blank_activities(unit, id, &now)?;
    for table in (privacy.tables)() {
        store::blank_personal(unit, &table, id, &now)?;
    }
    privacy.forget.iter().try_for_each(|forget| forget(unit, clock, id))
}
