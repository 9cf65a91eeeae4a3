//! Does the plugin do only what its contract says it may? Every disagreement is a sentence that names the line.

use magnetiq_contract::block;
use magnetiq_contract::describe::{Access, Description, RouteKind};
use wasmtime::Engine;
use wasmtime::component::Component;

use super::Package;
use super::manifest::Manifest;
use crate::auth::is_core_permission;
use crate::jobs::cron::Cron;
use crate::plugins::live::Exports;
use crate::plugins::rights::gate::Capability;
use crate::store::{Contraction, contractions};

/// Interfaces that every plugin may import.
const FREE: [&str; 8] = ["types", "log", "clock", "random", "context", "settings", "view", "analytics"];

/// All disagreements between contract and description.
pub(super) fn faults(manifest: &Manifest, description: &Description) -> Vec<String> {
    let mut faults = Vec::new();
    needs(manifest, description, &mut faults);
    permissions(manifest, description, &mut faults);
    schedules(description, &mut faults);
    faults
}

/// All disagreements between the component and what is said of it.
pub(super) fn component_faults(
    manifest: &Manifest,
    description: &Description,
    engine: &Engine,
    component: &Component,
    exports: &Exports,
) -> Vec<String> {
    let mut faults = Vec::new();
    imports(manifest, engine, component, &mut faults);
    export_faults(description, exports, &mut faults);
    faults
}

/// What is described and only a component could do. A block without one is drawn by its template alone.
pub(super) fn codeless_faults(package: &Package, description: &Description) -> Vec<String> {
    let code = description.needs_code().into_iter().map(|what| format!("{what} needs plugin.wasm"));
    let templates = description.blocks.iter().map(|block| (block, block::template(&block.name)));
    let missing = templates.filter(|(_, template)| !package.templates.contains_key(template));
    code.chain(
        missing
            .map(|(block, template)| format!("the block {} needs plugin.wasm, or the template {template}", block.name)),
    )
    .collect()
}

/// Migrations take nothing away that the version before needs.
pub(super) fn migration_faults(package: &Package) -> Vec<String> {
    let found =
        package.migrations.iter().flat_map(|(file, sql)| contractions(sql).into_iter().map(move |one| (file, one)));
    let sentence = |(file, Contraction { line, deed }): (&String, Contraction)| {
        format!(
            "migrations/{file}, line {line}: {deed} takes away what the version before needs, to which an admin may go \
             back; add the new table or column beside the old one, copy what is there, and leave the old one"
        )
    };
    found.map(sentence).collect()
}

/// The component imports nothing that was not declared.
fn imports(manifest: &Manifest, engine: &Engine, component: &Component, faults: &mut Vec<String>) {
    for (name, _) in component.component_type().imports(engine) {
        let interface = name.strip_prefix("magnetiq:plugin/").and_then(|rest| rest.split('@').next());
        match interface.map(|interface| (interface, Capability::of_import(interface))) {
            Some((_, Some(capability))) if !declared(manifest, capability) => {
                faults.push(format!(
                    "the component imports {name}, but plugin.toml has no [capabilities.{}]",
                    capability.name()
                ));
            }
            Some((_, Some(_))) => {}
            Some((interface, None)) if FREE.contains(&interface) => {}
            _ => faults.push(format!("the component imports {name}, which is no part of the contract")),
        }
    }
}

fn export_faults(description: &Description, exports: &Exports, faults: &mut Vec<String>) {
    let runs = !description.schedules.is_empty()
        || !description.jobs.is_empty()
        || !description.subscriptions.is_empty()
        || description.resources.iter().any(|resource| !resource.hooks.is_empty());
    let wanted = [
        ("serve", !description.routes.is_empty(), exports.serve().is_ok()),
        ("run", runs, exports.run().is_ok()),
        ("render", !description.blocks.is_empty(), exports.render().is_ok()),
    ];
    for (interface, needed, there) in wanted {
        if needed && !there {
            faults.push(format!("the description needs the export {interface}, which the component does not have"));
        }
    }
}

/// Nothing that is described needs a capability that was not declared.
fn needs(manifest: &Manifest, description: &Description, faults: &mut Vec<String>) {
    if !declared(manifest, Capability::Db) {
        for resource in &description.resources {
            faults.push(format!("the resource {} needs [capabilities.db]", resource.name));
        }
    }
    if !declared(manifest, Capability::Jobs) {
        for schedule in &description.schedules {
            faults.push(format!("the schedule {} needs [capabilities.jobs]", schedule.name));
        }
        for job in &description.jobs {
            faults.push(format!("the job {} needs [capabilities.jobs]", job.name));
        }
    }
    let events = manifest.contract.capabilities.get(Capability::Events.name());
    for event in &description.subscriptions {
        if !events.is_some_and(|events| events.names.contains(event)) {
            faults.push(format!("the subscription {event} needs its name under [capabilities.events]"));
        }
    }
    let has_pages = description.routes.iter().any(|route| route.kind == RouteKind::Page);
    if has_pages && (manifest.contract.mount.en.is_empty() || manifest.contract.mount.de.is_empty()) {
        faults.push("pages are described, but plugin.toml has no mount in en and de".into());
    }
}

/// Every permission that is asked for is the host's or declared.
fn permissions(manifest: &Manifest, description: &Description, faults: &mut Vec<String>) {
    let routes =
        description.routes.iter().map(|route| (format!("the route {} {}", route.method, route.path), &route.access));
    let resources = description.resources.iter().flat_map(|resource| {
        [
            ("read", &resource.read),
            ("create", &resource.create),
            ("update", &resource.update),
            ("delete", &resource.delete),
        ]
        .map(|(verb, access)| (format!("{verb} of the resource {}", resource.name), access))
    });
    for (what, access) in routes.chain(resources) {
        if let Access::Permission(name) = access
            && !manifest.contract.permissions.iter().any(|permission| permission.name == *name)
            && !is_core_permission(name)
        {
            faults.push(format!("{what} asks for {name}, which [[permissions]] does not declare"));
        }
    }
}

fn schedules(description: &Description, faults: &mut Vec<String>) {
    for schedule in &description.schedules {
        if let Err(error) = Cron::parse(&schedule.cron, "UTC") {
            faults.push(format!("the schedule {} has the cron line {:?}: {error}", schedule.name, schedule.cron));
        }
    }
}

fn declared(manifest: &Manifest, capability: Capability) -> bool {
    manifest.contract.capabilities.contains_key(capability.name())
}
