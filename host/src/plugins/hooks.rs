//! Changes of a plugin's resources: the engine's steps on the writer, the guest's hooks between them.

use std::sync::Arc;

use magnetiq_contract::call::Context;
use magnetiq_contract::task::Task;
use serde_json::Value;

use super::Plugins;
use super::call::{Ask, Call, Said};
use super::live::Live;
use super::state::Mode;
use super::task;
use crate::error::{Error, Result};
use crate::resources::{Begun, Edit, Reply, Request, Table};
use crate::store::{Unit, Verdict};

/// A change of a plugin's resource that owns all it needs, so that it can go to the writer's thread.
pub(super) struct Change {
    /// The plugin.
    pub plugin: Arc<Live>,
    /// The table.
    pub table: Arc<Table>,
    /// What the guest may know.
    pub context: Arc<Context>,
    /// What is asked.
    pub request: Request,
}

impl Plugins {
    /// Runs a change with its hooks in one unit of work.
    pub(super) async fn change_resource(self: &Arc<Self>, change: Change) -> Result<Reply> {
        let (plugins, owner) = (self.clone(), change.plugin.owner.clone());
        self.store
            .lend(owner, move |unit| {
                let mut hooked = Hooked { plugins: &plugins, change: &change, unit: Some(unit) };
                let reply = hooked.run();
                let unit = hooked.into_unit();
                (unit, reply.map_or_else(|error| Verdict::RollBack(Err(error)), Verdict::Commit))
            })
            .await
    }
}

/// A change under way. The unit wanders between the engine's steps and the guest; in between it is in its place.
struct Hooked<'a> {
    plugins: &'a Plugins,
    change: &'a Change,
    unit: Option<Unit>,
}

impl Hooked<'_> {
    fn run(&mut self) -> Result<Reply> {
        let Change { request, table, .. } = self.change;
        match request.begin(self.unit()?, &self.plugins.clock, table)? {
            Begun::Known(reply) => Ok(reply),
            Begun::New(edit) => self.steps(*edit),
        }
    }

    fn steps(&mut self, mut edit: Edit<'_>) -> Result<Reply> {
        let clock = &self.plugins.clock;
        if let Some(task) = edit.hook_before() {
            let changes = self.ask(&task)?;
            edit.apply(self.unit()?, &changes)?;
        }
        edit.write(self.unit()?, clock)?;
        if let Some(task) = edit.hook_after() {
            self.ask(&task)?;
        }
        let done = edit.finish(self.unit()?, clock)?;
        self.change.request.end(self.unit()?, clock, &self.change.table, done)
    }

    /// Asks the guest, inside the unit.
    fn ask(&mut self, task: &Task) -> Result<Value> {
        let Change { plugin, context, .. } = self.change;
        let ask = Ask::Run(serde_json::to_string(task)?);
        let setting = self.plugins.setting(plugin, context, Mode::Transaction);
        let call = Call::new(setting, self.plugins.limits(plugin, false), ask);
        let unit = self.unit.take().ok_or_else(lost)?;
        let (unit, finished) = call.finish_within(unit);
        self.unit = Some(unit);
        match finished?.said {
            Said::Outcome(outcome) => task::changes(outcome),
            Said::Response(_) | Said::View(_) => Err(Error::internal("a hook answered something else")),
        }
    }

    fn unit(&self) -> Result<&Unit> {
        self.unit.as_ref().ok_or_else(lost)
    }

    #[expect(clippy::expect_used, reason = "every step puts the unit back")]
    fn into_unit(self) -> Unit {
        self.unit.expect("the unit is in its place")
    }
}

fn lost() -> Error {
    Error::internal("the unit is not in its place")
}
