//! Tables that the host runs.

use std::marker::PhantomData;

use magnetiq_contract::describe::{Action, Audience, Resource as Described};
use magnetiq_contract::task::{Hook, Task};
use magnetiq_contract::text::Text;
use serde_json::{Map, Value};

use super::{Found, Registry, Wanted};
use crate::column::Resource;
use crate::error::Result;
use crate::tx::Tx;

impl Registry {
    /// A table with list, form, API, CSV and rights, run by the host as `#[derive(Resource)]` describes it.
    pub fn resource<T: Resource>(&mut self, name: &'static str) -> ResourceEntry<'_, T> {
        if let Some(description) = &mut self.description {
            description.resources.push(Described { name: name.into(), ..T::describe() });
        }
        ResourceEntry { site: self, name, row: PhantomData }
    }
}

/// A row as a hook sees it.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// #[derive(Clone, Resource, Serialize)]
/// #[resource(
///     table = "p_notes__notes", en = "Note", de = "Notiz", en_plural = "Notes", de_plural = "Notizen",
///     title = "text", read = "notes:read", write = "notes:write"
/// )]
/// struct Note {
///     #[field(en = "Text", de = "Text", max = 200)]
///     text: String,
/// }
///
/// fn check(_: &Tx, change: &mut Change<Note>) -> Result<()> {
///     if change.changed(|note| note.text.clone()) && change.after.text.contains("secret") {
///         return Err(Error::conflict(("That is a secret.", "Das ist ein Geheimnis.")));
///     }
///     Ok(())
/// }
///
/// fn register(site: &mut Registry) {
///     site.resource::<Note>("notes").before_save(check);
/// }
/// ```
///
/// After it is written:
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// # #[derive(Clone, Resource, Serialize)]
/// # #[resource(
/// #     table = "p_notes__notes", en = "Note", de = "Notiz", en_plural = "Notes", de_plural = "Notizen",
/// #     title = "text", read = "notes:read", write = "notes:write"
/// # )]
/// # struct Note {
/// #     #[field(en = "Text", de = "Text")]
/// #     text: String,
/// # }
/// fn tell(tx: &Tx, change: &Change<Note>) -> Result<()> {
///     let event = if change.is_new() || change.is_restored() { "came" } else { "changed" };
///     tx.event(event, &change.after)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Change<T> {
    /// As stored until now; none on create.
    pub before: Option<T>,
    /// As it is to be stored, or was. A `before_save` hook may change it.
    pub after: T,
    restored: bool,
}

impl<T: Resource> Change<T> {
    fn read(before: &Value, after: &Value) -> Result<Self> {
        let was_hidden = !before["deleted_at"].is_null();
        let before = if before.is_null() { None } else { Some(T::from_json(before)?) };
        let restored = was_hidden && after["deleted_at"].is_null();
        Ok(Self { before, after: T::from_json(after)?, restored })
    }

    /// True when the row is new.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// True when the row comes back from the trash, which is saved like any other change.
    #[must_use]
    pub const fn is_restored(&self) -> bool {
        self.restored
    }

    /// True when `field` differs from what was stored, or the row is new.
    pub fn changed<V: PartialEq>(&self, field: impl Fn(&T) -> V) -> bool {
        self.before.as_ref().is_none_or(|before| field(before) != field(&self.after))
    }
}

/// A resource that is being registered: its hooks and buttons.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// # #[derive(Clone, Resource, Serialize)]
/// # #[resource(
/// #     table = "p_notes__notes", en = "Note", de = "Notiz", en_plural = "Notes", de_plural = "Notizen",
/// #     title = "text", read = "notes:read", write = "notes:write"
/// # )]
/// # struct Note {
/// #     #[field(en = "Text", de = "Text")]
/// #     text: String,
/// # }
/// # fn archive(_: &Tx, _: Call) -> Result<()> { Ok(()) }
/// fn register(site: &mut Registry) {
///     site.resource::<Note>("notes")
///         .before_save(|_: &Tx, change| if change.is_restored() { Err(Error::forbidden()) } else { Ok(()) })
///         .after_save(|tx: &Tx, change| if change.is_new() { tx.event("noted", &change.after) } else { Ok(()) })
///         .before_delete(|_: &Tx, _| Err(Error::conflict(("It is kept.", "Das bleibt."))))
///         .after_delete(|tx: &Tx, change| tx.event("forgotten", &change.after))
///         .action("archive", ("Archive", "Archivieren"), "/notes/{id}/archive")
///         .confirm(("All readers are told.", "Alle, die sie lesen, erfahren davon."))
///         .tells("readers", "note_id", "status", &["reading"])
///         .danger();
///     site.post("/notes/{id}/archive", archive).permission("notes:write");
/// }
/// ```
#[derive(Debug)]
pub struct ResourceEntry<'a, T> {
    site: &'a mut Registry,
    name: &'static str,
    row: PhantomData<T>,
}

impl<T: Resource> ResourceEntry<'_, T> {
    /// Runs after validation and before the row is written, in the same unit; may refuse, or change `after`.
    pub fn before_save(self, handler: impl Fn(&Tx, &mut Change<T>) -> Result<()> + 'static) -> Self {
        self.hook(Hook::BeforeSave, move |change| {
            let given = change.after.to_json();
            handler(&Tx::new(), change)?;
            Ok(difference(given, change.after.to_json()))
        })
    }

    /// Runs after the row is written, in the same unit.
    pub fn after_save(self, handler: impl Fn(&Tx, &Change<T>) -> Result<()> + 'static) -> Self {
        self.hook(Hook::AfterSave, move |change| handler(&Tx::new(), change).map(|()| Value::Null))
    }

    /// Runs before the row is hidden, in the same unit; may refuse.
    pub fn before_delete(self, handler: impl Fn(&Tx, &Change<T>) -> Result<()> + 'static) -> Self {
        self.hook(Hook::BeforeDelete, move |change| handler(&Tx::new(), change).map(|()| Value::Null))
    }

    /// Runs after the row is hidden, in the same unit.
    pub fn after_delete(self, handler: impl Fn(&Tx, &Change<T>) -> Result<()> + 'static) -> Self {
        self.hook(Hook::AfterDelete, move |change| handler(&Tx::new(), change).map(|()| Value::Null))
    }

    /// A button on each row, which calls a POST route of the plugin: `.action("cancel", ("Cancel", "Absagen"),
    /// "/sessions/{id}/cancel")`.
    pub fn action(mut self, name: &str, label: impl Into<Text>, path: &str) -> Self {
        if let Some(resource) = self.described() {
            let action = Action { name: name.into(), label: label.into(), path: path.into(), ..Action::default() };
            resource.actions.push(action);
        }
        self
    }

    /// The question that the last button asks first.
    pub fn confirm(mut self, question: impl Into<Text>) -> Self {
        if let Some(action) = self.described().and_then(|resource| resource.actions.last_mut()) {
            action.confirm = question.into();
        }
        self
    }

    /// Draws the last button as dangerous.
    pub fn danger(mut self) -> Self {
        if let Some(action) = self.described().and_then(|resource| resource.actions.last_mut()) {
            action.danger = true;
        }
        self
    }

    /// Who gets a message from the last button: rows of `resource` whose `reference` points to the row, and whose
    /// `field` has one of `values`: `.tells("registrations", "session_id", "status", &["confirmed"])`.
    pub fn tells(mut self, resource: &str, reference: &str, field: &str, values: &[&str]) -> Self {
        if let Some(action) = self.described().and_then(|resource| resource.actions.last_mut()) {
            action.tells = Some(Audience {
                resource: resource.into(),
                reference: reference.into(),
                field: field.into(),
                values: values.iter().copied().map(String::from).collect(),
            });
        }
        self
    }

    fn hook(mut self, hook: Hook, handler: impl Fn(&mut Change<T>) -> Result<Value> + 'static) -> Self {
        if let Some(resource) = self.described() {
            resource.hooks.push(hook);
        }
        if matches!(&self.site.wanted, Wanted::Hook(name, wanted) if name == self.name && *wanted == hook) {
            self.site.found = Some(Found::Work(Box::new(move |task| match task {
                Task::Hook { before, after, .. } => handler(&mut Change::read(&before, &after)?),
                _ => Ok(Value::Null),
            })));
        }
        self
    }

    fn described(&mut self) -> Option<&mut Described> {
        self.site.description.as_mut()?.resources.last_mut()
    }
}

/// The fields that a hook changed; null when there are none.
fn difference(given: Vec<(&'static str, Value)>, changed: Vec<(&'static str, Value)>) -> Value {
    let pairs = given.into_iter().zip(changed);
    let different = pairs.filter(|(given, changed)| given.1 != changed.1);
    let fields: Map<_, _> = different.map(|(_, (name, value))| (name.to_owned(), value)).collect();
    if fields.is_empty() { Value::Null } else { Value::Object(fields) }
}
