//! A row of SQLite as JSON, without a tree in between.

use magnetiq_contract::describe::FieldKind;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde_json::value::RawValue;

use crate::error::{Error, Result};

/// The keys of an object with their punctuation, written once for all rows.
pub struct Keys(Vec<(Vec<u8>, FieldKind)>);

impl Keys {
    /// Prepares names and kinds in the order of the columns.
    pub fn new(keys: &[(&str, FieldKind)]) -> Self {
        let prepared = keys.iter().enumerate().map(|(place, (name, kind))| {
            let start = if place == 0 { '{' } else { ',' };
            (format!("{start}\"{name}\":").into_bytes(), *kind)
        });
        Self(prepared.collect())
    }

    /// Appends a row as an object.
    pub fn write(&self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<()> {
        for (place, (key, kind)) in self.0.iter().enumerate() {
            out.extend_from_slice(key);
            value(*kind, row.get_ref(place)?, out)?;
        }
        out.push(b'}');
        Ok(())
    }
}

fn value(kind: FieldKind, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
    match (kind, value) {
        (_, ValueRef::Null) => out.extend_from_slice(b"null"),
        (FieldKind::Boolean, ValueRef::Integer(number)) => serde_json::to_writer(out, &(number != 0))?,
        (_, ValueRef::Integer(number)) => serde_json::to_writer(out, &number)?,
        (_, ValueRef::Real(number)) => serde_json::to_writer(out, &number)?,
        (FieldKind::Localized | FieldKind::LocalizedLong | FieldKind::Json, ValueRef::Text(text)) => json(text, out)?,
        (_, ValueRef::Text(text)) => string(text, out)?,
        (_, ValueRef::Blob(_)) => return Err(Error::internal("a described column holds bytes")),
    }
    Ok(())
}

/// Stored JSON as it is. Text that is no JSON, which only foreign SQL can have put there, becomes a string.
fn json(text: &[u8], out: &mut Vec<u8>) -> Result<()> {
    match serde_json::from_slice::<&RawValue>(text) {
        Ok(_) => out.extend_from_slice(text),
        Err(_) => string(text, out)?,
    }
    Ok(())
}

fn string(text: &[u8], out: &mut Vec<u8>) -> Result<()> {
    serde_json::to_writer(out, &String::from_utf8_lossy(text))?;
    Ok(())
}
