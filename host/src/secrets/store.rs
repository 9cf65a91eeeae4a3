//! Queries on whatever holds sealed values.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _};

use crate::error::{Error, Result};

/// A column of the host's tables that holds sealed values. Its names are fixed text of this program.
#[derive(Clone, Copy, Debug)]
pub struct Holding {
    /// The table.
    pub table: &'static str,
    /// The column: a BLOB, or text that holds base64.
    pub column: &'static str,
    /// SQL for the place that each value is bound to, such as `'plugin_secrets/' || plugin || '/' || name`.
    pub place: &'static str,
}

/// A sealed value where it stands.
pub(super) struct Sealed {
    pub id: i64,
    pub place: String,
    pub value: Vec<u8>,
    pub form: Form,
}

/// How a column holds what is sealed.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Bytes,
    Base64,
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
    let mut rows = statement.query([id])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (value, form) = match row.get_ref(2)? {
            ValueRef::Text(text) => (STANDARD.decode(text).map_err(Error::internal)?, Form::Base64),
            other => (other.as_blob().map_err(Error::internal)?.to_vec(), Form::Bytes),
        };
        found.push(Sealed { id: row.get(0)?, place: row.get(1)?, value, form });
    }
    Ok(found)
}

/// Puts a value in the place of another that says the same: the row's `updated_at` stays, nobody has edited it.
pub(super) fn replace(connection: &Connection, holding: &Holding, row: &Sealed, value: &[u8]) -> Result<()> {
    let Holding { table, column, .. } = holding;
    let mut statement = connection.prepare_cached(&format!("UPDATE {table} SET {column} = ? WHERE id = ?"))?;
    match row.form {
        Form::Bytes => statement.execute((value, row.id))?,
        Form::Base64 => statement.execute((STANDARD.encode(value), row.id))?,
    };
    Ok(())
}
