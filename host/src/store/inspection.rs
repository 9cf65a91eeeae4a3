//! What a plugin's tables must not have. The authorizer cannot see it, because it takes effect later and in somebody
//! else's scope: a trigger fires on the host's own DELETE, a deferred key fails the host's COMMIT.

use rusqlite::{Connection, OptionalExtension};

use crate::error::{Code, Error, Result};
use crate::store::schema;
use crate::store::tokens::{Token, tokens};

/// Looks at everything that the plugin has in the schema.
pub(super) fn inspect(connection: &Connection, plugin: &str) -> Result<()> {
    let prefix = super::plugin_prefix(plugin);
    if let Some(table) = missing(connection, plugin)? {
        let fault =
            format!("The table {table} of the plugin {plugin} is gone or has another name now. Migrations only add.");
        return Err(Error::new(Code::Conflict, fault));
    }
    for Object { kind, name, table, sql, is_inside } in objects(connection, &prefix)? {
        let refuse =
            |fault: &str| Err(Error::new(Code::Conflict, format!("The {kind} {name} of the plugin {plugin} {fault}.")));
        let tokens = tokens(&sql);
        if kind == "trigger" || kind == "view" {
            return refuse("is not allowed: only tables, indexes and full-text tables are");
        }
        if !table.starts_with(&prefix) {
            return refuse(&format!("belongs to {table}, which is not the plugin's"));
        }
        if let Some(fault) = wording(&tokens) {
            return refuse(fault);
        }
        if hides_changes(&tokens) && !is_inside {
            return refuse("is WITHOUT ROWID, so that its changes could not be counted");
        }
        if kind == "table" && tokens.get(1).is_some_and(|word| word.is("VIRTUAL")) {
            if let Some(fault) = search(&tokens, &prefix) {
                return refuse(&fault);
            }
        } else if let Some(key) = foreign(connection, &name, &prefix)? {
            return refuse(&format!("points to {key}, which is not the plugin's"));
        }
    }
    Ok(())
}

struct Object {
    kind: String,
    name: String,
    table: String,
    sql: String,
    /// True for what a full-text table keeps its own things in.
    is_inside: bool,
}

/// A table under a new name would be nobody's.
fn missing(connection: &Connection, plugin: &str) -> Result<Option<String>> {
    let sql = "SELECT table_name FROM plugin_tables WHERE owner = ? AND deleted_at IS NULL \
               AND table_name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main')";
    Ok(connection.query_row(sql, [plugin], |row| row.get(0)).optional()?)
}

/// Also what has another name, but hangs on one of the plugin's tables.
fn objects(connection: &Connection, prefix: &str) -> Result<Vec<Object>> {
    let sql = "SELECT type, name, tbl_name, coalesce(sql, ''), \
               EXISTS (SELECT 1 FROM pragma_table_list AS t WHERE t.name = s.name AND t.type = 'shadow') \
               FROM sqlite_schema AS s WHERE substr(name, 1, length(?1)) = ?1 OR substr(tbl_name, 1, length(?1)) = ?1";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([prefix], |row| {
        Ok(Object {
            kind: row.get(0)?,
            name: row.get(1)?,
            table: row.get(2)?,
            sql: row.get(3)?,
            is_inside: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Clauses by which a statement could end the transaction it is in.
fn wording(tokens: &[Token<'_>]) -> Option<&'static str> {
    let says = |words: &[&str]| says(tokens, words);
    if says(&["INITIALLY", "DEFERRED"]) {
        return Some("has a deferred key, which would fail at the end of somebody else's transaction");
    }
    says(&["ON", "CONFLICT", "ROLLBACK"])
        .then_some("has ON CONFLICT ROLLBACK, which would end a transaction that is not its own")
}

/// `CREATE TABLE … AS SELECT`. The schema does not keep the query, so that it must be found before it runs.
pub(super) fn is_made_of_query(tokens: &[Token<'_>]) -> bool {
    ["SELECT", "VALUES", "WITH"].iter().any(|word| says(tokens, &["AS", word]))
}

/// SQLite tells no row of such a table to the update hook.
fn hides_changes(tokens: &[Token<'_>]) -> bool {
    says(tokens, &["WITHOUT", "ROWID"])
}

fn says(tokens: &[Token<'_>], words: &[&str]) -> bool {
    tokens.windows(words.len()).any(|window| window.iter().zip(words).all(|(token, word)| token.is(word)))
}

/// A full-text table reads its content table through statements of its own.
fn search(tokens: &[Token<'_>], prefix: &str) -> Option<String> {
    let module = tokens.windows(2).find(|pair| pair[0].is("USING")).map(|pair| pair[1].unquoted());
    if module.is_none_or(|module| !module.eq_ignore_ascii_case("fts5")) {
        return Some("is a virtual table of another kind than fts5".into());
    }
    let outside = contents(tokens).into_iter().find(|table| !table.starts_with(prefix));
    outside.map(|table| format!("searches {table}, which is not the plugin's"))
}

/// The tables whose rows a full-text table searches without keeping them itself.
pub(super) fn contents(tokens: &[Token<'_>]) -> Vec<String> {
    let options = tokens.windows(3).filter(|option| option[0].unquoted().eq_ignore_ascii_case("content"));
    let named = options.filter(|option| option[1].is("=")).map(|option| option[2].unquoted());
    named.filter(|table| !table.is_empty()).collect()
}

fn foreign(connection: &Connection, table: &str, prefix: &str) -> Result<Option<String>> {
    let keys = schema::foreign_keys(connection, table)?;
    Ok(keys.into_iter().map(|key| key.table).find(|target| !target.starts_with(prefix)))
}
