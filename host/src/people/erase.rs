//! Erasing a person.

use super::personal::Privacy;
use super::store::{self, rows};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::resources::Actor;
use crate::resources::audit::{self, Change};
use crate::store::Connection;

/// Makes a contact anonymous and blanks its personal columns everywhere. Counts and consents stay, without a person.
/// Plugins hear of it after the commit, so that they take back what was still to come.
///
/// # Errors
/// 404 without such a contact or when it was erased before; the store's own.
pub fn erase(unit: &Connection, clock: &Clock, actor: &Actor, id: i64, privacy: &Privacy) -> Result<()> {
    let now = clock.sql_now();
    store::person(unit, id)?.ok_or_else(Error::not_found)?;
    // Services find what they have to forget by the address too, so the contact goes last.
    privacy.forget.iter().try_for_each(|forget| forget(unit, clock, id))?;
    for table in (privacy.tables)() {
        let Some(table) = rows::present(unit, table)? else { continue };
        rows::blank(unit, &table, id, &now)?;
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        audit::forget(unit, clock, &table.label, &table.person_column, &columns, id)?;
    }
    store::blank_activities(unit, id, &now)?;
    store::anonymise(unit, id, &now)?;
    (privacy.erased)(unit, clock, id)?;
    let nothing = &serde_json::Value::Null;
    let change = Change { action: "erase", resource: "people", id: Some(id), before: nothing, after: nothing };
    audit::record(unit, clock, actor, &change)
}
