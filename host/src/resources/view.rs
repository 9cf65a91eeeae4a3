//! What a caller may see of a table: rows, columns, titles of references.

use magnetiq_contract::describe::{Field, FieldKind};

use super::actor::Actor;
use super::condition::Condition;
use super::table::{Column, Reference, Table, Title};
use crate::error::Result;

/// What one caller may see of one table.
#[derive(Clone, Debug)]
pub struct View<'t> {
    /// The table.
    pub table: &'t Table,
    /// The caller.
    pub actor: &'t Actor,
    /// Which rows.
    pub rows: Rows,
    /// Which columns, in the order of the description.
    pub columns: Vec<Shown<'t>>,
    /// May list and read hidden rows.
    pub trash: bool,
}

/// Which rows a caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Every row that is not hidden.
    All,
    /// Rows that meet the conditions of `public_rows` and point to no row that is kept from everyone.
    Public,
}

/// A column that the caller sees.
#[derive(Clone, Debug)]
pub struct Shown<'t> {
    /// The column.
    pub column: &'t Column,
    /// Titles of the record that it points to.
    pub titles: Titles,
}

/// How much of a referenced record the caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Titles {
    /// Its id alone.
    None,
    /// Its title, when it is one of the public rows.
    Public,
    /// Its title.
    All,
}

impl<'t> View<'t> {
    /// What `actor` may see of `table`.
    ///
    /// # Errors
    /// 401 or 403 when it may see nothing.
    pub fn of(table: &'t Table, actor: &'t Actor) -> Result<Self> {
        let resource = table.resource();
        let rows = match actor.may(&resource.read) {
            true => Rows::All,
            false if table.public_rows().is_some() => Rows::Public,
            false => {
                actor.require(&resource.read)?;
                Rows::All
            }
        };
        let columns = table
            .columns()
            .iter()
            .filter(|column| rows == Rows::All || column.field.public)
            .map(|column| Shown { column, titles: titles(column, actor) })
            .collect();
        let trash = rows == Rows::All && actor.may(&resource.delete);
        Ok(Self { table, actor, rows, columns, trash })
    }

    /// Passes when the caller may see hidden rows.
    ///
    /// # Errors
    /// 401 or 403.
    pub fn require_trash(&self) -> Result<()> {
        self.actor.require(&self.table.resource().read)?;
        self.actor.require(&self.table.resource().delete)
    }

    /// SQL of every value of a row, in the order of [`View::keys`].
    #[must_use]
    pub fn select(&self) -> String {
        let mut sql = String::from("t.id");
        for shown in &self.columns {
            sql.push_str(", t.");
            sql.push_str(&shown.column.quoted());
            for title in shown.visible_titles() {
                sql.push_str(", ");
                sql.push_str(&shown.title_sql(title));
            }
        }
        if self.rows == Rows::All {
            sql.push_str(", t.created_at, t.updated_at, t.deleted_at");
        }
        sql
    }

    /// Name and kind of every value of a row.
    #[must_use]
    pub fn keys(&self) -> Vec<(&str, FieldKind)> {
        let mut keys = vec![("id", FieldKind::Integer)];
        for shown in &self.columns {
            keys.push((&shown.column.field.name, shown.column.field.kind));
            keys.extend(shown.visible_titles().map(|title| (title.name.as_str(), title.kind)));
        }
        if self.rows == Rows::All {
            keys.extend(["created_at", "updated_at", "deleted_at"].map(|name| (name, FieldKind::DateTime)));
        }
        keys
    }

    /// SQL condition on the rows that the caller sees, hidden ones or the others.
    #[must_use]
    pub fn condition(&self, hidden: Hidden) -> String {
        let mut sql = match hidden {
            Hidden::No => "t.deleted_at IS NULL".to_owned(),
            Hidden::Only => "t.deleted_at IS NOT NULL".to_owned(),
            Hidden::Also => "TRUE".to_owned(),
        };
        if self.rows == Rows::Public {
            and(&mut sql, self.table.public_rows().unwrap_or_default(), "t");
            for target in self.table.columns().iter().filter_map(Column::public_target) {
                sql.push_str(" AND ");
                sql.push_str(&target);
            }
        }
        sql
    }

    /// A field that the caller sees.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'t Field> {
        self.columns.iter().find(|shown| shown.column.field.name == name).map(|shown| &shown.column.field)
    }
}

/// Whether hidden (soft-deleted) rows count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// They do not.
    No,
    /// They alone do.
    Only,
    /// They do too.
    Also,
}

impl<'t> Shown<'t> {
    /// The titles that go with the column.
    pub fn visible_titles(&self) -> impl Iterator<Item = &'t Title> + use<'t> {
        let visible = self.titles != Titles::None;
        self.column.reference.iter().filter(move |_| visible).flat_map(|reference| &reference.titles)
    }

    /// SQL of a title: a subquery, so that rows that are counted or skipped never look it up.
    #[must_use]
    pub fn title_sql(&self, title: &Title) -> String {
        let Some(reference) = &self.column.reference else { return "NULL".to_owned() };
        let mut condition = format!("r.id = t.{}", self.column.quoted());
        if self.titles == Titles::Public {
            condition.push_str(" AND r.deleted_at IS NULL");
            and(&mut condition, reference.public_rows.as_deref().unwrap_or_default(), "r");
        }
        let table = super::table::quote(&reference.table);
        format!("(SELECT {} FROM {table} AS r WHERE {condition})", title.sql.replace("{r}", "r"))
    }
}

fn and(sql: &mut String, conditions: &[Condition], alias: &str) {
    for condition in conditions {
        sql.push_str(" AND ");
        sql.push_str(&condition.sql(alias));
    }
}

fn titles(column: &Column, actor: &Actor) -> Titles {
    match &column.reference {
        Some(Reference { read, .. }) if actor.may(read) => Titles::All,
        Some(Reference { public_rows: Some(_), public_title: true, .. }) => Titles::Public,
        _ => Titles::None,
    }
}
