//! What OpenAPI says of the enabled plugins.

use magnetiq_contract::describe::{Access, Route, RouteKind};
use serde_json::{Map, Value, json};

use super::Plugins;
use super::live::Live;
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
    for route in plugin.description().routes.iter().filter(|route| route.kind == RouteKind::Api) {
        let path = format!("/api/v1/{}{}", plugin.id, route.path);
        let methods = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(methods) = methods.as_object_mut() {
            methods.insert(route.method.to_ascii_lowercase(), operation(plugin, route));
        }
    }
    paths
}

fn operation(plugin: &Live, route: &Route) -> Value {
    let words = route.path.replace(['/', '{', '}', '-', '.'], "_");
    let mut operation = json!({
        "summary": route.summary,
        "operationId": format!("{}_{}{words}", plugin.id, route.method.to_ascii_lowercase()),
        "tags": [plugin.id],
        "parameters": parameters(route),
        "security": if route.access == Access::Public { json!([]) } else { json!([{"bearer": []}]) },
        "responses": {
            "2XX": {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}},
            "4XX": {"$ref": "#/components/responses/Error"},
        },
    });
    if let Access::Permission(permission) = &route.access {
        operation["x-permission"] = json!(permission);
    }
    if route.raw {
        let bytes = json!({"type": "string", "format": "binary"});
        operation["requestBody"] = json!({"content": {"*/*": {"schema": bytes}}});
    } else if let Some(schema) = &route.body {
        operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": schema}}});
    }
    operation
}

fn parameters(route: &Route) -> Vec<Value> {
    let named = |place: &str, name: &str| json!({"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}});
    let in_path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(|name| named("path", name));
    in_path.chain(route.query.iter().map(|name| named("query", name))).collect()
}
