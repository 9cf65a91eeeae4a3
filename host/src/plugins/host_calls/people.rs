//! `people`: contacts shared by all plugins.

use magnetiq_contract::people::{Activity, Consent, Person, READ_ALL, READ_OWN, WRITE, is_own_kind};

use super::read_json;
use crate::error::{Code, Error, Result};
use crate::people::{self, Trust};
use crate::plugins::rights::gate::Capability;
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::{people as border, types};
use crate::plugins::sandbox::state::{Behalf, CallState, Mode};
use crate::store::Connection;

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
        self.may_write_people()?;
        let person: Person = read_json(person)?;
        let trust = if self.cause.caller.may("people:write") { Trust::Granted } else { Trust::Anonymous };
        let clock = self.clock.clone();
        self.in_transaction(|unit| people::upsert(unit, &clock, &person, trust)).await
    }

    async fn read_person(&mut self, id: i64) -> Result<Option<String>> {
        let reads_all = self.may_read_people()?;
        let plugin = self.plugin.id.clone();
        let read = |unit: &Connection| match reads_all || people::is_known_to(unit, id, &plugin)? {
            true => people::read(unit, id),
            false => Ok(None),
        };
        let person = if self.mode == Mode::Snapshot {
            self.ensure_snapshot().await?;
            let places = self.lane.places();
            let snapshot = places.snapshot.as_ref().ok_or_else(|| Error::internal("the snapshot is gone"))?;
            read(snapshot)?
        } else {
            self.in_transaction(|unit| read(unit)).await?
        };
        person.map(|person| serde_json::to_string(&person).map_err(Error::from)).transpose()
    }

    async fn record_consent(&self, id: i64, consent: &str) -> Result<()> {
        self.may_write_people()?;
        let consent: Consent = read_json(consent)?;
        let clock = self.clock.clone();
        self.in_transaction(|unit| people::consent(unit, &clock, id, &consent)).await
    }

    async fn record_activity(&self, id: i64, activity: &str) -> Result<()> {
        self.may_write_people()?;
        let activity: Activity = read_json(activity)?;
        if !is_own_kind(&self.plugin.id, &activity.kind) {
            let sentence = format!("An activity's kind begins with {}. and goes on with a verb.", self.plugin.id);
            return Err(Error::new(Code::BadRequest, sentence));
        }
        let clock = self.clock.clone();
        self.in_transaction(|unit| people::activity(unit, &clock, id, &activity)).await
    }

    fn may_write_people(&self) -> Result<()> {
        self.plugin.gate.require_name(Capability::People, WRITE).map(drop)
    }

    /// Everybody, or only those of whom the plugin has kept an activity? Whoever sent the request reads nothing that
    /// they may not read elsewhere.
    fn may_read_people(&self) -> Result<bool> {
        let reads_all = self.plugin.gate.require_name(Capability::People, READ_ALL).is_ok();
        if !reads_all {
            self.plugin.gate.require_name(Capability::People, READ_OWN)?;
        }
        if self.behalf == Behalf::Caller && !self.cause.caller.may("people:read") {
            return Err(Error::new(Code::Forbidden, "The caller may not read people, so the plugin may not for them."));
        }
        Ok(reads_all)
    }
}
