//! What OpenAPI 3.0 says of a table: its paths, with the schemas of rows and bodies in place.

use magnetiq_contract::describe::{Access, Field, FieldKind};
use magnetiq_contract::text::Locale;
use serde_json::{Map, Value, json};

use super::operation::Operation;
use super::table::Table;
use super::value;
use crate::http::idempotency;
use crate::http::routes::access_name;

/// The `paths` of a table. They refer to the components `Error` (a response) and `Pagination` (a schema).
#[must_use]
pub fn paths(table: &Table) -> Map<String, Value> {
    let base = format!("/api/v1/{}", table.path());
    let mut paths = Map::new();
    for (path, operations) in [
        (base.clone(), vec![Operation::List, Operation::Create]),
        (format!("{base}.csv"), vec![Operation::Csv]),
        (
            format!("{base}/{{id}}"),
            vec![Operation::Read(0), Operation::Replace(0), Operation::Change(0), Operation::Delete(0)],
        ),
        (format!("{base}/{{id}}/restore"), vec![Operation::Restore(0)]),
    ] {
        let open = operations.into_iter().filter(|operation| operation.is_open(table));
        let methods: Map<_, _> = open
            .map(|operation| (operation.method().as_str().to_ascii_lowercase(), described(table, operation)))
            .collect();
        if !methods.is_empty() {
            paths.insert(path, Value::Object(methods));
        }
    }
    paths
}

fn described(table: &Table, operation: Operation) -> Value {
    let mut described = json!({
        "summary": summary(table, operation),
        "operationId": operation_id(table, operation),
        "tags": [table.path().split('/').next()],
        "parameters": parameters(table, operation),
        "responses": responses(table, operation),
        "security": [],
    });
    let guard = operation.guard(table);
    if *guard != Access::Public {
        described["security"] = json!([{"bearer": []}]);
    }
    described["x-access"] = json!(access_name(guard));
    if let Access::Permission(permission) = operation.access(table) {
        described["x-permission"] = json!(permission);
    }
    if operation.has_body() {
        let schema = body_schema(table, operation);
        described["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": schema}}});
    }
    described
}

pub(super) fn summary(table: &Table, operation: Operation) -> String {
    let (one, many) = (&table.resource().label.en, &table.resource().label_plural.en);
    match operation {
        Operation::List => format!("List: {many}"),
        Operation::Csv => format!("CSV: {many}"),
        Operation::Read(_) => format!("Read: {one}"),
        Operation::Create => format!("Create: {one}"),
        Operation::Replace(_) => format!("Replace: {one}"),
        Operation::Change(_) => format!("Change: {one}"),
        Operation::Delete(_) => format!("Delete: {one}"),
        Operation::Restore(_) => format!("Restore: {one}"),
    }
}

/// Unique, because every operation has its own word and every table its own path.
fn operation_id(table: &Table, operation: Operation) -> String {
    let word = match operation {
        Operation::List => "list",
        Operation::Csv => "csv",
        Operation::Read(_) => "read",
        Operation::Create => "create",
        Operation::Replace(_) => "replace",
        Operation::Change(_) => "change",
        Operation::Delete(_) => "delete",
        Operation::Restore(_) => "restore",
    };
    format!("{}_{word}", table.path().replace(['/', '-'], "_"))
}

fn parameters(table: &Table, operation: Operation) -> Vec<Value> {
    let parameter = |place: &str, name: &str, schema: Value| json!({"name": name, "in": place, "required": place == "path", "schema": schema});
    let query = |name: &str, schema: Value| parameter("query", name, schema);
    let id = parameter("path", "id", id_schema());
    let if_match = parameter("header", "If-Match", json!({"type": "string"}));
    match operation {
        Operation::List => {
            let mut all = vec![
                query("page", json!({"type": "integer", "minimum": 1, "default": 1})),
                query(
                    "per_page",
                    json!({"type": "integer", "minimum": 1, "maximum": super::query::MOST_PER_PAGE, "default": 20}),
                ),
                query("sort", json!({"type": "string", "example": table.resource().sort})),
                query("trash", json!({"type": "boolean", "default": false})),
            ];
            all.extend(filters(table).into_iter().map(|(name, schema)| query(&name, schema)));
            all
        }
        Operation::Csv => filters(table).into_iter().map(|(name, schema)| query(&name, schema)).collect(),
        Operation::Create => vec![idempotency::parameter()],
        Operation::Read(_) => vec![id],
        Operation::Replace(_) | Operation::Change(_) | Operation::Delete(_) => vec![id, if_match],
        Operation::Restore(_) => vec![id, if_match, idempotency::parameter()],
    }
}

/// Name and meaning of every query parameter of a list or an export.
pub(super) fn query(table: &Table, operation: Operation) -> Vec<(String, &'static str)> {
    let known = |name: &str| match name {
        "page" => "Counts from 1.",
        "per_page" => "At most 100.",
        "sort" => "Fields joined by commas, each with - for the greatest first.",
        "trash" => "Hidden rows in place of the others.",
        "q" => "Text to look for.",
        _ if name.ends_with("_from") => "Least value.",
        _ if name.ends_with("_to") => "Greatest value.",
        _ => "Exact value.",
    };
    let names =
        parameters(table, operation).into_iter().filter_map(|parameter| Some(parameter["name"].as_str()?.to_owned()));
    names.map(|name| (name.clone(), known(&name))).collect()
}

fn filters(table: &Table) -> Vec<(String, Value)> {
    let mut filters = Vec::new();
    let fields = || table.columns().iter().map(|column| &column.field);
    if fields().any(|field| field.search) {
        filters.push(("q".to_owned(), json!({"type": "string", "maxLength": 200})));
    }
    for field in fields().filter(|field| field.filter) {
        let schema = field_schema(field);
        if matches!(field.kind, FieldKind::DateTime | FieldKind::Integer | FieldKind::Number) {
            filters.extend(["from", "to"].map(|end| (format!("{}_{end}", field.name), schema.clone())));
        }
        filters.push((field.name.clone(), schema));
    }
    for name in ["created_at", "updated_at"] {
        filters.extend(["from", "to"].map(|end| (format!("{name}_{end}"), time_schema())));
    }
    filters
}

fn responses(table: &Table, operation: Operation) -> Value {
    let (status, response) = match operation {
        Operation::Delete(_) => ("204", json!({"description": "Done."})),
        Operation::Csv => ("200", content("text/csv", &json!({"type": "string"}))),
        Operation::List => {
            let rows = json!({"type": "array", "items": row_schema(table)});
            let mut schema = envelope_schema(&rows);
            schema["properties"]["pagination"] = json!({"$ref": "#/components/schemas/Pagination"});
            ("200", content("application/json", &schema))
        }
        Operation::Create => ("201", content("application/json", &envelope_schema(&row_schema(table)))),
        _ => ("200", content("application/json", &envelope_schema(&row_schema(table)))),
    };
    json!({status: response, "default": {"$ref": "#/components/responses/Error"}})
}

fn content(media_type: &str, schema: &Value) -> Value {
    json!({"description": "Done.", "content": {media_type: {"schema": schema}}})
}

fn envelope_schema(data: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["success", "data", "message"],
        "properties": {"success": {"type": "boolean"}, "data": data, "message": {"type": "string"}},
    })
}

/// A row as it is answered; columns that the caller may not see are absent, so that only `id` is always there.
pub(super) fn row_schema(table: &Table) -> Value {
    let mut properties = Map::new();
    properties.insert("id".into(), id_schema());
    for column in table.columns() {
        properties.insert(column.field.name.clone(), nullable(field_schema(&column.field), !column.is_filled()));
        for title in column.reference.iter().flat_map(|reference| &reference.titles) {
            let schema = match title.kind {
                FieldKind::Localized | FieldKind::LocalizedLong => localized_schema(&json!({"type": "string"})),
                _ => json!({"type": "string"}),
            };
            properties.insert(title.name.clone(), nullable(schema, true));
        }
    }
    for (name, missing) in [("created_at", false), ("updated_at", false), ("deleted_at", true)] {
        properties.insert(name.into(), nullable(time_schema(), missing));
    }
    json!({"type": "object", "required": ["id"], "properties": properties})
}

pub(super) fn body_schema(table: &Table, operation: Operation) -> Value {
    let fields: Vec<_> = table.columns().iter().filter(|column| !column.field.read_only).collect();
    let properties: Map<_, _> = fields
        .iter()
        .map(|column| (column.field.name.clone(), nullable(field_schema(&column.field), !column.field.required)))
        .collect();
    let mut schema = json!({"type": "object", "additionalProperties": false, "properties": properties});
    let required: Vec<_> = fields
        .iter()
        .filter(|column| column.field.required && column.field.default.is_null())
        .map(|column| &column.field.name)
        .collect();
    if !required.is_empty() && !matches!(operation, Operation::Change(_)) {
        schema["required"] = json!(required);
    }
    schema
}

fn field_schema(field: &Field) -> Value {
    let text = json!({"type": "string", "minLength": value::least(field), "maxLength": value::most(field)});
    let mut schema = match field.kind {
        FieldKind::Text | FieldKind::LongText => text,
        FieldKind::Slug => {
            json!({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": value::most(field)})
        }
        FieldKind::Email => json!({"type": "string", "format": "email", "maxLength": value::most(field)}),
        FieldKind::Url => json!({"type": "string", "format": "uri", "maxLength": value::most(field)}),
        FieldKind::Localized | FieldKind::LocalizedLong => localized_schema(&text),
        FieldKind::Integer => bounds(field, json!({"type": "integer", "format": "int64"})),
        FieldKind::Number => bounds(field, json!({"type": "number"})),
        FieldKind::Boolean => json!({"type": "boolean"}),
        FieldKind::Choice => {
            json!({"type": "string", "enum": field.choices.iter().map(|choice| &choice.value).collect::<Vec<_>>()})
        }
        FieldKind::Locale => json!({"type": "string", "enum": Locale::ALL.map(Locale::code)}),
        FieldKind::DateTime => time_schema(),
        FieldKind::TimeZone => json!({"type": "string", "example": "Europe/Berlin"}),
        FieldKind::Reference | FieldKind::Person => id_schema(),
        FieldKind::Json => json!({}),
    };
    if !field.label.en.is_empty() {
        schema["description"] = json!(field.label.en);
    }
    schema
}

fn bounds(field: &Field, mut schema: Value) -> Value {
    for (name, bound) in [("minimum", field.min), ("maximum", field.max)] {
        if let Some(bound) = bound {
            schema[name] = json!(bound);
        }
    }
    schema
}

fn localized_schema(text: &Value) -> Value {
    json!({"type": "object", "required": ["en"], "properties": {"en": text, "de": text}})
}

fn id_schema() -> Value {
    json!({"type": "integer", "format": "int64", "minimum": 1})
}

fn time_schema() -> Value {
    json!({"type": "string", "format": "date-time"})
}

fn nullable(mut schema: Value, nullable: bool) -> Value {
    if nullable {
        schema["nullable"] = json!(true);
    }
    schema
}
