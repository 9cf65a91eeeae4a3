//! The record of who changed what, written in the unit of work that changes.

use serde_json::Value;

use super::actor::Actor;
use super::store;
use crate::clock::Clock;
use crate::error::Result;
use crate::store::Connection;

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

/// Records a change; call it in the unit of work that makes the change.
///
/// # Errors
/// The store's.
pub fn record(unit: &Connection, clock: &Clock, actor: &Actor, change: &Change<'_>) -> Result<()> {
    store::audit::insert(unit, &clock.sql_now(), actor, change)
}
