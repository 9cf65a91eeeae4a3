//! Core modules become components.

use wit_component::ComponentEncoder;

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
