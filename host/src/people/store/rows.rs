//! Rows of described tables that belong to a person.

use magnetiq_contract::describe::FieldKind;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde_json::{Map, Value};

use crate::error::{Code, Error, Result};
use crate::people::personal::{Blank, PersonalTable, Shown, ShownColumn};
use crate::store::row::json;

/// What an export tells of a person's row beside its described columns.
const COMMON: [&str; 4] = ["id", "created_at", "updated_at", "deleted_at"];

/// The described columns that the migrated table has: a plugin that is not enabled may describe what is yet to come.
/// None, when there is no such table.
pub fn present(unit: &Connection, mut table: PersonalTable) -> Result<Option<PersonalTable>> {
    let names = columns(unit, &table.table)?;
    table.columns.retain(|column| names.contains(&column.name));
    Ok(names.contains(&table.person_column).then_some(table))
}

fn columns(unit: &Connection, table: &str) -> Result<Vec<String>> {
    let mut query = unit.prepare_cached("SELECT name FROM pragma_table_info(?)")?;
    let found = query.query_map([table], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The person's rows of a described table.
pub fn of_person(unit: &Connection, table: &PersonalTable, id: i64) -> Result<Vec<Value>> {
    read(unit, &table.shown, &COMMON, &table.person_column, id)
}

fn read(unit: &Connection, shown: &Shown, common: &[&str], by: &str, id: i64) -> Result<Vec<Value>> {
    let names = columns(unit, &shown.table)?;
    let is_there = |name: &str| names.iter().any(|known| known == name);
    let common: Vec<&str> = common.iter().copied().filter(|name| is_there(name)).collect();
    let columns: Vec<&ShownColumn> = shown.columns.iter().filter(|column| is_there(&column.name)).collect();
    let selected = common.iter().copied().chain(columns.iter().map(|column| column.name.as_str()));
    let selected = selected.map(name).collect::<Result<Vec<_>>>()?.join(", ");
    let sql = format!("SELECT {selected} FROM {} WHERE {} = ? ORDER BY id", name(&shown.table)?, name(by)?);
    let mut query = unit.prepare(&sql)?;
    let mut rows = query.query([id])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(object(unit, row, &common, &columns)?);
    }
    Ok(found)
}

fn object(unit: &Connection, row: &Row<'_>, common: &[&str], columns: &[&ShownColumn]) -> Result<Value> {
    let mut object = Map::new();
    for (place, name) in common.iter().enumerate() {
        object.insert((*name).to_owned(), json(row.get_ref(place)?));
    }
    for (place, column) in columns.iter().enumerate() {
        let (name, value) = shown(unit, column, row.get_ref(common.len() + place)?)?;
        object.insert(name, value);
    }
    Ok(Value::Object(object))
}

/// A value under its column's name; a record that it points to, under the name without `_id`.
fn shown(unit: &Connection, column: &ShownColumn, value: ValueRef<'_>) -> Result<(String, Value)> {
    match (&column.target, value) {
        (Some(target), ValueRef::Integer(id)) => {
            let record = read(unit, target, &COMMON[..1], "id", id)?.into_iter().next();
            let name = column.name.strip_suffix("_id").unwrap_or(&column.name);
            Ok((name.to_owned(), record.unwrap_or_default()))
        }
        _ => Ok((column.name.clone(), typed(column.kind, value))),
    }
}

fn typed(kind: FieldKind, value: ValueRef<'_>) -> Value {
    match (kind, json(value)) {
        (FieldKind::Boolean, Value::Number(number)) => Value::Bool(number.as_i64() != Some(0)),
        (FieldKind::Localized | FieldKind::LocalizedLong | FieldKind::Json, Value::String(text)) => {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        }
        (_, value) => value,
    }
}

/// Blanks the personal columns of the person's rows in a described table.
pub fn blank(unit: &Connection, table: &PersonalTable, id: i64, now: &str) -> Result<()> {
    let mut changes = table
        .columns
        .iter()
        .map(|column| Ok(format!("{} = {}", name(&column.name)?, blank_sql(&column.blank))))
        .collect::<Result<Vec<String>>>()?;
    changes.push("updated_at = ?2".to_owned());
    let sql =
        format!("UPDATE {} SET {} WHERE {} = ?1", name(&table.table)?, changes.join(", "), name(&table.person_column)?);
    unit.execute(&sql, (id, now))?;
    Ok(())
}

fn blank_sql(blank: &Blank) -> String {
    match blank {
        Blank::Null => "NULL".to_owned(),
        Blank::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Blank::Number => "0".to_owned(),
        Blank::UniqueText => "'erased-' || id".to_owned(),
        Blank::Address => "'erased-' || id || '@erased.invalid'".to_owned(),
    }
}

/// The name as SQL takes it; refused when it is more than a name.
fn name(text: &str) -> Result<String> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match plain {
        true => Ok(format!("\"{text}\"")),
        false => Err(Error::new(Code::Internal, "A described table has a name that is none.")),
    }
}
