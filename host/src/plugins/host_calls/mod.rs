//! What a guest may ask of the host: one file per interface of the contract.
//!
//! Each call that needs a grant asks the gate first. Database work happens on the call's snapshot, or on its
//! transaction, which the first such call enters: from there on the guest runs on the writer's thread and every call is
//! a plain function.

mod clock;
mod context;
mod crypto;
mod db;
mod events;
mod http;
mod jobs;
mod log;
mod mail;
mod people;
mod random;
mod settings;
mod view;

use std::future::poll_fn;
use std::task::Poll;

use magnetiq_contract::text::Locale;
use serde::de::DeserializeOwned;

use super::rights::gate::Ungranted;
use super::sandbox::bindings::imports::magnetiq::plugin::types;
use super::sandbox::lane::Wish;
use super::sandbox::state::{CallState, Mode};
use super::sandbox::weight;
use crate::error::{Code, Error, Result};
use crate::store::Unit;

impl types::Host for CallState {}

/// What a guest sees of a host error: the envelope's code and sentence, never a cause.
pub(super) fn refusal(error: &Error) -> types::Error {
    let details: Vec<_> = error.field_errors().iter().collect();
    types::Error {
        code: error.code().name().into(),
        message: error.message().into(),
        details: serde_json::to_string(&details).unwrap_or_default(),
    }
}

/// Reads what a guest hands over.
///
/// # Errors
/// 400 when it is too large or not what the contract says.
fn read_json<T: DeserializeOwned>(json: &str) -> Result<T> {
    weight::check(json.len()).map_err(|sentence| Error::new(Code::BadRequest, sentence))?;
    serde_json::from_str(json).map_err(|error| Error::new(Code::BadRequest, error.to_string()))
}

impl CallState {
    /// Answers the guest: values as they are, errors as refusals, which the plugin's page shows.
    fn answer<T>(&mut self, result: Result<T>) -> wasmtime::Result<Result<T, types::Error>> {
        Ok(result.map_err(|error| {
            if error.code() == Code::PluginFailed && !std::mem::replace(&mut self.overspent, true) {
                self.plugin.usage.overspent(&error);
            }
            if matches!(error.code(), Code::Forbidden | Code::RateLimited) {
                self.plugin.denied(&error);
            }
            let told = refusal(&error);
            if Ungranted::caused(&error) {
                self.ungranted = Some(error);
            }
            told
        }))
    }

    /// Waits until the call is inside its transaction.
    async fn enter_transaction(&self) -> Result<()> {
        if self.lane.in_transaction() {
            return Ok(());
        }
        if self.mode != Mode::Transaction {
            return self.may_write();
        }
        self.move_to_writer().await;
        Ok(())
    }

    /// Asks the driver for a transaction and waits for it.
    async fn move_to_writer(&self) {
        let mut asked = false;
        poll_fn(|_| {
            if self.lane.in_transaction() {
                return Poll::Ready(());
            }
            if !asked {
                self.lane.wish(Wish::Transaction);
                asked = true;
            }
            Poll::Pending
        })
        .await;
    }

    /// Does something in the host's name inside the call's transaction.
    async fn in_transaction<T>(&self, work: impl FnOnce(&Unit) -> Result<T>) -> Result<T> {
        self.enter_transaction().await?;
        let places = self.lane.places();
        let unit = places.unit.as_ref().ok_or_else(|| Error::internal("the transaction is gone"))?;
        self.lane.measured_sql(|| work(unit))
    }

    /// Opens the call's snapshot, unless it is open.
    async fn ensure_snapshot(&self) -> Result<()> {
        if self.lane.places().snapshot.is_none() {
            let snapshot = self.database.snapshot(self.plugin.owner.clone()).await?;
            self.lane.places().snapshot = Some(snapshot);
        }
        Ok(())
    }

    /// The language of the call.
    fn locale(&self) -> Locale {
        self.cause.locale
    }
}
