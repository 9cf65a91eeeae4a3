//! What the plugin has done so far, as a test looks at it.

use magnetiq_contract::mail::Message;
use magnetiq_contract::people::{Consent, Person as Fields};
use serde_json::Value;

use super::state::{self, Mode, with};
use super::{FakeHost, LogLevel, QueuedJob};
use crate::row::Row;
use crate::snapshot::Snapshot;
use crate::value::Params;

impl<P> FakeHost<P> {
    /// Rows of any statement, for tests that look closer.
    ///
    /// # Panics
    /// When the statement fails.
    pub fn rows<T: Row>(&self, sql: &str, params: impl Params) -> Vec<T> {
        let rows = state::unit(Mode::Read, || Snapshot::new().all(sql, params), |_| true);
        rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Mails queued so far, without those that were recalled.
    #[must_use]
    pub fn mails(&self) -> Vec<Message> {
        with(|state| state.mails.clone())
    }

    /// Jobs queued so far, done and cancelled ones too.
    #[must_use]
    pub fn jobs(&self) -> Vec<QueuedJob> {
        with(|state| state.jobs.clone())
    }

    /// Events published so far, by the names that others hear.
    #[must_use]
    pub fn events(&self) -> Vec<(String, Value)> {
        with(|state| state.events.clone())
    }

    /// Contacts made so far; the handle is the place plus one.
    #[must_use]
    pub fn people(&self) -> Vec<Fields> {
        with(|state| state.people.clone())
    }

    /// What people did so far: the handle, the kind, what it was about.
    #[must_use]
    pub fn activities(&self) -> Vec<(i64, String, String)> {
        with(|state| state.activities.clone())
    }

    /// Decisions about consent so far, with the handle.
    #[must_use]
    pub fn consents(&self) -> Vec<(i64, Consent)> {
        with(|state| state.consents.clone())
    }

    /// Lines of the log so far.
    #[must_use]
    pub fn log(&self) -> Vec<(LogLevel, String)> {
        with(|state| state.log.clone())
    }
}
