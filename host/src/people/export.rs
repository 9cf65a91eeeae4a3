//! Everything that is stored about a person, for them to take along.

use serde_json::{Map, Value, json};

use super::personal::Privacy;
use super::store::{self, rows};
use crate::error::{Error, Result};
use crate::store::Connection;

/// `{contact, consents, activities, tables: {"webinars/registrations": [rows]}, mails}`. A row has every described
/// column; in place of an id stands what everybody may see of the record that it points to.
///
/// # Errors
/// 404 without such a contact; the store's own.
pub fn export(snapshot: &Connection, id: i64, privacy: &Privacy) -> Result<Value> {
    let contact = store::contact(snapshot, id)?.ok_or_else(Error::not_found)?;
    let mut tables = Map::new();
    for table in (privacy.tables)() {
        let Some(table) = rows::present(snapshot, table)? else { continue };
        let rows = rows::of_person(snapshot, &table, id)?;
        tables.insert(table.label, rows.into());
    }
    let mut export = json!({
        "contact": contact,
        "consents": store::consents(snapshot, id)?,
        "activities": store::activities(snapshot, id)?,
        "tables": tables,
    });
    for (name, recall) in privacy.recall {
        export[*name] = recall(snapshot, id)?.into();
    }
    Ok(export)
}
