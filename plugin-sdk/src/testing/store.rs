//! The plugin's tables in memory.

use std::path::Path;

use magnetiq_contract::describe::{Field, FieldKind, Resource};
use magnetiq_contract::row::{Reader, Value, Writer};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, ErrorCode, params_from_iter};
use serde_json::{Map, Value as Json, json};

use crate::error::{Code, Error, Result};
use crate::time::Timestamp;

pub(crate) struct Store(Connection);

/// A store with every migration of the plugin's folder applied, in the order of their names.
pub(super) fn migrated(folder: &Path) -> Store {
    let connection = Connection::open_in_memory().unwrap_or_else(|cause| panic!("{cause}"));
    let mut files: Vec<_> = std::fs::read_dir(folder.join("migrations"))
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.sort();
    for file in files {
        let sql = std::fs::read_to_string(&file).unwrap_or_else(|cause| panic!("{}: {cause}", file.display()));
        connection.execute_batch(&sql).unwrap_or_else(|cause| panic!("{}: {cause}", file.display()));
    }
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap_or_else(|cause| panic!("{cause}"));
    Store(connection)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn failed(cause: rusqlite::Error) -> Error {
    match cause.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => Error::conflict(cause.to_string()),
        _ => Error::new(Code::PluginFailed, cause.to_string()),
    }
}

fn parameters(buffer: &[u8]) -> Result<Vec<Sql>> {
    let malformed = |_| Error::failed("malformed parameters");
    let mut reader = Reader::new(buffer);
    let count = reader.parameters().map_err(malformed)?;
    let mut values = Vec::new();
    for _ in 0..count {
        values.push(match reader.value().map_err(malformed)? {
            Value::Null => Sql::Null,
            Value::Integer(number) => Sql::Integer(number),
            Value::Real(number) => Sql::Real(number),
            Value::Text(text) => Sql::Text(text.into()),
            Value::Bytes(bytes) => Sql::Blob(bytes.into()),
        });
    }
    Ok(values)
}

impl Store {
    pub fn begin(&self) -> Result<()> {
        self.0.execute_batch("BEGIN IMMEDIATE").map_err(failed)
    }

    pub fn commit(&self) -> Result<()> {
        self.0.execute_batch("COMMIT").map_err(failed)
    }

    pub fn roll_back(&self) {
        self.0.execute_batch("ROLLBACK").unwrap_or_else(|cause| panic!("{cause}"));
    }

    pub fn query(&self, sql: &str, buffer: &[u8], writing: bool) -> Result<Vec<u8>> {
        let mut statement = self.0.prepare(sql).map_err(failed)?;
        if !statement.readonly() && !writing {
            return Err(Error::new(Code::Forbidden, "a GET cannot write"));
        }
        let names: Vec<String> = statement.column_names().map(String::from).collect();
        let mut out = Writer::default();
        let place = out.columns(names.iter().map(String::as_str));
        let mut rows = statement.query(params_from_iter(parameters(buffer)?)).map_err(failed)?;
        let mut count = 0;
        while let Some(row) = rows.next().map_err(failed)? {
            count += 1;
            for column in 0..names.len() {
                let value = match row.get_ref(column).map_err(failed)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(number) => Value::Integer(number),
                    ValueRef::Real(number) => Value::Real(number),
                    ValueRef::Text(text) => {
                        Value::Text(std::str::from_utf8(text).map_err(|cause| Error::failed(cause.to_string()))?)
                    }
                    ValueRef::Blob(bytes) => Value::Bytes(bytes),
                };
                out.value(&value);
            }
        }
        Ok(out.finish(place, count))
    }

    pub fn execute(&self, sql: &str, buffer: &[u8]) -> Result<u64> {
        let changed = self.0.execute(sql, params_from_iter(parameters(buffer)?)).map_err(failed)?;
        Ok(changed as u64)
    }

    /// What a described table and the migrated one disagree about; the host refuses such a plugin.
    pub fn disagreements(&self, resource: &Resource) -> Vec<String> {
        let place = |field: &Field| format!("{}.{}", resource.table, field.name);
        let faults = resource.fields.iter().filter_map(|field| match self.column(&resource.table, &field.name) {
            None => Some(format!("there is no column {}", place(field))),
            Some(true) if !field.required && field.default.is_null() => {
                Some(format!("{} is NOT NULL, and described as optional without a default", place(field)))
            }
            Some(_) => None,
        });
        faults.collect()
    }

    /// Whether a column is NOT NULL; none when there is no such column.
    fn column(&self, table: &str, column: &str) -> Option<bool> {
        let sql = "SELECT \"notnull\" FROM pragma_table_info(?1) WHERE name = ?2";
        self.0.query_row(sql, (table, column), |row| row.get(0)).ok()
    }

    /// A row as the API shows it.
    pub fn row(&self, resource: &Resource, id: i64) -> Result<Json> {
        let sql = format!("SELECT * FROM {} WHERE id = ?1", resource.table);
        let mut statement = self.0.prepare(&sql).map_err(failed)?;
        let names: Vec<String> = statement.column_names().map(String::from).collect();
        let mut rows = statement.query([id]).map_err(failed)?;
        let Some(row) = rows.next().map_err(failed)? else { return Err(Error::not_found()) };
        let mut object = Map::new();
        for (place, name) in names.into_iter().enumerate() {
            let kind = resource.fields.iter().find(|field| field.name == name).map(|field| field.kind);
            let value: Sql = row.get(place).map_err(failed)?;
            object.insert(name, to_json(value, kind));
        }
        Ok(Json::Object(object))
    }

    /// Writes a row's described columns, and of one that exists whether it is hidden; its id.
    pub fn write(&self, resource: &Resource, id: Option<i64>, row: &Map<String, Json>, now: Timestamp) -> Result<i64> {
        let fields = resource
            .fields
            .iter()
            .filter(|field| row.get(&field.name).is_some_and(|value| !value.is_null()) || id.is_some());
        let (mut names, mut values): (Vec<&str>, Vec<Sql>) =
            fields.map(|field| (field.name.as_str(), to_sql(row.get(&field.name), field.kind))).unzip();
        names.push("updated_at");
        values.push(Sql::Text(now.to_string()));
        if let Some(id) = id {
            names.push("deleted_at");
            values.push(to_sql(row.get("deleted_at"), FieldKind::DateTime));
            let sets: Vec<_> = names.iter().map(|name| format!("{name} = ?")).collect();
            let sql = format!("UPDATE {} SET {} WHERE id = {id}", resource.table, sets.join(", "));
            self.0.execute(&sql, params_from_iter(values)).map_err(failed)?;
            return Ok(id);
        }
        names.push("created_at");
        values.push(Sql::Text(now.to_string()));
        let places = vec!["?"; names.len()].join(", ");
        let sql = format!("INSERT INTO {} ({}) VALUES ({places})", resource.table, names.join(", "));
        self.0.execute(&sql, params_from_iter(values)).map_err(failed)?;
        Ok(self.0.last_insert_rowid())
    }

    pub fn hide(&self, resource: &Resource, id: i64, now: Timestamp) -> Result<()> {
        let sql = format!("UPDATE {} SET deleted_at = ?1, updated_at = ?1 WHERE id = ?2", resource.table);
        self.0.execute(&sql, (now.to_string(), id)).map(drop).map_err(failed)
    }
}

fn to_json(value: Sql, kind: Option<FieldKind>) -> Json {
    match (value, kind) {
        (Sql::Null, _) => Json::Null,
        (Sql::Integer(number), Some(FieldKind::Boolean)) => json!(number != 0),
        (Sql::Integer(number), _) => json!(number),
        (Sql::Real(number), _) => json!(number),
        (Sql::Text(text), Some(FieldKind::Localized | FieldKind::LocalizedLong | FieldKind::Json)) => {
            serde_json::from_str(&text).unwrap_or(Json::String(text))
        }
        (Sql::Text(text), _) => json!(text),
        (Sql::Blob(bytes), _) => json!(bytes),
    }
}

fn to_sql(value: Option<&Json>, kind: FieldKind) -> Sql {
    match value {
        None | Some(Json::Null) => Sql::Null,
        Some(Json::Bool(value)) => Sql::Integer(i64::from(*value)),
        Some(Json::Number(number)) => {
            number.as_i64().map_or_else(|| Sql::Real(number.as_f64().unwrap_or_default()), Sql::Integer)
        }
        Some(Json::String(text)) if kind == FieldKind::DateTime => {
            Sql::Text(text.parse::<Timestamp>().map_or_else(|_| text.clone(), |time| time.to_string()))
        }
        Some(Json::String(text)) => Sql::Text(text.clone()),
        Some(other) => Sql::Text(other.to_string()),
    }
}
