//! What is kept of a change of an account: one row of the audit and one security event, in the unit of the change.

use serde_json::{Value, json};

use crate::auth::events::Kind;
use crate::auth::{Account, Origin, SecurityEvent};
use crate::clock::Clock;
use crate::error::Result;
use crate::resources::{Actor, audit};
use crate::store::Connection;

/// A change of an account.
pub(super) struct Entry<'a> {
    /// Who changed it.
    pub(super) actor: &'a Actor,
    /// From where.
    pub(super) origin: &'a Origin,
    /// The account, as it was before.
    pub(super) account: &'a Account,
    /// As the audit names it.
    pub(super) action: &'a str,
    /// As security events name it.
    pub(super) kind: Kind,
    /// What was changed, as it was.
    pub(super) before: Value,
    /// The same as it is now.
    pub(super) after: Value,
}

impl Entry<'_> {
    /// Keeps it.
    ///
    /// # Errors
    /// The store's.
    pub(super) fn keep(&self, unit: &Connection, clock: &Clock) -> Result<()> {
        let change = audit::Change {
            action: self.action,
            resource: "users",
            id: Some(self.account.id),
            before: &self.before,
            after: &self.after,
        };
        audit::record(unit, clock, self.actor, &change)?;
        let details = json!({"user": self.account.id});
        SecurityEvent::new(self.kind, self.origin).email(&self.account.email).details(details).record(unit, clock)
    }
}
