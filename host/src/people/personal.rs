//! Which columns of which tables belong to a person, so that the host erases and exports them, also where the plugin
//! that owns the table is disabled.

use std::sync::Arc;

use magnetiq_contract::describe::{Field, FieldKind, Resource};
use serde_json::Value;

use crate::clock::Clock;
use crate::error::Result;
use crate::store::Connection;

/// How many references an export follows: a registration's session, the session's topic.
const DEPTH: u32 = 2;

/// A table with rows of persons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalTable {
    /// Key in the export: `webinars/registrations`.
    pub label: String,
    /// The table.
    pub table: String,
    /// Its column with the contact's id.
    pub person_column: String,
    /// Its personal columns.
    pub columns: Vec<PersonalColumn>,
    /// What the export shows of a row: everything that is described.
    pub shown: Shown,
}

/// Columns of a table that an export shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<ShownColumn>,
}

/// A column that an export shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownColumn {
    /// The column.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// What is shown of the record that it points to, so that nobody has to look an id up.
    pub target: Option<Shown>,
}

/// A personal column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalColumn {
    /// The column.
    pub name: String,
    /// What stands in it afterwards.
    pub blank: Blank,
}

/// What an erased column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blank {
    /// Nothing, where the column allows it.
    Null,
    /// A fixed text that says nothing about the person.
    Text(String),
    /// The number 0.
    Number,
    /// A text that no other row has.
    UniqueText,
    /// An address that reaches nobody and that no other row has.
    Address,
}

/// What erasing and exporting a person takes beyond the host's own contact.
#[derive(Clone)]
pub struct Privacy {
    /// The described tables of all installed plugins and of the host, asked at each use.
    pub tables: Arc<dyn Fn() -> Vec<PersonalTable> + Send + Sync>,
    /// What else forgets a contact, such as the outbox; run inside the erasing unit.
    pub forget: &'static [Forget],
    /// What else an export tells, by its name there.
    pub recall: &'static [(&'static str, Recall)],
    /// Told of the contact's end, inside the erasing unit.
    pub erased: Erased,
}

/// Told of the end of the contact of this id, inside the erasing unit.
pub type Erased = Arc<dyn Fn(&Connection, &Clock, i64) -> Result<()> + Send + Sync>;

/// What else is stored about the contact of this id.
pub type Recall = fn(&Connection, i64) -> Result<Vec<Value>>;

/// Forgets the contact of this id, inside the erasing unit.
pub type Forget = fn(&Connection, &Clock, i64) -> Result<()>;

impl PersonalTable {
    /// The personal part of a described resource; none when it has no handle of a person. `resources` are all of that
    /// owner; references point into them.
    #[must_use]
    pub fn of(owner: &str, resource: &Resource, resources: &[Resource]) -> Option<Self> {
        let person = resource.fields.iter().find(|field| field.kind == FieldKind::Person)?;
        let columns = resource.fields.iter().filter(|field| field.personal && field.kind != FieldKind::Person);
        Some(Self {
            label: format!("{owner}/{}", resource.name),
            table: resource.table.clone(),
            person_column: person.name.clone(),
            columns: columns.map(PersonalColumn::of).collect(),
            shown: Shown::own(resource, resources),
        })
    }
}

impl Shown {
    /// Every described column of a person's row.
    fn own(resource: &Resource, resources: &[Resource]) -> Self {
        Self::columns(resource, resources, |field| field.kind != FieldKind::Person, DEPTH)
    }

    /// What everybody may see of a record that is pointed to.
    fn target(field: &Field, resources: &[Resource], depth: u32) -> Option<Self> {
        let name = field.references.as_ref()?;
        let resource = resources.iter().find(|resource| resource.name == *name)?;
        (depth > 0).then(|| Self::columns(resource, resources, |field| field.public, depth - 1))
    }

    fn columns(resource: &Resource, resources: &[Resource], shows: impl Fn(&Field) -> bool, depth: u32) -> Self {
        let shown = resource.fields.iter().filter(|field| shows(field)).map(|field| ShownColumn {
            name: field.name.clone(),
            kind: field.kind,
            target: Self::target(field, resources, depth),
        });
        Self { table: resource.table.clone(), columns: shown.collect() }
    }
}

impl PersonalColumn {
    fn of(field: &Field) -> Self {
        Self { name: field.name.clone(), blank: Blank::of(field) }
    }
}

impl Blank {
    fn of(field: &Field) -> Self {
        match field.kind {
            // A column with a default is never NULL, also where the field need not be given.
            _ if !field.required && field.default.is_null() => Self::Null,
            FieldKind::Email => Self::Address,
            FieldKind::Integer | FieldKind::Number | FieldKind::Boolean => Self::Number,
            FieldKind::DateTime => Self::Text("1970-01-01T00:00:00.000000Z".to_owned()),
            FieldKind::TimeZone => Self::Text("UTC".to_owned()),
            FieldKind::Locale => Self::Text("en".to_owned()),
            FieldKind::Json => Self::Text("null".to_owned()),
            FieldKind::Choice => {
                Self::Text(field.choices.first().map(|choice| choice.value.clone()).unwrap_or_default())
            }
            FieldKind::Localized | FieldKind::LocalizedLong => Self::Text(r#"{"en":"","de":""}"#.to_owned()),
            _ if field.unique => Self::UniqueText,
            _ => Self::Text(String::new()),
        }
    }
}
