//! A body against a table: all faults at once.

use std::collections::BTreeSet;

use magnetiq_contract::describe::FieldKind;
use magnetiq_contract::rule::{FieldError, Rule};
use serde_json::{Map, Value};

use super::store;
use super::table::{Column, Table};
use super::value::{self, Scalar};
use crate::error::{Error, Result};
use crate::store::Connection;

/// Who sets fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A caller: read-only fields are refused.
    Caller,
    /// The plugin's hook: may set them.
    Hook,
}

/// The values that a row starts from, and those that a body sets.
pub struct Draft<'t> {
    table: &'t Table,
    id: Option<i64>,
    /// One value for each described column.
    pub values: Vec<Scalar>,
    /// The values that a stored row has.
    stored: Vec<Scalar>,
    given: BTreeSet<usize>,
    faults: Vec<FieldError>,
}

impl<'t> Draft<'t> {
    /// A new row: every field at its default.
    #[must_use]
    pub fn new(table: &'t Table) -> Self {
        let values = table.columns().iter().map(default).collect();
        Self { table, id: None, values, stored: Vec::new(), given: BTreeSet::new(), faults: Vec::new() }
    }

    /// A stored row that is to be replaced: read-only fields stay, the others start at their defaults.
    #[must_use]
    pub fn replacing(table: &'t Table, id: i64, stored: &[Scalar]) -> Self {
        let value = |(column, stored): (&Column, &Scalar)| {
            if column.field.read_only { stored.clone() } else { default(column) }
        };
        let values = table.columns().iter().zip(stored).map(value).collect();
        Self { table, id: Some(id), values, stored: stored.to_vec(), given: BTreeSet::new(), faults: Vec::new() }
    }

    /// A row of which some fields are to be changed; without an id it is not stored yet.
    #[must_use]
    pub fn changing(table: &'t Table, id: Option<i64>, values: &[Scalar]) -> Self {
        let (values, stored) = (values.to_vec(), values.to_vec());
        Self { table, id, values, stored, given: BTreeSet::new(), faults: Vec::new() }
    }

    /// Sets the fields of an object.
    pub fn set(&mut self, body: &Map<String, Value>, source: Source) {
        for (name, value) in body {
            match self.table.position(name) {
                Some(place) if source == Source::Caller && self.is_read_only(place, value) => {
                    self.fault(name, Rule::ReadOnly);
                }
                Some(place) => self.set_value(place, value),
                None if is_of_the_host(self.table, name) => self.fault(name, Rule::ReadOnly),
                None => self.fault(name, Rule::Unknown),
            }
        }
    }

    /// Checks what no single value shows: required fields, references, uniqueness.
    ///
    /// # Errors
    /// 422 with every fault; the store's.
    pub fn check(mut self, unit: &Connection, source: Source) -> Result<Vec<Scalar>> {
        let table = self.table;
        for (place, column) in table.columns().iter().enumerate() {
            let field = &column.field;
            let set_later = field.read_only && source == Source::Caller;
            if field.required && !set_later && is_blank(&self.values[place]) && !self.is_faulty(&field.name) {
                self.fault(&field.name, Rule::Required);
            }
        }
        for place in std::mem::take(&mut self.given) {
            self.check_against_rows(unit, &table.columns()[place], place)?;
        }
        if self.faults.is_empty() { Ok(self.values) } else { Err(Error::fields(self.faults)) }
    }

    /// Is this field, or this choice of it, left to the plugin? What a row has may be sent back.
    fn is_read_only(&self, place: usize, value: &Value) -> bool {
        let field = &self.table.columns()[place].field;
        let chosen = || field.choices.iter().find(|choice| *value == choice.value);
        let kept = |value: &str| self.stored.get(place).is_some_and(|stored| *stored == Scalar::Text(value.to_owned()));
        field.read_only || chosen().is_some_and(|choice| choice.read_only && !kept(&choice.value))
    }

    fn set_value(&mut self, place: usize, value: &Value) {
        let column = &self.table.columns()[place];
        if column.field.required && is_blank_json(column.field.kind, value) {
            return self.fault(&column.field.name, Rule::Required);
        }
        match value::from_json(&column.field, value) {
            Ok(Scalar::Null) => self.values[place] = default(column),
            Ok(scalar) => {
                self.values[place] = scalar;
                self.given.insert(place);
            }
            Err(faults) => self.faults.extend(faults),
        }
    }

    fn check_against_rows(&mut self, unit: &Connection, column: &Column, place: usize) -> Result<()> {
        let value = self.values[place].clone();
        let name = &column.field.name;
        if let Some(reference) = &column.reference
            && !store::exists(unit, &reference.table, &value)?
        {
            self.fault(name, Rule::Missing);
        }
        if column.field.unique && store::is_taken(unit, self.table, &column.quoted(), &value, self.id)? {
            self.fault(name, Rule::Taken);
        }
        Ok(())
    }

    fn fault(&mut self, name: &str, rule: Rule) {
        self.faults.push(FieldError::new(name, rule));
    }

    fn is_faulty(&self, name: &str) -> bool {
        self.faults.iter().any(|fault| fault.field.split('.').next() == Some(name))
    }
}

/// The value of a field that is not given. A default that does not fit was refused with the description.
fn default(column: &Column) -> Scalar {
    value::from_json(&column.field, &column.field.default).unwrap_or(Scalar::Null)
}

fn is_blank(value: &Scalar) -> bool {
    match value {
        Scalar::Null => true,
        Scalar::Text(text) => text.trim().is_empty(),
        Scalar::Integer(_) | Scalar::Real(_) => false,
    }
}

fn is_blank_json(kind: FieldKind, value: &Value) -> bool {
    value.is_null() || kind != FieldKind::Json && value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Names that rows carry and callers may therefore send back by mistake.
fn is_of_the_host(table: &Table, name: &str) -> bool {
    let titles = || {
        table.columns().iter().filter_map(|column| column.reference.as_ref()).flat_map(|reference| &reference.titles)
    };
    matches!(name, "id" | "created_at" | "updated_at" | "deleted_at") || titles().any(|title| title.name == name)
}
