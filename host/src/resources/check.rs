//! Does a description agree with the migrated table? Asked at installation and by a test for the host's own.

use std::collections::BTreeSet;

use magnetiq_contract::describe::{Access, Field, FieldKind};
use magnetiq_contract::text::Locale;

use super::store::schema;
use super::table::{Column, Table};
use crate::error::Result;
use crate::store::Connection;

/// What the comparison of a description with its table found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Contradictions, a sentence each, naming table and column. The table must not be used with any.
    pub faults: Vec<String>,
    /// What works but will be slow.
    pub warnings: Vec<String>,
}

impl Table {
    /// Compares the description with the migrated table: columns, types, NOT NULL, allowed values, uniqueness,
    /// foreign keys, the columns of every row, STRICT, indexes.
    ///
    /// # Errors
    /// The store's.
    pub fn check(&self, snapshot: &Connection) -> Result<Findings> {
        let name = &self.resource().table;
        let mut findings = Findings::default();
        let Some(schema) = schema::read(snapshot, name)? else {
            findings.faults.push(format!("The table {name} does not exist."));
            return Ok(findings);
        };
        if !schema.strict {
            findings.faults.push(format!("The table {name} is not STRICT."));
        }
        let mut check = Check { table: self, schema: &schema, findings };
        check.host_columns();
        for column in self.columns() {
            check.column(column);
        }
        check.undescribed_columns();
        Ok(check.findings)
    }
}

#[cfg(test)]
impl Table {
    /// The described columns, for the comparison of all tables.
    pub(crate) fn shape(&self) -> crate::agreement::shape::Shape {
        use crate::agreement::shape::{Column as Believed, Shape};

        let mut shape = Shape::empty(&self.resource().table);
        for column in self.columns() {
            let choices = match column.field.kind {
                FieldKind::Choice => Some(column.field.choices.iter().map(|choice| choice.value.clone()).collect()),
                FieldKind::Locale => Some(Locale::ALL.into_iter().map(|locale| locale.code().to_owned()).collect()),
                FieldKind::Boolean => Some(vec!["0".to_owned(), "1".to_owned()]),
                _ => None,
            };
            let points_to = column.reference.as_ref().map(|reference| reference.table.clone());
            let (kind, required) = (sqlite_type(column.field.kind), column.is_filled());
            shape.add(&column.field.name, Believed { kind, required, choices, points_to });
        }
        shape
    }
}

struct Check<'a> {
    table: &'a Table,
    schema: &'a schema::Schema,
    findings: Findings,
}

impl Check<'_> {
    fn fault(&mut self, column: &str, sentence: &str) {
        self.findings.faults.push(format!("The column {}.{column} {sentence}", self.table.resource().table));
    }

    fn host_columns(&mut self) {
        let key = self.schema.column("id").is_some_and(|id| id.key && id.kind == "INTEGER");
        if !key {
            self.fault("id", "is not INTEGER PRIMARY KEY.");
        }
        for (name, filled) in [("created_at", true), ("updated_at", true), ("deleted_at", false)] {
            self.stored_as(name, "TEXT", filled);
        }
    }

    fn column(&mut self, column: &Column) {
        let field = &column.field;
        if !self.stored_as(&field.name, sqlite_type(field.kind), column.is_filled()) {
            return;
        }
        self.allowed_values(field);
        if field.unique && !self.schema.unique.contains(&field.name) {
            self.fault(&field.name, "is described as unique, but has no UNIQUE of its own over all rows.");
        }
        if let (FieldKind::Reference, Some(reference)) = (field.kind, &column.reference) {
            self.foreign_key(&field.name, &reference.table);
        }
        if (field.filter || field.sort) && !self.schema.indexed.contains(&field.name) {
            let table = &self.table.resource().table;
            let sentence = format!(
                "The column {table}.{} is filtered or sorted without an index that starts with it.",
                field.name
            );
            self.findings.warnings.push(sentence);
        }
    }

    /// False when there is no such column, so that nothing more needs to be said of it.
    fn stored_as(&mut self, name: &str, kind: &str, filled: bool) -> bool {
        let Some(column) = self.schema.column(name) else {
            self.fault(name, "does not exist.");
            return false;
        };
        if column.kind != kind {
            self.fault(name, &format!("is {} where the description needs {kind}.", column.kind));
        }
        match (filled, column.not_null) {
            (true, false) => self.fault(name, "may be NULL, but the description says that it is always there."),
            (false, true) => self.fault(name, "is NOT NULL, but the description says that it may be missing."),
            _ => {}
        }
        true
    }

    fn allowed_values(&mut self, field: &Field) {
        let described: BTreeSet<String> = match field.kind {
            FieldKind::Choice => field.choices.iter().map(|choice| choice.value.clone()).collect(),
            FieldKind::Locale => Locale::ALL.into_iter().map(|locale| locale.code().to_owned()).collect(),
            _ => return,
        };
        match self.schema.allowed.get(&field.name) {
            None => self.fault(&field.name, "has no CHECK (… IN (…)) with its allowed values."),
            Some(stored) if *stored != described => {
                let list = |values: &BTreeSet<String>| values.iter().cloned().collect::<Vec<_>>().join(", ");
                let sentence = format!("allows {} where the description says {}.", list(stored), list(&described));
                self.fault(&field.name, &sentence);
            }
            Some(_) => {}
        }
    }

    fn foreign_key(&mut self, name: &str, table: &str) {
        match self.schema.foreign_keys.iter().find(|key| key.column == name) {
            None => self.fault(name, &format!("has no foreign key to {table}.")),
            Some(key) if key.table != table || key.to != "id" => {
                let sentence = format!("points to {}.{} where the description says {table}.id.", key.table, key.to);
                self.fault(name, &sentence);
            }
            Some(_) => {}
        }
    }

    /// A column that nobody fills makes every insert fail.
    fn undescribed_columns(&mut self) {
        if self.table.resource().create == Access::Nobody {
            return;
        }
        let known = |name: &str| {
            matches!(name, "id" | "created_at" | "updated_at" | "deleted_at") || self.table.position(name).is_some()
        };
        let unknown: Vec<_> = self
            .schema
            .columns
            .iter()
            .filter(|column| column.not_null && !column.default && !known(&column.name))
            .collect();
        for column in unknown {
            self.fault(
                &column.name,
                "is NOT NULL without a default and is not described, so that no row can be created.",
            );
        }
    }
}

/// SQLite's type of a kind.
fn sqlite_type(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Integer | FieldKind::Boolean | FieldKind::Reference | FieldKind::Person => "INTEGER",
        FieldKind::Number => "REAL",
        _ => "TEXT",
    }
}
