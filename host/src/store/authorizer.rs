//! What SQL may do, by the scope it runs in. Asked by SQLite while it prepares a statement, also when it does so again
//! in the middle of a step. What is not named here is refused.

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use crate::store::functions;
use crate::store::scope::Scope;
use crate::store::watch::Watch;

/// Decides, and notes the tables that are read.
pub(super) fn authorize(watch: &Watch, context: AuthContext<'_>) -> Authorization {
    note(watch, &context.action);
    let allowed = match watch.scope() {
        Scope::Store => return Authorization::Allow,
        Scope::Core => core(watch, &context),
        Scope::Plugin(plugin) => rows(watch, &plugin, &context),
        Scope::Migration(plugin) => shape(watch, &plugin, &context),
    };
    if !allowed {
        watch.deny(description(&context.action));
        return Authorization::Deny;
    }
    match context.action {
        // Without this SQLite empties a table in one step and names no row to the update hook.
        AuthAction::Delete { table_name } if !is_schema(table_name) => Authorization::Ignore,
        _ => Authorization::Allow,
    }
}

fn note(watch: &Watch, action: &AuthAction<'_>) {
    match action {
        AuthAction::Read { table_name, .. } => watch.note_prepare(Some(table_name)),
        AuthAction::Function { function_name } if functions::is_volatile(function_name) => watch.note_volatile(),
        _ => watch.note_prepare(None),
    }
}

/// The host: no other file, no transaction of its own, no schema change but new tables.
fn core(watch: &Watch, context: &AuthContext<'_>) -> bool {
    use AuthAction as A;
    match &context.action {
        // Its tables have no triggers: one that fires on its own change, by a cascade perhaps, is somebody else's.
        A::Insert { .. } | A::Delete { .. } | A::Update { .. } if context.accessor.is_some() => false,
        A::Attach { .. } | A::Detach { .. } | A::Transaction { .. } | A::Unknown { .. } => false,
        A::DropTable { .. } | A::DropVtable { .. } => false,
        A::CreateTable { .. } | A::CreateVtable { .. } | A::CreateView { .. } | A::AlterTable { .. } => {
            watch.note_schema_change();
            true
        }
        A::Function { function_name } => !function_name.eq_ignore_ascii_case("load_extension"),
        _ => true,
    }
}

/// A plugin's call: rows of its own tables.
fn rows(watch: &Watch, plugin: &str, context: &AuthContext<'_>) -> bool {
    use AuthAction as A;
    match context.action {
        A::Select | A::Recursive => true,
        A::Read { table_name, column_name } => may_read(watch, plugin, table_name, column_name),
        A::Insert { table_name } | A::Delete { table_name } | A::Update { table_name, .. } => {
            is_main(context) && watch.catalogue.belongs(table_name, plugin)
        }
        A::Function { function_name } => functions::is_allowed(function_name),
        // Full-text search asks this while it is stepped; it tells a counter alone.
        A::Pragma { pragma_name: "data_version", pragma_value: None } => true,
        _ => false,
    }
}

fn may_read(watch: &Watch, plugin: &str, table: &str, column: &str) -> bool {
    watch.catalogue.belongs(table, plugin)
        || functions::is_table_function(table)
        // `SELECT count(*) FROM x` reads no column. Then x may also be a name that the statement gave itself with WITH.
        || (column.is_empty() && !watch.catalogue.knows(table))
}

/// A plugin's migration: its tables and indexes, the rows in them, and SQLite's own bookkeeping of both.
fn shape(watch: &Watch, plugin: &str, context: &AuthContext<'_>) -> bool {
    use AuthAction as A;
    let own = |table: &str| is_main(context) && is_own(watch, plugin, table);
    match context.action {
        A::CreateTable { table_name } | A::CreateIndex { table_name, .. } => own(table_name),
        A::AlterTable { table_name, .. } => own(table_name),
        A::CreateVtable { table_name, module_name } => own(table_name) && module_name.eq_ignore_ascii_case("fts5"),
        A::Reindex { .. } => is_main(context),
        A::Insert { table_name } | A::Delete { table_name } | A::Update { table_name, .. } => {
            own(table_name) || is_schema(table_name)
        }
        A::Read { table_name, column_name } => {
            own(table_name)
                || is_schema(table_name)
                || table_name.eq_ignore_ascii_case("pragma_quick_check")
                || may_read(watch, plugin, table_name, column_name)
        }
        A::Function { function_name } => functions::is_allowed(function_name) || is_renaming(function_name),
        A::Pragma { pragma_name: "quick_check" | "data_version", .. } => true,
        A::Select | A::Recursive => true,
        _ => false,
    }
}

/// By name, since a table is entered into the catalogue after it was made; never one that is another's.
fn is_own(watch: &Watch, plugin: &str, table: &str) -> bool {
    let owner = watch.catalogue.owner(table);
    table.starts_with(&super::plugin_prefix(plugin)) && owner.is_none_or(|owner| *owner == *plugin)
}

/// ALTER TABLE runs on these.
fn is_renaming(function: &str) -> bool {
    matches!(
        function,
        "sqlite_rename_column"
            | "sqlite_rename_table"
            | "sqlite_rename_test"
            | "sqlite_rename_quotefix"
            | "sqlite_drop_column"
            | "sqlite_add_constraint"
            | "sqlite_drop_constraint"
            | "sqlite_find_constraint"
            | "sqlite_fail"
    )
}

fn is_schema(table: &str) -> bool {
    ["sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"]
        .iter()
        .any(|known| table.eq_ignore_ascii_case(known))
}

fn is_main(context: &AuthContext<'_>) -> bool {
    context.database_name.is_none_or(|name| name == "main")
}

/// What was refused, as its author would say it.
fn description(action: &AuthAction<'_>) -> String {
    use AuthAction as A;
    match action {
        A::Read { table_name, .. } => format!("reading {table_name}"),
        A::Insert { table_name } | A::Update { table_name, .. } | A::Delete { table_name } => {
            format!("writing {table_name}")
        }
        A::Function { function_name } => format!("the function {function_name}"),
        A::Pragma { pragma_name, .. } => format!("PRAGMA {pragma_name}"),
        A::Transaction { .. } | A::Savepoint { .. } => "a transaction of its own".into(),
        A::Attach { .. } | A::Detach { .. } => "another database file".into(),
        A::CreateVtable { module_name, .. } => format!("a virtual table of {module_name}"),
        A::CreateTable { table_name } => format!("a table called {table_name}"),
        A::CreateTrigger { .. } | A::CreateTempTrigger { .. } => "a trigger".into(),
        A::CreateView { .. } | A::CreateTempView { .. } => "a view".into(),
        _ => "a change of the schema".into(),
    }
}
