//! The record of who changed what, written in the unit of work that changes.

pub mod chain;
pub mod export;
mod record;
pub mod routes;
pub mod verify;

use magnetiq_contract::describe::{Access, Choice, Field, FieldKind, Resource};
use magnetiq_contract::text::Text;
use serde_json::Value;

pub use self::record::Record;
use super::actor::Actor;
use super::store;
use super::table::Table;
use crate::clock::Clock;
use crate::error::Result;
use crate::store::{Connection, Owner};

/// A change to record.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// A verb: `create`, `replace`, `change`, `delete`, `restore`, or an own one such as `lock`.
    pub action: &'a str,
    /// A list of the host (`users`) or of a plugin (`webinars/topics`).
    pub resource: &'a str,
    /// The changed record; none where a change has no single one.
    pub id: Option<i64>,
    /// The row before; null for none.
    pub before: &'a Value,
    /// The row after; null for none.
    pub after: &'a Value,
}

/// Records a change, as the next link of the chain; call it in the unit of work that makes the change.
///
/// # Errors
/// The store's.
pub fn record(unit: &Connection, clock: &Clock, actor: &Actor, change: &Change<'_>) -> Result<()> {
    store::audit::insert(unit, &clock.sql_now(), actor, change)
}

/// Writes the last hash of the chain into the log, which is kept elsewhere: only there it shows later that records were
/// cut off at the end.
///
/// # Errors
/// The store's.
pub fn log_last_hash(unit: &Connection, _: &Clock) -> Result<()> {
    if let Some(hash) = store::audit::last_hash(unit)? {
        tracing::info!(hash, "the last record of changes");
    }
    Ok(())
}

/// Blanks what the records of a table say of a person in its personal columns; `person_column` holds their handle. The
/// chain holds: it covers hashes of the values.
///
/// # Errors
/// The store's.
pub fn forget(
    unit: &Connection,
    clock: &Clock,
    resource: &str,
    person_column: &str,
    columns: &[&str],
    person: i64,
) -> Result<()> {
    if columns.is_empty() {
        return Ok(());
    }
    store::audit::forget(unit, &clock.sql_now(), &store::audit::Forget { resource, person_column, columns, person })
}

/// The records as a list of the host: `GET /api/v1/audit`, for those with `audit:read`.
#[must_use]
#[expect(clippy::expect_used, reason = "a fixed description, held against the migrated table by a test")]
pub fn table() -> Table {
    Table::new(Owner::Core, description(), &[]).expect("the audit's description is sound")
}

fn description() -> Resource {
    let field = |name: &str, kind, en: &str, de: &str| Field {
        name: name.into(),
        kind,
        label: Text::new(en, de),
        list: true,
        ..Field::default()
    };
    let filtered = |field: Field| Field { filter: true, ..field };
    let choice =
        |value: &str, en: &str, de: &str| Choice { value: value.into(), label: Text::new(en, de), ..Choice::default() };
    let kinds = vec![
        choice("user", "User", "Benutzer"),
        choice("visitor", "Visitor", "Besucher"),
        choice("system", "System", "System"),
    ];
    Resource {
        name: "audit".into(),
        table: "audit".into(),
        label: Text::new("Change", "Änderung"),
        label_plural: Text::new("Changes", "Änderungen"),
        fields: vec![
            filtered(Field { required: true, choices: kinds, ..field("actor_kind", FieldKind::Choice, "By", "Von") }),
            filtered(field("actor_id", FieldKind::Integer, "User", "Benutzer")),
            filtered(Field { required: true, ..field("action", FieldKind::Text, "Action", "Vorgang") }),
            filtered(Field { required: true, ..field("resource", FieldKind::Text, "List", "Liste") }),
            filtered(field("record_id", FieldKind::Integer, "Record", "Eintrag")),
            Field { list: false, ..field("before", FieldKind::Json, "Before", "Vorher") },
            Field { list: false, ..field("after", FieldKind::Json, "After", "Nachher") },
            Field { required: true, list: false, ..field("request_id", FieldKind::Text, "Request", "Anfrage") },
        ],
        title_field: "action".into(),
        sort: "-id".into(),
        read: Access::Permission(routes::READ.into()),
        ..Resource::default()
    }
}
