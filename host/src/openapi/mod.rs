//! The API's description, made from the list of routes, and the page that shows it.

mod page;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{Method, header};
use magnetiq_contract::describe::Access;
use serde_json::{Map, Value, json};

use crate::app::{App, Site};
use crate::error::Result;
use crate::http::idempotency;
use crate::http::routes::{Answer, Body, Policy, Route, Routes, path_parameters};
use crate::router;

/// Paths that an enabled plugin adds, as OpenAPI's `paths` object.
pub type Fragment = Map<String, Value>;

/// Registers the document and its page.
pub fn routes(routes: &mut Routes) {
    routes
        .get("/api/v1/openapi.json", Access::Public, "This document.", show_document)
        .answers(Answer::Bytes("application/json"));
    page::routes(routes);
}

/// The document of a site: the host's routes and those of its enabled plugins.
#[must_use]
pub fn document_of(site: &Site) -> Value {
    let settings = &site.settings;
    document(&router::routes(), &settings.site.name, &settings.server.public_url, &site.plugins.openapi())
}

/// The document of the host's routes and of `fragments`.
#[must_use]
pub fn document(routes: &Routes, title: &str, server: &str, fragments: &[Fragment]) -> Value {
    let mut paths = Map::new();
    for route in routes.list() {
        let methods = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        methods[route.method.as_str().to_ascii_lowercase()] = operation(route);
    }
    for fragment in fragments {
        paths.extend(fragment.clone());
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": title, "version": env!("CARGO_PKG_VERSION")},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": {"Error": error_schema(), "Pagination": pagination_schema()},
            "responses": {"Error": {
                "description": "A refusal or failure.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            }},
        },
    })
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "summary": route.summary,
        "operationId": operation_id(route),
        "tags": [tag(&route.path)],
        "parameters": parameters(route),
        "responses": responses(&route.answer),
        "x-access": route.policy.name(),
        "security": if route.policy == Policy::Access(Access::Public) { json!([]) } else { json!([{"bearer": []}]) },
    });
    if let Policy::Access(Access::Permission(permission)) = &route.policy {
        operation["x-permission"] = json!(permission);
    }
    if let Some(body) = &route.body {
        let (media_type, schema) = match body {
            Body::Json(schema) => ("application/json", schema.clone()),
            Body::Upload(upload) => (upload.media_type, json!({"type": "string", "format": "binary"})),
        };
        operation["requestBody"] = json!({"required": true, "content": {media_type: {"schema": schema}}});
    }
    operation
}

/// `get_api_v1_users_id`: unique, because method and path are. `/de/` is another path than `/de`.
fn operation_id(route: &Route) -> String {
    let words = route.path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.chain(route.path.ends_with('/').then_some("index"));
    let method = route.method.as_str().to_ascii_lowercase();
    std::iter::once(method.as_str()).chain(words).collect::<Vec<_>>().join("_")
}

fn tag(path: &str) -> &str {
    let below = path.strip_prefix("/api/v1/").unwrap_or("host");
    below.split(['/', '.']).next().unwrap_or(below)
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_query = route.query.iter().map(|(name, meaning)| {
        let kind = if matches!(name.as_str(), "page" | "per_page") { "integer" } else { "string" };
        json!({"name": name, "in": "query", "description": meaning, "schema": {"type": kind}})
    });
    let in_header = takes_key(route).then(idempotency::parameter);
    path_parameters(&route.path).into_iter().chain(in_query).chain(in_header).collect()
}

/// Every POST but uploads and those whose answers hold secrets, which nothing keeps: sign-ins and API keys.
fn takes_key(route: &Route) -> bool {
    let is_upload = matches!(route.body, Some(Body::Upload(_)));
    let tells_secrets = ["/api/v1/auth/", "/api/v1/api-keys"].iter().any(|place| route.path.starts_with(place));
    route.method == Method::POST && !is_upload && !tells_secrets
}

fn responses(answer: &Answer) -> Value {
    let (status, response) = match answer {
        Answer::Data(schema) => ("200", enveloped(schema.clone(), None)),
        Answer::Created(schema) => ("201", enveloped(schema.clone(), None)),
        Answer::List(schema) => {
            ("200", enveloped(json!({"type": "array", "items": schema}), Some("#/components/schemas/Pagination")))
        }
        Answer::Nothing => ("204", json!({"description": "Done."})),
        Answer::Bytes(media_type) => {
            ("200", json!({"description": "The content.", "content": {*media_type: {"schema": {"type": "string"}}}}))
        }
    };
    json!({status: response, "default": {"$ref": "#/components/responses/Error"}})
}

fn enveloped(data: Value, pagination: Option<&str>) -> Value {
    let data = if data.is_null() { json!({}) } else { data };
    let mut schema = json!({
        "type": "object",
        "required": ["success", "data", "message"],
        "properties": {"success": {"type": "boolean"}, "data": data, "message": {"type": "string"}},
    });
    if let Some(reference) = pagination {
        schema["properties"]["pagination"] = json!({"$ref": reference});
    }
    json!({"description": "Done.", "content": {"application/json": {"schema": schema}}})
}

fn error_schema() -> Value {
    let text = json!({"type": "string"});
    let detail =
        json!({"type": "object", "required": ["field", "message"], "properties": {"field": text, "message": text}});
    let error = json!({
        "type": "object",
        "required": ["code", "message", "details"],
        "properties": {"code": text, "message": text, "details": {"type": "array", "items": detail}},
    });
    json!({
        "type": "object",
        "required": ["success", "error"],
        "properties": {"success": {"type": "boolean"}, "error": error},
    })
}

fn pagination_schema() -> Value {
    let number = json!({"type": "integer"});
    json!({
        "type": "object",
        "required": ["page", "per_page", "total"],
        "properties": {"page": number, "per_page": number, "total": number},
    })
}

async fn show_document(State(app): State<App>) -> Result<Response> {
    let document = document_of(&app);
    Ok(([(header::CONTENT_TYPE, "application/json")], serde_json::to_vec(&document)?).into_response())
}
