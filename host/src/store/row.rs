//! A row as JSON, whatever its table: for what people and admins take with them.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

/// A row's values by the names of its columns. Texts are strings, blobs in hexadecimal.
///
/// # Errors
/// SQLite's own.
pub fn object(row: &Row<'_>, columns: &[String]) -> rusqlite::Result<Map<String, Value>> {
    let named = columns.iter().enumerate();
    named.map(|(place, name)| Ok((name.clone(), json(row.get_ref(place)?)))).collect()
}

/// One value.
#[must_use]
pub fn json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => hex::encode(bytes).into(),
    }
}
