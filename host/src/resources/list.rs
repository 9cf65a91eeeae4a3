//! Reading: lists and single rows as JSON, straight from SQLite.

use super::query::ListQuery;
use super::store::{self, Select};
use super::table::Table;
use super::value::Scalar;
use super::view::{Hidden, View};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::Connection;

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// A JSON array.
    pub rows: Vec<u8>,
    /// As asked.
    pub page: u32,
    /// As asked.
    pub per_page: u32,
    /// Rows on all pages.
    pub total: u64,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: i64,
    /// A JSON object.
    pub json: Vec<u8>,
    /// Its version, as `ETag` and `If-Match` carry it, with quotes.
    pub etag: String,
}

/// True when the table holds no row, not even a hidden one.
///
/// # Errors
/// The store's.
pub fn is_empty(snapshot: &Connection, table: &Table) -> Result<bool> {
    store::any(snapshot, table).map(|any| !any)
}

/// A page of the rows that the caller sees.
///
/// # Errors
/// 401 or 403 when the trash is not for the caller; the store's.
pub fn list(snapshot: &Connection, clock: &Clock, view: &View<'_>, query: &ListQuery) -> Result<Listing> {
    if query.trash {
        view.require_trash()?;
    }
    let condition = format!("{}{}", view.condition(query.hidden()), query.conditions);
    let table = view.table.quoted();
    let offset = u64::from(query.page - 1) * u64::from(query.per_page);
    let sql = format!(
        "SELECT {} FROM {table} AS t WHERE {condition} ORDER BY {} LIMIT {} OFFSET {offset}",
        view.select(),
        query.order,
        query.per_page,
    );
    let values = bound(clock, &query.values);
    let mut rows = Vec::with_capacity(256 * query.per_page as usize);
    let count = store::rows_as_json(snapshot, &Select { sql: &sql, values: &values, keys: &view.keys() }, &mut rows)?;
    let total = match count {
        // A page that is not full is the last one, so that its rows need not be counted again.
        1.. if count < u64::from(query.per_page) => offset + count,
        0 if query.page == 1 => 0,
        _ => store::count(snapshot, &format!("SELECT COUNT(*) FROM {table} AS t WHERE {condition}"), &values)?,
    };
    Ok(Listing { rows, page: query.page, per_page: query.per_page, total })
}

/// One row that the caller sees; hidden ones only with the right to the trash.
///
/// # Errors
/// 404 when there is none, or none for this caller.
pub fn read(snapshot: &Connection, clock: &Clock, view: &View<'_>, id: i64) -> Result<Row> {
    let hidden = if view.trash { Hidden::Also } else { Hidden::No };
    let table = view.table.quoted();
    let sql = format!("SELECT {} FROM {table} AS t WHERE t.id = ?2 AND {}", view.select(), view.condition(hidden));
    let values = bound(clock, &[Scalar::Integer(id)]);
    let mut json = Vec::with_capacity(512);
    if !store::row_as_json(snapshot, &Select { sql: &sql, values: &values, keys: &view.keys() }, &mut json)? {
        return Err(Error::not_found());
    }
    let updated_at = store::updated_at(snapshot, &table, id)?.ok_or_else(Error::not_found)?;
    Ok(Row { id, json, etag: etag(id, &updated_at) })
}

/// The version of a row.
#[must_use]
pub fn etag(id: i64, updated_at: &str) -> String {
    let moment: String = updated_at.chars().filter(char::is_ascii_digit).collect();
    format!("\"{id}-{moment}\"")
}

/// Values of a statement: the current moment first, as conditions on public rows expect it.
pub(super) fn bound(clock: &Clock, values: &[Scalar]) -> Vec<Scalar> {
    let mut all = Vec::with_capacity(values.len() + 1);
    all.push(Scalar::Text(clock.sql_now()));
    all.extend_from_slice(values);
    all
}
