//! How many pages of the file each plugin has taken, counted unit by unit.

use crate::error::Result;
use crate::store::Owner;
use crate::store::scope::Scope;
use crate::store::unit::Unit;

const ADD: &str = "INSERT INTO plugin_storage (owner, pages, created_at, updated_at) \
    VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%f000Z'), strftime('%Y-%m-%dT%H:%M:%f000Z')) \
    ON CONFLICT (owner) DO UPDATE SET pages = max(0, pages + excluded.pages), updated_at = excluded.updated_at";

/// Adds what a plugin's unit has taken to its owner's count, in the same transaction.
pub(super) fn count(unit: &Unit) -> Result<()> {
    let Owner::Plugin(plugin) = unit.owner() else { return Ok(()) };
    let pages = unit.pages_added()?;
    if pages == 0 {
        return Ok(());
    }
    let _scope = unit.session().enter(Scope::Store);
    unit.prepare_cached(ADD)?.execute((plugin.as_ref(), pages))?;
    Ok(())
}
