//! What OpenAPI says of the enabled plugins.

use magnetiq_contract::describe::{Access, Route, RouteKind};
use serde_json::{Map, Value, json};

use crate::http::idempotency;
use crate::http::routes::{access_name, path_parameters};
use crate::plugins::Plugins;
use crate::plugins::live::Live;
use crate::resources;

impl Plugins {
    /// The paths of every enabled plugin, as fragments of the document.
    #[must_use]
    pub fn openapi(&self) -> Vec<Map<String, Value>> {
        self.alive.load().iter().map(|plugin| paths(plugin)).collect()
    }
}

fn paths(plugin: &Live) -> Map<String, Value> {
    let mut paths = Map::new();
    for table in &plugin.built.tables {
        paths.extend(resources::openapi::paths(table));
    }
    for route in &plugin.description().routes {
        for (place, path) in plugin.built.addresses(route) {
            let methods = paths.entry(path).or_insert_with(|| json!({}));
            methods[route.method.to_ascii_lowercase()] = operation(plugin, route, place);
        }
    }
    paths
}

fn operation(plugin: &Live, route: &Route, place: &str) -> Value {
    let words = route.path.replace(['/', '{', '}', '-', '.'], "_");
    let is_page = route.kind == RouteKind::Page;
    let mut operation = json!({
        "summary": if route.summary.is_empty() { format!("{} {}", route.method, route.path) } else { route.summary.clone() },
        "operationId": format!("{}_{place}_{}{words}", plugin.id, route.method.to_ascii_lowercase()),
        "tags": [plugin.id],
        "parameters": parameters(route),
        "x-access": access_name(&route.access),
        "security": if route.access == Access::Public { json!([]) } else { json!([{"bearer": []}]) },
        "responses": if is_page { page_responses(route) } else { api_responses(route) },
    });
    if let Access::Permission(permission) = &route.access {
        operation["x-permission"] = json!(permission);
    }
    if let Some(body) = body(route) {
        operation["requestBody"] = body;
    }
    operation
}

/// What a request brings: any bytes, a form, or JSON; none where the route reads no body.
fn body(route: &Route) -> Option<Value> {
    if route.raw {
        let bytes = json!({"type": "string", "format": "binary"});
        return Some(json!({"content": {"*/*": {"schema": bytes}}}));
    }
    let form = route.kind == RouteKind::Page && route.method != "GET";
    let schema = route.body.clone().or_else(|| form.then(|| json!({"type": "object"})))?;
    let media_type = if form { "application/x-www-form-urlencoded" } else { "application/json" };
    Some(json!({"required": true, "content": {media_type: {"schema": schema}}}))
}

fn api_responses(route: &Route) -> Value {
    let status = route.status.map_or_else(|| "2XX".to_owned(), |status| status.to_string());
    let mut done = json!({"description": "Done."});
    if status != "204" {
        done["content"] = json!({"application/json": {"schema": {"type": "object"}}});
    }
    json!({ status: done, "default": {"$ref": "#/components/responses/Error"} })
}

fn page_responses(route: &Route) -> Value {
    let html = json!({"text/html": {"schema": {"type": "string"}}});
    if route.method != "GET" {
        return json!({
            "303": {"description": "The form was taken; what came of it is at the address in `Location`."},
            "422": {"description": "The page again, with what is wrong.", "content": html},
            "default": {"description": "A page that says why not.", "content": html},
        });
    }
    let content = if route.path.contains('.') { json!({"*/*": {"schema": {"type": "string"}}}) } else { html.clone() };
    json!({
        "200": {"description": "The page or file.", "content": content},
        "default": {"description": "A page that says why not.", "content": html},
    })
}

fn parameters(route: &Route) -> Vec<Value> {
    let query = |name: &String| json!({"name": name, "in": "query", "required": false, "schema": {"type": "string"}});
    let in_header = (route.kind == RouteKind::Api && route.method == "POST").then(idempotency::parameter);
    path_parameters(&route.path).into_iter().chain(route.query.iter().map(query)).chain(in_header).collect()
}
