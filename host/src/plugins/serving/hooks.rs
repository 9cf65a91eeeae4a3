//! Changes of a plugin's resources: the engine's steps on the writer, the guest's hooks between them.

use std::sync::Arc;

use magnetiq_contract::task::Task;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::plugins::Plugins;
use crate::plugins::live::Live;
use crate::plugins::meter::room;
use crate::plugins::sandbox::ask::Ask;
use crate::plugins::sandbox::call::{Call, Finished};
use crate::plugins::sandbox::state::{Cause, Mode};
use crate::resources::{Begun, Done, Edit, Reply, Request, Table};
use crate::store::{Unit, Verdict};

/// A change of a plugin's resource that owns all it needs, so that it can go to the writer's thread.
pub(super) struct Change {
    /// The plugin.
    pub plugin: Arc<Live>,
    /// The table.
    pub table: Arc<Table>,
    /// What caused it.
    pub cause: Cause,
    /// What is asked.
    pub request: Request,
}

impl Plugins {
    /// Runs a change with its hooks in one unit of work.
    pub(super) async fn change_resource(self: &Arc<Self>, change: Change) -> Result<Reply> {
        let (plugins, owner) = (self.clone(), change.plugin.owner.clone());
        self.store
            .lend(owner, move |unit| {
                let Change { plugin, table, cause, request } = change;
                let mut guided = Guided::new(&plugins, &plugin, cause, unit);
                let reply = guided.answer(&request, &table);
                let unit = guided.into_unit();
                let reply = reply.and_then(|reply| room::check(&plugin, &unit).map(|()| reply));
                (unit, reply.map_or_else(|error| Verdict::RollBack(Err(error)), Verdict::Commit))
            })
            .await
    }
}

/// A unit of work in which the host and one guest take turns. The unit wanders between the engine's steps and the
/// guest; in between it is in its place.
pub(in crate::plugins) struct Guided<'a> {
    plugins: &'a Plugins,
    plugin: &'a Arc<Live>,
    cause: Cause,
    unit: Option<Unit>,
}

impl<'a> Guided<'a> {
    /// Takes the unit, to give it back at the end.
    pub fn new(plugins: &'a Plugins, plugin: &'a Arc<Live>, cause: Cause, unit: Unit) -> Self {
        Self { plugins, plugin, cause, unit: Some(unit) }
    }

    fn answer(&mut self, request: &Request, table: &Table) -> Result<Reply> {
        match request.begin(self.unit()?, &self.plugins.clock, table)? {
            Begun::Known(reply) => Ok(reply),
            Begun::New(edit) => {
                let done = self.steps(*edit)?;
                request.end(self.unit()?, &self.plugins.clock, table, done)
            }
        }
    }

    /// A change from its begin to its end, with the guest's hooks.
    pub fn steps(&mut self, mut edit: Edit<'_>) -> Result<Done> {
        let clock = &self.plugins.clock;
        if let Some(task) = edit.hook_before() {
            let changes = self.hook(&task)?;
            edit.apply(self.unit()?, &changes)?;
        }
        edit.write(self.unit()?, clock)?;
        if let Some(task) = edit.hook_after() {
            self.hook(&task)?;
        }
        edit.finish(self.unit()?, clock)
    }

    fn hook(&mut self, task: &Task) -> Result<Value> {
        self.ask(Ask::Run(serde_json::to_string(task)?))?.changes()
    }

    /// Asks the guest, inside the unit.
    pub fn ask(&mut self, ask: Ask) -> Result<Finished> {
        let mut trial = self.plugin.admit()?;
        let setting = self.plugins.setting(self.plugin, self.cause.clone(), Mode::Transaction);
        let call = Call::new(setting, self.plugins.limits(self.plugin, false), ask);
        let unit = self.unit.take().ok_or_else(lost)?;
        let (unit, finished) = call.finish_within(unit);
        self.unit = Some(unit);
        let finished = finished?;
        trial.pass();
        Ok(finished)
    }

    /// The unit, for the host's own steps.
    pub fn unit(&self) -> Result<&Unit> {
        self.unit.as_ref().ok_or_else(lost)
    }

    /// Gives the unit back.
    #[expect(clippy::expect_used, reason = "every step puts the unit back")]
    pub fn into_unit(self) -> Unit {
        self.unit.expect("the unit is in its place")
    }
}

fn lost() -> Error {
    Error::internal("the unit is not in its place")
}
