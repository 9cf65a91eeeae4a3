//! Who changed what through a plugin's own routes: an audit row in the call's unit of work. What the host changes for
//! a resource leaves its own.

use magnetiq_contract::describe::{Description, Route};
use serde_json::{Map, Value};

use super::dispatch::Visit;
use crate::clock::Clock;
use crate::error::Result;
use crate::resources::{Actor, audit};
use crate::store::{Changes, Unit};

/// An audit row that is to be written when the call keeps what it did.
pub(in crate::plugins) struct Trail {
    actor: Actor,
    clock: Clock,
    action: String,
    plugin: String,
    /// Names of the plugin's resources with their tables.
    tables: Vec<(String, String)>,
    /// What the path names.
    resource: Option<String>,
    id: Option<i64>,
}

impl Trail {
    /// Of a request to a route with these path parameters.
    pub fn of(visit: &Visit, route: &Route, parameters: &[String]) -> Self {
        let description = visit.plugin.description();
        let (action, resource) = names(description, route);
        let tables = description.resources.iter().map(|resource| (resource.name.clone(), resource.table.clone()));
        Self {
            actor: visit.cause.caller.actor(&visit.cause.request.0),
            clock: visit.plugins.clock.clone(),
            action,
            plugin: visit.plugin.id.to_string(),
            tables: tables.collect(),
            resource: resource.map(str::to_owned),
            id: resource.and_then(|_| record(&route.path, parameters)),
        }
    }

    /// Writes the row, with the ids of the records that the call changed; none when it wrote nothing at all.
    pub fn leave(mut self, unit: &Unit, changes: &Changes) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let changed = self.changed(changes);
        self.name_only_one(&changed);
        let change = audit::Change {
            action: &self.action,
            resource: &self.resource.map_or_else(|| self.plugin.clone(), |name| format!("{}/{name}", self.plugin)),
            id: self.id,
            before: &Value::Null,
            after: &shown(changed, changes.has_more()),
        };
        audit::record(unit, &self.clock, &self.actor, &change)
    }

    /// The changed records by their resource.
    fn changed(&self, changes: &Changes) -> Vec<(String, Vec<i64>)> {
        let rows = self.tables.iter().map(|(name, table)| (name.clone(), changes.rows_of(table).collect::<Vec<_>>()));
        rows.filter(|(_, ids)| !ids.is_empty()).collect()
    }

    /// Where the path names no record, the only one that was changed is meant.
    fn name_only_one(&mut self, changed: &[(String, Vec<i64>)]) {
        let [(name, ids)] = changed else { return };
        let &[id] = ids.as_slice() else { return };
        if self.id.is_none() && self.resource.as_ref().is_none_or(|resource| resource == name) {
            (self.resource, self.id) = (Some(name.clone()), Some(id));
        }
    }
}

/// `{"registrations": [5]}`; null when no record was changed.
fn shown(changed: Vec<(String, Vec<i64>)>, has_more: bool) -> Value {
    if changed.is_empty() {
        return Value::Null;
    }
    let mut lists: Map<_, _> = changed.into_iter().map(|(name, ids)| (name, Value::from(ids))).collect();
    if has_more {
        lists.insert("and_more".into(), true.into());
    }
    lists.into()
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
