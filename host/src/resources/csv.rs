//! A list as CSV, in pieces, so that neither memory nor a snapshot grows with it.

use magnetiq_contract::describe::FieldKind;
use magnetiq_contract::text::{Locale, Text};

use super::list::bound;
use super::query::ListQuery;
use super::store::{self, Select};
use super::value::Scalar;
use super::view::{Hidden, View};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::Connection;

/// Rows of one piece.
const PIECE: usize = 1_000;
/// Tells spreadsheets that the text is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A piece of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whole lines.
    pub text: Vec<u8>,
    /// Where the next piece starts; none after the last.
    pub next: Option<i64>,
}

/// The first piece, with the line of names.
///
/// # Errors
/// The store's.
pub fn first(snapshot: &Connection, clock: &Clock, view: &View<'_>, query: &ListQuery) -> Result<Piece> {
    let mut text = BYTE_ORDER_MARK.as_bytes().to_vec();
    let mut names = Vec::new();
    for (name, kind) in view.keys() {
        match is_localized(kind) {
            true => names.extend(Locale::ALL.map(|locale| format!("{name}_{}", locale.code()))),
            false => names.push(name.to_owned()),
        }
    }
    text.extend(lines(std::iter::once(names))?);
    let mut piece = after(snapshot, clock, view, query, 0)?;
    text.append(&mut piece.text);
    Ok(Piece { text, ..piece })
}

/// The rows whose id is greater than `id`, as far as a piece goes.
///
/// # Errors
/// The store's.
pub fn after(snapshot: &Connection, clock: &Clock, view: &View<'_>, query: &ListQuery, id: i64) -> Result<Piece> {
    let mut values = bound(clock, &query.values);
    values.push(Scalar::Integer(id));
    let sql = format!(
        "SELECT {} FROM {} AS t WHERE {}{} AND t.id > ?{} ORDER BY t.id LIMIT {PIECE}",
        view.select(),
        view.table.quoted(),
        view.condition(Hidden::No),
        query.conditions,
        values.len(),
    );
    let keys = view.keys();
    let rows = store::rows(snapshot, &Select { sql: &sql, values: &values, keys: &keys })?;
    let last = rows.last().and_then(|row| match row.first() {
        Some(Scalar::Integer(id)) => Some(*id),
        _ => None,
    });
    let cells = rows.iter().map(|row| {
        let mut cells = Vec::with_capacity(row.len());
        for (value, (_, kind)) in row.iter().zip(&keys) {
            cell(&mut cells, *kind, value);
        }
        cells
    });
    Ok(Piece { text: lines(cells)?, next: last.filter(|_| rows.len() == PIECE) })
}

fn lines(rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

fn cell(cells: &mut Vec<String>, kind: FieldKind, value: &Scalar) {
    match value {
        Scalar::Text(text) if is_localized(kind) => {
            let words: Text = serde_json::from_str(text).unwrap_or_default();
            cells.extend([safe(&words.en), safe(&words.de)]);
        }
        _ if is_localized(kind) => cells.extend([String::new(), String::new()]),
        Scalar::Null => cells.push(String::new()),
        Scalar::Integer(number) if kind == FieldKind::Boolean => cells.push((*number != 0).to_string()),
        Scalar::Integer(number) => cells.push(number.to_string()),
        Scalar::Real(number) => cells.push(number.to_string()),
        Scalar::Text(text) => cells.push(safe(text)),
    }
}

fn is_localized(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Localized | FieldKind::LocalizedLong)
}

/// Text that no spreadsheet takes for a formula.
#[must_use]
pub fn safe(text: &str) -> String {
    match text.trim_start_matches([' ', '\u{a0}']).chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        _ => text.to_owned(),
    }
}
