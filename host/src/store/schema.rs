//! What tables really look like, read from the database itself.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use crate::error::Result;
use crate::store::tokens::{Kind, Token, tokens};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// `INTEGER`, `TEXT`, `REAL`, `BLOB` or `ANY`.
    pub kind: String,
    /// True with NOT NULL.
    pub required: bool,
    /// The SQL of its DEFAULT.
    pub default: Option<String>,
    /// True for the key of the table.
    pub is_key: bool,
    /// True when SQLite computes it.
    pub is_computed: bool,
    /// The values of its `CHECK (column IN (…))`.
    pub choices: Option<Vec<String>>,
}

/// A column that points to a row of another table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// The column that points.
    pub column: String,
    /// The table it points to.
    pub table: String,
    /// The column there, `id` where the key does not name it.
    pub target: String,
    /// `NO ACTION`, `RESTRICT`, `CASCADE`, `SET NULL` or `SET DEFAULT`.
    pub on_delete: String,
}

/// The names of all ordinary tables, SQLite's own left out.
///
/// # Errors
/// When the schema cannot be read.
pub fn tables(connection: &Connection) -> Result<Vec<String>> {
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The columns of a table in its order; none when there is no such table.
///
/// # Errors
/// When the schema cannot be read.
pub fn columns(connection: &Connection, table: &str) -> Result<Vec<Column>> {
    let mut choices = choices(connection, table)?;
    let sql = "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([table], |row| {
        let name: String = row.get(0)?;
        Ok(Column {
            choices: choices.remove(&name),
            name,
            kind: row.get::<_, String>(1)?.to_ascii_uppercase(),
            required: row.get(2)?,
            default: row.get(3)?,
            is_key: row.get::<_, i64>(4)? > 0,
            is_computed: row.get::<_, i64>(5)? > 1,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The foreign keys of a table.
///
/// # Errors
/// When the schema cannot be read.
pub fn foreign_keys(connection: &Connection, table: &str) -> Result<Vec<ForeignKey>> {
    let sql = "SELECT \"from\", \"table\", coalesce(\"to\", 'id'), on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([table], |row| {
        Ok(ForeignKey { column: row.get(0)?, table: row.get(1)?, target: row.get(2)?, on_delete: row.get(3)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The conditions of a table's CHECKs, but for those that list the values of one column, each as [`condition`] writes
/// it.
///
/// # Errors
/// When the schema cannot be read.
pub fn checks(connection: &Connection, table: &str) -> Result<Vec<String>> {
    let sql = definition(connection, table)?.unwrap_or_default();
    let tokens = tokens(&sql);
    Ok(conditions(&tokens).filter(|tokens| choice(tokens).is_none()).map(written).collect())
}

/// A condition with one blank between its words, and whatever is no string in lower case.
#[must_use]
pub fn condition(sql: &str) -> String {
    written(&tokens(sql))
}

/// The statement that made a table.
pub(super) fn definition(connection: &Connection, table: &str) -> Result<Option<String>> {
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE";
    Ok(connection.query_row(sql, [table], |row| row.get(0)).optional()?)
}

fn choices(connection: &Connection, table: &str) -> Result<HashMap<String, Vec<String>>> {
    let sql = definition(connection, table)?.unwrap_or_default();
    let tokens = tokens(&sql);
    Ok(conditions(&tokens).filter_map(choice).collect())
}

/// What stands within the brackets of each CHECK.
fn conditions<'a>(tokens: &'a [Token<'a>]) -> impl Iterator<Item = &'a [Token<'a>]> {
    let begins = tokens.windows(2).enumerate().filter(|(_, pair)| pair[0].is("CHECK") && pair[1].is("("));
    begins.map(|(at, _)| within_brackets(&tokens[at + 2..]))
}

/// The tokens up to the bracket that closes what was opened before them.
fn within_brackets<'a>(tokens: &'a [Token<'a>]) -> &'a [Token<'a>] {
    let mut open = 1;
    let end = tokens.iter().position(|token| {
        open += i32::from(token.is("(")) - i32::from(token.is(")"));
        open == 0
    });
    &tokens[..end.unwrap_or(tokens.len())]
}

/// Reads `name IN ( 'a' , 'b' )`, where nothing else stands.
fn choice(tokens: &[Token<'_>]) -> Option<(String, Vec<String>)> {
    let [name, within, list, values @ .., _] = tokens else { return None };
    let is_list = within.is("IN") && list.is("(") && !values.iter().any(|token| token.is(")"));
    let values = values.iter().filter(|token| token.kind != Kind::Symbol).map(Token::unquoted).collect();
    is_list.then(|| (name.unquoted(), values))
}

fn written(tokens: &[Token<'_>]) -> String {
    let word = |token: &Token<'_>| {
        if token.kind == Kind::Text { token.text.to_owned() } else { token.unquoted().to_ascii_lowercase() }
    };
    tokens.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_described_as_it_was_made() {
        let connection = Connection::open_in_memory().unwrap();
        let sql = "CREATE TABLE speakers (id INTEGER PRIMARY KEY) STRICT;
                   CREATE TABLE talks (
                       id INTEGER PRIMARY KEY,
                       speaker_id INTEGER NOT NULL REFERENCES speakers ON DELETE CASCADE,
                       status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'it''s on')),
                       doubled INTEGER AS (id * 2),
                       CHECK (status IN ('draft') OR (length(speaker_id) > 0)),
                       CHECK([status]<>'Old')
                   ) STRICT;";
        connection.execute_batch(sql).unwrap();
        assert_eq!(tables(&connection).unwrap(), ["speakers", "talks"]);
        let columns = columns(&connection, "talks").unwrap();
        assert_eq!(
            columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
            ["id", "speaker_id", "status", "doubled"]
        );
        assert!(columns[0].is_key && columns[1].required && columns[3].is_computed);
        assert_eq!(columns[2].choices, Some(vec!["draft".into(), "it's on".into()]));
        assert_eq!(columns[2].default.as_deref(), Some("'draft'"));
        let key = ForeignKey {
            column: "speaker_id".into(),
            table: "speakers".into(),
            target: "id".into(),
            on_delete: "CASCADE".into(),
        };
        assert_eq!(foreign_keys(&connection, "talks").unwrap(), [key]);
        let checks = checks(&connection, "talks").unwrap();
        let wanted = ["status IN('draft') OR (LENGTH(speaker_id)>0)", "status <> 'Old'"];
        assert_eq!(checks, wanted.map(condition));
    }
}
