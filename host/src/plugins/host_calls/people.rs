//! `people`: contacts shared by all plugins.

use magnetiq_contract::call::Caller;
use magnetiq_contract::people::{Activity, Consent, Person};

use crate::error::{Code, Error, Result};
use crate::people::{self, Trust};
use crate::plugins::bindings::imports::magnetiq::plugin::{people as border, types};
use crate::plugins::gate::Capability;
use crate::plugins::state::{CallState, Mode};

impl border::Host for CallState {
    async fn upsert(&mut self, person: String) -> wasmtime::Result<Result<i64, types::Error>> {
        let id = self.upsert_person(&person).await;
        self.answer(id)
    }

    async fn read(&mut self, id: i64) -> wasmtime::Result<Result<Option<String>, types::Error>> {
        let person = self.read_person(id).await;
        self.answer(person)
    }

    async fn consent(&mut self, id: i64, consent: String) -> wasmtime::Result<Result<(), types::Error>> {
        let recorded = self.record_consent(id, &consent).await;
        self.answer(recorded)
    }

    async fn activity(&mut self, id: i64, activity: String) -> wasmtime::Result<Result<(), types::Error>> {
        let recorded = self.record_activity(id, &activity).await;
        self.answer(recorded)
    }
}

impl CallState {
    async fn upsert_person(&self, person: &str) -> Result<i64> {
        self.plugin.gate.require(Capability::People)?;
        let person: Person = parse(person)?;
        let may_write = |caller: &Caller| caller.permissions.iter().any(|permission| permission == "people:write");
        let trust = if self.context.caller.as_ref().is_some_and(may_write) { Trust::Granted } else { Trust::Anonymous };
        let clock = self.clock.clone();
        self.in_transaction(|unit| people::upsert(unit, &clock, &person, trust)).await
    }

    async fn read_person(&mut self, id: i64) -> Result<Option<String>> {
        self.plugin.gate.require(Capability::People)?;
        let person = if self.mode == Mode::Snapshot {
            self.ensure_snapshot().await?;
            let places = self.lane.places();
            let snapshot = places.snapshot.as_ref().ok_or_else(|| Error::internal("the snapshot is gone"))?;
            people::read(snapshot, id)?
        } else {
            self.in_transaction(|unit| people::read(unit, id)).await?
        };
        person.map(|person| serde_json::to_string(&person).map_err(Error::from)).transpose()
    }

    async fn record_consent(&self, id: i64, consent: &str) -> Result<()> {
        self.plugin.gate.require(Capability::People)?;
        let consent: Consent = parse(consent)?;
        let clock = self.clock.clone();
        self.in_transaction(|unit| people::consent(unit, &clock, id, &consent)).await
    }

    async fn record_activity(&self, id: i64, activity: &str) -> Result<()> {
        self.plugin.gate.require(Capability::People)?;
        let activity: Activity = parse(activity)?;
        let clock = self.clock.clone();
        self.in_transaction(|unit| people::activity(unit, &clock, id, &activity)).await
    }
}

fn parse<T: serde::de::DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| Error::new(Code::BadRequest, error.to_string()))
}
