//! Core modules become components.

use wit_component::{ComponentEncoder, DecodedWasm};

use crate::error::{Error, Result};

/// Wraps the core module that cargo built; imports that the plugin does not use are left out.
///
/// # Errors
/// When the module was not built with the SDK, or imports what no host offers.
pub fn componentize(core: &[u8]) -> Result<Vec<u8>> {
    let encode = || ComponentEncoder::default().validate(true).module(core)?.encode();
    encode().map_err(|cause| Error::Component(explain(&format!("{cause:#}"))))
}

/// Names the usual culprit of imports that no host offers.
fn explain(cause: &str) -> String {
    if ["__wbindgen", "wasi_snapshot", "getrandom"].iter().any(|sign| cause.contains(sign)) {
        return format!(
            "{cause}\nA dependency asks a browser or an operating system for time or randomness; \
             switch that feature off and use the SDK's `now` and `random`."
        );
    }
    cause.into()
}

/// Interfaces that a component imports and exports, as `magnetiq:plugin/db@0.1.0`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interfaces {
    /// What it needs of the host.
    pub imports: Vec<String>,
    /// What it offers.
    pub exports: Vec<String>,
}

/// Reads a component's interfaces.
///
/// # Errors
/// When the bytes are no component.
pub fn interfaces(component: &[u8]) -> Result<Interfaces> {
    let decoded = wit_component::decode(component).map_err(|cause| Error::Component(format!("{cause:#}")))?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        return Err(Error::Component("it holds interfaces alone".into()));
    };
    let world = &resolve.worlds[world];
    Ok(Interfaces {
        imports: world.imports.keys().map(|key| resolve.name_world_key(key)).collect(),
        exports: world.exports.keys().map(|key| resolve.name_world_key(key)).collect(),
    })
}
