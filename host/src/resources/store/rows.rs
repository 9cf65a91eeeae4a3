//! Queries of described tables.

use magnetiq_contract::describe::FieldKind;
use magnetiq_contract::rule::{FieldError, Rule};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension, ToSql, ffi, params_from_iter};

use super::json::Keys;
use crate::error::{Code, Error, Result};
use crate::resources::table::Table;
use crate::resources::value::Scalar;

/// A query of rows.
pub struct Select<'a> {
    /// Its text; `?1` is the current moment.
    pub sql: &'a str,
    /// Values from `?1` on.
    pub values: &'a [Scalar],
    /// Name and kind of every selected value.
    pub keys: &'a [(&'a str, FieldKind)],
}

/// A row as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Values of the described columns, in their order.
    pub values: Vec<Scalar>,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// When it was hidden.
    pub deleted_at: Option<String>,
}

impl ToSql for Scalar {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// Appends all rows as a JSON array; returns how many they are.
pub fn rows_as_json(snapshot: &Connection, select: &Select<'_>, out: &mut Vec<u8>) -> Result<u64> {
    let keys = Keys::new(select.keys);
    let mut statement = prepared(snapshot, select)?;
    let mut rows = statement.raw_query();
    let mut count = 0;
    out.push(b'[');
    while let Some(row) = rows.next()? {
        if count > 0 {
            out.push(b',');
        }
        keys.write(row, out)?;
        count += 1;
    }
    out.push(b']');
    Ok(count)
}

/// Appends the first row as a JSON object; false when there is none.
pub fn row_as_json(snapshot: &Connection, select: &Select<'_>, out: &mut Vec<u8>) -> Result<bool> {
    let mut statement = prepared(snapshot, select)?;
    let mut rows = statement.raw_query();
    match rows.next()? {
        Some(row) => Keys::new(select.keys).write(row, out).map(|()| true),
        None => Ok(false),
    }
}

/// All rows, value by value.
pub fn rows(snapshot: &Connection, select: &Select<'_>) -> Result<Vec<Vec<Scalar>>> {
    let mut statement = prepared(snapshot, select)?;
    let mut cursor = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = cursor.next()? {
        rows.push((0..select.keys.len()).map(|place| scalar(row, place)).collect::<Result<_>>()?);
    }
    Ok(rows)
}

/// The number that a counting query yields.
pub fn count(snapshot: &Connection, sql: &str, values: &[Scalar]) -> Result<u64> {
    let mut statement = prepared(snapshot, &Select { sql, values, keys: &[] })?;
    let mut rows = statement.raw_query();
    let count: i64 = rows.next()?.map_or(Ok(0), |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// When the row was last changed.
pub fn updated_at(snapshot: &Connection, table: &str, id: i64) -> Result<Option<String>> {
    let mut statement = snapshot.prepare_cached(&format!("SELECT updated_at FROM {table} WHERE id = ?"))?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

/// The row with this id, hidden or not.
pub fn stored(snapshot: &Connection, table: &Table, id: i64) -> Result<Option<Stored>> {
    let columns: String = table.columns().iter().map(|column| format!(", {}", column.quoted())).collect();
    let sql = format!("SELECT created_at, updated_at, deleted_at{columns} FROM {} WHERE id = ?", table.quoted());
    let mut statement = snapshot.prepare_cached(&sql)?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let values = (0..table.columns().len()).map(|place| scalar(row, place + 3)).collect::<Result<_>>()?;
    Ok(Some(Stored { values, created_at: row.get(0)?, updated_at: row.get(1)?, deleted_at: row.get(2)? }))
}

/// Whether the referenced record is there and not hidden.
pub fn exists(snapshot: &Connection, table: &str, id: &Scalar) -> Result<bool> {
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM {} WHERE id = ? AND deleted_at IS NULL)",
        crate::resources::table::quote(table)
    );
    Ok(snapshot.prepare_cached(&sql)?.query_row([id], |row| row.get(0))?)
}

/// Whether the table holds a row, hidden or not.
pub fn any(snapshot: &Connection, table: &Table) -> Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", table.quoted());
    Ok(snapshot.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
}

/// Whether another row, hidden or not, has this value.
pub fn is_taken(
    snapshot: &Connection,
    table: &Table,
    column: &str,
    value: &Scalar,
    except: Option<i64>,
) -> Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE {column} = ? AND id IS NOT ?)", table.quoted());
    Ok(snapshot.prepare_cached(&sql)?.query_row((value, except), |row| row.get(0))?)
}

/// Adds a row; returns its id.
pub fn insert(unit: &Connection, table: &Table, values: &[Scalar], now: &str) -> Result<i64> {
    let columns: String = table.columns().iter().map(|column| format!(", {}", column.quoted())).collect();
    let places = ", ?".repeat(values.len());
    let sql = format!("INSERT INTO {} (created_at, updated_at{columns}) VALUES (?1, ?1{places})", table.quoted());
    let now = Scalar::Text(now.to_owned());
    let mut statement = unit.prepare_cached(&sql)?;
    statement.execute(params_from_iter(std::iter::once(&now).chain(values))).map_err(|error| refused(table, error))?;
    Ok(unit.last_insert_rowid())
}

/// Sets columns of a row, each by its place in the description.
pub fn update(unit: &Connection, table: &Table, id: i64, changes: &[(usize, &Scalar)], now: &str) -> Result<()> {
    let columns: String =
        changes.iter().map(|(place, _)| format!(", {} = ?", table.columns()[*place].quoted())).collect();
    let sql = format!("UPDATE {} SET updated_at = ?{columns} WHERE id = ?", table.quoted());
    let (now, id) = (Scalar::Text(now.to_owned()), Scalar::Integer(id));
    let values = std::iter::once(&now).chain(changes.iter().map(|(_, value)| *value)).chain(std::iter::once(&id));
    unit.prepare_cached(&sql)?.execute(params_from_iter(values)).map_err(|error| refused(table, error))?;
    Ok(())
}

/// Hides a row, or brings it back.
pub fn set_deleted_at(unit: &Connection, table: &Table, id: i64, deleted_at: Option<&str>, now: &str) -> Result<()> {
    let sql = format!("UPDATE {} SET deleted_at = ?, updated_at = ? WHERE id = ?", table.quoted());
    unit.prepare_cached(&sql)?.execute((deleted_at, now, id)).map_err(|error| refused(table, error))?;
    Ok(())
}

fn prepared<'c>(snapshot: &'c Connection, select: &Select<'_>) -> Result<CachedStatement<'c>> {
    let mut statement = snapshot.prepare_cached(select.sql)?;
    // The current moment is bound only where the text asks for it.
    for place in 1..=statement.parameter_count() {
        statement.raw_bind_parameter(place, &select.values[place - 1])?;
    }
    Ok(statement)
}

fn scalar(row: &rusqlite::Row<'_>, place: usize) -> Result<Scalar> {
    Ok(match row.get_ref(place)? {
        ValueRef::Null => Scalar::Null,
        ValueRef::Integer(number) => Scalar::Integer(number),
        ValueRef::Real(number) => Scalar::Real(number),
        ValueRef::Text(text) => Scalar::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(_) => return Err(Error::internal("a described column holds bytes")),
    })
}

/// What it means for the caller that a constraint of the table refused a row.
fn refused(table: &Table, error: rusqlite::Error) -> Error {
    if error.sqlite_error_code() != Some(ErrorCode::ConstraintViolation) {
        return error.into();
    }
    match error.sqlite_error().map(|error| error.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE) => taken(table, &error),
        Some(ffi::SQLITE_CONSTRAINT_CHECK) => {
            conflict("The values contradict a rule of the table.", "Die Werte widersprechen einer Regel der Tabelle.")
                .because(error)
        }
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => {
            conflict("A record it points to does not exist.", "Ein Eintrag, auf den verwiesen wird, existiert nicht.")
                .because(error)
        }
        _ => error.into(),
    }
}

/// Names the columns that SQLite names: `UNIQUE constraint failed: sessions.topic, sessions.starts_at`.
fn taken(table: &Table, error: &rusqlite::Error) -> Error {
    let text = error.to_string();
    let names = text.rsplit_once(": ").map_or("", |(_, names)| names);
    let columns = names.split(", ").filter_map(|name| name.rsplit_once('.').map(|(_, column)| column));
    let faults: Vec<_> = columns
        .filter(|column| table.position(column).is_some())
        .map(|column| FieldError::new(column, Rule::Taken))
        .collect();
    match faults.is_empty() {
        true => conflict("Another record already has these values.", "Ein anderer Eintrag hat diese Werte schon."),
        false => Error::fields(faults),
    }
}

fn conflict(english: &str, german: &str) -> Error {
    Error::new(Code::Conflict, (english, german))
}
