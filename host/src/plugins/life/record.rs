//! Saves a plugin's row, with the audit row of whoever changed it.

use serde_json::{Map, Value, json};

use crate::clock::Clock;
use crate::error::Result;
use crate::plugins::store::{self, PluginRow};
use crate::resources::{Actor, audit};
use crate::store::Unit;

/// A secret setting's name, and its sealed value; none takes the secret away.
pub(super) type Secret = (String, Option<Vec<u8>>);

/// Saves a plugin's row and, when somebody did it, its audit row.
pub(super) fn save(unit: &Unit, clock: &Clock, row: &PluginRow, by: Option<&(Actor, &'static str)>) -> Result<()> {
    save_with(unit, clock, row, by, &[])
}

/// Saves a plugin's row with secrets, and the audit row of whoever set them: of a secret it holds the name alone.
pub(super) fn save_settings(unit: &Unit, clock: &Clock, row: &PluginRow, secrets: &[Secret], by: &Actor) -> Result<()> {
    for (name, sealed) in secrets {
        match sealed {
            Some(sealed) => store::save_secret(unit, &row.plugin, name, sealed, &clock.sql_now())?,
            None => store::remove_secret(unit, &row.plugin, name)?,
        }
    }
    save_with(unit, clock, row, Some(&(by.clone(), "set")), secrets)
}

fn save_with(
    unit: &Unit,
    clock: &Clock,
    row: &PluginRow,
    by: Option<&(Actor, &'static str)>,
    secrets: &[Secret],
) -> Result<()> {
    let before = store::find(unit, &row.plugin)?.map_or(Value::Null, |row| shown(&row));
    store::save(unit, row, &clock.sql_now())?;
    let Some((actor, action)) = by else { return Ok(()) };
    let after = store::find(unit, &row.plugin)?;
    let mut told = after.as_ref().map_or(Value::Null, shown);
    if !secrets.is_empty() {
        told["secrets"] = deeds(secrets);
    }
    let id = after.map(|row| row.id);
    let change = audit::Change { action, resource: "plugins", id, before: &before, after: &told };
    audit::record(unit, clock, actor, &change)
}

/// Takes the row of a plugin out of sight, with the audit row of whoever did it.
pub(super) fn remove(unit: &Unit, clock: &Clock, plugin: &str, (actor, action): &(Actor, &'static str)) -> Result<()> {
    let before = store::find(unit, plugin)?;
    store::remove(unit, plugin, &clock.sql_now())?;
    let (id, before) = (before.as_ref().map(|row| row.id), before.as_ref().map_or(Value::Null, shown));
    let change = audit::Change { action, resource: "plugins", id, before: &before, after: &Value::Null };
    audit::record(unit, clock, actor, &change)
}

/// `{"key": "set"}`
fn deeds(secrets: &[Secret]) -> Value {
    let deed = |sealed: &Option<_>| Value::from(if sealed.is_some() { "set" } else { "removed" });
    secrets.iter().map(|(name, sealed)| (name.clone(), deed(sealed))).collect::<Map<_, _>>().into()
}

fn shown(row: &PluginRow) -> Value {
    json!({
        "plugin": row.plugin, "version": row.version, "state": row.state, "grants": row.grants, "settings": row.settings,
    })
}
