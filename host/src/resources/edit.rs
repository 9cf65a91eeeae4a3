//! Changing a row: one change in steps, so that whoever owns the unit of work can call a plugin's hooks between them.
//!
//! ```text
//! let mut edit = Edit::begin(&unit, &table, &actor, write)?;   // rights, If-Match, validation
//! if let Some(task) = edit.hook_before() { edit.apply(&unit, &changes of the guest)?; }
//! edit.write(&unit, &clock)?;
//! if let Some(task) = edit.hook_after() { … }
//! let done = edit.finish(&unit, &clock)?;                      // audit, the row for the answer
//! ```

use jiff::SignedDuration;
use magnetiq_contract::describe::{Access, FieldKind};
use magnetiq_contract::task::{Hook, Task};
use serde_json::{Map, Value};

use super::actor::Actor;
use super::audit;
use super::body::{Draft, Source};
use super::list::{self, Row};
use super::store::{self, Stored};
use super::table::Table;
use super::value::{self, Scalar};
use super::view::View;
use crate::clock::{self, Clock};
use crate::error::{Code, Error, Result};
use crate::store::Connection;

/// What is to be done to a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Write<'a> {
    /// Adds one.
    Create(&'a Map<String, Value>),
    /// Sets every field; those that are not given fall back to their defaults.
    Replace(Target<'a>, &'a Map<String, Value>),
    /// Sets the given fields.
    Change(Target<'a>, &'a Map<String, Value>),
    /// Hides it.
    Delete(Target<'a>),
    /// Brings a hidden one back.
    Restore(Target<'a>),
}

/// Which row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// Its id.
    pub id: i64,
    /// The header `If-Match`, when there is one.
    pub if_match: Option<&'a str>,
}

/// A change that has begun.
pub struct Edit<'t> {
    table: &'t Table,
    actor: Actor,
    kind: Kind,
    id: Option<i64>,
    stored: Option<Stored>,
    values: Vec<Scalar>,
    before: Value,
    after: Value,
}

/// A change that is done; it counts once the unit of work commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What was done.
    pub kind: Kind,
    /// The row's id.
    pub id: i64,
    /// The row as the actor may see it; none when they may not, or it is hidden now.
    pub row: Option<Row>,
}

/// The kinds of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// POST.
    Create,
    /// PUT.
    Replace,
    /// PATCH.
    Change,
    /// DELETE.
    Delete,
    /// POST `…/restore`.
    Restore,
}

impl Kind {
    /// As the audit names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Change => "change",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }

    /// Who may do it.
    #[must_use]
    pub fn access(self, table: &Table) -> &Access {
        let resource = table.resource();
        match self {
            Self::Create => &resource.create,
            Self::Replace | Self::Change => &resource.update,
            Self::Delete | Self::Restore => &resource.delete,
        }
    }
}

impl Write<'_> {
    /// What kind of change it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Create(_) => Kind::Create,
            Self::Replace(..) => Kind::Replace,
            Self::Change(..) => Kind::Change,
            Self::Delete(_) => Kind::Delete,
            Self::Restore(_) => Kind::Restore,
        }
    }

    fn target(&self) -> Option<Target<'_>> {
        match self {
            Self::Create(_) => None,
            Self::Replace(target, _) | Self::Change(target, _) | Self::Delete(target) | Self::Restore(target) => {
                Some(*target)
            }
        }
    }
}

impl<'t> Edit<'t> {
    /// Checks rights, `If-Match` and the body.
    ///
    /// # Errors
    /// 401 or 403 without the right, 404 when there is no such row, 412 when it has changed meanwhile, 422 with every
    /// fault of the body.
    pub fn begin(unit: &Connection, table: &'t Table, actor: &Actor, write: &Write<'_>) -> Result<Self> {
        let kind = write.kind();
        actor.require(kind.access(table))?;
        let stored = write.target().map(|target| find(unit, table, kind, target)).transpose()?;
        let id = write.target().map(|target| target.id);
        let values = match write {
            Write::Create(body) => filled(unit, Draft::new(table), body)?,
            Write::Replace(target, body) => filled(unit, Draft::replacing(table, target.id, values_of(&stored)), body)?,
            Write::Change(_, body) => filled(unit, Draft::changing(table, id, values_of(&stored)), body)?,
            Write::Delete(_) | Write::Restore(_) => values_of(&stored).to_vec(),
        };
        let before = stored.as_ref().map_or(Value::Null, |stored| record(table, id, &stored.values, Some(stored)));
        let mut edit = Self { table, actor: actor.clone(), kind, id, stored, values, before, after: Value::Null };
        edit.after = edit.record_after();
        Ok(edit)
    }

    /// What the guest is to be asked before the row is written; none when the resource declares no such hook.
    #[must_use]
    pub fn hook_before(&self) -> Option<Task> {
        self.hook(if self.kind == Kind::Delete { Hook::BeforeDelete } else { Hook::BeforeSave })
    }

    /// Takes over the fields that a `before_save` hook changed; null changes nothing.
    ///
    /// # Errors
    /// 422 when a change is not valid.
    pub fn apply(&mut self, unit: &Connection, changes: &Value) -> Result<()> {
        let Some(changes) = changes.as_object().filter(|_| self.kind != Kind::Delete) else { return Ok(()) };
        let mut draft = Draft::changing(self.table, self.id, &self.values);
        draft.set(changes, Source::Hook);
        self.values = draft.check(unit, Source::Caller)?;
        self.after = self.record_after();
        Ok(())
    }

    /// Whether every field has the value that it had: then nothing is written, told to the guest or recorded, and the
    /// row keeps its version.
    fn changes_nothing(&self) -> bool {
        matches!(self.kind, Kind::Replace | Kind::Change)
            && self.stored.as_ref().is_some_and(|stored| stored.values == self.values)
    }

    /// Writes the row, unless it stays as it is.
    ///
    /// # Errors
    /// 422 when a required field was set neither by the caller nor by the hook, 409 or 422 when a constraint of the
    /// table refuses the row.
    pub fn write(&mut self, unit: &Connection, clock: &Clock) -> Result<()> {
        if self.changes_nothing() {
            return Ok(());
        }
        let now = self.moment(clock)?;
        match (self.kind, self.id) {
            (Kind::Delete, Some(id)) => store::set_deleted_at(unit, self.table, id, Some(&now), &now)?,
            (Kind::Restore, Some(id)) => {
                store::set_deleted_at(unit, self.table, id, None, &now)?;
                self.update(unit, id, &now)?;
            }
            (_, Some(id)) => self.update(unit, id, &now)?,
            (_, None) => {
                let values = Draft::changing(self.table, None, &self.values).check(unit, Source::Hook)?;
                self.id = Some(store::insert(unit, self.table, &values, &now)?);
            }
        }
        self.read_back(unit)
    }

    /// What the guest is to be asked after the row is written; none when the resource declares no such hook.
    #[must_use]
    pub fn hook_after(&self) -> Option<Task> {
        if self.changes_nothing() {
            return None;
        }
        self.hook(if self.kind == Kind::Delete { Hook::AfterDelete } else { Hook::AfterSave })
    }

    /// Records the change and reads the row for the answer.
    ///
    /// # Errors
    /// The store's.
    pub fn finish(mut self, unit: &Connection, clock: &Clock) -> Result<Done> {
        let id = self.id.ok_or_else(|| Error::internal("a change was finished before it was written"))?;
        self.read_back(unit)?;
        let change = audit::Change {
            action: self.kind.name(),
            resource: self.table.path(),
            id: Some(id),
            before: &self.before,
            after: &self.after,
        };
        // A hook may have changed the row behind the engine's back.
        if !self.changes_nothing() || self.before != self.after {
            audit::record(unit, clock, &self.actor, &change)?;
        }
        Ok(Done { kind: self.kind, id, row: self.visible_row(unit, clock, id)? })
    }

    /// All steps at once, for tables whose hooks need no guest or that have none.
    ///
    /// # Errors
    /// Those of the steps, and what a hook refuses with.
    pub fn run(mut self, unit: &Connection, clock: &Clock, hooks: &mut HookRunner<'_>) -> Result<Done> {
        if let Some(task) = self.hook_before() {
            let changes = hooks(unit, task)?;
            self.apply(unit, &changes)?;
        }
        self.write(unit, clock)?;
        if let Some(task) = self.hook_after() {
            hooks(unit, task)?;
        }
        self.finish(unit, clock)
    }

    fn hook(&self, hook: Hook) -> Option<Task> {
        self.table.has_hook(hook).then(|| Task::Hook {
            resource: self.table.resource().name.clone(),
            hook,
            before: self.before.clone(),
            after: self.after.clone(),
        })
    }

    fn update(&self, unit: &Connection, id: i64, now: &str) -> Result<()> {
        let stored = values_of(&self.stored);
        let changed = self.values.iter().enumerate().filter(|(place, value)| stored.get(*place) != Some(*value));
        store::update(unit, self.table, id, &changed.collect::<Vec<_>>(), now)
    }

    /// The moment of the change: later than the row's last one, so that every version has its own ETag.
    fn moment(&self, clock: &Clock) -> Result<String> {
        let now = clock.now();
        let Some(stored) = &self.stored else { return Ok(clock::sql(now)) };
        let next = clock::parse_sql(&stored.updated_at)?
            .saturating_add(SignedDuration::from_micros(1))
            .map_err(Error::internal)?;
        Ok(clock::sql(now.max(next)))
    }

    fn read_back(&mut self, unit: &Connection) -> Result<()> {
        let Some(id) = self.id else { return Ok(()) };
        let stored = store::stored(unit, self.table, id)?.ok_or_else(Error::not_found)?;
        self.after = record(self.table, Some(id), &stored.values, Some(&stored));
        Ok(())
    }

    fn record_after(&self) -> Value {
        let mut after = record(self.table, self.id, &self.values, self.stored.as_ref());
        if self.kind == Kind::Restore {
            after["deleted_at"] = Value::Null;
        }
        after
    }

    fn visible_row(&self, unit: &Connection, clock: &Clock, id: i64) -> Result<Option<Row>> {
        if self.kind == Kind::Delete {
            return Ok(None);
        }
        let row = View::of(self.table, &self.actor).and_then(|view| list::read(unit, clock, &view, id));
        match row {
            Ok(row) => Ok(Some(row)),
            Err(error) if matches!(error.code(), Code::Unauthenticated | Code::Forbidden | Code::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Runs a hook in the unit of work; answers the fields to change, or null.
pub type HookRunner<'a> = dyn FnMut(&Connection, Task) -> Result<Value> + 'a;

/// The hooks of a table that has none.
///
/// # Errors
/// Internal: a table with hooks was run without them.
pub fn no_hooks(_unit: &Connection, _task: Task) -> Result<Value> {
    Err(Error::internal("a table with hooks was run without them"))
}

fn find(unit: &Connection, table: &Table, kind: Kind, target: Target<'_>) -> Result<Stored> {
    let stored = store::stored(unit, table, target.id)?.ok_or_else(Error::not_found)?;
    if stored.deleted_at.is_some() != (kind == Kind::Restore) {
        return Err(Error::not_found());
    }
    match target.if_match {
        Some(header) if !matches(header, &list::etag(target.id, &stored.updated_at)) => {
            let sentence = (
                "Somebody else has changed this record meanwhile.",
                "Inzwischen hat jemand anderes diesen Eintrag geändert.",
            );
            Err(Error::new(Code::PreconditionFailed, sentence))
        }
        _ => Ok(stored),
    }
}

/// Whether `If-Match` names the version: strong comparison, a list, or `*`.
fn matches(header: &str, etag: &str) -> bool {
    header.trim() == "*" || header.split(',').any(|candidate| candidate.trim() == etag)
}

fn filled(unit: &Connection, mut draft: Draft<'_>, body: &Map<String, Value>) -> Result<Vec<Scalar>> {
    draft.set(body, Source::Caller);
    draft.check(unit, Source::Caller)
}

fn values_of(stored: &Option<Stored>) -> &[Scalar] {
    stored.as_ref().map_or(&[], |stored| &stored.values)
}

/// A row as hooks and the audit see it.
fn record(table: &Table, id: Option<i64>, values: &[Scalar], stored: Option<&Stored>) -> Value {
    let mut row = Map::new();
    row.insert("id".into(), id.into());
    for (column, value) in table.columns().iter().zip(values) {
        row.insert(column.field.name.clone(), value::to_json(column.field.kind, value));
    }
    let time = |text: Option<&String>| {
        text.map_or(Value::Null, |text| value::to_json(FieldKind::DateTime, &Scalar::Text(text.clone())))
    };
    row.insert("created_at".into(), time(stored.map(|stored| &stored.created_at)));
    row.insert("updated_at".into(), time(stored.map(|stored| &stored.updated_at)));
    row.insert("deleted_at".into(), time(stored.and_then(|stored| stored.deleted_at.as_ref())));
    Value::Object(row)
}
