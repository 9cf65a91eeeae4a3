//! What can be said of a plugin without running it. The host checks all of it again when it installs a package.

use magnetiq_contract::block;
use magnetiq_contract::describe::{Access, Description, RouteKind};
use magnetiq_contract::manifest::Manifest;
use magnetiq_contract::names;
use magnetiq_contract::text::Text;

use crate::component::Interfaces;
use crate::error::{Error, Result};

/// Interfaces that need a capability of the same name.
const GUARDED: [&str; 7] = ["crypto", "db", "events", "http", "jobs", "mail", "people"];

/// Checks the shape of `plugin.toml`.
///
/// # Errors
/// A sentence that names the line.
pub fn manifest(manifest: &Manifest) -> Result<()> {
    let fault = |text: String| Err(Error::Manifest(text));
    let id = &manifest.id;
    if let Some(wrong) = names::id_fault(id) {
        return fault(format!("id {id:?}: {}", wrong.en));
    }
    if let Some(wrong) = manifest.limits.faults().into_iter().next() {
        return fault(wrong.en);
    }
    if manifest.version.split('.').count() != 3 || manifest.api.is_empty() {
        return fault("version such as \"1.0.0\" and api such as \"0.1\" must be given".into());
    }
    both("name", &manifest.name)?;
    for (name, capability) in &manifest.capabilities {
        both(&format!("capabilities.{name}.reason"), &capability.reason)?;
    }
    for permission in &manifest.permissions {
        if !names::is_permission_of(id, &permission.name) {
            return fault(format!("permission {:?} is not {id}:verb", permission.name));
        }
        both(&format!("permission {}", permission.name), &permission.label)?;
    }
    for setting in &manifest.settings {
        if setting.field.name.is_empty() {
            return fault("a setting has no name".into());
        }
        both(&format!("setting {}", setting.field.name), &setting.field.label)?;
    }
    Ok(())
}

fn both(what: &str, text: &Text) -> Result<()> {
    if text.en.trim().is_empty() || text.de.trim().is_empty() {
        return Err(Error::Manifest(format!("{what} must be given in English and German")));
    }
    Ok(())
}

/// Checks that the component imports nothing that the manifest does not ask for.
///
/// # Errors
/// A sentence that names the missing capability.
pub fn imports(manifest: &Manifest, interfaces: &Interfaces) -> Result<()> {
    let names =
        interfaces.imports.iter().filter_map(|import| import.strip_prefix("magnetiq:plugin/")?.split('@').next());
    for name in names.filter(|name| GUARDED.contains(name)) {
        if !manifest.capabilities.contains_key(name) {
            return Err(Error::Manifest(format!("the plugin uses `{name}`: add [capabilities.{name}] with a reason")));
        }
    }
    Ok(())
}

/// Checks that the component can do what it registers.
///
/// # Errors
/// A sentence that says what to write.
pub fn exports(interfaces: &Interfaces, description: &Description) -> Result<()> {
    let renders = interfaces.exports.iter().any(|export| export.starts_with("magnetiq:plugin/render@"));
    match description.blocks.first() {
        Some(block) if !renders => {
            Err(Error::Description(format!("block {} is never rendered: write export!(…, blocks);", block.name)))
        }
        _ => Ok(()),
    }
}

/// Checks that a plugin without code describes nothing that needs some.
///
/// # Errors
/// A sentence that names it.
pub fn codeless(description: &Description, templates: &[String]) -> Result<()> {
    if let Some(what) = description.needs_code().first() {
        return Err(Error::Description(format!("{} needs code, and there is no Cargo.toml", what.en)));
    }
    for block in &description.blocks {
        let template = block::template(&block.name);
        if !templates.contains(&template) {
            return Err(Error::Description(format!("block {} needs templates/{template}, or code", block.name)));
        }
    }
    Ok(())
}

/// Checks that what the plugin registers is guarded, and allowed by its manifest.
///
/// # Errors
/// A sentence that names the route or the resource.
pub fn description(manifest: &Manifest, description: &Description) -> Result<()> {
    for route in &description.routes {
        let name = format!("{} {}", route.method, route.path);
        if route.access == Access::Nobody {
            return Err(Error::Description(format!(
                "{name} says not who may call it: .public(), .signed_in() or .permission(…)"
            )));
        }
        access(manifest, &name, &route.access)?;
        if route.kind == RouteKind::Page && manifest.mount.en.is_empty() {
            return Err(Error::Manifest(format!("the plugin has the page {name} and no mount")));
        }
    }
    for resource in &description.resources {
        if !names::is_kebab(&resource.name) {
            return Err(Error::Description(format!("the resource name {:?} is not kebab-case", resource.name)));
        }
        let prefix = names::table_prefix(&manifest.id);
        if !resource.table.starts_with(&prefix) {
            return Err(Error::Description(format!(
                "table {} of {} does not begin with {prefix}",
                resource.table, resource.name
            )));
        }
        for guard in [&resource.read, &resource.create, &resource.update, &resource.delete] {
            access(manifest, &resource.name, guard)?;
        }
    }
    Ok(())
}

fn access(manifest: &Manifest, what: &str, access: &Access) -> Result<()> {
    let Access::Permission(name) = access else { return Ok(()) };
    let declared = manifest.permissions.iter().any(|permission| permission.name == *name);
    if declared || names::HOST_PERMISSIONS.contains(&name.as_str()) {
        return Ok(());
    }
    Err(Error::Description(format!("{what} asks for {name}, which is no [[permissions]] of plugin.toml")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Manifest {
        toml::from_str(text).unwrap()
    }

    const GOOD: &str = r#"
        id = "hello"
        version = "0.1.0"
        api = "0.1"
        name = { en = "Hello", de = "Hallo" }
    "#;

    #[test]
    fn faults_of_the_manifest_name_their_line() {
        assert!(manifest(&read(GOOD)).is_ok());
        let said = |old: &str, new: &str| manifest(&read(&GOOD.replace(old, new))).unwrap_err().to_string();
        assert!(said("\"hello\"", "\"Hello\"").contains("id \"Hello\""));
        assert!(said("\"hello\"", "\"users\"").contains("belongs to the host"));
        assert!(said("api = \"0.1\"", "api = \"0.1\"\nlimits.cpu_ms = 5000").contains("limits.cpu_ms = 5000"));
        assert!(said("0.1.0", "1").contains("version"));
        assert!(said(", de = \"Hallo\"", "").contains("name must be given"));
        let permission = "\n[[permissions]]\nname = \"other:read\"\nlabel = { en = \"a\", de = \"b\" }";
        assert!(manifest(&read(&format!("{GOOD}{permission}"))).unwrap_err().to_string().contains("other:read"));
    }

    #[test]
    fn an_import_without_its_capability_is_refused() {
        let names = |names: &[&str]| Interfaces {
            imports: names.iter().map(|name| format!("magnetiq:plugin/{name}@0.1.0")).collect(),
            exports: Vec::new(),
        };
        assert!(imports(&read(GOOD), &names(&["types", "log", "clock"])).is_ok());
        assert!(imports(&read(GOOD), &names(&["db"])).unwrap_err().to_string().contains("[capabilities.db]"));
    }

    #[test]
    fn a_block_without_its_export_is_refused() {
        let description: Description = serde_json::from_str(r#"{"blocks": [{"name": "latest"}]}"#).unwrap();
        let mut interfaces = Interfaces::default();
        assert!(exports(&interfaces, &description).unwrap_err().to_string().contains("block latest"));
        interfaces.exports.push("magnetiq:plugin/render@0.1.0".into());
        assert!(exports(&interfaces, &description).is_ok());
    }

    #[test]
    fn what_needs_code_is_refused_without_it() {
        let said = |text: &str, templates: &[String]| {
            codeless(&serde_json::from_str(text).unwrap(), templates).map_err(|error| error.to_string())
        };
        let route = r#"{"routes": [{"kind": "api", "method": "GET", "path": "/x", "access": "public"}]}"#;
        assert!(said(route, &[]).unwrap_err().contains("the route GET /x needs code"));
        let block = r#"{"blocks": [{"name": "latest"}]}"#;
        assert!(said(block, &[]).unwrap_err().contains("templates/blocks/latest.html"));
        assert!(said(block, &["blocks/latest.html".into()]).is_ok());
    }

    #[test]
    fn a_route_without_a_guard_is_refused() {
        let routes = |access: &str| -> Description {
            let text =
                format!(r#"{{"routes": [{{"kind": "api", "method": "GET", "path": "/x", "access": {access}}}]}}"#);
            serde_json::from_str(&text).unwrap()
        };
        assert!(description(&read(GOOD), &routes("\"public\"")).is_ok());
        assert!(description(&read(GOOD), &routes("\"nobody\"")).unwrap_err().to_string().contains("GET /x"));
        assert!(description(&read(GOOD), &routes("{\"permission\": \"hello:read\"}")).is_err());
        assert!(description(&read(GOOD), &routes("{\"permission\": \"content:read\"}")).is_ok());
    }
}
