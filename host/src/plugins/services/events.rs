//! Events on their way to plugins: a job for each listener, in the unit that publishes.

use std::sync::Arc;

use magnetiq_contract::describe::Description;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::error::Result;
use crate::jobs::{self, NewJob};
use crate::plugins::Plugins;
use crate::plugins::package::Package;
use crate::plugins::rights::gate::Capability;
use crate::plugins::rights::grants;
use crate::plugins::sandbox::task::EVENT_JOB;
use crate::plugins::store;
use crate::store::Connection;

/// What plugins hear after a contact was erased: `{"person": 5}`.
const ERASED: &str = "people.erased";

/// Queues an event for each of these plugins, as the `depth`th in a row.
pub(in crate::plugins) fn deliver(
    unit: &Connection,
    clock: &Clock,
    listeners: &[Arc<str>],
    event: &str,
    payload: &Value,
    depth: u32,
) -> Result<()> {
    for listener in listeners {
        let (owner, name) = (listener.to_string(), format!("{EVENT_JOB}{event}"));
        jobs::enqueue(unit, clock, NewJob { owner, name, payload: payload.clone(), depth, ..NewJob::default() })?;
    }
    Ok(())
}

impl Plugins {
    /// Tells plugins that a contact was erased, inside the erasing unit, and forgets what blocks showed of it. A plugin
    /// that is disabled hears it when it is enabled again.
    ///
    /// # Errors
    /// The store's own.
    pub fn person_erased(&self, unit: &Connection, clock: &Clock, person: i64) -> Result<()> {
        self.public.blocks.forget();
        let rows = store::all(unit)?;
        let listens = |row: &store::PluginRow| {
            let package = self.shelf.get(&row.plugin)?;
            let granted = grants::gate(&package.manifest, &row.grants).require_name(Capability::Events, ERASED).is_ok();
            (granted && self.subscribes(&package, ERASED)).then(|| Arc::from(row.plugin.as_str()))
        };
        let listeners: Vec<Arc<str>> = rows.iter().filter_map(listens).collect();
        deliver(unit, clock, &listeners, ERASED, &json!({ "person": person }), 1)
    }

    fn subscribes(&self, package: &Arc<Package>, event: &str) -> bool {
        self.described(package, |description| description.subscriptions.iter().any(|name| name == event))
    }

    /// Asks the description of a plugin, as it runs or as it was packed; the default where there is none.
    pub(super) fn described<T: Default>(&self, package: &Arc<Package>, ask: impl FnOnce(&Description) -> T) -> T {
        if let Some(plugin) = self.alive.load().get(&package.manifest.contract.id) {
            return ask(plugin.description());
        }
        match package.described.as_deref().map(serde_json::from_str::<Description>) {
            Some(Ok(description)) => ask(&description),
            _ => T::default(),
        }
    }
}
