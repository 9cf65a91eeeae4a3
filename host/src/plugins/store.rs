//! Rows of `plugins` and `plugin_secrets`.

use magnetiq_contract::text::Text;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Map, Value};

use super::package::Package;
use crate::error::{Error, Result};

/// What is stored of a plugin.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PluginRow {
    pub id: i64,
    pub plugin: String,
    pub version: String,
    /// The one before the last upgrade; none after a rollback.
    pub previous_version: Option<String>,
    pub digest: String,
    pub state: String,
    pub state_reason: Option<Text>,
    pub grants: Map<String, Value>,
    pub settings: Map<String, Value>,
}

impl PluginRow {
    /// Of a plugin that was never enabled.
    pub fn blank(package: &Package) -> Self {
        Self {
            id: 0,
            plugin: package.manifest.contract.id.clone(),
            version: package.manifest.contract.version.clone(),
            previous_version: None,
            digest: package.digest.clone(),
            state: "available".into(),
            state_reason: None,
            grants: Map::new(),
            settings: Map::new(),
        }
    }
}

const COLUMNS: &str = "id, plugin, version, previous_version, digest, state, state_reason, state_reason_de, grants,
    settings";

pub(super) fn all(connection: &Connection) -> Result<Vec<PluginRow>> {
    let sql = format!("SELECT {COLUMNS} FROM plugins WHERE deleted_at IS NULL ORDER BY plugin");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_and_then([], read)?;
    rows.collect()
}

pub(super) fn find(connection: &Connection, plugin: &str) -> Result<Option<PluginRow>> {
    let sql = format!("SELECT {COLUMNS} FROM plugins WHERE plugin = ? AND deleted_at IS NULL");
    let mut statement = connection.prepare_cached(&sql)?;
    let row = statement.query_row([plugin], |row| Ok(read(row))).optional()?;
    row.transpose()
}

/// Whether any plugin was ever enabled.
pub(crate) fn is_any_known(connection: &Connection) -> Result<bool> {
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM plugins)", [], |row| row.get(0))?)
}

/// Writes the row of a plugin, a new one or the one that is there.
pub(super) fn save(connection: &Connection, row: &PluginRow, now: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO plugins (plugin, version, previous_version, digest, state, state_reason, state_reason_de, grants,
                 settings, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)
             ON CONFLICT (plugin) DO UPDATE SET version = ?2, previous_version = ?3, digest = ?4, state = ?5,
                 state_reason = ?6, state_reason_de = ?7, grants = ?8, settings = ?9, updated_at = ?10,
                 deleted_at = NULL",
        )?
        .execute((
            &row.plugin,
            &row.version,
            &row.previous_version,
            &row.digest,
            &row.state,
            row.state_reason.as_ref().map(|reason| &reason.en),
            row.state_reason.as_ref().map(|reason| &reason.de),
            serde_json::to_string(&row.grants)?,
            serde_json::to_string(&row.settings)?,
            now,
        ))?;
    Ok(())
}

/// The settings of a plugin that was uninstalled while its data stayed.
pub(super) fn settings_left(connection: &Connection, plugin: &str) -> Result<Option<Map<String, Value>>> {
    let sql = "SELECT settings FROM plugins WHERE plugin = ? AND deleted_at IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let settings: Option<String> = statement.query_row([plugin], |row| row.get(0)).optional()?;
    settings.as_deref().map(object).transpose()
}

/// Takes the row of a plugin out of sight.
pub(super) fn remove(connection: &Connection, plugin: &str, now: &str) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE plugins SET deleted_at = ?2, updated_at = ?2, previous_version = NULL WHERE plugin = ?1",
        )?
        .execute((plugin, now))?;
    Ok(())
}

/// Takes all secrets of a plugin away for good.
pub(super) fn remove_secrets(connection: &Connection, plugin: &str) -> Result<()> {
    connection.prepare_cached("DELETE FROM plugin_secrets WHERE plugin = ?")?.execute([plugin])?;
    Ok(())
}

/// Pages of the file that a plugin's units of work have taken.
pub(super) fn pages(connection: &Connection, plugin: &str) -> Result<i64> {
    let mut statement =
        connection.prepare_cached("SELECT coalesce(sum(pages), 0) FROM plugin_storage WHERE owner = ?")?;
    Ok(statement.query_row([plugin], |row| row.get(0))?)
}

/// The sealed secrets of a plugin, by name.
pub(super) fn secrets(connection: &Connection, plugin: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let mut statement =
        connection.prepare_cached("SELECT name, sealed FROM plugin_secrets WHERE plugin = ? AND deleted_at IS NULL")?;
    let rows = statement.query_and_then([plugin], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

pub(super) fn save_secret(connection: &Connection, plugin: &str, name: &str, sealed: &[u8], now: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO plugin_secrets (plugin, name, sealed, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)
             ON CONFLICT (plugin, name) DO UPDATE SET sealed = ?3, updated_at = ?4, deleted_at = NULL",
        )?
        .execute((plugin, name, sealed, now))?;
    Ok(())
}

/// Takes a secret away for good: what is sealed is of no use to anybody else.
pub(super) fn remove_secret(connection: &Connection, plugin: &str, name: &str) -> Result<()> {
    connection.prepare_cached("DELETE FROM plugin_secrets WHERE plugin = ? AND name = ?")?.execute((plugin, name))?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<PluginRow> {
    Ok(PluginRow {
        id: row.get(0)?,
        plugin: row.get(1)?,
        version: row.get(2)?,
        previous_version: row.get(3)?,
        digest: row.get(4)?,
        state: row.get(5)?,
        state_reason: reason(row.get(6)?, row.get(7)?),
        grants: object(&row.get::<_, String>(8)?)?,
        settings: object(&row.get::<_, String>(9)?)?,
    })
}

/// One from before there was German has it in English alone.
fn reason(english: Option<String>, german: Option<String>) -> Option<Text> {
    Some(Text::new(english?, german.unwrap_or_default()))
}

fn object(json: &str) -> Result<Map<String, Value>> {
    serde_json::from_str(json).map_err(Error::from)
}

#[cfg(test)]
/// What is read and written here.
pub(crate) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::{Shape, shape};

    vec![
        shape!(
            "plugins",
            PluginRow { id, plugin, version, previous_version, digest, state, grants, settings }
                apart from { state_reason }
        )
        .and::<Option<String>>("state_reason")
        .and::<Option<String>>("state_reason_de")
        .one_of("state", ["enabled", "disabled", "failed"]),
        Shape::empty("plugin_secrets")
            .and::<str>("plugin")
            .points("plugin", "plugins (plugin)")
            .and::<String>("name")
            .and::<Vec<u8>>("sealed"),
        super::package::publisher_shape(),
    ]
}
