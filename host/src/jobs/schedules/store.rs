//! The queries of schedules.

use rusqlite::Connection;

use super::NewSchedule;
use crate::error::Result;

/// A schedule whose moment has come.
pub struct Due {
    /// Its id.
    pub id: i64,
    /// `core` or a plugin's id.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// Five cron fields.
    pub cron: String,
    /// IANA zone.
    pub zone: String,
    /// SQL time of the moment.
    pub next_due_at: String,
}

/// A schedule without an open run.
const FREE: &str = "enabled = 1 AND NOT EXISTS (
    SELECT 1 FROM jobs WHERE jobs.owner = schedules.owner AND jobs.name = schedules.name
    AND jobs.due_at IS NOT NULL AND jobs.status IN ('queued', 'running'))";

/// Adds a schedule, or changes it where its times are others or it was paused.
pub fn set(unit: &Connection, owner: &str, schedule: &NewSchedule, zone: &str, next: &str, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "INSERT INTO schedules (owner, name, cron, zone, enabled, next_due_at, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?6)
         ON CONFLICT (owner, name) DO UPDATE SET cron = excluded.cron, zone = excluded.zone, enabled = 1,
             next_due_at = excluded.next_due_at, updated_at = excluded.updated_at
         WHERE enabled = 0 OR cron <> excluded.cron OR zone <> excluded.zone",
    )?;
    query.execute((owner, &schedule.name, &schedule.cron, zone, next, now))?;
    Ok(())
}

/// Pauses the owner's schedules but those in a JSON array of names.
pub fn pause_others(unit: &Connection, owner: &str, names: &str, now: &str) -> Result<()> {
    unit.execute(
        "UPDATE schedules SET enabled = 0, updated_at = ?3
         WHERE owner = ?1 AND enabled = 1 AND name NOT IN (SELECT value FROM json_each(?2))",
        (owner, names, now),
    )?;
    Ok(())
}

/// Pauses one.
pub fn disable(unit: &Connection, id: i64, now: &str) -> Result<()> {
    unit.execute("UPDATE schedules SET enabled = 0, updated_at = ?2 WHERE id = ?1", (id, now))?;
    Ok(())
}

/// Schedules that are due.
pub fn due(unit: &Connection, now: &str) -> Result<Vec<Due>> {
    let mut query = unit.prepare_cached(&format!(
        "SELECT id, owner, name, cron, zone, next_due_at FROM schedules WHERE next_due_at <= ? AND {FREE}"
    ))?;
    let found = query.query_map([now], |row| {
        Ok(Due {
            id: row.get(0)?,
            owner: row.get(1)?,
            name: row.get(2)?,
            cron: row.get(3)?,
            zone: row.get(4)?,
            next_due_at: row.get(5)?,
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Moves a schedule on to its next moment.
pub fn advance(unit: &Connection, due: &Due, next: &str, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE schedules SET last_due_at = next_due_at, next_due_at = ?2, updated_at = ?3 WHERE id = ?1",
    )?;
    query.execute((due.id, next, now))?;
    Ok(())
}

/// The nearest moment of a schedule without an open run.
pub fn next_due(unit: &Connection) -> Result<Option<String>> {
    let mut query = unit.prepare_cached(&format!("SELECT min(next_due_at) FROM schedules WHERE {FREE}"))?;
    Ok(query.query_row([], |row| row.get(0))?)
}

#[cfg(test)]
/// What is read and written here.
pub(crate) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::shape;

    vec![
        shape!("schedules", Due { id, owner, name, cron, zone, next_due_at }),
        shape!("schedules", NewSchedule { name, cron }).and::<bool>("enabled").and::<Option<String>>("last_due_at"),
    ]
}
