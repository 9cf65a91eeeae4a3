//! The room in the database file that an admin granted a plugin, counted in pages by the store.

use crate::error::{Code, Error, Result};
use crate::plugins::live::Live;
use crate::plugins::rights::gate::Capability;
use crate::store::Unit;

/// Bytes of a page of the file.
pub(in crate::plugins) const PAGE: i64 = 4096;

/// Refuses a unit of work that has grown beyond the plugin's megabytes. One that gives pages back always passes.
///
/// # Errors
/// Storage full, with a sentence that names the capability.
pub(in crate::plugins) fn check(plugin: &Live, unit: &Unit) -> Result<()> {
    let Some(granted) = granted(plugin) else { return Ok(()) };
    let added = unit.pages_added()?;
    if added <= 0 {
        return Ok(());
    }
    let stored = (unit.pages_stored()? + added).saturating_mul(PAGE);
    if stored.unsigned_abs() <= granted.saturating_mul(1 << 20) {
        return Ok(());
    }
    let sentence = format!("This plugin has used up the {granted} MB of the capability db.");
    let refusal = Error::new(Code::StorageFull, sentence);
    plugin.denied(&refusal);
    Err(refusal)
}

/// Megabytes; none where nothing is counted.
pub(in crate::plugins) fn granted(plugin: &Live) -> Option<u64> {
    plugin.gate.require(Capability::Db).ok()?.quantity
}
