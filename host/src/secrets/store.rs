//! Queries on whatever holds sealed values.

use rusqlite::{Connection, OptionalExtension as _};

use crate::error::Result;

/// A column of the host's tables that holds sealed values. Its names are fixed text of this program.
#[derive(Clone, Copy, Debug)]
pub struct Holding {
    /// The table.
    pub table: &'static str,
    /// The column, a BLOB.
    pub column: &'static str,
    /// SQL for the place that each value is bound to, such as `'plugin_secrets/' || plugin || '/' || name`.
    pub place: &'static str,
}

/// A sealed value where it stands.
pub(super) struct Sealed {
    pub id: i64,
    pub place: String,
    pub value: Vec<u8>,
}

/// Whether any value is sealed, so that the key must not be lost.
///
/// # Errors
/// The store's.
pub fn is_anything_sealed(connection: &Connection, holdings: &[Holding]) -> Result<bool> {
    for Holding { table, column, .. } in holdings {
        let sql = format!("SELECT 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1");
        if connection.query_row(&sql, [], |_| Ok(())).optional()?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The next values by id.
pub(super) fn after(connection: &Connection, holding: &Holding, id: i64, most: usize) -> Result<Vec<Sealed>> {
    let Holding { table, column, place } = holding;
    let sql = format!(
        "SELECT id, {place}, {column} FROM {table} WHERE id > ? AND {column} IS NOT NULL ORDER BY id LIMIT {most}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows =
        statement.query_map([id], |row| Ok(Sealed { id: row.get(0)?, place: row.get(1)?, value: row.get(2)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Puts a value in the place of another that says the same: the row's `updated_at` stays, nobody has edited it.
pub(super) fn replace(connection: &Connection, holding: &Holding, id: i64, value: &[u8]) -> Result<()> {
    let Holding { table, column, .. } = holding;
    connection.prepare_cached(&format!("UPDATE {table} SET {column} = ? WHERE id = ?"))?.execute((value, id))?;
    Ok(())
}
