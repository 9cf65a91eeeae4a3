//! A described table, prepared once: columns, SQL fragments, keys of the answer.

use magnetiq_contract::describe::{Access, Field, FieldKind, Resource};
use magnetiq_contract::task::Hook;

use super::condition::{self, Condition};
use super::description;
use crate::store::Owner;

/// Permission that shows names and addresses of people beside their handles.
pub const PEOPLE_READ: &str = "people:read";

/// A described table that the host can run.
#[derive(Clone, Debug)]
pub struct Table {
    owner: Owner,
    resource: Resource,
    path: String,
    columns: Vec<Column>,
    public_rows: Option<Vec<Condition>>,
}

/// A described column.
#[derive(Clone, Debug)]
pub struct Column {
    /// As described.
    pub field: Field,
    /// The record that it points to.
    pub reference: Option<Reference>,
}

/// What a reference or the handle of a person points to, and what of it is shown beside the id.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The table.
    pub table: String,
    /// Who reads it.
    pub read: Access,
    /// Rows of it that everyone sees; none when there are no such rows.
    pub public_rows: Option<Vec<Condition>>,
    /// Everyone sees the title of these rows.
    pub public_title: bool,
    /// What is shown of it.
    pub titles: Vec<Title>,
}

/// A value of the record that a reference points to.
#[derive(Clone, Debug)]
pub struct Title {
    /// Its name in the answer: `topic_title`.
    pub name: String,
    /// SQL of the value; `{r}` stands for the referenced table.
    pub sql: String,
    /// What it holds.
    pub kind: FieldKind,
}

impl Table {
    /// Prepares a described table of `owner`. `resources` are all resources of that owner; references point into them.
    ///
    /// # Errors
    /// A sentence for every fault of the description, each naming the resource and the field.
    pub fn new(owner: Owner, resource: Resource, resources: &[Resource]) -> Result<Self, Vec<String>> {
        let faults = description::faults(&owner, &resource, resources);
        if !faults.is_empty() {
            return Err(faults);
        }
        let columns = resource.fields.iter().map(|field| Column::new(field, resources)).collect();
        let public_rows = public_rows(&resource);
        let path = match &owner {
            Owner::Core => resource.name.clone(),
            Owner::Plugin(id) => format!("{id}/{}", resource.name),
        };
        Ok(Self { owner, resource, path, columns, public_rows })
    }

    /// Whose table it is.
    #[must_use]
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Its description.
    #[must_use]
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// Its name below `/api/v1` and in the audit: `users`, `webinars/topics`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its described columns, in the order of the description.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Conditions on the rows that callers without `read` see.
    #[must_use]
    pub fn public_rows(&self) -> Option<&[Condition]> {
        self.public_rows.as_deref()
    }

    /// The table's quoted name.
    #[must_use]
    pub fn quoted(&self) -> String {
        quote(&self.resource.table)
    }

    /// True when the guest is to be called at `hook`.
    #[must_use]
    pub fn has_hook(&self, hook: Hook) -> bool {
        self.resource.hooks.contains(&hook)
    }

    /// The place of a described column.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.field.name == name)
    }
}

impl Column {
    fn new(field: &Field, resources: &[Resource]) -> Self {
        let reference = match field.kind {
            FieldKind::Reference => field
                .references
                .as_ref()
                .and_then(|name| resources.iter().find(|resource| resource.name == *name))
                .map(|target| Reference::new(&field.name, target, resources)),
            FieldKind::Person => Some(Reference::person(&field.name)),
            _ => None,
        };
        Self { field: field.clone(), reference }
    }

    /// SQL that holds for rows of `t` whose referenced record everyone sees, or that have none; none where the
    /// referenced table shows nothing to everyone.
    #[must_use]
    pub fn public_target(&self) -> Option<String> {
        let reference = self.reference.as_ref()?;
        let conditions = reference.public_rows.as_ref()?;
        let (column, table) = (self.quoted(), quote(&reference.table));
        let conditions: String = conditions.iter().map(|condition| format!(" AND {}", condition.sql("r"))).collect();
        Some(format!(
            "(t.{column} IS NULL OR EXISTS (SELECT 1 FROM {table} AS r
                 WHERE r.id = t.{column} AND r.deleted_at IS NULL{conditions}))"
        ))
    }

    /// The column's quoted name.
    #[must_use]
    pub fn quoted(&self) -> String {
        quote(&self.field.name)
    }

    /// True when the column never holds NULL: the field is required, or has a default that stands in for it.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        self.field.required || !self.field.default.is_null()
    }
}

impl Reference {
    fn new(field: &str, target: &Resource, resources: &[Resource]) -> Self {
        let title = target.title();
        let titles = title.map(|title| Title {
            name: format!("{field}_title"),
            sql: format!("{{r}}.{}", quote(&title.name)),
            kind: title.kind,
        });
        let owner = title.filter(|title| title.kind == FieldKind::DateTime);
        let owner = owner.and_then(|_| owner_title(field, target, resources));
        Self {
            table: target.table.clone(),
            read: target.read.clone(),
            public_rows: public_rows(target),
            public_title: title.is_some_and(|title| title.public) && owner.is_none(),
            titles: titles.into_iter().chain(owner).collect(),
        }
    }

    fn person(field: &str) -> Self {
        let title = |suffix: &str, sql: &str| Title {
            name: format!("{field}_{suffix}"),
            sql: sql.to_owned(),
            kind: FieldKind::Text,
        };
        Self {
            table: "contacts".to_owned(),
            read: Access::Permission(PEOPLE_READ.to_owned()),
            public_rows: None,
            public_title: false,
            titles: vec![title("title", "COALESCE(NULLIF({r}.name, ''), {r}.email)"), title("email", "{r}.email")],
        }
    }
}

/// A record that is called by its time is known by what it belongs to as well: a session by its topic. For those who
/// may read both.
fn owner_title(field: &str, target: &Resource, resources: &[Resource]) -> Option<Title> {
    let points = target.fields.iter().find(|candidate| candidate.kind == FieldKind::Reference)?;
    let owner = resources.iter().find(|resource| points.references.as_ref() == Some(&resource.name))?;
    let title = owner.title().filter(|_| owner.read == target.read)?;
    let (table, column, link) = (quote(&owner.table), quote(&title.name), quote(&points.name));
    Some(Title {
        name: format!("{field}_{}_title", points.name),
        sql: format!("(SELECT o.{column} FROM {table} AS o WHERE o.id = {{r}}.{link})"),
        kind: title.kind,
    })
}

/// A name as SQL writes it.
#[must_use]
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn public_rows(resource: &Resource) -> Option<Vec<Condition>> {
    let conditions = resource.public_rows.as_ref()?;
    conditions.iter().map(|described| condition::prepare(resource, described).ok()).collect()
}
