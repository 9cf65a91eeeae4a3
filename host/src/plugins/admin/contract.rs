//! A plugin's contract as an admin judges it: what it may do, what becomes public, what it costs at most.

use magnetiq_contract::describe::{Condition, Resource, Route};
use magnetiq_contract::manifest::Setting;
use magnetiq_contract::text::Text;
use serde_json::{Value, json};

use crate::auth::Role;
use crate::http::routes::access_name;
use crate::plugins::package::build::Built;
use crate::plugins::rights::gate::Capability;
use crate::plugins::rights::grants::{TIMES, seconds};
use crate::plugins::store::PluginRow;

/// The contract, with what is granted of it.
pub(super) fn contract(built: &Built, row: Option<&PluginRow>) -> Value {
    let manifest = &built.package.manifest.contract;
    let description = &built.description;
    let routes: Vec<_> = description.routes.iter().flat_map(|described| route(built, described)).collect();
    let permissions: Vec<_> = manifest
        .permissions
        .iter()
        .map(|permission| json!({"name": permission.name, "label": permission.label, "roles": roles_from(&permission.role)}))
        .collect();
    json!({
        "capabilities": capabilities(built, row),
        "permissions": permissions,
        "routes": routes,
        "schedules": description.schedules,
        "jobs": description.jobs.iter().map(|job| &job.name).collect::<Vec<_>>(),
        "resources": description.resources.iter().map(|described| resource(&manifest.id, described)).collect::<Vec<_>>(),
        "subscriptions": description.subscriptions,
        "blocks": description.blocks.iter().map(|block| &block.label).collect::<Vec<&Text>>(),
        "settings": manifest.settings.iter().map(|setting: &Setting| &setting.field.label).collect::<Vec<&Text>>(),
        "times": times(built, row),
        "limits": manifest.limits,
    })
}

/// A route at each of its addresses.
fn route(built: &Built, route: &Route) -> Vec<Value> {
    let at = |(_, path)| json!({"kind": route.kind, "method": route.method, "path": path, "access": access_name(&route.access)});
    built.addresses(route).into_iter().map(at).collect()
}

/// Who may do what with a table, and what of it those see who may not read it.
fn resource(plugin: &str, resource: &Resource) -> Value {
    let shown: Vec<_> = resource.fields.iter().filter(|field| resource.shows_to_all(field)).collect();
    json!({
        "name": resource.name,
        "label": resource.label_plural,
        "path": format!("/api/v1/{plugin}/{}", resource.name),
        "read": access_name(&resource.read),
        "create": access_name(&resource.create),
        "update": access_name(&resource.update),
        "delete": access_name(&resource.delete),
        "public_rows": resource.public_rows.as_ref().map(|rows| conditions(resource, rows)),
        "public_fields": shown.into_iter().map(|field| &field.label).collect::<Vec<&Text>>(),
    })
}

/// Conditions with what people call their fields and choices.
fn conditions(resource: &Resource, conditions: &[Condition]) -> Vec<Value> {
    let shown = |condition: &Condition| {
        let field = resource.fields.iter().find(|field| field.name == condition.field);
        let choice = field.and_then(|field| field.choices.iter().find(|choice| condition.value == choice.value));
        json!({
            "field": condition.field, "is": condition.is, "value": condition.value,
            "label": field.map(|field| &field.label), "value_label": choice.map(|choice| &choice.label),
        })
    };
    conditions.iter().map(shown).collect()
}

fn capabilities(built: &Built, row: Option<&PluginRow>) -> Vec<Value> {
    let manifest = &built.package.manifest;
    let asked =
        Capability::ALL.into_iter().filter_map(|(_, name)| Some((name, manifest.contract.capabilities.get(name)?)));
    asked
        .map(|(name, asked)| {
            let granted = row.and_then(|row| row.grants.get(name)).cloned();
            let is_granted = !matches!(granted, None | Some(Value::Bool(false)));
            let amount = granted.as_ref().and_then(Value::as_u64).or(asked.quantity.filter(|_| is_granted));
            json!({
                "id": name,
                "quantity": {"unit": unit(name).filter(|_| asked.quantity.is_some()), "asked": asked.quantity, "granted": amount},
                "detail": asked.names,
                "reason": asked.reason,
                "granted": is_granted,
            })
        })
        .collect()
}

/// The seconds an hour that every plugin has: what its manifest says, and what is granted instead.
fn times(built: &Built, row: Option<&PluginRow>) -> Vec<Value> {
    let limits = built.package.manifest.contract.limits;
    let asked = [limits.cpu_s_per_hour, limits.writer_s_per_hour];
    TIMES
        .iter()
        .zip(asked)
        .map(|(id, asked)| {
            let granted = row.map_or_else(|| asked.into(), |row| seconds(&row.grants, id, asked));
            json!({"id": id, "quantity": {"unit": "s_per_hour", "asked": asked, "granted": granted}})
        })
        .collect()
}

fn unit(capability: &str) -> Option<&'static str> {
    match capability {
        "db" => Some("MB"),
        "mail" => Some("per_hour"),
        "http" => Some("per_minute"),
        _ => None,
    }
}

/// Every role that starts with what `least` starts with.
fn roles_from(least: &str) -> Vec<&'static str> {
    let least = Role::from_name(least).unwrap_or(Role::SuperAdmin);
    Role::ALL.into_iter().filter(|role| *role >= least).map(Role::name).collect()
}
