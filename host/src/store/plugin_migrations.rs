//! A plugin's tables: its SQL files run once each in a scope that can shape its own tables alone, the result is
//! inspected, and whose table is whose is written down.

use std::sync::Arc;

use rusqlite::Connection;

use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::store::inspection;
use crate::store::migrations::checksum;
use crate::store::scope::Scope;
use crate::store::tokens::{statements, tokens};
use crate::store::unit::Unit;

/// Runs the files that have not run yet; name and text of each, in order.
pub(super) fn run(unit: &Unit, plugin: &Arc<str>, files: &[(String, String)], clock: &Clock) -> Result<()> {
    let _scope = unit.session().enter(Scope::Store);
    unit.session().set_deadline(None);
    unit.session().watch().note_schema_change();
    let applied = applied(unit, plugin)?;
    for (name, sql) in files {
        match applied.iter().find(|(known, _)| known == name) {
            Some((_, known)) if *known == checksum(sql) => {}
            Some(_) => {
                return Err(refused(plugin, name, "it was changed after it ran; put it back and add a new file"));
            }
            None => apply(unit, plugin, name, sql, clock)?,
        }
    }
    inspection::inspect(unit, plugin)
}

/// Will these files change tables that are there?
pub(super) fn change_tables(connection: &Connection, plugin: &str, files: &[(String, String)]) -> Result<bool> {
    let applied = applied(connection, plugin)?;
    let is_new = |(name, _): &(String, String)| !applied.iter().any(|(known, _)| known == name);
    Ok(!applied.is_empty() && files.iter().any(is_new))
}

/// Deletes all tables of a plugin, and the list of its migrations.
pub(super) fn drop_tables(unit: &Unit, plugin: &str) -> Result<()> {
    let _scope = unit.session().enter(Scope::Store);
    unit.session().set_deadline(None);
    unit.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    let mut statement =
        unit.prepare("SELECT table_name FROM plugin_tables WHERE owner = ? AND kind <> 'shadow' ORDER BY id DESC")?;
    let names = statement.query_map([plugin], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    for name in names {
        unit.execute_batch(&format!("DROP TABLE \"{name}\""))?;
    }
    for list in ["plugin_tables", "plugin_migrations", "plugin_storage"] {
        unit.execute(&format!("DELETE FROM {list} WHERE owner = ?"), [plugin])?;
    }
    unit.session().watch().note_schema_change();
    Ok(())
}

/// An id of which the tables' names can be made so that no two plugins share one.
pub(super) fn check_id(plugin: &str) -> Result<()> {
    let parts = plugin.split('-');
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if plugin.len() <= 64 && parts.into_iter().all(is_part) {
        return Ok(());
    }
    Err(Error::new(
        Code::Validation,
        format!("{plugin} is not a plugin's id: lower-case letters, digits and single hyphens."),
    ))
}

fn applied(connection: &Connection, plugin: &str) -> Result<Vec<(String, String)>> {
    let mut statement = connection.prepare("SELECT name, checksum FROM plugin_migrations WHERE owner = ?")?;
    let rows = statement.query_map([plugin], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn apply(unit: &Unit, plugin: &Arc<str>, name: &str, sql: &str, clock: &Clock) -> Result<()> {
    for statement in statements(sql) {
        if is_create_as(statement) {
            return Err(refused(plugin, name, "CREATE TABLE … AS would copy what the query can see"));
        }
        step(unit, plugin, statement).map_err(|error| refused(plugin, name, &reason(unit, &error)))?;
        // Its next statement may write rows of a table that this one made.
        record_tables(unit, plugin, clock)?;
    }
    unit.execute(
        "INSERT INTO plugin_migrations (owner, name, checksum, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        (plugin.as_ref(), name, checksum(sql), clock.sql_now()),
    )?;
    Ok(())
}

fn is_create_as(statement: &str) -> bool {
    let words = tokens(statement);
    words.first().is_some_and(|word| word.is("CREATE")) && inspection::is_made_of_query(&words)
}

/// What shapes a table runs in the scope for that; what changes rows, in the one that the plugin's calls have.
fn step(unit: &Unit, plugin: &Arc<str>, statement: &str) -> rusqlite::Result<()> {
    let words = tokens(statement);
    let shapes = words.first().is_some_and(|word| word.is("CREATE") || word.is("ALTER"));
    let scope = if shapes { Scope::Migration(Arc::clone(plugin)) } else { Scope::Plugin(Arc::clone(plugin)) };
    let _scope = unit.session().enter(scope);
    unit.session().watch().take_denied();
    unit.execute_batch(statement)
}

fn reason(unit: &Unit, error: &rusqlite::Error) -> String {
    match unit.session().watch().take_denied() {
        Some(what) => format!("it may not use {what}"),
        None => error.to_string(),
    }
}

/// Enters the plugin's new tables, by their names: the scope let it make no other ones.
fn record_tables(unit: &Unit, plugin: &str, clock: &Clock) -> Result<()> {
    let prefix = super::plugin_prefix(plugin);
    let sql = "INSERT OR IGNORE INTO plugin_tables (owner, table_name, kind, created_at, updated_at) \
               SELECT ?1, name, type, ?3, ?3 FROM pragma_table_list \
               WHERE schema = 'main' AND type <> 'view' AND substr(name, 1, length(?2)) = ?2";
    let entered = unit.prepare_cached(sql)?.execute((plugin, prefix, clock.sql_now()))?;
    if entered > 0 {
        unit.session().watch().catalogue.load(unit)?;
    }
    Ok(())
}

fn refused(plugin: &str, name: &str, reason: &str) -> Error {
    Error::new(Code::Conflict, format!("The migration {name} of the plugin {plugin} was refused: {reason}."))
}
