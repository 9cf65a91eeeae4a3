//! Steps of life that a plugin takes part in: it is told when an admin enables or disables it, in the unit of work
//! that keeps the step.

use std::sync::Arc;
use std::time::Duration;

use magnetiq_contract::task::Task;
use magnetiq_contract::text::Locale;

use super::record::{remove, save};
use crate::clock::Clock;
use crate::error::Result;
use crate::http::idempotency::{self, Kept, Once};
use crate::jobs::schedules::{self, NewSchedule};
use crate::plugins::Plugins;
use crate::plugins::live::Live;
use crate::plugins::meter::room;
use crate::plugins::sandbox::ask::Ask;
use crate::plugins::sandbox::call::{Call, Finished};
use crate::plugins::sandbox::state::{Cause, Mode};
use crate::plugins::store::PluginRow;
use crate::resources::Actor;
use crate::store::{Deadline, Owner, Store, Unit, Verdict};

/// Longest time that a step may hold the writer: an admin's deed, which happens seldom and fails no visitor.
const HOLD: Duration = Duration::from_secs(2);

/// Who takes a step, and the answer that is kept for a request that is sent again.
#[derive(Clone)]
pub(super) struct Deed {
    action: &'static str,
    actor: Actor,
    keep: Option<(Once, Kept)>,
}

impl Deed {
    /// `action` is its word in the audit; `answer` is kept for the request's key, if it has one.
    pub(super) fn new(action: &'static str, actor: &Actor, answer: &Kept, once: Option<Once>) -> Self {
        Self { action, actor: actor.clone(), keep: once.map(|once| (once, answer.clone())) }
    }

    /// Part of another step, which keeps the answer.
    pub(super) fn within(action: &'static str, actor: &Actor) -> Self {
        Self { action, actor: actor.clone(), keep: None }
    }

    /// Saves the plugin's row, its audit row and the answer.
    pub(super) fn save(&self, unit: &Unit, clock: &Clock, row: &PluginRow) -> Result<()> {
        save(unit, clock, row, Some(&(self.actor.clone(), self.action)))?;
        self.keep(unit, clock)
    }

    /// Takes the plugin's row out of sight, with its audit row, and saves the answer.
    pub(super) fn remove(&self, unit: &Unit, clock: &Clock, plugin: &str) -> Result<()> {
        remove(unit, clock, plugin, &(self.actor.clone(), self.action))?;
        self.keep(unit, clock)
    }

    fn keep(&self, unit: &Unit, clock: &Clock) -> Result<()> {
        self.keep.as_ref().map_or(Ok(()), |(once, answer)| idempotency::keep(unit, clock, once, answer))
    }
}

impl Plugins {
    /// Tells a plugin that it begins, unless it is running, and saves its row and schedules: all or nothing.
    ///
    /// # Errors
    /// The plugin's refusal; the store's own.
    pub(super) async fn begin_life(&self, row: PluginRow, live: &Arc<Live>, begins: bool, deed: Deed) -> Result<()> {
        let (clock, zone) = (self.clock.clone(), self.site.time_zone.clone());
        let schedules = schedules_of(live);
        let step = if begins { self.step(live, "enable")? } else { None };
        take_step(&self.store, live, step, move |unit| {
            schedules::set(unit, &clock, &row.plugin, &zone, &schedules)?;
            deed.save(unit, &clock, &row)
        })
        .await
    }

    /// Tells a plugin that it ends, pauses its schedules and saves its row: all or nothing. The word of one that fails
    /// at its last step is left out.
    ///
    /// # Errors
    /// The store's own.
    pub(super) async fn end_life(&self, row: PluginRow, deed: Deed) -> Result<()> {
        let live = self.alive.load().get(&row.plugin).cloned();
        if let Some(live) = live {
            let step = self.step(&live, "disable")?;
            match take_step(&self.store, &live, step, self.end(row.clone(), deed.clone())).await {
                Ok(()) => return Ok(()),
                Err(error) => tracing::warn!(plugin = %live.id, %error, "a plugin failed at its last step"),
            }
        }
        let end = self.end(row, deed);
        self.store.write(Owner::Core, move |unit| end(unit)).await
    }

    fn end(&self, row: PluginRow, deed: Deed) -> impl FnOnce(&Unit) -> Result<()> + Send + 'static {
        let clock = self.clock.clone();
        move |unit| {
            schedules::pause(unit, &clock, &row.plugin)?;
            deed.save(unit, &clock, &row)
        }
    }

    /// The call that tells a plugin of a step; none when it cannot be told anything.
    fn step(&self, plugin: &Arc<Live>, step: &str) -> Result<Option<Call>> {
        if plugin.built.guest.as_ref().is_none_or(|guest| guest.exports.run().is_err()) {
            return Ok(None);
        }
        let ask = Ask::Run(serde_json::to_string(&Task::Life { step: step.into() })?);
        let setting = self.setting(plugin, Cause::itself(Locale::default()), Mode::Transaction).for_itself(0);
        Ok(Some(Call::new(setting, self.limits(plugin, true), ask)))
    }
}

/// Tells a plugin of a step and does `work` in the same unit; nothing stays when one of them refuses.
async fn take_step(
    store: &Store,
    plugin: &Arc<Live>,
    step: Option<Call>,
    work: impl FnOnce(&Unit) -> Result<()> + Send + 'static,
) -> Result<()> {
    let plugin = plugin.clone();
    store
        .lend(plugin.owner.clone(), move |unit| {
            unit.set_deadline(Deadline::after(HOLD));
            let (unit, told) = match step {
                Some(call) => tell(call, unit),
                None => (unit, Ok(())),
            };
            let done = told.and_then(|()| work(&unit)).and_then(|()| room::check(&plugin, &unit));
            (unit, done.map_or_else(|error| Verdict::RollBack(Err(error)), Verdict::Commit))
        })
        .await
}

fn tell(call: Call, unit: Unit) -> (Unit, Result<()>) {
    let (unit, finished) = call.finish_within(unit);
    (unit, finished.and_then(Finished::changes).map(drop))
}

fn schedules_of(plugin: &Live) -> Vec<NewSchedule> {
    let described = plugin.description().schedules.iter();
    described.map(|schedule| NewSchedule { name: schedule.name.clone(), cron: schedule.cron.clone() }).collect()
}
