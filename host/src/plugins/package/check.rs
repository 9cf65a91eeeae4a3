//! Does the plugin do only what its contract says it may? Every disagreement is a sentence that names the line.

use magnetiq_contract::block;
use magnetiq_contract::describe::{Access, Description, RouteKind};
use magnetiq_contract::text::Text;
use wasmtime::Engine;
use wasmtime::component::Component;

use super::Package;
use super::build::refused;
use super::manifest::Manifest;
use crate::auth::is_core_permission;
use crate::error::Result;
use crate::jobs::cron::Cron;
use crate::plugins::live::Exports;
use crate::plugins::rights::gate::Capability;
use crate::store::{Contraction, contractions};

/// Interfaces that every plugin may import.
const FREE: [&str; 8] = ["types", "log", "clock", "random", "context", "settings", "view", "analytics"];

/// All disagreements between contract and description.
pub(super) fn faults(manifest: &Manifest, description: &Description) -> Vec<Text> {
    let mut faults = Vec::new();
    needs(manifest, description, &mut faults);
    unguarded(description, &mut faults);
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
) -> Vec<Text> {
    let mut faults = Vec::new();
    imports(manifest, engine, component, &mut faults);
    export_faults(description, exports, &mut faults);
    faults
}

/// What is described and only a component could do. A block without one is drawn by its template alone.
pub(super) fn codeless_faults(package: &Package, description: &Description) -> Vec<Text> {
    let code = description
        .needs_code()
        .into_iter()
        .map(|what| Text::new(format!("{} needs plugin.wasm", what.en), format!("{} braucht plugin.wasm", what.de)));
    let templates = description.blocks.iter().map(|block| (block, block::template(&block.name)));
    let missing = templates.filter(|(_, template)| !package.templates.contains_key(template));
    code.chain(missing.map(|(block, template)| undrawn(&block.name, &template))).collect()
}

fn undrawn(block: &str, template: &str) -> Text {
    Text::new(
        format!("the block {block} needs plugin.wasm, or the template {template}"),
        format!("der Block {block} braucht plugin.wasm oder die Vorlage {template}"),
    )
}

impl Package {
    /// Looks that no migration takes away what the version before needs.
    ///
    /// # Errors
    /// Validation, with file and line of each that does.
    pub fn check_migrations(&self) -> Result<()> {
        let faults = migration_faults(self);
        if faults.is_empty() { Ok(()) } else { Err(refused(&faults)) }
    }
}

/// What migrations take away that the version before needs.
pub(super) fn migration_faults(package: &Package) -> Vec<Text> {
    let found = |(file, sql): &(String, String)| {
        contractions(sql).iter().map(|contraction| contracts(file, contraction)).collect::<Vec<_>>()
    };
    package.migrations.iter().flat_map(found).collect()
}

fn contracts(file: &str, Contraction { line, deed }: &Contraction) -> Text {
    Text::new(
        format!(
            "migrations/{file}, line {line}: {deed} takes away what the version before needs, to which an admin may go \
             back; add the new table or column beside the old one, copy what is there, and leave the old one"
        ),
        format!(
            "migrations/{file}, Zeile {line}: {deed} nimmt weg, was die Version davor braucht, zu der ein Admin zurückkehren \
             kann; fügen Sie die neue Tabelle oder Spalte neben der alten hinzu, kopieren Sie, was da ist, und lassen Sie \
             die alte stehen"
        ),
    )
}

/// The component imports nothing that was not declared.
fn imports(manifest: &Manifest, engine: &Engine, component: &Component, faults: &mut Vec<Text>) {
    for (name, _) in component.component_type().imports(engine) {
        let interface = name.strip_prefix("magnetiq:plugin/").and_then(|rest| rest.split('@').next());
        match interface.map(|interface| (interface, Capability::of_import(interface))) {
            Some((_, Some(capability))) if !declared(manifest, capability) => {
                let line = capability.name();
                faults.push(Text::new(
                    format!("the component imports {name}, but plugin.toml has no [capabilities.{line}]"),
                    format!("die Komponente importiert {name}, aber plugin.toml hat kein [capabilities.{line}]"),
                ));
            }
            Some((_, Some(_))) => {}
            Some((interface, None)) if FREE.contains(&interface) => {}
            _ => faults.push(Text::new(
                format!("the component imports {name}, which is no part of the contract"),
                format!("die Komponente importiert {name}, was nicht zum Vertrag gehört"),
            )),
        }
    }
}

fn export_faults(description: &Description, exports: &Exports, faults: &mut Vec<Text>) {
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
            faults.push(Text::new(
                format!("the description needs the export {interface}, which the component does not have"),
                format!("die Beschreibung braucht den Export {interface}, den die Komponente nicht hat"),
            ));
        }
    }
}

/// Nothing that is described needs a capability that was not declared.
fn needs(manifest: &Manifest, description: &Description, faults: &mut Vec<Text>) {
    if !declared(manifest, Capability::Db) {
        for resource in &description.resources {
            faults.push(undeclared(("the resource", "die Ressource"), &resource.name, Capability::Db));
        }
    }
    if !declared(manifest, Capability::Jobs) {
        for schedule in &description.schedules {
            faults.push(undeclared(("the schedule", "der Zeitplan"), &schedule.name, Capability::Jobs));
        }
        for job in &description.jobs {
            faults.push(undeclared(("the job", "die Aufgabe"), &job.name, Capability::Jobs));
        }
    }
    let events = manifest.contract.capabilities.get(Capability::Events.name());
    for event in &description.subscriptions {
        if !events.is_some_and(|events| events.names.contains(event)) {
            faults.push(Text::new(
                format!("the subscription {event} needs its name under [capabilities.events]"),
                format!("das Ereignis {event}, auf das es hört, muss unter [capabilities.events] stehen"),
            ));
        }
    }
    let has_pages = description.routes.iter().any(|route| route.kind == RouteKind::Page);
    if has_pages && (manifest.contract.mount.en.is_empty() || manifest.contract.mount.de.is_empty()) {
        faults.push(Text::new(
            "pages are described, but plugin.toml has no mount in en and de",
            "Seiten sind beschrieben, aber plugin.toml hat kein mount in en und de",
        ));
    }
}

fn undeclared((english, german): (&str, &str), name: &str, capability: Capability) -> Text {
    let line = capability.name();
    Text::new(
        format!("{english} {name} needs [capabilities.{line}]"),
        format!("{german} {name} braucht [capabilities.{line}]"),
    )
}

/// Every route says who may call it.
fn unguarded(description: &Description, faults: &mut Vec<Text>) {
    let silent = description.routes.iter().filter(|route| route.access == Access::Nobody);
    faults.extend(silent.map(|route| {
        let place = format!("{} {}", route.method, route.path);
        Text::new(
            format!("the route {place} does not say who may call it"),
            format!("die Route {place} sagt nicht, wer sie aufrufen darf"),
        )
    }));
}

/// Every permission that is asked for is the host's or declared.
fn permissions(manifest: &Manifest, description: &Description, faults: &mut Vec<Text>) {
    let routes = description.routes.iter().map(|route| {
        let place = format!("{} {}", route.method, route.path);
        (Text::new(format!("the route {place}"), format!("die Route {place}")), &route.access)
    });
    let resources = description.resources.iter().flat_map(|resource| {
        [
            ("read", &resource.read),
            ("create", &resource.create),
            ("update", &resource.update),
            ("delete", &resource.delete),
        ]
        .map(|(verb, access)| {
            let name = &resource.name;
            (Text::new(format!("{verb} of the resource {name}"), format!("{verb} der Ressource {name}")), access)
        })
    });
    for (what, access) in routes.chain(resources) {
        if let Access::Permission(name) = access
            && !manifest.contract.permissions.iter().any(|permission| permission.name == *name)
            && !is_core_permission(name)
        {
            faults.push(Text::new(
                format!("{} asks for {name}, which [[permissions]] does not declare", what.en),
                format!("{} verlangt {name}, was unter [[permissions]] nicht steht", what.de),
            ));
        }
    }
}

fn schedules(description: &Description, faults: &mut Vec<Text>) {
    for schedule in &description.schedules {
        if let Err(error) = Cron::parse(&schedule.cron, "UTC") {
            let (name, line) = (&schedule.name, &schedule.cron);
            faults.push(Text::new(
                format!("the schedule {name} has the cron line {line:?}: {error}"),
                format!("der Zeitplan {name} hat die Cron-Zeile {line:?}: {error}"),
            ));
        }
    }
}

fn declared(manifest: &Manifest, capability: Capability) -> bool {
    manifest.contract.capabilities.contains_key(capability.name())
}
