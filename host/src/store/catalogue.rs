//! Who owns which table: the in-memory copy of `plugin_tables` and of all table names, which the authorizer asks.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arc_swap::ArcSwap;
use rusqlite::Connection;

use crate::error::Result;
use crate::store::inspection;
use crate::store::tokens::tokens;

/// Tables, virtual tables and modules by lower-case name.
#[derive(Debug, Default)]
pub(super) struct Catalogue(ArcSwap<Listing>);

#[derive(Debug, Default)]
struct Listing {
    tables: HashMap<String, Table>,
    /// Names that can stand in FROM without a CREATE: `dbstat`, `json_each`, `pragma_table_list`.
    modules: HashSet<String>,
}

#[derive(Clone, Debug, Default)]
struct Table {
    owner: Option<Arc<str>>,
    /// The full-text table whose insides this one holds.
    inside: Option<Arc<str>>,
}

impl Catalogue {
    /// Reads all names and owners anew. A statement that was prepared before is prepared again by SQLite itself,
    /// because the schema's version has changed.
    pub(super) fn load(&self, connection: &Connection) -> Result<()> {
        let mut tables = all_tables(connection)?;
        for (name, owner) in owners(connection)? {
            if let Some(table) = tables.get_mut(&name) {
                table.owner = Some(owner);
            }
        }
        disown(&mut tables, &searches(connection)?);
        self.0.store(Arc::new(Listing { tables, modules: modules(connection)? }));
        Ok(())
    }

    /// True when the table belongs to this plugin.
    pub(super) fn belongs(&self, table: &str, plugin: &str) -> bool {
        self.owner(table).is_some_and(|owner| *owner == *plugin)
    }

    /// The plugin that the table belongs to.
    pub(super) fn owner(&self, table: &str) -> Option<Arc<str>> {
        let name = table.to_ascii_lowercase();
        self.0.load().tables.get(&name).and_then(|table| table.owner.clone())
    }

    /// The tables of a plugin, full-text tables' insides included, in order of their names.
    pub(super) fn tables_of(&self, plugin: &str) -> Vec<String> {
        let listing = self.0.load();
        let own = listing.tables.iter().filter(|(_, table)| table.owner.as_deref() == Some(plugin));
        let mut names: Vec<String> = own.map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }

    /// True when the name stands for something in the database, as against a name that a statement gives itself.
    pub(super) fn knows(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let listing = self.0.load();
        name.starts_with("sqlite_")
            || name.starts_with("pragma_")
            || listing.modules.contains(&name)
            || listing.tables.contains_key(&name)
    }

    /// Calls `visit` with the name under which changes of this table are counted: its own in lower case, or that of
    /// the full-text table whose insides it holds.
    pub(super) fn counted<T>(&self, table: &str, visit: impl FnOnce(&str) -> T) -> T {
        let listing = self.0.load();
        match listing.tables.get_key_value(table) {
            Some((_, Table { inside: Some(outer), .. })) => visit(outer),
            Some((name, _)) => visit(name),
            None => visit(&table.to_ascii_lowercase()),
        }
    }
}

fn all_tables(connection: &Connection) -> Result<HashMap<String, Table>> {
    let mut statement = connection.prepare("SELECT lower(name), type FROM pragma_table_list WHERE schema = 'main'")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let list = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let virtuals: Vec<Arc<str>> =
        list.iter().filter(|(_, kind)| kind == "virtual").map(|(name, _)| name.as_str().into()).collect();
    let inside = |name: &str, kind: &str| {
        let outer = virtuals.iter().filter(|outer| is_inside(name, outer));
        (kind == "shadow").then(|| outer.max_by_key(|outer| outer.len()).cloned()).flatten()
    };
    Ok(list.iter().map(|(name, kind)| (name.clone(), Table { owner: None, inside: inside(name, kind) })).collect())
}

fn is_inside(name: &str, outer: &str) -> bool {
    let suffix = name.strip_prefix(outer).unwrap_or_default();
    matches!(suffix, "_data" | "_idx" | "_content" | "_docsize" | "_config")
}

/// A full-text table and the tables whose rows it searches.
type Search = (String, Vec<String>);

fn searches(connection: &Connection) -> Result<Vec<Search>> {
    let sql = "SELECT lower(name), sql FROM sqlite_schema WHERE type = 'table' AND rootpage = 0";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let named = |sql: &str| inspection::contents(&tokens(sql)).iter().map(|name| name.to_ascii_lowercase()).collect();
    Ok(rows.map(|row| row.map(|(name, sql)| (name, named(&sql)))).collect::<rusqlite::Result<_>>()?)
}

/// A full-text table reads what it searches through statements that it keeps, and nobody is asked again for them when
/// another scope has prepared them. So one over somebody else's table is nobody's, and its insides neither.
fn disown(tables: &mut HashMap<String, Table>, searches: &[Search]) {
    let owner = |name: &String| tables.get(name).and_then(|table| table.owner.clone());
    let is_foreign = |(name, contents): &&Search| contents.iter().any(|content| owner(content) != owner(name));
    let foreign: HashSet<&str> = searches.iter().filter(is_foreign).map(|(name, _)| name.as_str()).collect();
    for (name, table) in tables {
        if foreign.contains(name.as_str()) || table.inside.as_ref().is_some_and(|outer| foreign.contains(&**outer)) {
            table.owner = None;
        }
    }
}

fn owners(connection: &Connection) -> Result<Vec<(String, Arc<str>)>> {
    let mut statement =
        connection.prepare("SELECT lower(table_name), owner FROM plugin_tables WHERE deleted_at IS NULL")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?.into())))?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
}

fn modules(connection: &Connection) -> Result<HashSet<String>> {
    let mut statement = connection.prepare("SELECT lower(name) FROM pragma_module_list")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
