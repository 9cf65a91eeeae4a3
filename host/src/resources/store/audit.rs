//! Queries of the audit table.

use crate::store::Connection;
use rusqlite::{ToSql, params_from_iter};
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

/// What the audit is to forget.
pub struct Forget<'a> {
    /// The list.
    pub resource: &'a str,
    /// Its column with the person's handle.
    pub person_column: &'a str,
    /// Its personal columns.
    pub columns: &'a [&'a str],
    /// The person.
    pub person: i64,
}

/// Sets the personal columns to null in every row of the person, before and after.
pub fn forget(unit: &Connection, now: &str, forget: &Forget<'_>) -> Result<()> {
    let paths: String = (0..forget.columns.len()).map(|place| format!(", ?{}, NULL", place + 5)).collect();
    let sql = format!(
        "UPDATE audit SET before = json_set(before{paths}), after = json_set(after{paths}), updated_at = ?1
         WHERE resource = ?2 AND ?4 IN (json_extract(before, ?3), json_extract(after, ?3))"
    );
    let path = |column: &str| format!("$.{column}");
    let mut values: Vec<Box<dyn ToSql>> = vec![
        Box::new(now.to_owned()),
        Box::new(forget.resource.to_owned()),
        Box::new(path(forget.person_column)),
        Box::new(forget.person),
    ];
    values.extend(forget.columns.iter().map(|column| Box::new(path(column)) as Box<dyn ToSql>));
    unit.prepare_cached(&sql)?.execute(params_from_iter(values))?;
    Ok(())
}

fn text(row: &Value) -> Option<String> {
    (!row.is_null()).then(|| row.to_string())
}
