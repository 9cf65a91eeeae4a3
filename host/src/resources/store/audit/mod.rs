//! Queries of the audit table.

use rusqlite::{OptionalExtension as _, ToSql, params, params_from_iter};
use serde_json::Value;

use crate::clock::random_bytes;
use crate::error::Result;
use crate::resources::actor::{Actor, ActorKind};
use crate::resources::audit::chain::{self, BEGINNING, Covered};
use crate::resources::audit::{Change, Record};
use crate::store::Connection;

/// Adds a row behind the last one.
pub fn insert(unit: &Connection, now: &str, actor: &Actor, change: &Change<'_>) -> Result<()> {
    let (kind, actor_id) = match actor.kind {
        ActorKind::Visitor => ("visitor", None),
        ActorKind::User(id) => ("user", Some(id)),
        ActorKind::System => ("system", None),
    };
    let (last, previous) = last(unit)?;
    let (before, after) = (text(change.before), text(change.after));
    let (id, salt) = (last + 1, random_bytes::<{ chain::SALT }>());
    let hashed = |value: &Option<String>| value.as_ref().map(|value| chain::value_hash(&salt, value));
    let (before_hash, after_hash) = (hashed(&before), hashed(&after));
    let Change { action, resource, id: record_id, .. } = *change;
    let hashes = (before_hash.as_deref(), after_hash.as_deref());
    let covered = Covered(id, kind, actor_id, action, resource, record_id, hashes.0, hashes.1, &actor.request_id, now);
    let hash = chain::link(previous.as_deref().unwrap_or(BEGINNING), &covered)?;
    unit.prepare_cached(
        "INSERT INTO audit (id, actor_kind, actor_id, action, resource, record_id, before, after, before_hash, after_hash,
             salt, hash, request_id, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14)",
    )?
    .execute(params![
        id,
        kind,
        actor_id,
        action,
        resource,
        record_id,
        before,
        after,
        before_hash,
        after_hash,
        salt,
        hash,
        actor.request_id,
        now,
    ])?;
    Ok(())
}

/// Id and hash of the last row; 0 where there is none.
fn last(connection: &Connection) -> Result<(i64, Option<String>)> {
    let mut statement = connection.prepare_cached("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")?;
    Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?.unwrap_or_default())
}

/// The last hash; none before the chain.
pub fn last_hash(connection: &Connection) -> Result<Option<String>> {
    Ok(last(connection)?.1)
}

/// The next rows by id.
pub fn after(connection: &Connection, id: i64, most: u32) -> Result<Vec<Record>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, actor_kind, actor_id, action, resource, record_id, before, after, before_hash, after_hash, salt,
             request_id, created_at, hash
         FROM audit WHERE id > ? ORDER BY id LIMIT ?",
    )?;
    let rows = statement.query_map((id, most), |row| {
        Ok(Record {
            id: row.get(0)?,
            actor_kind: row.get(1)?,
            actor_id: row.get(2)?,
            action: row.get(3)?,
            resource: row.get(4)?,
            record_id: row.get(5)?,
            before: row.get(6)?,
            after: row.get(7)?,
            before_hash: row.get(8)?,
            after_hash: row.get(9)?,
            salt: row.get(10)?,
            request_id: row.get(11)?,
            created_at: row.get(12)?,
            hash: row.get(13)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
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

/// Sets the personal columns to null in every row of the person, before and after; with the salt goes what their hashes
/// would tell to whoever tries values out.
pub fn forget(unit: &Connection, now: &str, forget: &Forget<'_>) -> Result<()> {
    let paths: String = (0..forget.columns.len()).map(|place| format!(", ?{}, NULL", place + 5)).collect();
    let sql = format!(
        "UPDATE audit SET before = json_set(before{paths}), after = json_set(after{paths}), salt = NULL, updated_at = ?1
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

#[cfg(test)]
/// What is read and written here, beside what the audit's description says.
pub(crate) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::shape;

    let record = shape!(
        "audit",
        Record {
            id,
            actor_kind,
            actor_id,
            action,
            resource,
            record_id,
            before,
            after,
            before_hash,
            after_hash,
            salt,
            request_id,
            created_at,
            hash,
        }
    );
    vec![record.one_of("actor_kind", ["user", "visitor", "system"])]
}
