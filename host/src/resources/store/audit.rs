//! Queries of the audit table.

use crate::store::Connection;
use serde_json::Value;

use crate::error::Result;
use crate::resources::actor::{Actor, ActorKind};
use crate::resources::audit::Change;

/// Adds a row.
pub fn insert(unit: &Connection, now: &str, actor: &Actor, change: &Change<'_>) -> Result<()> {
    let (kind, id) = match actor.kind {
        ActorKind::Visitor => ("visitor", None),
        ActorKind::User(id) => ("user", Some(id)),
        ActorKind::System => ("system", None),
    };
    unit.prepare_cached(
        "INSERT INTO audit (actor_kind, actor_id, action, resource, record_id, before, after, request_id, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
    )?
    .execute((
        kind,
        id,
        change.action,
        change.resource,
        change.id,
        text(change.before),
        text(change.after),
        &actor.request_id,
        now,
    ))?;
    Ok(())
}

fn text(row: &Value) -> Option<String> {
    (!row.is_null()).then(|| row.to_string())
}
