//! `events`: published in the call's transaction; subscribers run as jobs after its commit.

use magnetiq_contract::event;

use super::read_json;
use crate::error::{Code, Error, Result};
use crate::plugins::rights::gate::Capability;
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::{events, types};
use crate::plugins::sandbox::state::CallState;
use crate::plugins::services::events::deliver;

/// Events in a row, each published by who hears the one before: a plugin that hears itself comes to an end.
const DEEPEST: u32 = 3;

impl events::Host for CallState {
    async fn publish(&mut self, name: String, payload: String) -> wasmtime::Result<Result<(), types::Error>> {
        let published = self.publish_event(&name, &payload).await;
        self.answer(published)
    }
}

impl CallState {
    async fn publish_event(&self, name: &str, payload: &str) -> Result<()> {
        let full_name = event::full_name(&self.plugin.id, name).ok_or_else(|| not_own(name))?;
        self.plugin.gate.require_name(Capability::Events, name)?;
        let depth = self.behalf.depth() + 1;
        if depth > DEEPEST {
            return Err(too_deep(&full_name));
        }
        let payload: serde_json::Value = read_json(payload)?;
        let listeners = self.picture.load().listeners(&full_name);
        let clock = self.clock.clone();
        self.in_transaction(|unit| deliver(unit, &clock, &listeners, &full_name, &payload, depth)).await
    }
}

fn too_deep(name: &str) -> Error {
    Error::new(
        Code::Forbidden,
        format!("The event {name} would be more than {DEEPEST} events away from its first cause."),
    )
}

fn not_own(name: &str) -> Error {
    Error::new(Code::BadRequest, format!("{name:?} is not the name of an own event: it has no dot."))
}
