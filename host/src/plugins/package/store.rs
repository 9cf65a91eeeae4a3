//! Rows of `plugin_publishers`.

use rusqlite::{Connection, OptionalExtension};

use crate::error::Result;

/// Whose key a plugin's packages are signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PublisherRow {
    pub id: i64,
    pub plugin: String,
    pub fingerprint: String,
    pub name: String,
    /// When the key was seen first, as it stands in the database.
    pub created_at: String,
}

pub(super) fn find(connection: &Connection, plugin: &str) -> Result<Option<PublisherRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, plugin, fingerprint, name, created_at FROM plugin_publishers
         WHERE plugin = ? AND deleted_at IS NULL",
    )?;
    let row = statement.query_row([plugin], |row| {
        Ok(PublisherRow {
            id: row.get(0)?,
            plugin: row.get(1)?,
            fingerprint: row.get(2)?,
            name: row.get(3)?,
            created_at: row.get(4)?,
        })
    });
    Ok(row.optional()?)
}

/// Writes the publisher of a plugin, seen first now, in place of an earlier one.
pub(super) fn save(connection: &Connection, plugin: &str, fingerprint: &str, name: &str, now: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO plugin_publishers (plugin, fingerprint, name, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?4)
             ON CONFLICT (plugin) DO UPDATE SET fingerprint = ?2, name = ?3, created_at = ?4, updated_at = ?4,
                 deleted_at = NULL",
        )?
        .execute((plugin, fingerprint, name, now))?;
    Ok(())
}

pub(super) fn remove(connection: &Connection, plugin: &str, now: &str) -> Result<()> {
    connection
        .prepare_cached("UPDATE plugin_publishers SET deleted_at = ?2, updated_at = ?2 WHERE plugin = ?1")?
        .execute((plugin, now))?;
    Ok(())
}

#[cfg(test)]
/// What is read and written here.
pub(crate) fn shape() -> crate::agreement::shape::Shape {
    use crate::agreement::shape::shape;

    shape!("plugin_publishers", PublisherRow { id, plugin, fingerprint, name, created_at })
}
