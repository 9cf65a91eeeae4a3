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

#[cfg(test)]
pub(crate) use agreement::shapes;

#[cfg(test)]
mod agreement {
    use crate::agreement::shape::Shape;

    /// What the store itself reads and writes; these values are in no structs.
    pub(crate) fn shapes() -> Vec<Shape> {
        vec![
            Shape::empty("migrations").and::<String>("name").and::<String>("checksum"),
            Shape::empty("plugin_migrations").and::<String>("owner").and::<String>("name").and::<String>("checksum"),
            Shape::empty("plugin_tables")
                .and::<str>("owner")
                .and::<String>("table_name")
                .and::<String>("kind")
                // SQLite's own names for them, less views.
                .one_of("kind", ["table", "virtual", "shadow"]),
            Shape::empty("plugin_storage").and::<str>("owner").and::<i64>("pages"),
        ]
    }
}
