//! Who changed what through a plugin's own routes: an audit row in the call's unit of work. What the host changes for
//! a resource leaves its own.

use magnetiq_contract::describe::{Description, Route};
use serde_json::Value;

use super::dispatch::Visit;
use crate::clock::Clock;
use crate::error::Result;
use crate::resources::{Actor, audit};
use crate::store::Unit;

/// An audit row that is to be written when the call keeps what it did.
pub(super) struct Trail {
    actor: Actor,
    action: String,
    resource: String,
    id: Option<i64>,
}

impl Trail {
    /// Of a request to a route with these path parameters.
    pub fn of(visit: &Visit, route: &Route, parameters: &[String]) -> Self {
        let plugin = &visit.plugin;
        let (action, resource) = names(plugin.description(), route);
        Self {
            actor: visit.caller.actor(&visit.context.request_id),
            action,
            id: resource.and_then(|_| record(&route.path, parameters)),
            resource: resource.map_or_else(|| plugin.id.to_string(), |resource| format!("{}/{resource}", plugin.id)),
        }
    }

    /// Writes the row.
    pub fn leave(&self, unit: &Unit, clock: &Clock) -> Result<()> {
        let change = audit::Change {
            action: &self.action,
            resource: &self.resource,
            id: self.id,
            before: &Value::Null,
            after: &Value::Null,
        };
        audit::record(unit, clock, &self.actor, &change)
    }
}

/// The action's name where a resource describes the route as one, else method and path; and the resource, where the
/// path begins with one.
fn names<'a>(description: &'a Description, route: &Route) -> (String, Option<&'a str>) {
    let first = route.path.split('/').nth(1).unwrap_or_default();
    for resource in &description.resources {
        if let Some(action) = resource.actions.iter().find(|action| action.path == route.path) {
            return (action.name.clone(), Some(&resource.name));
        }
    }
    let resource = description.resources.iter().map(|resource| resource.name.as_str()).find(|name| *name == first);
    (format!("{} {}", route.method, route.path), resource)
}

/// The number that follows the resource's name in the path.
fn record(path: &str, parameters: &[String]) -> Option<i64> {
    let names_a_record = path.split('/').nth(2).is_some_and(|part| part.starts_with('{'));
    parameters.first().filter(|_| names_a_record)?.parse().ok()
}
