//! Writing: one transaction, which the call's success commits and its refusal takes back.

use std::ops::Deref;

use serde::Serialize;

use crate::error::Result;
use crate::host;
use crate::jobs::{Job, Queueing, cancel};
use crate::mail::Mail;
use crate::people::People;
use crate::snapshot::Snapshot;
use crate::value::Params;

const SNAPSHOT: Snapshot = Snapshot::new();

/// The call's transaction. Rows, mails, jobs, events and people commit together, or none of them.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn take(tx: &Tx, id: i64, email: String) -> Result<i64> {
///     let now = tx.now();
///     let taken = tx.execute("UPDATE p_shop__seats SET taken_at = ? WHERE id = ? AND taken_at IS NULL", (now, id))?;
///     if taken == 0 {
///         return Err(Error::conflict(("The seat is taken.", "Der Platz ist vergeben.")));
///     }
///     let person = tx.people().upsert(&Contact { email, ..Contact::default() })?;
///     tx.event("taken", &json!({ "seat": id }))?;
///     tx.mail("confirmation").to(person).key(format!("seat-{id}")).queue()
/// }
/// ```
///
/// Many rows at once, and what is taken back:
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// # #[derive(Job, Serialize, Deserialize)]
/// # struct Remind {}
/// fn move_all(tx: &Tx, ids: Vec<i64>, at: Timestamp) -> Result<i64> {
///     tx.batch("UPDATE p_shop__seats SET at = ? WHERE id = ?", ids.into_iter().map(|id| (at, id)))?;
///     let mail_was_waiting = tx.cancel_mail("reminder-7")?;
///     let job_was_waiting = tx.cancel_job("remind-7")?;
///     tx.job(Remind {}).key("remind-8").at(at)?;
///     tx.insert("INSERT INTO p_shop__moves (mail, job) VALUES (?, ?)", (mail_was_waiting, job_was_waiting))
/// }
/// ```
#[derive(Debug)]
pub struct Tx(());

impl Tx {
    pub(crate) const fn new() -> Self {
        Self(())
    }

    /// Runs a statement; the number of rows that it changed.
    ///
    /// # Errors
    /// CONFLICT when a constraint says no; otherwise when the statement fails.
    pub fn execute(&self, sql: &str, params: impl Params) -> Result<u64> {
        host::execute(sql, &params.buffer())
    }

    /// Runs an INSERT; the new row's id.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub fn insert(&self, sql: &str, params: impl Params) -> Result<i64> {
        self.one(&format!("{sql} RETURNING id"), params)
    }

    /// Runs one statement for each set of parameters in one call to the host; the rows changed by each.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub fn batch<P: Params>(&self, sql: &str, sets: impl IntoIterator<Item = P>) -> Result<Vec<u64>> {
        host::batch(sets.into_iter().map(|params| (sql.to_owned(), params.buffer())).collect())
    }

    /// The contacts.
    #[must_use]
    pub fn people(&self) -> People {
        People::new()
    }

    /// Starts a mail from `templates/mail/<template>.{html,txt}`; [`Mail::queue`] ends it.
    pub fn mail(&self, template: &str) -> Mail {
        Mail::new(template)
    }

    /// Recalls the mail with this key if it has not left yet; true when it had not. The key stays used.
    ///
    /// A mail server that was lost in the middle of a try may have taken the mail all the same.
    ///
    /// # Errors
    /// FORBIDDEN without the grant.
    pub fn cancel_mail(&self, key: &str) -> Result<bool> {
        host::mail_cancel(key)
    }

    /// Starts a job; [`Queueing::now`] or [`Queueing::at`] ends it.
    pub fn job<J: Job>(&self, job: J) -> Queueing<J> {
        Queueing::new(job)
    }

    /// Cancels waiting jobs with this key; true when there was one.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn cancel_job(&self, key: &str) -> Result<bool> {
        cancel(key)
    }

    /// Publishes an event by its own name, `sold`; others hear it as `<plugin>.sold`, after the commit.
    ///
    /// # Errors
    /// BAD_REQUEST for a name with a dot, FORBIDDEN without the grant.
    pub fn event(&self, name: &str, payload: &impl Serialize) -> Result<()> {
        host::publish(name, &serde_json::to_string(payload)?)
    }
}

impl Deref for Tx {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &SNAPSHOT
    }
}
