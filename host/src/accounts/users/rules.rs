//! The rules that hold whenever a user is saved or hidden, run in the same unit of work.

use jiff::SignedDuration;
use magnetiq_contract::rule::Rule;
use magnetiq_contract::task::{Hook, Task};
use serde_json::{Value, json};

use super::require_object;
use crate::accounts::{email_change, invitations, links, store};
use crate::app::Site;
use crate::auth::events::Kind;
use crate::auth::sessions::Sessions;
use crate::auth::{Account, Origin, SecurityEvent, mfa};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::store::Connection;

/// What one change of a user sets off.
pub(super) struct Rules<'a> {
    clock: &'a Clock,
    sessions: &'a Sessions,
    origin: &'a Origin,
    /// The user who changes.
    by: Option<i64>,
    mfa_grace: SignedDuration,
    changed: Option<i64>,
}

impl<'a> Rules<'a> {
    pub(super) fn new(site: &'a Site, origin: &'a Origin, by: Option<i64>) -> Self {
        let Site { clock, auth, .. } = site;
        Self { clock, sessions: &auth.sessions, origin, by, mfa_grace: auth.mfa_grace, changed: None }
    }

    /// The user who was changed, once it is done.
    pub(super) fn changed(&self) -> Option<i64> {
        self.changed
    }

    /// Runs a hook of the list of users.
    pub(super) fn run(&mut self, unit: &Connection, task: Task) -> Result<Value> {
        match task {
            Task::Hook { hook: Hook::BeforeSave, after, .. } => before_save(&after),
            Task::Hook { hook: Hook::AfterSave, before, after, .. } => self.after_save(unit, &before, &after),
            Task::Hook { hook: Hook::AfterDelete, before, .. } => self.after_delete(unit, &before),
            other => Err(Error::internal(format!("users have no hook for {other:?}"))),
        }
    }

    fn after_save(&mut self, unit: &Connection, before: &Value, after: &Value) -> Result<Value> {
        let user = id_of(after)?;
        self.changed = Some(user);
        if before.is_null() {
            self.record(unit, Kind::UserCreated, after, json!({"user": user, "role": after["role"]}))?;
            self.invite(unit, user)?;
            return Ok(Value::Null);
        }
        if before["email"] != after["email"] {
            self.move_address(unit, user, before)?;
        }
        if ["role", "email", "deleted_at"].iter().any(|field| before[field] != after[field]) {
            store::end_access_tokens(unit, user)?;
        }
        if ["role", "deleted_at"].iter().any(|field| before[field] != after[field]) {
            mfa::expect(unit, user, self.clock.now() + self.mfa_grace)?;
        }
        if before["role"] != after["role"] {
            let details = json!({"user": user, "from": before["role"], "to": after["role"]});
            self.record(unit, Kind::RoleChanged, after, details)?;
            keep_a_super_admin(unit)?;
        }
        Ok(Value::Null)
    }

    fn after_delete(&mut self, unit: &Connection, before: &Value) -> Result<Value> {
        let user = id_of(before)?;
        self.changed = Some(user);
        store::end_access_tokens(unit, user)?;
        keep_a_super_admin(unit)?;
        links::revoke(unit, self.clock, user)?;
        self.sessions.end_all(unit, user, self.clock.now())?;
        Ok(Value::Null)
    }

    fn invite(&self, unit: &Connection, user: i64) -> Result<()> {
        let account = Account::read(unit, user)?.ok_or_else(Error::not_found)?;
        invitations::send(unit, self.clock, &account)
    }

    /// Whoever changes their own address confirms it; whoever has another's changed leaves a trace at the one before.
    fn move_address(&self, unit: &Connection, user: i64, before: &Value) -> Result<()> {
        if self.by == Some(user) {
            let sentence = (
                "Please change your own address in your account: it has to be confirmed.",
                "Bitte ändern Sie die eigene Adresse in Ihrem Konto: Sie muss bestätigt werden.",
            );
            return Err(Error::field("email", Rule::from(sentence)));
        }
        let old = before["email"].as_str().unwrap_or_default();
        email_change::made_by_admin(unit, self.clock, self.origin, user, old)
    }

    fn record(&self, unit: &Connection, kind: Kind, row: &Value, details: Value) -> Result<()> {
        let email = row["email"].as_str().unwrap_or_default();
        SecurityEvent::new(kind, self.origin).email(email).details(details).record(unit, self.clock)
    }
}

/// Refuses JSON that is no object where a user keeps one.
fn before_save(after: &Value) -> Result<Value> {
    for field in ["preferences", "metadata"] {
        require_object(after, field)?;
    }
    Ok(Value::Null)
}

/// Nobody could ever manage users again without one.
pub(super) fn keep_a_super_admin(unit: &Connection) -> Result<()> {
    if store::is_any_super_admin_active(unit)? {
        return Ok(());
    }
    let sentence = (
        "The site needs at least one super administrator who can sign in.",
        "Die Website braucht mindestens eine Person der Hauptadministration, die sich anmelden kann.",
    );
    Err(Error::new(Code::Conflict, sentence))
}

fn id_of(row: &Value) -> Result<i64> {
    row["id"].as_i64().ok_or_else(|| Error::internal("a user without an id"))
}
