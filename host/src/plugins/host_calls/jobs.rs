//! `jobs`: durable work, queued in the call's transaction.

use magnetiq_contract::jobs::Enqueue;

use super::read_json;
use crate::error::{Code, Error, Result};
use crate::jobs::{self, NewJob};
use crate::plugins::rights::gate::Capability;
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::{jobs as border, types};
use crate::plugins::sandbox::state::CallState;

impl border::Host for CallState {
    async fn enqueue(&mut self, job: String) -> wasmtime::Result<Result<i64, types::Error>> {
        let id = self.enqueue_job(&job).await;
        self.answer(id)
    }

    async fn cancel(&mut self, key: String) -> wasmtime::Result<Result<bool, types::Error>> {
        let cancelled = self.cancel_job(&key).await;
        self.answer(cancelled)
    }
}

impl CallState {
    async fn enqueue_job(&self, job: &str) -> Result<i64> {
        self.plugin.gate.require(Capability::Jobs)?;
        let job: Enqueue = read_json(job)?;
        let kind = self
            .plugin
            .description()
            .jobs
            .iter()
            .find(|kind| kind.name == job.name)
            .ok_or_else(|| Error::new(Code::NotFound, format!("The plugin describes no job {}.", job.name)))?;
        let at = job.at.map(jiff::Timestamp::from_microsecond).transpose();
        let new = NewJob {
            owner: self.plugin.id.to_string(),
            name: job.name,
            payload: job.payload,
            at: at.map_err(|error| Error::new(Code::BadRequest, error.to_string()))?,
            key: job.key,
            attempts: kind.attempts,
            depth: self.behalf.depth(),
        };
        let clock = self.clock.clone();
        self.in_transaction(|unit| jobs::enqueue(unit, &clock, new)).await
    }

    async fn cancel_job(&self, key: &str) -> Result<bool> {
        self.plugin.gate.require(Capability::Jobs)?;
        let (clock, owner) = (self.clock.clone(), self.plugin.id.to_string());
        self.in_transaction(|unit| jobs::cancel(unit, &clock, &owner, key)).await
    }
}
